//! Values as people read them, and mistakes with the place where they are.

mod support;
mod terminal;

use terminal::site::{Site, create_host, new_host};
use terminal::{Terminal, assert_said, assert_unsaid};

#[test]
fn what_is_set_is_said_in_words_with_a_star() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    for (line, expected) in [
        ("set name = \"web1\"", "* name = \"web1\""),
        ("set hardware-address = 02:00:00:00:00:01", "* hardware-address = 02:00:00:00:00:01"),
        ("set hardware-address = 61:62:63:64:65:66", "* hardware-address = 61:62:63:64:65:66"),
        ("set hardware-type = 1", "* hardware-type = ethernet (1)"),
        ("set hardware-type = 6", "* hardware-type = token-ring (6)"),
        ("set ip-address = 10.1.1.77", "* ip-address = 10.1.1.77"),
        ("set dhcp-client-identifier = 61:62:63", "* dhcp-client-identifier = 61:62:63 (\"abc\")"),
        ("set dhcp-client-identifier = \"abc\"", "* dhcp-client-identifier = 61:62:63 (\"abc\")"),
        ("set dhcp-client-identifier = 01:02", "* dhcp-client-identifier = 01:02"),
    ] {
        assert_eq!(terminal.run(line), expected, "{line}");
    }
}

#[test]
fn all_attributes_are_shown_when_an_object_is_opened() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.run("set name = \"static1\"");
    let said = terminal.run("open");
    let lines: Vec<&str> = said.lines().collect();
    for expected in [
        "  name = \"static1\"",
        "  ip-address = 10.1.1.5",
        "  hardware-address = 00:11:22:33:44:55",
        "  hardware-type = ethernet (1)",
    ] {
        assert!(lines.contains(&expected), "expected {expected:?} in\n{said}");
    }
    terminal.run("set ip-address = 10.1.1.88");
    let shown = terminal.run("show");
    let starred: Vec<&str> = shown.lines().filter(|line| line.starts_with("* ")).collect();
    assert_eq!(starred, ["* ip-address = 10.1.1.88"], "{shown}");
    assert_said(&shown, "  hardware-address = 00:11:22:33:44:55");
    terminal.run("update");
    for line in ["refresh", "show"] {
        let said = terminal.run(line);
        assert_said(&said, "  ip-address = 10.1.1.88");
        assert_unsaid(&said, "* ");
    }
}

#[test]
fn all_attributes_are_shown_after_an_update_with_a_star_where_one_changed() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.88");
    let said = terminal.run("update");
    assert_said(&said, "* ip-address = 10.1.1.88");
    assert_said(&said, "  hardware-address = 02:00:00:00:00:01");
}

#[test]
fn a_lease_tells_its_state_and_times() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new lease");
    terminal.run("set ip-address = 10.1.1.20");
    let said = terminal.run("open");
    assert_said(&said, "  state = active (2)");
    assert_said(&said, "  hardware-type = ethernet (1)");
    let ends = said.lines().find(|line| line.starts_with("  ends = ")).unwrap_or_else(|| panic!("no end in\n{said}"));
    assert!(ends.starts_with("  ends = 2036-11-20 02:00:00 (in "), "{ends}");
    let starts = said.lines().find(|line| line.starts_with("  starts = ")).expect("a start");
    assert!(starts.starts_with("  starts = 2026-11-19 20:00:00 (") && starts.ends_with(" ago)"), "{starts}");
}

#[test]
fn times_are_local_or_utc_as_one_likes() {
    let site = Site::new().variable("TZ", "Europe/Berlin");
    let mut terminal = site.connected();
    terminal.run("new lease");
    terminal.run("set ip-address = 10.1.1.20");
    terminal.run("open");
    terminal.run("set times local");
    assert_said(&terminal.run("show"), "ends = 2036-11-20 03:00:00");
    terminal.run("set times utc");
    assert_said(&terminal.run("show"), "ends = 2036-11-20 02:00:00");
}

#[test]
fn show_raw_prints_what_omshell_prints() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in new_host("raw1", 1) {
        terminal.run(&line);
    }
    assert_eq!(
        terminal.run("show raw"),
        "obj: host\nname = \"raw1\"\nhardware-address = 02:00:00:00:00:01\nhardware-type = 1"
    );
    terminal.run("create");
    let said = terminal.run("show raw");
    assert_said(&said, "hardware-type = 00:00:00:01");
    assert_said(&said, "hardware-address = 02:00:00:00:00:01");
}

#[test]
fn nothing_of_a_value_reaches_the_terminal_as_control() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "t1", 1);
    terminal.run("set dhcp-client-identifier = 1b:5b:33:31:6d:07:1b:5d:30");
    terminal.run("update");
    for line in ["show", "refresh", "show raw"] {
        terminal.run(line);
    }
    let raw = terminal.raw();
    for wanted in [&b"\x1b[31m\x07"[..], b"\x1b]0"] {
        assert!(!raw.windows(wanted.len()).any(|piece| piece == wanted), "{:?}", String::from_utf8_lossy(&raw));
    }
}

/// The column of the caret in what was said, and what is said with it: beside it or, without room there, below.
fn caret(said: &str) -> (usize, String) {
    let line =
        said.lines().find(|line| line.trim_start().starts_with('^')).unwrap_or_else(|| panic!("no ^ in\n{said}"));
    let all = &said[said.find('^').expect("seen above")..];
    (line.find('^').expect("seen above"), all.replace('\n', " "))
}

/// The column on the screen at which a part of a line, or its end, stands when it is typed at the prompt.
fn column(prompt: &str, line: &str, part: &str) -> usize {
    let at = if part.is_empty() { line.len() } else { line.find(part).expect("a part of it") };
    let before = format!("{prompt}{}", &line[..at]);
    before.chars().map(|letter| if letter as u32 >= 0x1100 { 2 } else { 1 }).sum()
}

fn complain(terminal: &mut Terminal, line: &str) -> (String, String) {
    terminal.ready();
    let prompt = terminal.prompt();
    (prompt, terminal.run(line))
}

#[test]
fn a_mistake_is_pointed_at_in_the_column_where_it_is() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    for (line, part, words) in [
        ("set ip-address 10.1.1.1", "10.1.1.1", "expected = before the value: set NAME = VALUE"),
        ("set name = \"a\" b", "b", "^"),
        ("set name =", "", "expected a value"),
        ("open now", "now", "^"),
        ("set name = \"東京\" b", "b", "^"),
        ("opne", "opne", "^"),
        ("  opne", "opne", "^"),
        ("port abc", "abc", "^"),
    ] {
        let (prompt, said) = complain(&mut terminal, line);
        let (at, sentence) = caret(&said);
        assert_eq!(at, column(&prompt, line, part), "{line}:\n{said}");
        assert_said(&sentence, words);
    }
}

#[test]
fn an_unknown_word_is_answered_with_the_one_that_was_meant() {
    let site = Site::new();
    let mut terminal = site.connected();
    for (line, expected) in [
        ("opne", "unknown command `opne`; did you mean `open`?"),
        ("conect", "unknown command `conect`; did you mean `connect`?"),
        ("laeses", "unknown command `laeses`; did you mean `leases`?"),
        ("undoo", "unknown command `undoo`; did you mean `undo`?"),
    ] {
        assert_said(&terminal.run(line), expected);
    }
    let said = terminal.run("xyzzyplugh");
    assert_said(&said, "unknown command `xyzzyplugh`");
    assert_unsaid(&said, "did you mean");
}

#[test]
fn a_refusal_of_the_server_is_a_sentence() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.run("set name = \"nobody\"");
    assert_said(&terminal.run("open"), "can't open object: not found");
    assert_eq!(terminal.prompt(), site.prompt("host:nobody*"));
    terminal.run_and_agree("close");
    terminal.run("new nonsense");
    assert_said(&terminal.run("open"), "can't open object: ");
    terminal.run_and_agree("close");
    create_host(&mut terminal, "once", 1);
    terminal.run("close");
    assert_said(&create_host(&mut terminal, "once", 1), "already exists");
}

#[test]
fn commands_that_need_a_connection_or_an_object_say_so() {
    let site = Site::without_server();
    let mut terminal = site.start();
    for line in ["new host", "open", "create", "update", "remove", "refresh", "set name = \"a\""] {
        let said = terminal.run(line);
        assert!(!said.is_empty(), "{line}");
        assert_eq!(terminal.prompt(), "omsh> ", "{line}");
    }
    let site = Site::new();
    let mut terminal = site.connected();
    for line in ["open", "create", "update", "remove", "refresh", "set name = \"a\"", "show", "close"] {
        let said = terminal.run(line);
        assert!(!said.is_empty(), "{line}");
        assert_eq!(terminal.prompt(), site.prompt(""), "{line}");
    }
}

#[test]
fn lines_of_odd_parts_are_survived() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in
        ["\"", "set", "set = =", "set name = \"", "!", "|", ">", "> x", "| cat", "key", "\\", "a | | b", "''", "-"]
    {
        terminal.run(line);
    }
    terminal.leave();
}

#[test]
fn nothing_of_a_line_or_a_file_reaches_the_terminal_as_control() {
    let site = Site::new();
    let evil = "\x1b]0;PWNED\x07\x1b[41m";
    let mut terminal = site.connected();
    terminal.run("new host");
    for (at, line) in [
        format!("set confirm {evil}"),
        format!("leases > /nonexistent/{evil}"),
        format!("source \"{evil}\""),
        format!("unalias {evil}"),
        format!("help {evil}"),
        format!("record /nonexistent/{evil}"),
        evil.to_owned(),
        format!("alias x={evil}\nalias"),
        format!("set name = \"{evil}\"\nshow raw\nshow"),
    ]
    .iter()
    .enumerate()
    {
        let name = format!("script{at}");
        site.put(&name, line);
        terminal.run(&format!("source {name}"));
    }
    let mut raw = terminal.raw();
    drop(terminal);
    site.put("home/.local/state/omsh/history", format!("leases {evil}\nhelp\n"));
    let mut terminal = site.connected();
    terminal.keys("\x1b[A\x1b[A");
    terminal.quiet();
    raw.extend(terminal.raw());
    for part in [&b"\x1b]0;PWNED"[..], b"\x1b[41m"] {
        assert!(!raw.windows(part.len()).any(|window| window == part));
    }
    terminal.ends_line("\x03");
}
