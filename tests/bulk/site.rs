//! A dhcpd of the test's own, files beside it, and runs of ours that know where its files are.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::run::{End, Outcome, Run};
use crate::support::scratch::Scratch;

use super::{State, colons};

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
        self.knowing_files(Run::ours().named("omsh").arguments(words))
    }

    /// The same run, with the server's files.
    pub fn knowing_files(&self, run: Run) -> Run {
        let leases = self.dhcpd.lease_file();
        let run = run.environment("OMSH_CONF", leases.with_file_name("dhcpd.conf")).limit(LIMIT);
        run.environment("OMSH_LEASES", leases).environment("XDG_STATE_HOME", self.folder.path())
    }

    /// Asks dhcpd, through the real omshell, which host it finds by each of these attributes and values.
    pub fn asked(&self, keys: &[(&str, String)]) -> Vec<Option<String>> {
        let mut script = "connect\n".to_owned();
        for (attribute, value) in keys {
            let of_type = if *attribute == "hardware-address" { "set hardware-type = 1\n" } else { "" };
            script += &format!("new host\nset {attribute} = {value}\n{of_type}open\nclose\n");
        }
        let outcome = self.knowing_files(Run::omshell().stdin(script).merged()).within(&self.net);
        let said = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let mut objects: Vec<&str> = said.split("obj: <null>").collect();
        // Before the first one there is none, and after the last one there is the prompt.
        objects.pop();
        let opened: Vec<&str> = objects.into_iter().filter(|object| object.contains("obj: host")).collect();
        assert_eq!(opened.len(), keys.len(), "{said}");
        let name = |object: &str| {
            let name = object.lines().rev().find_map(|line| line.trim_start_matches("> ").strip_prefix("name = \""))?;
            Some(name.trim_end_matches('"').to_owned())
        };
        let found = |object: &str| (!object.contains("can't open object")).then(|| name(object)).flatten();
        opened.into_iter().map(found).collect()
    }

    /// Asserts that dhcpd finds the hosts by all by which they can be found, and those of another state no more.
    #[track_caller]
    pub fn assert_finds(&self, expected: &State, gone: &State, what: &str) {
        let mut keys = Vec::new();
        let mut names = Vec::new();
        for (name, host) in &expected.hosts {
            keys.push(("name", format!("\"{name}\"")));
            keys.extend(host.mac.map(|mac| ("hardware-address", colons(&mac))));
            keys.extend(host.client_id.as_ref().map(|id| ("dhcp-client-identifier", colons(id))));
            names.resize(keys.len(), Some(name.clone()));
        }
        let is_taken = |key: &(&str, String), keys: &[(&str, String)]| keys.contains(key);
        let here = keys.clone();
        for (name, host) in &gone.hosts {
            let mac = host.mac.map(|mac| ("hardware-address", colons(&mac)));
            let client_id = host.client_id.as_ref().map(|id| ("dhcp-client-identifier", colons(id)));
            let own = [Some(("name", format!("\"{name}\""))), mac, client_id];
            keys.extend(own.into_iter().flatten().filter(|key| !is_taken(key, &here)));
        }
        names.resize(keys.len(), None);
        let found = self.asked(&keys);
        for ((key, expected), found) in keys.iter().zip(&names).zip(&found) {
            assert_eq!(found, expected, "{what}: {key:?}");
        }
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
