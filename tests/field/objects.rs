//! Hosts, leases and raw objects of every kind on a live server: what a word stands for, and what a server keeps.

mod hosts;
mod leases;
mod names;
mod raw;
mod read_back;
mod six;

use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;
use crate::support::run::{End, Outcome, Run};

/// One subnet, with classes that leases can count for.
const CONF: &str = "omapi-port 7911;\nddns-update-style none;\n\
    class \"by-mac\" { match hardware; lease limit 4; }\nsubclass \"by-mac\" 1:52:54:00:00:00:09;\n\
    class \"other\" { match hardware; }\n\
    subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.10 10.1.1.250; }\n\
    subnet 10.1.0.0 netmask 255.255.255.0 { }\n";

/// A dhcpd, and ours beside it with its files at hand.
struct Lab {
    net: Net,
    dhcpd: Dhcpd,
}

impl Lab {
    fn start(conf: &str, leases: &str) -> Lab {
        let net = Net::new();
        let dhcpd = Dhcpd::start_in_memory(&net, conf, leases.as_bytes());
        Lab { net, dhcpd }
    }

    /// Of DHCPv6, with `2001:db8:1::/64` on its interface.
    fn start6(conf: &str) -> Lab {
        let net = Net::new();
        net.add_address("2001:db8:1::1/64");
        let dhcpd = Dhcpd::start6(&net, conf);
        Lab { net, dhcpd }
    }

    /// Does what a line says, with dhcpd's files.
    fn omsh(&self, line: &str) -> Said {
        let leases = self.dhcpd.lease_file();
        let conf = leases.with_file_name("dhcpd.conf");
        let run = Run::ours().named("omsh").arguments(words(line));
        Said::of(line, run.environment("OMSH_CONF", conf).environment("OMSH_LEASES", leases).within(&self.net))
    }

    /// The same as somebody who has the server's OMAPI port and nothing else.
    fn omsh_from_afar(&self, line: &str) -> Said {
        let run = Run::ours().named("omsh").arguments(words(line));
        let nothing = "nonexistent";
        Said::of(line, run.environment("OMSH_CONF", nothing).environment("OMSH_LEASES", nothing).within(&self.net))
    }
}

/// The words of a line; blanks that belong to one are written as `~`.
fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(|word| word.replace('~', " ")).collect()
}

/// What came of a line.
struct Said {
    line: String,
    stdout: String,
    stderr: String,
    end: End,
}

impl Said {
    fn of(line: &str, outcome: Outcome) -> Said {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Said { line: line.to_owned(), stdout: text(outcome.stdout), stderr: text(outcome.stderr), end: outcome.end }
    }

    #[track_caller]
    fn exits(self, status: i32) -> Said {
        let Said { line, stdout, stderr, end } = &self;
        assert_eq!(*end, End::Exit(status), "omsh {line}\nstdout:\n{stdout}\nstderr:\n{stderr}");
        self
    }

    /// All of stdout.
    #[track_caller]
    fn says(self, expected: &str) -> Said {
        let Said { line, stdout, stderr, .. } = &self;
        assert_eq!(stdout, expected, "stdout of omsh {line}\nstderr:\n{stderr}");
        self
    }

    /// Each of these is somewhere on stdout.
    #[track_caller]
    fn has<const N: usize>(self, parts: [&str; N]) -> Said {
        for part in parts {
            assert!(self.stdout.contains(part), "omsh {}: no {part:?} in\n{}{}", self.line, self.stdout, self.stderr);
        }
        self
    }

    /// Each of these is somewhere on stderr.
    #[track_caller]
    fn explains<const N: usize>(self, parts: [&str; N]) -> Said {
        for part in parts {
            assert!(self.stderr.contains(part), "omsh {}: no {part:?} in\n{}{}", self.line, self.stderr, self.stdout);
        }
        self
    }
}

/// A block of a lease file: address, binding state, `hardware` and whatever else, with an end to come.
fn lease(last: u8, state: &str, hardware: &str, more: &str) -> String {
    format!(
        "lease 10.1.1.{last} {{\n  starts 2 2026/12/01 00:00:00;\n  ends 2 2036/12/02 00:00:00;\n  cltt 2 2026/12/01 00:00:00;\n  \
         binding state {state};\n  next binding state free;\n  rewind binding state free;\n  hardware {hardware};\n  {more}\n}}\n"
    )
}
