//! A dhcpd in a network of its own, and beside it a shell that other programs find as `omshell`.

#![allow(dead_code, reason = "every test file uses its own part of this")]

use crate::dialogue::{Dialogue, Ended};
use crate::support::confs;
use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::scratch::Scratch;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

/// For a whole script beside a dhcpd that works.
pub const SOON: Duration = Duration::from_secs(10);

pub struct Lab {
    pub dhcpd: Dhcpd,
    /// Where the shells run.
    pub folder: Scratch,
    net: Net,
}

impl Lab {
    /// Starts dhcpd with `tests/confs/CONF.conf`; `program` is what answers to `omshell`.
    pub fn new(program: &str, conf: &str) -> Lab {
        let net = Net::new();
        let folder = Scratch::new();
        symlink(program, folder.join("omshell")).expect("a link in our own directory");
        Lab { dhcpd: Dhcpd::start(&net, &confs::conf(conf), b""), folder, net }
    }

    /// `command`, to be run by /bin/sh, which finds `omshell` on its PATH.
    pub fn sh(&self, command: &str) -> Command {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut sh = self.net.command("/bin/sh");
        sh.args(["-c", command]).current_dir(self.folder.path());
        sh.env("PATH", format!("{}:{path}", self.folder.path().display())).env("LC_ALL", "C").env("TERM", "dumb");
        sh.env_remove("OMSH_STRICT").env_remove("OMSH_TIMEOUT").env_remove("OMSH_TRACE");
        sh
    }

    /// Runs `command` with `script` for its input.
    pub fn run(&self, command: &str, script: &str) -> Ended {
        let shell = Dialogue::start(&mut self.sh(command));
        shell.say(script);
        shell.end(SOON).unwrap_or_else(|why| panic!("{command}: {why}"))
    }

    /// Whether dhcpd's lease file has a host of that name that is not deleted again.
    pub fn has_host(&self, name: &str) -> bool {
        let leases = String::from_utf8_lossy(&self.dhcpd.leases()).into_owned();
        let last = leases.rsplit_once(&format!("host {name} {{"));
        last.is_some_and(|(_, rest)| !rest.split('}').next().unwrap_or_default().contains("deleted;"))
    }
}
