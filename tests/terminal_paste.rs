//! Many lines at once, out of the clipboard.

mod support;
mod terminal;

use std::fmt::Write;
use std::time::{Duration, Instant};

use terminal::gate::Harm;
use terminal::site::{SMALL, Site, new_host};
use terminal::{QUESTION, Terminal, assert_said, assert_unsaid, key};

/// Pastes lines, as a terminal does that brackets what is pasted.
fn paste(terminal: &mut Terminal, lines: &[String]) {
    terminal.ready();
    // A terminal sends what Enter sends.
    terminal.keys(&format!("\x1b[200~{}\x1b[201~", lines.join("\r")));
}

/// The same and Enter.
fn paste_and_enter(terminal: &mut Terminal, lines: &[String]) {
    paste(terminal, lines);
    terminal.line("");
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

#[test]
fn nothing_that_is_pasted_is_run_before_enter() {
    let site = Site::new();
    let mut terminal = site.connected();
    paste(&mut terminal, &owned(&["new host", "set name = \"web1\""]));
    terminal.quiet();
    assert_unsaid(&terminal.all(), "* name");
    assert!(terminal.is_editing());
    terminal.line("");
    terminal.wait_for_prompt(&site.prompt("host:web1*"));
    assert_said(&terminal.all(), "* name = \"web1\"");
}

#[test]
fn each_line_is_run_after_its_prompt() {
    let site = Site::new();
    let mut terminal = site.connected();
    let lines: Vec<String> = new_host("web1", 1).into_iter().chain(owned(&["create", "close"])).collect();
    paste_and_enter(&mut terminal, &lines);
    site.wait_until_written(|written| written.contains("host web1"));
    terminal.ready();
    terminal.wait_for_prompt(&site.prompt(""));
    let all = terminal.all();
    for (object, line) in [
        ("", "new host"),
        ("host", "set name = \"web1\""),
        ("host:web1*", "set hardware-address = 02:00:00:00:00:01"),
        ("host:web1*", "create"),
        ("host:web1", "close"),
    ] {
        assert_said(&all, &format!("{}{line}\n", site.prompt(object)));
    }
    assert_unsaid(&all, "stopped");
}

#[test]
fn one_pasted_line_is_a_line() {
    let site = Site::new();
    let mut terminal = site.connected();
    paste_and_enter(&mut terminal, &owned(&["host show static1"]));
    terminal.ready();
    assert_said(&terminal.printed(), "10.1.1.5");
    // A blank line at the end, as editors copy it.
    paste_and_enter(&mut terminal, &owned(&["host show static2", ""]));
    terminal.ready();
    assert_said(&terminal.printed(), "10.1.1.6");
}

#[test]
fn the_first_error_of_ten_thousand_lines_stops_them() {
    let site = Site::new();
    let mut terminal = site.connected();
    let mut lines = owned(&["new host", "set name = \"web1\"", "opne"]);
    lines.extend((3..10_000).map(|number| format!("set name = \"never{number}\"")));
    paste_and_enter(&mut terminal, &lines);
    terminal.ready();
    terminal.wait_for("stopped at line 3 of 10000; 9997 lines were not run");
    assert_eq!(terminal.prompt(), site.prompt("host:web1*"));
    assert_said(&terminal.all(), "unknown command `opne`");
    assert_said(&terminal.run("show"), "* name = \"web1\"");
}

#[test]
fn ten_thousand_lines_are_run() {
    let site = Site::new();
    let mut terminal = site.connected();
    let mut lines = owned(&["new host"]);
    lines.extend((1..10_000).map(|number| format!("set name = \"host{number}\"")));
    let start = Instant::now();
    paste_and_enter(&mut terminal, &lines);
    terminal.wait_for_prompt(&site.prompt("host:host9999*"));
    let took = start.elapsed();
    assert!(took < Duration::from_secs(15), "{took:?}");
    assert_unsaid(&terminal.contents(), "stopped");
    assert_said(&terminal.run("show"), "* name = \"host9999\"");
}

#[test]
fn many_hosts_are_made_from_the_clipboard() {
    const HOSTS: usize = 200;
    let site = Site::new();
    let mut terminal = site.connected();
    let mut lines = Vec::new();
    for number in 0..HOSTS {
        lines.push("new host".to_owned());
        lines.push(format!("set name = \"p{number}\""));
        lines.push(format!("set hardware-address = 02:00:00:00:01:{number:02x}"));
        lines.extend(owned(&["set hardware-type = 1", "create", "close"]));
    }
    paste_and_enter(&mut terminal, &lines);
    site.wait_until_written(|written| written.contains(&format!("host p{} ", HOSTS - 1)));
    terminal.wait_for_prompt(&site.prompt(""));
    assert!((0..HOSTS).all(|number| site.has_host(&format!("p{number}"))));
    assert_eq!(site.gate().writes(), HOSTS);
}

#[test]
fn a_refusal_of_the_server_stops_a_paste_too() {
    let site = Site::new();
    let mut terminal = site.connected();
    let lines = owned(&["new host", "set name = \"nobody\"", "open", "remove --yes", "close"]);
    paste_and_enter(&mut terminal, &lines);
    terminal.ready();
    terminal.wait_for("stopped at line 3 of 5; 2 lines were not run");
    assert_said(&terminal.all(), "can't open object: not found");
    assert_eq!(terminal.prompt(), site.prompt("host:nobody*"));
    assert_eq!(site.gate().writes(), 0);
}

#[test]
fn ctrl_c_stops_a_paste() {
    let site = Site::new();
    let mut terminal = site.connected();
    site.gate().next(Harm::Silence);
    let lines = owned(&["new host", "set name = \"static1\"", "open", "set name = \"other\"", "remove --yes"]);
    paste_and_enter(&mut terminal, &lines);
    terminal.wait_for("(Ctrl-C stops)");
    terminal.keys(key::CTRL_C);
    terminal.ready();
    terminal.wait_for("stopped at line 3 of 5; 2 lines were not run");
    assert_eq!(site.gate().writes(), 0);
}

#[test]
fn a_question_is_answered_by_a_person_and_not_by_what_was_pasted() {
    let site = Site::new();
    let mut terminal = site.connected();
    let lines: Vec<String> = new_host("web1", 1).into_iter().chain(owned(&["create", "remove", "y", "y"])).collect();
    paste_and_enter(&mut terminal, &lines);
    terminal.wait_for(QUESTION);
    terminal.quiet();
    assert!(site.has_host("web1"));
    terminal.line("n");
    terminal.ready();
    assert!(site.has_host("web1"));
}

#[test]
fn lines_that_end_as_on_another_system_are_counted_once() {
    let site = Site::new();
    let mut terminal = site.connected();
    for end in ["\r\n", "\n"] {
        terminal.ready();
        let lines = ["new host", "set name = \"web1\"", "opne", "set name = \"never\""].join(end);
        terminal.keys(&format!("\x1b[200~{lines}{end}\x1b[201~"));
        terminal.line("");
        terminal.ready();
        terminal.wait_for("stopped at line 3 of 4; 1 line");
        terminal.run_and_agree("close");
        terminal.run("!clear");
    }
}

#[test]
fn a_secret_is_not_taken_from_what_was_pasted_behind_the_question() {
    let site = Site::new();
    let mut terminal = site.connected();
    paste_and_enter(&mut terminal, &owned(&["key omapi_key", "help", "help"]));
    terminal.ready();
    // One who asks would have to ask a person.
    terminal.wait_for("stopped at line 1 of 3; 2 lines were not run");
    assert_said(&terminal.all(), "by hand");
}

#[test]
fn what_is_pasted_cannot_press_keys() {
    let site = Site::new();
    let mut terminal = site.connected();
    for part in ["\x03", "\x04", "\x1b[A", "\t", "\x07", "\x00", "\u{9b}31m", "\x1b]0;x\x07"] {
        paste(&mut terminal, &[format!("help {part}open")]);
        terminal.quiet();
        assert!(terminal.is_editing(), "{part:?}");
        terminal.ends_line(key::CTRL_C);
        terminal.ready();
    }
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert_unsaid(&raw, "\x1b]0;x");
    terminal.leave();
}

#[test]
fn lines_that_are_typed_faster_than_they_are_run_are_all_run() {
    let site = Site::new();
    let terminal = site.connected();
    let mut text = String::new();
    for line in new_host("web1", 1) {
        writeln!(text, "{line}").expect("a string takes all");
    }
    text += "create\nclose\n";
    terminal.keys(&text.replace('\n', "\r"));
    site.wait_until_written(|written| written.contains("host web1"));
    terminal.wait_for_prompt(&site.prompt(""));
}

#[test]
fn a_small_screen_takes_a_paste() {
    let site = Site::new();
    let mut terminal = site.start_sized(SMALL);
    terminal.ready();
    let lines: Vec<String> = new_host("web1", 1).into_iter().chain(owned(&["create", "close"])).collect();
    paste_and_enter(&mut terminal, &lines);
    site.wait_until_written(|written| written.contains("host web1"));
    terminal.wait_for_prompt(&site.prompt(""));
    assert!(terminal.screen().iter().all(|row| row.chars().count() <= 40));
}
