//! Namespaces of a test's own, kept by a process that waits in them.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};

/// The process that keeps namespaces; it and they end when this is dropped.
pub struct Namespace {
    holder: Child,
    kind: char,
}

impl Namespace {
    /// Makes one, as root or, where the kernel permits, as any user: of the network with `n`, of mounts with
    /// `m`. The script sets it up, with the arguments.
    pub fn new<A: AsRef<OsStr>>(kind: char, set_up: &str, arguments: impl IntoIterator<Item = A>) -> Namespace {
        // The last line keeps the namespace until our end of the pipe closes, which it also does when the test
        // crashes.
        let script = format!("set -e\nPATH=$PATH:/usr/sbin:/sbin\n{set_up}\necho up\nread end || exit 0");
        let mut holder = Command::new("unshare")
            .args([&format!("-{}{kind}", if is_root() { "" } else { "r" }), "sh", "-c", &script, "sh"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let mut answer = String::new();
        BufReader::new(holder.stdout.take().expect("piped")).read_line(&mut answer).expect("a line of text");
        let namespace = Namespace { holder, kind };
        assert_eq!(answer, "up\n", "no namespace: run as root, or allow unprivileged user namespaces");
        namespace
    }

    /// A command that will run in it. It is killed when the thread that spawns it ends, so that nothing
    /// outlives a test that crashes.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.holder.id().to_string(), &format!("-{}", self.kind)]);
        if !is_root() {
            command.args(["-U", "--preserve-credentials"]);
        }
        command.args(["--", "setpriv", "--pdeathsig", "KILL", "--"]).arg(program);
        command
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Whether the test is run by root.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
