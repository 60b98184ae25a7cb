//! Servers that take their time: what is shown meanwhile, and how one gets away.

mod support;
mod terminal;

use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use terminal::gate::Harm;
use terminal::site::Site;
use terminal::{Terminal, assert_said, assert_unsaid, key};

/// A server that takes connections and says nothing.
fn silent_server() -> (u16, Arc<Mutex<Vec<TcpStream>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let kept = Arc::new(Mutex::new(Vec::new()));
    let taken = kept.clone();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            taken.lock().expect("nobody panics").push(client);
        }
    });
    (port, kept)
}

const SPINNER: &str = "(Ctrl-C stops)";
/// What is done at once may take on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(2);

#[test]
fn waiting_is_shown_after_a_second_and_is_gone_afterwards() {
    let (port, _kept) = silent_server();
    let site = Site::without_server().argument("--timeout").argument("4");
    let mut terminal = site.start();
    terminal.run("server 127.0.0.1");
    terminal.run(&format!("port {port}"));
    terminal.ready();
    let start = Instant::now();
    terminal.line("connect");
    terminal.wait_for(&format!("waiting for 127.0.0.1 port {port}, 1 s {SPINNER}"));
    assert!(start.elapsed() >= Duration::from_millis(900), "{:?}", start.elapsed());
    terminal.wait_for(&format!("waiting for 127.0.0.1 port {port}, 2 s {SPINNER}"));
    terminal.ready();
    assert_unsaid(&terminal.contents(), SPINNER);
    assert_said(&terminal.contents(), &format!("127.0.0.1 port {port}"));
    assert_eq!(terminal.prompt(), "omsh> ");
}

/// Ctrl-C, when the sign of a long wait is there: the prompt comes at once.
#[track_caller]
fn stop_waiting(terminal: &mut Terminal) {
    terminal.wait_for(SPINNER);
    let start = Instant::now();
    terminal.keys(key::CTRL_C);
    terminal.ready();
    assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
    assert_said(&terminal.printed().to_lowercase(), "interrupted");
}

#[test]
fn ctrl_c_stops_waiting_for_a_connection() {
    let (port, _kept) = silent_server();
    let site = Site::without_server();
    let mut terminal = site.start();
    terminal.run("server 127.0.0.1");
    terminal.run(&format!("port {port}"));
    terminal.ready();
    terminal.line("connect");
    stop_waiting(&mut terminal);
    assert_unsaid(&terminal.contents(), SPINNER);
    assert_eq!(terminal.prompt(), "omsh> ");
    assert_said(&terminal.run("help"), "connect");
}

#[test]
fn ctrl_c_stops_the_start_as_well() {
    let (port, _kept) = silent_server();
    let site = Site::without_server().variable("OMSH_SERVER", "127.0.0.1").variable("OMSH_PORT", port.to_string());
    let mut terminal = site.start();
    terminal.wait_for(SPINNER);
    terminal.keys(key::CTRL_C);
    terminal.ready();
    assert_eq!(terminal.prompt(), "omsh> ");
}

#[test]
fn ctrl_c_stops_waiting_for_an_answer_and_the_next_command_connects_again() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.run("set name = \"static1\"");
    site.gate().next(Harm::Silence);
    terminal.ready();
    terminal.line("open");
    stop_waiting(&mut terminal);
    assert_said(&terminal.run("open"), "ip-address = 10.1.1.5");
    assert_eq!(terminal.prompt(), site.prompt("host:static1"));
}

#[test]
fn ctrl_c_stops_a_one_shot_command() {
    let site = Site::new();
    let mut terminal = site.connected();
    site.gate().next(Harm::Silence);
    terminal.line("host show static1");
    terminal.wait_for(SPINNER);
    let start = Instant::now();
    terminal.keys(key::CTRL_C);
    terminal.ready();
    assert!(start.elapsed() < AT_ONCE, "{:?}", start.elapsed());
    assert_said(&terminal.run("host show static1"), "10.1.1.5");
}

#[test]
fn what_is_quick_shows_no_sign() {
    let site = Site::new();
    let mut terminal = site.connected();
    site.gate().delay(Duration::from_millis(100));
    terminal.run_all(&["new host", "set name = \"static1\"", "open", "refresh", "close", "host show static1"]);
    assert_unsaid(&String::from_utf8_lossy(&terminal.raw()), SPINNER);
}

#[test]
fn keys_that_are_typed_meanwhile_are_the_next_line() {
    let site = Site::new();
    let mut terminal = site.connected();
    site.gate().delay(Duration::from_millis(400));
    terminal.run("new host");
    terminal.run("set name = \"static1\"");
    terminal.ready();
    terminal.keys("open\rclose\r");
    let limit = Instant::now() + terminal::LIMIT;
    while site.history().last().map(String::as_str) != Some("close") {
        assert!(Instant::now() < limit, "{:?}; the screen:\n{}", site.history(), terminal.screen().join("\n"));
        thread::sleep(Duration::from_millis(10));
    }
    terminal.wait_for_prompt(&site.prompt(""));
}

#[test]
fn a_time_out_is_a_sentence() {
    let site = Site::new().argument("--timeout").argument("1");
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.run("set name = \"static1\"");
    site.gate().next(Harm::Silence);
    let said = terminal.run("open");
    assert_said(&said, "1 s");
    assert_unsaid(&terminal.contents(), SPINNER);
    assert_said(&terminal.run("open"), "ip-address = 10.1.1.5");
}

#[test]
fn a_terminal_without_utf_8_has_a_plain_sign() {
    let (port, _kept) = silent_server();
    let site = Site::without_server().variable("LANG", "C").argument("--timeout").argument("3");
    let mut terminal = site.start();
    terminal.run("server 127.0.0.1");
    terminal.run(&format!("port {port}"));
    terminal.ready();
    terminal.line("connect");
    terminal.wait_for(SPINNER);
    terminal.keys(key::CTRL_C);
    terminal.ready();
    assert!(terminal.raw().is_ascii());
}
