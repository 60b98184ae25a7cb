//! The session that README shows: 20 tasks of an administrator beside a real dhcpd, typed on a terminal.
//!
//! `OMSH_RECORD=1 cargo test --test terminal_session` writes what comes of them into `tests/terminal/session.txt` and
//! into README.md, for a review to look at.

mod support;
mod terminal;

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::confs;
use support::dhcpd::Dhcpd;
use support::net::Net;
use terminal::key::TAB;
use terminal::site::Site;
use terminal::{LIMIT, QUESTION, Terminal};

/// So tall that nothing is scrolled away or goes to a pager.
const SIZE: (u16, u16) = (100, 400);

/// What is typed. A `\t` is a Tab; a line behind `?` answers a question.
const TASKS: [(&str, &[&str]); 20] = [
    ("see how full the subnets are", &["subnets --columns subnet,percent,used,free"]),
    ("find out who has an address", &["find 10.1.1.7"]),
    ("find a free address", &["free 10.1.1.0/24 -n 1"]),
    ("add a host", &["host add web1 --mac 5254.00aa.bbcc --ip 10.1.1.251"]),
    ("look it up without typing its name", &["host show w\t"]),
    ("open it as omshell does", &["new host", "set name = \"web1\"", "open"]),
    ("change its address", &["set ip-address = 10.1.1.252", "update"]),
    ("be told what is wrong", &["set ip-address 10.1.1.253", "opne"]),
    ("take the change back", &["undo", "?y"]),
    ("see what omshell would show", &["show raw", "close"]),
    ("look at a lease", &["new lease", "set ip-address = 10.1.1.22", "open", "close"]),
    ("send a listing to another program", &["leases state=active --columns address,mac,hostname | grep laptop"]),
    ("keep an address for its client", &["lease reserve 10.1.1.23"]),
    ("send it to a file", &["hosts --output csv > hosts.csv"]),
    ("run a command of the system", &["!wc -l hosts.csv"]),
    ("make a word for what is asked often", &["alias gone=leases state=free --columns address,mac", "gone"]),
    ("change one host in one line", &["host set web1 --ip 10.1.1.253"]),
    ("see what was written, as a script that takes it back", &["changes", "changes --reverse > back.oms"]),
    ("remove a host, when it is sure that you want to", &["host remove web1", "?y"]),
    ("be helped", &["help undo", "quit"]),
];

#[test]
fn the_session_of_the_readme_is_a_real_one() {
    let transcript = run();
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let (path, readme) = (here.join("tests/terminal/session.txt"), here.join("README.md"));
    let text = fs::read_to_string(&readme).expect("a README");
    let (start, end) = ("<!-- session: tests/terminal_session.rs writes this -->\n", "<!-- end of the session -->\n");
    let from = text.find(start).expect("a place for the session in README.md") + start.len();
    let to = text.find(end).expect("an end of the session in README.md");
    let block: String = transcript.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect();
    let block = format!("\n{block}\n");
    if std::env::var_os("OMSH_RECORD").is_some() {
        fs::write(&path, &transcript).expect("a file of the project");
        fs::write(&readme, format!("{}{block}{}", &text[..from], &text[to..])).expect("a file of the project");
        return;
    }
    let recorded = fs::read_to_string(&path).expect("a transcript");
    assert_eq!(timeless(&transcript), timeless(&recorded), "OMSH_RECORD=1 writes it anew");
    assert_eq!(timeless(&text[from..to]), timeless(&block), "README.md shows another session");
}

/// Carries the tasks out, and returns what stands on the terminal at the end.
fn run() -> String {
    let net = Net::new();
    let conf = confs::conf("key-md5");
    let dhcpd = Dhcpd::start(&net, &conf, &confs::leases("in-use"));
    let site = Site::without_server();
    site.put("dhcpd.conf", &conf);
    let (conf, leases) = (site.path("dhcpd.conf"), dhcpd.lease_file());
    let shown = |path: &PathBuf| path.display().to_string();
    let names = [(shown(&conf), "/etc/dhcp/dhcpd.conf"), (shown(&leases), "/var/lib/dhcp/dhcpd.leases")];
    let site = site.variable("OMSH_CONF", conf).variable("OMSH_LEASES", leases);
    let mut terminal = Terminal::start(&site.command_within(&net), SIZE);
    terminal.ready();
    for line in TASKS.iter().flat_map(|(_, lines)| lines.iter()) {
        match line.strip_prefix('?') {
            Some(answer) => {
                let limit = Instant::now() + LIMIT;
                while !terminal.prompt().trim_end().ends_with(QUESTION) {
                    assert!(Instant::now() < limit, "no question: {}", terminal.contents());
                    sleep(Duration::from_millis(5));
                }
                terminal.line(answer);
            }
            None => {
                terminal.ready();
                for (at, part) in line.split('\t').enumerate() {
                    if at > 0 {
                        terminal.keys(TAB);
                        terminal.quiet();
                    }
                    terminal.keys(part);
                }
                terminal.quiet();
                terminal.line("");
            }
        }
    }
    terminal.wait_exit();
    let mut text = terminal.contents();
    for (path, name) in names {
        text = text.replace(&path, name);
    }
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}

/// The text without how far off times are, which is another one each day.
fn timeless(text: &str) -> String {
    let mut parts = text.split(" (");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inner, rest) = part.split_once(')').unwrap_or((part, ""));
        let is_distance = inner.starts_with("in ") || inner.ends_with(" ago");
        if is_distance {
            kept += rest;
        } else {
            kept += &format!(" ({part}");
        }
    }
    kept
}
