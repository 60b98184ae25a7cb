//! Two dhcpd's in one network, a profile that names both, and proxies before them that can do harm.

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod confs;
pub mod proxy;
pub mod wire;

use super::support::dhcpd::Dhcpd;
use super::support::net::Net;
use super::support::run::{Outcome, Run};
use super::support::scratch::Scratch;
use super::support::{OURS, PYTHON};
use proxy::Proxies;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;
use wire::Witness;

/// Their ports in their network.
pub const PORTS: [u16; 2] = [7911, 7912];

/// From sockets with names, which know no networks, to ports in the network that it runs in.
const RELAY: &str = r#"
import socket, sys, threading
def carry(a, b):
    try:
        while True:
            piece = a.recv(65536)
            if not piece: break
            b.sendall(piece)
    except OSError: pass
    for s in (a, b):
        try: s.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def connect(client, port):
    try: server = socket.create_connection(("127.0.0.1", port))
    except OSError: return client.close()
    server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=carry, args=(server, client), daemon=True).start()
    carry(client, server)
    client.close(); server.close()
def serve(listener, port):
    while True:
        client, _ = listener.accept()
        threading.Thread(target=connect, args=(client, port), daemon=True).start()
for path, port in zip(sys.argv[1::2], sys.argv[2::2]):
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    threading.Thread(target=serve, args=(listener, int(port)), daemon=True).start()
print("up", flush=True)
sys.stdin.read()
"#;

/// Two dhcpd's; both, and what is before them, end when this is dropped.
pub struct Pair {
    pub net: Net,
    pub dhcpds: [Dhcpd; 2],
    pub proxies: Proxies,
    relays: [PathBuf; 2],
    relay: Child,
    folder: Scratch,
}

impl Pair {
    /// Starts them, each with its dhcpd.conf, which says one of [`PORTS`] and a `local-port` of its own; and, when
    /// they want one, with the key that is in this file's text.
    pub fn start(net: &Net, confs: &[String; 2], leases: &[u8], key: Option<&str>) -> Pair {
        let dhcpds = [0, 1].map(|at| Dhcpd::start_in_memory(net, &confs[at], leases));
        let folder = Scratch::new();
        let relays = ["one", "two"].map(|name| folder.join(name));
        let mut command = net.command(PYTHON);
        command.args(["-c", RELAY]);
        for (path, port) in relays.iter().zip(PORTS) {
            command.arg(path).arg(port.to_string());
        }
        let mut relay = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python starts");
        let mut said = String::new();
        BufReader::new(relay.stdout.take().expect("piped")).read_line(&mut said).expect("text");
        assert_eq!(said, "up\n", "the relay does not start");
        let proxies = Proxies::start(relays.clone());

        let home = folder.join("omsh");
        fs::create_dir(&home).expect("a folder of our own");
        if let Some(key) = key {
            fs::write(home.join("key"), key).expect("a file of our own");
            fs::set_permissions(home.join("key"), fs::Permissions::from_mode(0o600)).expect("a file of our own");
        }
        let files = |dhcpd: &Dhcpd| {
            let leases = dhcpd.lease_file();
            format!("conf = '{}'\nleases = '{}'\n", leases.with_file_name("dhcpd.conf").display(), leases.display())
        };
        let [files, partners] = [files(&dhcpds[0]), files(&dhcpds[1])];
        let profile = |name: &str, ports: [u16; 2]| {
            let key = key.map_or("", |_| "key_file = 'key'\n");
            let [one, two] = ports;
            format!(
                "[profiles.{name}]\nserver = '127.0.0.1'\nport = {one}\n{key}{files}\
                 [profiles.{name}.peer]\nserver = '127.0.0.1'\nport = {two}\n{partners}"
            )
        };
        let config = profile("default", PORTS) + &profile("proxies", proxies.ports);
        fs::write(home.join("config.toml"), config).expect("a file of our own");
        fs::create_dir(folder.join("bin")).expect("a folder of our own");
        symlink(OURS, folder.join("bin").join("omsh")).expect("a link of our own");
        Pair { net: net.clone(), dhcpds, proxies, relays, relay, folder }
    }

    /// A run of ours with the profiles.
    pub fn run(&self, line: &str) -> Run {
        let line = line.split_whitespace();
        Run::ours().named("omsh").arguments(line).environment("XDG_CONFIG_HOME", self.folder.path())
    }

    /// Does what a line says, beside the servers.
    pub fn omsh(&self, line: &str) -> Outcome {
        self.run(line).within(&self.net)
    }

    /// Does what a line says, with the proxies between.
    pub fn omsh_through_proxies(&self, line: &str, limit: Duration) -> Outcome {
        self.run(line).environment("OMSH_PROFILE", "proxies").limit(limit).alone()
    }

    /// Has a shell run a command that begins with `omsh`, outside the servers' network.
    pub fn in_a_shell(&self, command: &str) -> Outcome {
        let path = format!("{}:{}", self.folder.join("bin").display(), std::env::var("PATH").unwrap_or_default());
        let command = format!("PATH='{path}'\n{command}");
        let run = Run::program("/bin/sh").named("sh").arguments(["-c", &command]);
        run.environment("XDG_CONFIG_HOME", self.folder.path()).alone()
    }

    /// A client of a server that is not omsh.
    pub fn witness(&self, server: usize) -> Witness {
        Witness::connect(&self.relays[server]).expect("dhcpd takes connections")
    }

    /// Where the folder for its files is.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The last block of a lease file with these first words, a line each.
    pub fn block(&self, server: usize, head: &str) -> Option<Vec<String>> {
        let leases = String::from_utf8(self.dhcpds[server].leases()).expect("text");
        let start = leases.rfind(&format!("\n{head} {{\n"))? + 1;
        let lines = leases[start..].lines().skip(1).take_while(|line| *line != "}").map(|line| line.trim().to_owned());
        Some(lines.collect())
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = self.relay.kill();
        let _ = self.relay.wait();
    }
}
