//! Kea's DHCPv4 server, which judges configurations and serves a [`Net`].

use super::support::net::Net;
use super::support::scratch::Scratch;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Kea's DHCPv4 server, as Debian installs it.
const KEA: &str = "/usr/sbin/kea-dhcp4";

const START_LIMIT: Duration = Duration::from_secs(20);

/// Fails, with the remedy, when the machine lacks it.
pub fn require_kea() {
    assert!(
        Path::new(KEA).exists(),
        "these tests drive the real kea-dhcp4, and {KEA} is missing; on Debian or Ubuntu:\n\
         apt-get install -y kea-dhcp4-server"
    );
}

/// What `kea-dhcp4 -t` says of a configuration: nothing where it is sound.
pub fn complaints(config: &[u8]) -> String {
    require_kea();
    let folder = Scratch::new();
    let path = folder.join("kea.conf");
    fs::write(&path, config).expect("a file of our own");
    let output = with_places(Command::new(KEA), &folder).arg("-t").arg(&path).output().expect("kea-dhcp4 runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let complaints: Vec<&str> = said.lines().filter(|line| !line.contains(" INFO ")).collect();
    match output.status.success() {
        true => complaints.join("\n"),
        false => format!("{}\n{}", output.status, complaints.join("\n")),
    }
}

/// Kea without places that belong to the machine's own.
fn with_places(mut command: Command, folder: &Scratch) -> Command {
    command.env("KEA_LOCKFILE_DIR", "none").env("KEA_PIDFILE_DIR", folder.path());
    command
}

/// A running kea-dhcp4 with its files in a directory of its own; killed when dropped, and when the thread that started
/// it ends.
pub struct Kea {
    folder: Scratch,
    child: Child,
}

impl Kea {
    /// Starts it with a configuration, in which it gets a lease file with that content and a socket for questions, and
    /// waits until it serves.
    pub fn start(net: &Net, config: &[u8], leases: &[u8]) -> Kea {
        require_kea();
        let folder = Scratch::new();
        let mut config: serde_json::Value = serde_json::from_slice(config).expect("JSON");
        let lease_file = folder.join("leases.csv");
        fs::write(&lease_file, leases).expect("a file of our own");
        let text = |path: std::path::PathBuf| path.display().to_string();
        config["Dhcp4"]["lease-database"]["name"] = text(lease_file).into();
        config["Dhcp4"]["control-socket"] =
            serde_json::json!({ "socket-type": "unix", "socket-name": text(folder.join("socket")) });
        fs::write(folder.join("kea.conf"), config.to_string()).expect("a file of our own");
        let log = File::create(folder.join("log")).expect("a file of our own");
        let child = with_places(net.command(KEA), &folder)
            .arg("-c")
            .arg(folder.join("kea.conf"))
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle on the log"))
            .stderr(log)
            .spawn()
            .expect("kea-dhcp4 starts");
        let mut kea = Kea { folder, child };
        let limit = Instant::now() + START_LIMIT;
        while !kea.log().contains("DHCP4_STARTED") {
            let is_alive = kea.child.try_wait().expect("our own child").is_none();
            assert!(is_alive, "kea-dhcp4 ended at once; it said:\n{}", kea.log());
            assert!(Instant::now() < limit, "kea-dhcp4 does not get to work; it said:\n{}", kea.log());
            sleep(Duration::from_millis(5));
        }
        kea
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.folder.join("log")).unwrap_or_default()).into_owned()
    }

    /// The answer to a command without arguments.
    pub fn ask(&self, command: &str) -> serde_json::Value {
        let mut socket = UnixStream::connect(self.folder.join("socket")).expect("Kea's socket");
        socket.set_read_timeout(Some(START_LIMIT)).expect("a time-out");
        write!(socket, "{{ \"command\": \"{command}\" }}").expect("it reads");
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).expect("it answers");
        serde_json::from_slice(&answer).expect("JSON")
    }
}

impl Drop for Kea {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
