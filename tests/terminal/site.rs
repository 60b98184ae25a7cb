//! A home directory, a rehearsal server behind a gate, and terminals on which omsh runs.

use super::Terminal;
use super::gate::Gate;
use crate::support::OURS;
use crate::support::confs;
use crate::support::net::Net;
use crate::support::rehearsal::RehearsalServer;
use crate::support::scratch::Scratch;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

/// The size of most terminals here.
pub const USUAL: (u16, u16) = (80, 24);
/// A small one.
pub const SMALL: (u16, u16) = (40, 10);

/// What the tests run in; all of it ends when this is dropped.
pub struct Site {
    pub folder: Scratch,
    pub server: Option<RehearsalServer>,
    pub gate: Option<Gate>,
    variables: Vec<(String, OsString)>,
    arguments: Vec<String>,
}

impl Site {
    /// Without a server, and with no files that omsh is told about.
    pub fn without_server() -> Site {
        let folder = Scratch::new();
        fs::create_dir_all(folder.join("home/.config/omsh")).expect("a directory of our own");
        Site { folder, server: None, gate: None, variables: Vec::new(), arguments: Vec::new() }
    }

    /// With a server that wants no key.
    pub fn new() -> Site {
        Self::with_conf(&confs::conf("base"), &confs::leases("in-use"))
    }

    /// With a server that has this dhcpd.conf and these leases.
    pub fn with_conf(conf: &str, leases: &[u8]) -> Site {
        let mut site = Self::without_server();
        site.put("dhcpd.conf", conf).put("dhcpd.leases", leases);
        let log = site.path("log").display().to_string();
        let server = RehearsalServer::start_here(conf, leases, &["--log", &log]);
        let gate = Gate::before(server.address());
        let port = gate.address().port().to_string();
        let files = ["dhcpd.conf", "dhcpd.leases"].map(|name| site.path(name));
        let [conf, leases] = files.map(PathBuf::into_os_string);
        site.variables = vec![
            ("OMSH_SERVER".to_owned(), "127.0.0.1".into()),
            ("OMSH_PORT".to_owned(), port.into()),
            ("OMSH_CONF".to_owned(), conf),
            ("OMSH_LEASES".to_owned(), leases),
        ];
        Site { server: Some(server), gate: Some(gate), ..site }
    }

    /// With more hosts, `h00` to `h59`, than any screen has rows.
    pub fn with_many_hosts() -> Site {
        let host = |host: u8| {
            format!("host h{host:02} {{ hardware ethernet 02:00:00:00:00:{host:02x}; fixed-address 10.1.1.{host}; }}\n")
        };
        let hosts: String = (0..60).map(host).collect();
        Self::with_conf(&format!("omapi-port 7911;\nsubnet 10.1.0.0 netmask 255.255.0.0 {{ }}\n{hosts}"), b"")
    }

    /// One more variable, or another value for one.
    pub fn variable(mut self, name: &str, value: impl Into<OsString>) -> Site {
        self.variables.retain(|(other, _)| other != name);
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Without a variable.
    pub fn without(mut self, name: &str) -> Site {
        self.variables.retain(|(other, _)| other != name);
        self
    }

    /// One more word of the command line.
    pub fn argument(mut self, word: &str) -> Site {
        self.arguments.push(word.to_owned());
        self
    }

    /// The lines that omsh runs at its start.
    pub fn rc(self, lines: &str) -> Site {
        self.put("home/.config/omsh/rc", lines);
        self
    }

    /// Writes a file that only its owner can read.
    pub fn put(&self, name: &str, text: impl AsRef<[u8]>) -> &Site {
        fs::write(self.path(name), text).expect("a file of our own");
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).expect("a file of our own");
        self
    }

    /// Writes a program for omsh to run, and returns where it is.
    pub fn program(&self, name: &str, script: &str) -> String {
        self.put(name, format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o700)).expect("a file of our own");
        self.path(name).display().to_string()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A file of the site, as text; empty when it is not there.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.path(name)).unwrap_or_default()).into_owned()
    }

    pub fn gate(&self) -> &Gate {
        self.gate.as_ref().expect("a site with a server")
    }

    /// The port that omsh is told.
    pub fn port(&self) -> u16 {
        self.gate().address().port()
    }

    /// The prompt with an object, such as `host:web1*`, or with none.
    pub fn prompt(&self, object: &str) -> String {
        let blank = if object.is_empty() { "" } else { " " };
        format!("omsh 127.0.0.1:{}{blank}{object}> ", self.port())
    }

    /// What dhcpd would have written.
    pub fn written(&self) -> String {
        let server = self.server.as_ref().expect("a site with a server");
        String::from_utf8_lossy(&server.leases_written()).into_owned()
    }

    /// Waits until something holds of what dhcpd would have written.
    #[track_caller]
    pub fn wait_until_written(&self, holds: impl Fn(&str) -> bool) {
        let limit = Instant::now() + super::LIMIT;
        while !holds(&self.written()) {
            assert!(Instant::now() < limit, "what was written:\n{}", self.written());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether dhcpd would have a host that was made over the wire.
    pub fn has_host(&self, name: &str) -> bool {
        let written = self.written();
        let last = written.rsplit_once(&format!("host {name} {{"));
        last.is_some_and(|(_, rest)| !rest.split('}').next().unwrap_or_default().contains("deleted;"))
    }

    /// The history file's lines.
    pub fn history(&self) -> Vec<String> {
        self.text(HISTORY).lines().map(str::to_owned).collect()
    }

    /// Omsh as it is started here.
    pub fn command(&self) -> Command {
        self.set_up(Command::new(OURS))
    }

    /// The same in a network of the test's own.
    pub fn command_within(&self, net: &Net) -> Command {
        self.set_up(net.command(OURS))
    }

    fn set_up(&self, mut command: Command) -> Command {
        command.args(&self.arguments).current_dir(self.folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", self.path("home"));
        command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8").env("TZ", "UTC").env("PAGER", "cat");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Omsh on a terminal of the usual size.
    pub fn start(&self) -> Terminal {
        Terminal::start(&self.command(), USUAL)
    }

    /// Omsh on a terminal of another size.
    pub fn start_sized(&self, size: (u16, u16)) -> Terminal {
        Terminal::start(&self.command(), size)
    }

    /// Omsh that has connected, at its prompt.
    #[track_caller]
    pub fn connected(&self) -> Terminal {
        let mut terminal = self.start();
        terminal.ready();
        terminal.wait_for_prompt(&self.prompt(""));
        terminal
    }
}

/// Where the history is, in a [`Site`].
pub const HISTORY: &str = "home/.local/state/omsh/history";

/// The lines that make a host, but for `create`.
pub fn new_host(name: &str, number: u8) -> [String; 4] {
    [
        "new host".to_owned(),
        format!("set name = \"{name}\""),
        format!("set hardware-address = 02:00:00:00:00:{number:02x}"),
        "set hardware-type = 1".to_owned(),
    ]
}

/// Makes a host.
#[track_caller]
pub fn create_host(terminal: &mut Terminal, name: &str, number: u8) -> String {
    for line in new_host(name, number) {
        terminal.run(&line);
    }
    terminal.run("create")
}

/// Opens a host by its name.
#[track_caller]
pub fn open_host(terminal: &mut Terminal, name: &str) {
    terminal.run("new host");
    terminal.run(&format!("set name = \"{name}\""));
    terminal.run("open");
}
