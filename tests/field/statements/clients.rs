//! A dhcpd, commands beside it, and clients that ask it for offers.

use std::path::PathBuf;

use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::run::{End, Outcome, Run};
use crate::support::{OURS, PYTHON};

const CLIENTS: &str = include_str!("clients.py");

/// What every server here has: options and a space of the site's own.
pub const CONF: &str = r#"
omapi-port 7911;
ping-check false;
ddns-update-style none;
option own-text code 209 = text;
option own-raw code 210 = string;
option own-flag code 211 = boolean;
option own-list code 224 = array of unsigned integer 8;
option own-record code 225 = { unsigned integer 16, ip-address, text };
option own-addresses code 226 = array of ip-address;
option own-domains code 227 = domain-list;
option own-number code 231 = signed integer 32;
option space ZTP;
option ZTP.file code 1 = text;
option ZTP.number code 2 = unsigned integer 16;
option own-encapsulated code 228 = encapsulate ZTP;
option own-seen code 230 = string;
subnet 10.1.0.0 netmask 255.255.0.0 { }
"#;

/// The options that clients ask for: domain-name, root-path, and all of the site's own.
const ASKED: [&str; 11] = ["15", "17", "209", "210", "211", "224", "225", "226", "227", "228", "231"];

/// What clients send: vendor class (60), user class (77), host name (12) and own-seen (230), in hexadecimal.
pub const CLIENT_OPTIONS: [&str; 12] = [
    "-",
    "3c03505845",
    "3c09505845436c69656e74",
    "4d0175",
    "3c035058454d0175",
    "0c0168",
    "3c035058450c0168",
    "4d01750c0168",
    "3c09505845436c69656e744d01750c0168",
    "e60105",
    "3c03505845e60105",
    "4d0176e601070c0168",
];

/// A host that is told by its hardware address and has a fixed one.
#[derive(Clone, Debug)]
pub struct Host {
    pub name: String,
    pub mac: String,
    pub ip: String,
    pub statements: String,
}

impl Host {
    /// The host of that number.
    pub fn new(number: usize, statements: impl Into<String>) -> Host {
        let (high, low) = (number / 200, number % 200 + 1);
        Host {
            name: format!("h{number}"),
            mac: format!("02:00:00:01:{high:02x}:{low:02x}"),
            ip: format!("10.1.{}.{low}", high + 2),
            statements: statements.into(),
        }
    }

    /// As dhcpd.conf declares it.
    pub fn declared(&self) -> String {
        let Host { name, mac, ip, statements } = self;
        format!("host {name} {{ hardware ethernet {mac}; fixed-address {ip}; {statements} }}\n")
    }

    /// As omshell makes it.
    pub fn script(&self) -> String {
        let Host { name, mac, ip, statements } = self;
        let statements = statements.replace('\\', "\\\\").replace('"', "\\\"");
        format!(
            "new host\nset name = \"{name}\"\nset hardware-address = {mac}\nset hardware-type = 1\nset ip-address = {ip}\n\
             set statements = \"{statements}\"\ncreate\n"
        )
    }

    /// As a line of CSV, under `name,mac,addresses,statements`.
    pub fn line(&self) -> String {
        let Host { name, mac, ip, statements } = self;
        format!("{name},{mac},{ip},\"{}\"\n", statements.replace('"', "\"\""))
    }
}

/// A CSV file of hosts.
pub fn csv(hosts: &[Host]) -> String {
    "name,mac,addresses,statements\n".to_owned() + &hosts.iter().map(Host::line).collect::<String>()
}

/// A script for omshell that makes hosts.
pub fn script(hosts: &[Host]) -> String {
    "connect\n".to_owned() + &hosts.iter().map(Host::script).collect::<String>()
}

/// A dhcpd in a network of its own.
pub struct Server<'n> {
    net: &'n Net,
    pub dhcpd: Dhcpd,
}

impl<'n> Server<'n> {
    pub fn start(net: &'n Net, conf: &str) -> Server<'n> {
        Server { net, dhcpd: Dhcpd::start_in_memory(net, conf, b"") }
    }

    pub fn conf_file(&self) -> PathBuf {
        self.dhcpd.lease_file().with_file_name("dhcpd.conf")
    }

    /// Runs a program beside it.
    pub fn run(&self, run: Run) -> Outcome {
        run.within(self.net)
    }

    /// Runs omsh beside it, which knows where its files are.
    pub fn omsh(&self, words: &[&str], stdin: &str) -> Outcome {
        let run = Run::program(OURS).named("omsh").arguments(words).stdin(stdin);
        self.run(run.environment("OMSH_CONF", self.conf_file()).environment("OMSH_LEASES", self.dhcpd.lease_file()))
    }

    /// Runs omsh as on another machine: no dhcpd.conf of this server is there.
    pub fn omsh_elsewhere(&self, words: &[&str], stdin: &str) -> Outcome {
        self.run(Run::program(OURS).named("omsh").arguments(words).stdin(stdin))
    }

    /// What each host is offered when it asks as each of the clients does: a line an answer, host by host.
    pub fn offers(&self, hosts: &[Host]) -> Vec<String> {
        let ask = |host: &Host| CLIENT_OPTIONS.map(|options| format!("{} {options}\n", host.mac)).concat();
        let input: String = hosts.iter().map(ask).collect();
        let arguments = ["-c", CLIENTS, "v1"].into_iter().chain(ASKED);
        let outcome = self.run(Run::program(PYTHON).named("python3").arguments(arguments).stdin(input));
        let answers: Vec<String> = text(&outcome.stdout).lines().map(str::to_owned).collect();
        assert_eq!(outcome.end, End::Exit(0), "the clients: {}\n{}", text(&outcome.stderr), self.dhcpd.log());
        assert_eq!(answers.len(), hosts.len() * CLIENT_OPTIONS.len(), "answers");
        answers
    }
}

/// Bytes as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The answers of one host among those of all.
pub fn of_host(answers: &[String], number: usize) -> &[String] {
    &answers[number * CLIENT_OPTIONS.len()..][..CLIENT_OPTIONS.len()]
}

/// What differs, for people: the statements, and each client that is offered something else.
pub fn differences(hosts: &[Host], expected: &[String], got: &[String]) -> Vec<String> {
    let mut report = Vec::new();
    for (number, host) in hosts.iter().enumerate() {
        let pairs = of_host(expected, number).iter().zip(of_host(got, number)).zip(CLIENT_OPTIONS);
        for ((expected, got), client) in pairs.filter(|((expected, got), _)| expected != got).take(1) {
            report.push(format!(
                "{}: {}\n  a client that sends {client}\n  expected {expected}\n  got      {got}",
                host.name, host.statements
            ));
        }
    }
    report
}
