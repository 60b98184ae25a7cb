//! `omsh rehearse --listen` in the place of a dhcpd.

use super::OURS;
use super::net::Net;
use super::scratch::Scratch;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const STOP_LIMIT: Duration = Duration::from_secs(5);
/// It ends at once then; this is for a busy machine.
const SHUTDOWN_LIMIT: Duration = Duration::from_millis(500);

/// A running rehearsal server with its files in a directory of its own; killed when dropped.
pub struct RehearsalServer {
    folder: Scratch,
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl RehearsalServer {
    /// Starts one on dhcpd's port in a network of the test's own.
    pub fn start(net: &Net, conf: &str, seed_leases: &[u8]) -> RehearsalServer {
        Self::spawn(net.command(OURS), "0.0.0.0:7911", conf, seed_leases, &[])
    }

    /// Starts one on any free port of the loopback interface.
    pub fn start_here(conf: &str, seed_leases: &[u8], arguments: &[&str]) -> RehearsalServer {
        Self::spawn(Command::new(OURS), "127.0.0.1:0", conf, seed_leases, arguments)
    }

    fn spawn(mut command: Command, listen: &str, conf: &str, seed: &[u8], arguments: &[&str]) -> RehearsalServer {
        let folder = Scratch::new();
        fs::write(folder.join("dhcpd.conf"), conf).expect("dhcpd.conf written");
        fs::write(folder.join("dhcpd.leases"), seed).expect("dhcpd.leases written");
        command.args(["rehearse", "--listen", listen, "--conf"]).arg(folder.join("dhcpd.conf"));
        command.arg("--leases").arg(folder.join("dhcpd.leases"));
        command.arg("--write-leases").arg(folder.join("written")).args(arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("ours starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut first = String::new();
        stdout.read_line(&mut first).expect("a line of text");
        let address = first.trim_end().parse().unwrap_or_else(|_| panic!("no address in the first line: {first:?}"));
        RehearsalServer { folder, child, stdout, address }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What dhcpd would have appended to its lease file.
    pub fn leases_written(&self) -> Vec<u8> {
        fs::read(self.folder.join("written")).unwrap_or_default()
    }

    /// Whether it runs. One that a client may have told to shut down is given the time to end.
    pub fn survives(&mut self, may_have_been_told: bool) -> bool {
        let limit = Instant::now() + if may_have_been_told { SHUTDOWN_LIMIT } else { Duration::ZERO };
        loop {
            let runs = self.child.try_wait().expect("our own child").is_none();
            if !runs || Instant::now() >= limit {
                return runs;
            }
            sleep(Duration::from_millis(2));
        }
    }

    /// Ends it with SIGTERM and returns what it says at the end, and how it ended.
    pub fn stop(mut self) -> (String, Option<i32>) {
        let _ = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.id())]).status();
        let limit = Instant::now() + STOP_LIMIT;
        let mut status = None;
        while status.is_none() && Instant::now() < limit {
            status = self.child.try_wait().expect("our own child");
            sleep(Duration::from_millis(2));
        }
        assert!(status.is_some(), "it does not end within {STOP_LIMIT:?} of SIGTERM");
        let mut said = String::new();
        self.stdout.read_to_string(&mut said).expect("text");
        (said, status.and_then(|status| status.code()))
    }

    /// The most memory that it has taken so far, in KiB.
    pub fn memory(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).expect("a running process");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its memory");
        line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
    }
}

impl Drop for RehearsalServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
