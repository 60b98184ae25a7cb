//! `omsh apply` where a host that gives up its address is not what it was, is not let go of it, or is lost on the way: what
//! is half done is told as that, nobody takes an address that is not free, and what is gone is made again.

mod fake_server;
mod support;

use std::fs;
use std::io::Write;
use std::sync::{Arc, Mutex};

use fake_server::message::{Answer, DELETE, OPEN, Request, UPDATE, Values, value, values};
use fake_server::serve;
use support::run::{End, Run};
use support::scratch::Scratch;

/// What happens when `a` is changed.
#[derive(Clone, Copy, PartialEq)]
enum Twist {
    /// From then on somebody else has it.
    Meddled,
    /// The server does not do it.
    Refused,
    /// The server ends when it has removed it, to write it anew.
    Dies,
    /// The server does not make it with the address that is wanted.
    NotMade,
}

/// Two hosts, `a` and `b`, by their hardware addresses and addresses; handles are their places, from 1 on.
struct Hosts {
    all: [(u8, Vec<u8>); 2],
    twist: Twist,
    /// The handles of those that were to be changed.
    updates: Vec<u32>,
    /// `a` is not there.
    is_gone: bool,
    /// What was made.
    made: Values,
}

impl Hosts {
    fn answer(&mut self, asked: &Request) -> Answer {
        let found = match asked.op {
            OPEN => self.find(asked),
            _ => Some(asked.handle as usize - 1),
        };
        let mut answer = Answer::to(asked);
        if asked.op == DELETE {
            self.is_gone = true;
            answer.becomes_status(Some(&[0; 4]));
            return answer;
        }
        if value(&asked.message, "create").is_some() {
            if self.twist == Twist::NotMade && value(&asked.object, "ip-address") == Some(&[10, 1, 1, 2]) {
                answer.becomes_status(Some(&[0, 0, 0, 6]));
                return answer;
            }
            self.is_gone = false;
            self.made = asked.object.clone();
            return answer;
        }
        match (asked.op, found) {
            (OPEN, Some(at)) => {
                let (mac, addresses) = &self.all[at];
                let name: &[u8] = if at == 0 { b"a" } else { b"b" };
                let (hardware, kind) = ([2, 0, 0, 0, 0, *mac], [0, 0, 0, 1]);
                answer.handle = at as u32 + 1;
                answer.object = values(&[("name", name), ("hardware-address", &hardware), ("hardware-type", &kind)]);
                answer.object.extend(values(&[("ip-address", addresses)]));
            }
            (OPEN, None) => answer.becomes_status(Some(&[0, 0, 0, 23])),
            (UPDATE, Some(at)) => {
                self.updates.push(asked.handle);
                if at == 0 && self.twist == Twist::Refused {
                    answer.becomes_status(Some(&[0, 0, 0, 6]));
                    return answer;
                }
                if at == 0 && self.twist == Twist::Dies {
                    self.is_gone = true;
                    return answer;
                }
                self.all[at].1 = value(&asked.object, "ip-address").unwrap_or_default().to_vec();
                if at == 0 && self.twist == Twist::Meddled {
                    self.all[at].0 = 9;
                }
                answer.becomes_status(Some(&[0; 4]));
            }
            _ => answer.becomes_status(Some(&[0, 0, 0, 25])),
        }
        answer
    }

    fn find(&self, asked: &Request) -> Option<usize> {
        let found = match (value(&asked.object, "name"), value(&asked.object, "hardware-address")) {
            (Some(name), _) => [b"a", b"b"].iter().position(|known| *known == name),
            (None, Some(hardware)) => self.all.iter().position(|(mac, _)| Some(mac) == hardware.last()),
            _ => None,
        };
        found.filter(|at| !(self.is_gone && *at == 0))
    }
}

/// Applies a table with these rows to a server with the two hosts; returns what was said, and the hosts.
fn apply(twist: Twist, rows: &str) -> (String, Hosts) {
    let all = [(1, vec![10, 1, 1, 1]), (2, vec![10, 1, 1, 2])];
    let hosts = Arc::new(Mutex::new(Hosts { all, twist, updates: Vec::new(), is_gone: false, made: Values::new() }));
    let port = serve({
        let hosts = hosts.clone();
        move |peer| {
            let mut asked = peer.first_request()?;
            loop {
                let mut hosts = hosts.lock().expect("no panic there");
                let was_gone = hosts.is_gone;
                let answer = hosts.answer(&asked);
                if hosts.twist == Twist::Dies && hosts.is_gone && !was_gone {
                    return Ok(());
                }
                drop(hosts);
                peer.stream.write_all(&answer.bytes())?;
                asked = peer.request()?;
            }
        }
    });
    let folder = Scratch::new();
    let wanted = folder.join("wanted.csv");
    fs::write(&wanted, format!("name,mac,addresses,group,statements\n{rows}")).expect("a file of our own");
    let words = ["apply", wanted.to_str().expect("text"), "--yes", "--server", "127.0.0.1", "--timeout", "5", "--port"];
    let outcome = Run::ours().named("omsh").arguments(words).arguments([port.to_string()]).alone();
    let said = String::from_utf8_lossy(&[outcome.stdout.as_slice(), &outcome.stderr].concat()).into_owned();
    assert_eq!(outcome.end, End::Exit(1), "{said}");
    let hosts = hosts.lock().expect("no panic there");
    let Hosts { all, updates, is_gone, made, .. } = &*hosts;
    (said, Hosts { all: all.clone(), twist, updates: updates.clone(), is_gone: *is_gone, made: made.clone() })
}

#[test]
fn a_host_that_somebody_changes_when_it_has_given_up_its_address_is_half_done() {
    let (said, hosts) = apply(Twist::Meddled, "a,02:00:00:00:00:01,10.1.1.2,,\nb,02:00:00:00:00:02,10.1.1.1,,\n");
    let expected = "cannot change the host a: somebody else has changed or removed it on 127.0.0.1";
    assert!(said.contains(expected), "{said}");
    assert!(said.contains("meanwhile; it is half done, and the same command, given again, goes on with it"), "{said}");
    assert_eq!(hosts.all[1].1, [10, 1, 1, 1], "b has its own: {said}");
}

#[test]
fn nobody_takes_an_address_before_it_is_known_that_it_was_given_up() {
    let (said, hosts) = apply(Twist::Refused, "a,02:00:00:00:00:01,10.1.1.9,,\nb,02:00:00:00:00:02,10.1.1.1,,\n");
    assert!(said.contains("cannot change the host b: the host a has not given up its address"), "{said}");
    assert_eq!(hosts.all, [(1, vec![10, 1, 1, 1]), (2, vec![10, 1, 1, 2])], "{said}");
    assert_eq!(hosts.updates, [1], "b was not to be changed: {said}");
}

#[test]
fn a_host_that_is_gone_when_the_server_is_back_is_made_again_and_what_is_missing_is_told() {
    let (said, hosts) = apply(Twist::Dies, "a,02:00:00:00:00:01,10.1.1.9,,\n");
    assert!(said.contains("it is made again as it was, but for a group and statements of its own"), "{said}");
    assert_eq!(value(&hosts.made, "name"), Some(b"a".as_slice()), "{said}");
    assert_eq!(value(&hosts.made, "hardware-address"), Some([2, 0, 0, 0, 0, 1].as_slice()), "{said}");
    assert_eq!(value(&hosts.made, "ip-address"), Some([10, 1, 1, 1].as_slice()), "{said}");
    assert!(!hosts.is_gone, "{said}");
}

#[test]
fn a_host_that_cannot_be_made_anew_comes_back_without_the_address_that_another_has_got() {
    let (said, hosts) = apply(Twist::NotMade, "a,02:00:00:00:00:09,10.1.1.2,,\nb,02:00:00:00:00:02,10.1.1.1,,\n");
    assert!(said.contains("it is there again, without the addresses that other hosts have got"), "{said}");
    assert_eq!(hosts.all[1].1, [10, 1, 1, 1], "b has it: {said}");
    assert_eq!(value(&hosts.made, "hardware-address"), Some([2, 0, 0, 0, 0, 1].as_slice()), "{said}");
    assert_eq!(value(&hosts.made, "ip-address"), None, "{said}");
}
