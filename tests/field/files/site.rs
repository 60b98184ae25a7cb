//! A dhcpd.conf and a lease file in a folder of their own, and what omsh says of them.

use crate::support::run::{End, Run};
use crate::support::scratch::Scratch;

pub struct Site {
    pub folder: Scratch,
}

/// What a run came to: its exit status, and what it printed, without the folder's name.
#[derive(Debug)]
pub struct Answer {
    pub end: End,
    pub out: String,
    pub err: String,
}

impl Site {
    pub fn new(conf: &str, leases: impl AsRef<[u8]>) -> Site {
        let folder = Scratch::new();
        std::fs::write(folder.join("conf"), conf).expect("a file of our own");
        std::fs::write(folder.join("leases"), leases).expect("a file of our own");
        Site { folder }
    }

    /// `omsh` with these words, and with the files.
    pub fn run(&self, words: &[&str]) -> Run {
        let path = |name| self.folder.join(name);
        let run = Run::ours().named("omsh").arguments(words);
        run.environment("OMSH_CONF", path("conf")).environment("OMSH_LEASES", path("leases"))
    }

    /// The same, run; the words are split at blanks.
    pub fn answer(&self, words: &str) -> Answer {
        self.answer_of(self.run(&words.split(' ').collect::<Vec<_>>()))
    }

    pub fn answer_of(&self, run: Run) -> Answer {
        let outcome = run.alone();
        let folder = format!("{}/", self.folder.path().display());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&folder, "");
        Answer { end: outcome.end, out: text(&outcome.stdout), err: text(&outcome.stderr) }
    }

    /// Fails unless a run ends so, and prints these parts.
    pub fn check(&self, words: &str, status: i32, out: &[&str], err: &[&str]) {
        let answer = self.answer(words);
        let lacking = |text: &str, parts: &[&str]| -> Vec<String> {
            parts.iter().filter(|part| !text.contains(**part)).map(|part| (*part).to_owned()).collect()
        };
        let (no_out, no_err) = (lacking(&answer.out, out), lacking(&answer.err, err));
        let is_quiet = !err.is_empty() || answer.err.is_empty();
        assert!(
            answer.end == End::Exit(status) && no_out.is_empty() && no_err.is_empty() && is_quiet,
            "omsh {words}: expected exit {status}, lacking on stdout {no_out:?}, on stderr {no_err:?}, got {}\n{}{}",
            answer.end,
            answer.out,
            answer.err
        );
    }
}
