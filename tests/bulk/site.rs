//! A dhcpd of the test's own, files beside it, and runs of ours that know where its files are.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::run::{End, Outcome, Run};
use crate::support::scratch::Scratch;

use super::State;

/// The time that a run may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// A dhcpd that has 10.1.0.0/16 and nothing else to give.
pub const CONF: &str = "omapi-port 7911;\nddns-update-style none;\nsubnet 10.1.0.0 netmask 255.255.0.0 { }\n";

/// A dhcpd and files beside it.
pub struct Site {
    pub net: Net,
    pub dhcpd: Dhcpd,
    folder: Scratch,
}

impl Site {
    pub fn start(net: &Net, conf: &str, leases: &[u8]) -> Site {
        Site { net: net.clone(), dhcpd: Dhcpd::start_in_memory(net, conf, leases), folder: Scratch::new() }
    }

    /// Where a file of that name is or would be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file, and returns where it is.
    pub fn put(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).expect("a file of our own");
        path
    }

    /// A run with these words and the server's files.
    pub fn run(&self, words: impl IntoIterator<Item = impl Into<OsString>>) -> Run {
        let leases = self.dhcpd.lease_file();
        let run = Run::ours().named("omsh").arguments(words).limit(LIMIT);
        run.environment("OMSH_CONF", leases.with_file_name("dhcpd.conf")).environment("OMSH_LEASES", leases)
    }

    /// `omsh apply FILE --yes` with these options, in the folder of the files.
    pub fn apply(&self, file: &str, options: &[&str]) -> Outcome {
        let words = ["apply".into(), self.path(file).into_os_string(), "--yes".into()];
        self.run(words.into_iter().chain(options.iter().map(Into::into))).within(&self.net)
    }

    /// The same, which has to go well; what it says on stdout.
    #[track_caller]
    pub fn applied(&self, file: &str, options: &[&str]) -> String {
        let outcome = self.apply(file, options);
        let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
        assert_eq!(outcome.end, End::Exit(0), "{file}: {said}{}", String::from_utf8_lossy(&outcome.stderr));
        said
    }

    /// What dhcpd has, as it writes it itself when it starts again.
    #[track_caller]
    pub fn rewritten(&mut self) -> State {
        self.dhcpd.restart();
        State::of_leases(self.dhcpd.leases_at_start())
    }

    /// Asserts that dhcpd has this and nothing else, after a restart.
    #[track_caller]
    pub fn assert_has(&mut self, expected: &State, what: &str) {
        let difference = expected.difference(&self.rewritten());
        assert!(difference.is_empty(), "{what}:\n{difference}");
    }
}
