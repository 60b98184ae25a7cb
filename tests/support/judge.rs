//! `dhcpd -t`: what dhcpd says about a configuration or a lease file without starting.

use super::DHCPD;
use super::scratch::Scratch;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

/// What dhcpd says.
pub struct Judgement {
    pub sound: bool,
    /// It did not end by itself, which is no judgement.
    pub stopped: bool,
    pub log: String,
}

impl Judgement {
    /// The lines of that file that dhcpd complains about, in the form `…/FILE line N: …`.
    pub fn lines(&self, file: &str) -> Vec<&str> {
        let mark = format!("/{file} line ");
        self.log.split(mark.as_str()).skip(1).filter_map(|rest| rest.split(':').next()).collect()
    }
}

/// Has dhcpd judge a configuration, as `-4` or `-6`, and the lease file where there is one.
pub fn judge(family: &str, conf: &str, leases: Option<&str>) -> Judgement {
    let folder = Scratch::new();
    fs::write(folder.join("conf"), conf).expect("a file of our own");
    fs::write(folder.join("leases"), leases.unwrap_or_default()).expect("a file of our own");
    let log = folder.join("log");
    let mut command = Command::new("sh");
    // A judgement takes a bounded time.
    command
        .args(["-c", "ulimit -f 200; ulimit -t 2; exec \"$@\"", "sh", DHCPD, family, "-t"])
        .args(leases.map(|_| "-T"));
    command.arg("-cf").arg(folder.join("conf")).arg("-lf").arg(folder.join("leases"));
    command.current_dir(folder.path()).stdout(Stdio::null()).stderr(File::create(&log).expect("a file of our own"));
    let status = command.status().expect("sh runs");
    let log = String::from_utf8_lossy(&fs::read(log).expect("the log")).into_owned();
    Judgement { sound: status.success(), stopped: status.signal().is_some(), log }
}

/// The texts of a file between lines of `====`.
pub fn texts(file: &'static str) -> Vec<&'static str> {
    file.split("====\n").filter(|text| !text.trim().is_empty()).collect()
}
