//! ISC dhcpd, started for one test in a [`Net`] of the test's own.

use super::DHCPD;
use super::net::Net;
use super::scratch::Scratch;
use super::slow_disk::SlowDisk;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

const START_LIMIT: Duration = Duration::from_secs(10);
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// A running dhcpd with its configuration, leases and log in a directory of its own; killed when
/// dropped, and when the thread that started it ends.
pub struct Dhcpd {
    net: Net,
    /// `-4` or `-6`.
    family: &'static str,
    folder: Scratch,
    environment: Vec<(&'static str, OsString)>,
    child: Child,
    /// The lease file as dhcpd itself rewrote it at start-up.
    leases_at_start: Vec<u8>,
}

impl Dhcpd {
    /// Starts dhcpd with this dhcpd.conf and lease file, and waits until it listens.
    pub fn start(net: &Net, conf: &str, seed_leases: &[u8]) -> Dhcpd {
        Self::start_as(net, "-4", Scratch::new(), conf, seed_leases, Vec::new())
    }

    /// The same with its files in memory: for many changes.
    pub fn start_in_memory(net: &Net, conf: &str, seed_leases: &[u8]) -> Dhcpd {
        Self::start_as(net, "-4", Scratch::in_memory(), conf, seed_leases, Vec::new())
    }

    /// The same, and each change waits for this disk.
    pub fn start_on(disk: &SlowDisk, net: &Net, conf: &str, seed_leases: &[u8]) -> Dhcpd {
        Self::start_as(net, "-4", Scratch::in_memory(), conf, seed_leases, disk.environment())
    }

    /// The same for DHCPv6, with an empty lease file.
    pub fn start6(net: &Net, conf: &str) -> Dhcpd {
        Self::start_as(net, "-6", Scratch::new(), conf, b"", Vec::new())
    }

    /// The same for DHCPv6, with a lease file.
    pub fn start6_with(net: &Net, conf: &str, seed_leases: &[u8]) -> Dhcpd {
        Self::start_as(net, "-6", Scratch::new(), conf, seed_leases, Vec::new())
    }

    fn start_as(
        net: &Net,
        family: &'static str,
        folder: Scratch,
        conf: &str,
        seed_leases: &[u8],
        environment: Vec<(&'static str, OsString)>,
    ) -> Dhcpd {
        fs::write(folder.join("dhcpd.conf"), conf).expect("dhcpd.conf written");
        fs::write(folder.join("dhcpd.leases"), seed_leases).expect("dhcpd.leases written");
        let child = spawn(net, &folder, family, &environment);
        let mut dhcpd = Dhcpd { net: net.clone(), family, folder, environment, child, leases_at_start: Vec::new() };
        dhcpd.wait_until_it_listens();
        dhcpd
    }

    /// The lease file, all of it.
    pub fn leases(&self) -> Vec<u8> {
        fs::read(self.folder.join("dhcpd.leases")).expect("dhcpd's lease file")
    }

    /// Where it is.
    pub fn lease_file(&self) -> PathBuf {
        self.folder.join("dhcpd.leases")
    }

    /// The lease file as dhcpd rewrote it when it started.
    pub fn leases_at_start(&self) -> &[u8] {
        &self.leases_at_start
    }

    /// What dhcpd has appended to the lease file since it started.
    pub fn leases_written(&self) -> Vec<u8> {
        let now = self.leases();
        now.strip_prefix(self.leases_at_start.as_slice()).map(<[u8]>::to_vec).unwrap_or(now)
    }

    /// What dhcpd has said so far.
    pub fn log(&self) -> String {
        let log = fs::read(self.folder.join("dhcpd.log")).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    /// The process, for tests that look at its sockets or stop it for a while.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn alive(&mut self) -> bool {
        self.child.try_wait().expect("our own child").is_none()
    }

    /// As [`Dhcpd::alive`], but one that is dying is given the time to finish. A crash reaches the
    /// client before the process is gone; the kernel takes away first the memory, then the sockets.
    pub fn survives(&mut self) -> bool {
        let limit = Instant::now() + STOP_LIMIT;
        let memory = format!("/proc/{}/statm", self.id());
        let dying = || fs::read_to_string(&memory).is_ok_and(|pages| pages.starts_with("0 "));
        while self.alive() && dying() && Instant::now() < limit {
            sleep(Duration::from_millis(2));
        }
        self.alive()
    }

    /// Ends dhcpd without a chance to say good-bye to its clients.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Ends dhcpd as an init script does, with SIGTERM.
    pub fn stop(&mut self) {
        let _ = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.id())]).stderr(Stdio::null()).status();
        let limit = Instant::now() + STOP_LIMIT;
        while self.alive() && Instant::now() < limit {
            sleep(Duration::from_millis(2));
        }
        self.kill();
    }

    /// Ends dhcpd, if it has not ended yet, and starts it on the same lease file.
    pub fn restart(&mut self) {
        self.stop();
        self.child = spawn(&self.net, &self.folder, self.family, &self.environment);
        self.wait_until_it_listens();
    }

    fn wait_until_it_listens(&mut self) {
        let limit = Instant::now() + START_LIMIT;
        // Said when the OMAPI port is open. To look for the port itself takes the kernel longer than
        // dhcpd needs to start: /proc/net/tcp walks through all connections there might be.
        while !self.log().contains("Server starting service.") {
            assert!(self.alive(), "dhcpd ended at once; it said:\n{}", self.log());
            assert!(Instant::now() < limit, "dhcpd does not get to work; it said:\n{}", self.log());
            sleep(Duration::from_millis(2));
        }
        self.leases_at_start = self.leases();
    }
}

impl Drop for Dhcpd {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(net: &Net, folder: &Scratch, family: &str, environment: &[(&'static str, OsString)]) -> Child {
    let log = File::create(folder.join("dhcpd.log")).expect("dhcpd.log made");
    net.command(DHCPD)
        .args([family, "-f", "-d", "-cf"])
        .arg(folder.join("dhcpd.conf"))
        .arg("-lf")
        .arg(folder.join("dhcpd.leases"))
        .arg("-pf")
        .arg(folder.join("dhcpd.pid"))
        .arg("v0")
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle on the log"))
        .stderr(log)
        .spawn()
        .expect("dhcpd starts")
}
