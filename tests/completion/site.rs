//! A server's files, a home directory, and three shells that know omsh's completions.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::support::scratch::Scratch;
use super::support::{OURS, PYTHON};

const CONF: &str = r#"
option domain-name "example.org";
failover peer "pair" { primary; address 10.1.1.2; peer address 10.1.1.3; mclt 60; split 128; }
key secret_key { algorithm hmac-md5; secret c2VjcmV0c2VjcmV0; }
class "phones" { match hardware; }
class "evil`id`" { match hardware; }
group pxe { host boot1 { hardware ethernet 02:00:00:00:00:03; } }
shared-network "evil$(id)" { subnet 10.2.0.0 netmask 255.255.255.0 { } }
shared-network office { subnet 10.1.1.0 netmask 255.255.255.0 { pool { failover peer "pair"; range 10.1.1.10 10.1.1.99; } } }
host web1 { hardware ethernet 02:00:00:00:00:01; fixed-address 10.1.1.5; }
host web2 { hardware ethernet 02:00:00:00:00:02; fixed-address 10.1.1.6; }
"#;

const LEASES: &str = r#"
lease 10.1.1.20 { starts epoch 1; ends never; binding state active; hardware ethernet 02:00:00:00:00:20;
  client-hostname "laptop"; }
lease 10.1.1.21 { starts epoch 1; ends never; binding state active; hardware ethernet 02:00:00:00:00:21;
  client-hostname "$(touch owned)"; }
host omapi1 { dynamic; hardware ethernet 02:00:00:00:00:07; fixed-address 10.1.1.7; }
host web2 { dynamic; deleted; }
group made { dynamic; }
group "evil;reboot" { dynamic; }
group "evil one" { dynamic; }
group "-evil" { dynamic; }
group "evil\033[31m" { dynamic; }
"#;

const PROFILES: &str = "[profiles.lab]\nserver = 'dhcp.example.org'\n[profiles.lobby]\n";

/// The shells, and the packages that bring them.
pub const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

/// Answers have little time, and tests that run beside each other take it from one another.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// An answer that took so long may have lacked the time for all of it.
const HURRIED: Duration = Duration::from_millis(150);

pub struct Site {
    pub folder: Scratch,
    _turn: MutexGuard<'static, ()>,
    variables: Vec<(String, PathBuf)>,
}

/// Fails, with the remedy, when the machine lacks a shell.
fn require_shells() {
    let searched = std::env::var("PATH").unwrap_or_default();
    let found = |name: &&str| searched.split(':').any(|folder| Path::new(folder).join(name).exists());
    let missing: Vec<_> = SHELLS.into_iter().filter(|name| !found(name)).collect();
    assert!(missing.is_empty(), "missing: apt-get install -y {}", missing.join(" "));
}

impl Site {
    pub fn new() -> Site {
        require_shells();
        // One that failed has nothing that the next one needs.
        let turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Scratch::new();
        for inner in ["bin", "home/.config/omsh"] {
            fs::create_dir_all(folder.join(inner)).expect("a directory of our own");
        }
        symlink(OURS, folder.join("bin/omsh")).expect("a link of our own");
        fs::write(folder.join("conf"), CONF).expect("a file of our own");
        fs::write(folder.join("leases"), LEASES).expect("a file of our own");
        fs::write(folder.join("home/.config/omsh/config.toml"), PROFILES).expect("a file of our own");
        let variables = ["conf", "leases"].map(|name| (format!("OMSH_{}", name.to_uppercase()), folder.join(name)));
        Site { variables: variables.to_vec(), folder, _turn: turn }
    }

    /// The same, with other files.
    pub fn with_files(mut self, conf: &str, leases: &str) -> Site {
        self.variables[0].1 = self.folder.join(conf);
        self.variables[1].1 = self.folder.join(leases);
        self
    }

    /// The same, with no variable that says where the files are.
    pub fn without_variables(mut self) -> Site {
        self.variables.clear();
        self
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// A program that finds omsh, its files and nothing of this machine's user.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = format!("{}:{}", self.path("bin"), std::env::var("PATH").unwrap_or_default());
        command.env_clear().env("PATH", path).env("HOME", self.folder.join("home"));
        command.env("LC_ALL", "C.UTF-8").env("TERM", "xterm").current_dir(self.folder.path());
        command.envs(self.variables.iter().cloned());
        command
    }

    /// What omsh answers to fish, without the first line and what is known of each; with how long it took.
    /// Nothing may be said on stderr, and the exit status is 0, whatever happens.
    pub fn answer(&self, words: &[&str]) -> (Vec<String>, Duration) {
        let start = Instant::now();
        let mut command = self.command(&self.path("bin/omsh"));
        let output = command.env("OMSH_COMPLETE", "fish").arg("--").args(words).stdin(Stdio::null()).output();
        let (output, took) = (output.expect("it runs"), start.elapsed());
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{words:?}");
        let lines = text(&output.stdout);
        let words = lines.lines().skip(1).map(|line| line.split('\t').next().unwrap_or_default().to_owned());
        (words.collect(), took)
    }

    /// What an answer may take on this machine now: a busy one takes its time to start a program at all.
    pub fn limit(&self, idle: Duration) -> Duration {
        let start = Instant::now();
        let output = self.command(&self.path("bin/omsh")).arg("--version").stdin(Stdio::null()).output();
        assert!(output.expect("it runs").status.success());
        idle + start.elapsed() * 10
    }

    /// What is offered where there is time enough: a machine that has other work gets some more tries.
    pub fn words(&self, words: &[&str]) -> Vec<String> {
        let mut tries = 0;
        loop {
            let (offered, took) = self.answer(words);
            tries += 1;
            if took < HURRIED || tries == 5 {
                return offered;
            }
        }
    }

    /// The quickest of three answers, which are all the same.
    pub fn quickest(&self, words: &[&str]) -> (Vec<String>, Duration) {
        let mut answers: Vec<_> = (0..3).map(|_| self.answer(words)).collect();
        answers.sort_by_key(|(_, took)| *took);
        answers.swap_remove(0)
    }

    /// The cache, once it is there.
    pub fn cache(&self) -> PathBuf {
        let limit = Instant::now() + Duration::from_secs(60);
        while Instant::now() < limit {
            let entries = fs::read_dir(self.folder.join("home/.cache/omsh")).into_iter().flatten().flatten();
            let mut paths = entries.map(|entry| entry.path());
            if let Some(path) = paths.find(|path| path.extension().is_some_and(|end| end == "candidates")) {
                return path;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("nobody has written a cache");
    }

    /// What bash's completion function puts into COMPREPLY for a line.
    pub fn bash(&self, line: &str) -> Vec<String> {
        let script = r#"
            source "$1" || exit 1
            COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
            COMP_LINE=$2 COMP_POINT=${#2} COMP_TYPE=9 COMP_KEY=9
            read -ra COMP_WORDS <<<"$2"
            [[ $2 == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _omsh omsh "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\n' "${COMPREPLY[@]}"
        "#;
        let mut command = self.command("bash");
        command.args(["--norc", "-c", script, "bash", &completion("omsh.bash"), line]);
        lines(&command.output().expect("bash runs"), line)
    }

    /// What fish offers for a line, with what is known of each behind a tabulator.
    pub fn fish(&self, line: &str) -> Vec<String> {
        let mut command = self.command("fish");
        let script = "source $argv[1]; complete -C $argv[2]";
        command.args(["--no-config", "-c", script, &completion("omsh.fish"), line]);
        lines(&command.output().expect("fish runs"), line)
    }

    /// Types into a shell on a terminal: pairs of what is typed and what appears then. Returns the screen.
    pub fn type_into(&self, shell: &[&str], steps: &[(&str, &str)]) -> String {
        let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/completion/terminal.py");
        let input: String = steps.iter().map(|(typed, wanted)| format!("({typed:?}, {wanted:?})\n")).collect();
        fs::write(self.folder.join("typed"), input.replace("\\u{1b}", "\\x1b").replace("\\u{1}", "\\x01"))
            .expect("a file of our own");
        let typed = fs::File::open(self.folder.join("typed")).expect("it is there");
        let output = self.command(PYTHON).arg(driver).args(shell).stdin(typed).output().expect("python runs");
        let screen = text(&output.stdout) + &text(&output.stderr);
        assert!(output.status.success(), "{screen}");
        screen
    }
}

/// The path of a script in `completions/`.
pub fn completion(name: &str) -> String {
    format!("{}/completions/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn lines(output: &Output, line: &str) -> Vec<String> {
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{line}");
    let lines = text(&output.stdout);
    lines.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
