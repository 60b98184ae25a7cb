//! `--wait`: a dhcpd that is just starting.

use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use super::Place;
use crate::fake_server::{Peer, good};
use crate::support::run::End;

/// A port that refuses connections now, and where a server answers from then on.
fn starts_after(delay: Duration) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    drop(listener);
    thread::spawn(move || {
        thread::sleep(delay);
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is ours");
        for stream in listener.incoming().flatten() {
            let stream: TcpStream = stream;
            // An error only says that the client has gone, which is its right.
            thread::spawn(move || good(&mut Peer { stream, key: None }).is_ok());
        }
    });
    port
}

const SOON: Duration = Duration::from_millis(1200);

#[test]
fn a_server_that_is_starting_is_waited_for_by_all_that_connect() {
    let place = Place::new();
    let script = "connect\nnew host\nset name = \"a\"\nopen\n";
    let file = place.put("script", script);
    place.put("dhcpd.conf", "subnet 10.1.0.0 netmask 255.255.0.0 { }\n");
    place.put("dhcpd.leases", "");
    place.put(".config/omsh/config.toml", "[profiles.w]\nwait = 20\n");
    for words in [
        &["raw", "open", "host", "name=a", "--wait", "20"][..],
        &["host", "show", "a", "--wait", "20"],
        &["-c", script, "--wait", "20"],
        &["-f", &file, "--wait", "20"],
        &["raw", "open", "host", "name=a", "--profile", "w"],
        &["-f", &file, "--profile", "w"],
    ] {
        let port = starts_after(SOON).to_string();
        let start = Instant::now();
        let said = place.run(&[words, &["--server", "127.0.0.1", "--port", &port]].concat(), "");
        said.is(0, &[]);
        assert!(start.elapsed() >= SOON / 2, "{words:?} did not wait");
    }
    // A check goes on to its other steps.
    let port = starts_after(SOON).to_string();
    let said = place.run(&["check", "--output", "plain", "--port", &port, "--wait", "20"], "");
    assert!(said.stdout.contains("connection\tok\t"), "{}", said.all());
    // Which setting it is.
    let port = starts_after(Duration::ZERO).to_string();
    let words = ["raw", "open", "host", "name=a", "--port", &port, "--wait", "20", "--explain"];
    place.run(&words, "").is(0, &["wait: 20 s (the option --wait)"]);
}

#[test]
fn the_wait_is_bounded_and_only_for_what_refuses() {
    let place = Place::new();
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address").port();
    let port = nobody.to_string();
    let words = ["host", "show", "a", "--server", "127.0.0.1", "--port", &port];
    let timed = |more: &[&str]| {
        let start = Instant::now();
        place.run(&[&words[..], more].concat(), "").is(3, &["refused"]);
        start.elapsed()
    };
    let without = timed(&[]);
    assert!(without < Duration::from_secs(1), "{without:?}");
    let with = timed(&["--wait", "1.5"]);
    assert!(with >= Duration::from_millis(1500) && with < Duration::from_secs(6), "{with:?}");
    // A name that there is not, and a server that says nothing, are not waited for.
    let start = Instant::now();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = silent.local_addr().expect("its address").port().to_string();
    let words = ["host", "show", "a", "--server", "127.0.0.1", "--port", &port, "--timeout", "0.5", "--wait", "30"];
    place.run(&words, "").is(3, &["no answer within 0.5 s"]);
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    for bad in ["0", "soon", "-1", "86401"] {
        place.run(&["host", "show", "a", &format!("--wait={bad}")], "").is(2, &["--wait", "number of seconds"]);
    }
    place.put(".config/omsh/config.toml", "[profiles.w]\nwait = 0\n");
    place.run(&["host", "show", "a", "--profile", "w"], "").is(2, &["`wait` of the profile w"]);
    place.run(&["profile", "list", "--output", "plain", "--columns", "name,wait"], "").is(0, &["w\t0"]);
}

#[test]
fn ctrl_c_ends_the_wait() {
    use crate::terminal::site::Site;
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address").port();
    let site = Site::without_server().argument("--wait").argument("60");
    let mut terminal = site.start();
    terminal.ready();
    terminal.run("server 127.0.0.1");
    terminal.run(&format!("port {nobody}"));
    let start = Instant::now();
    terminal.line("connect");
    terminal.wait_for("(Ctrl-C stops)");
    terminal.keys("\x03");
    terminal.ready();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    assert!(terminal.contents().contains("interrupted"), "{}", terminal.contents());
    terminal.leave();
    // A command of the command line ends like any other.
    let place = Place::new();
    let port = nobody.to_string();
    let omsh = crate::support::OURS;
    let line = format!("timeout -s INT 1 {omsh} host show a --server 127.0.0.1 --port {port} --wait 60; echo $?");
    let outcome = crate::support::run::Run::program("/bin/sh")
        .named("sh")
        .arguments(["-c", &line])
        .environment("HOME", place.0.path().as_os_str())
        .alone();
    assert_eq!(outcome.end, End::Exit(0));
    assert_eq!(String::from_utf8_lossy(&outcome.stdout).trim(), "124", "it ended by the signal of timeout");
}
