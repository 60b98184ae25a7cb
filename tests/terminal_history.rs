//! Earlier lines: who can read them, which are kept, and two sessions at once. And secrets, which are in none of them.

mod support;
mod terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::confs;
use terminal::site::{HISTORY, Site, create_host};
use terminal::{Terminal, assert_said, assert_unsaid, key};

const SECRET: &str = "2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==";

/// What stands on the line behind the prompt, after keys were typed.
fn typed(terminal: &mut Terminal, keys: &str) -> String {
    terminal.ready();
    terminal.keys(keys);
    terminal.quiet();
    let prompt = terminal.prompt();
    prompt.split_once("> ").map(|(_, line)| line.to_owned()).unwrap_or(prompt)
}

#[test]
fn lines_are_kept_in_a_file_that_only_its_owner_can_read() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run_all(&["new host", "set name = \"web1\"", "help"]);
    assert_eq!(site.history(), ["new host", "set name = \"web1\"", "help"], "as soon as they were typed");
    let mode = |name: &str| fs::metadata(site.path(name)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(HISTORY), 0o600);
    assert_eq!(mode("home/.local/state/omsh"), 0o700);
    drop(terminal);
    let mut later = site.connected();
    assert_eq!(typed(&mut later, key::UP), "help");
    assert_eq!(typed(&mut later, key::UP), "set name = \"web1\"");
    assert_eq!(typed(&mut later, key::UP), "new host");
    assert_eq!(typed(&mut later, key::DOWN), "set name = \"web1\"");
}

#[test]
fn a_file_that_others_could_read_is_closed_to_them() {
    let site = Site::new();
    fs::create_dir_all(site.path(HISTORY).parent().expect("a folder")).expect("a directory of our own");
    site.put(HISTORY, "help\n");
    fs::set_permissions(site.path(HISTORY), fs::Permissions::from_mode(0o644)).expect("a file of our own");
    let mut terminal = site.connected();
    terminal.run("history");
    assert_eq!(fs::metadata(site.path(HISTORY)).expect("it is there").permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_variable_says_where_the_file_is() {
    let site = Site::new();
    let site = {
        let state = site.path("state");
        site.variable("XDG_STATE_HOME", state)
    };
    site.connected().run("help connect");
    assert_eq!(site.text("state/omsh/history"), "help connect\n");
    assert!(!site.path(HISTORY).exists());
}

#[test]
fn two_sessions_at_once_lose_nothing_and_see_each_other() {
    let site = Site::new();
    let (mut one, mut two) = (site.connected(), site.connected());
    let mut expected = Vec::new();
    for number in 0..15 {
        for (name, terminal) in [("one", &mut one), ("two", &mut two)] {
            let line = format!("help {name}{number}");
            terminal.run(&line);
            expected.push(line);
        }
    }
    assert_eq!(site.history(), expected);
    // Both in the same moment, over and over.
    for number in 0..15 {
        one.line(&format!("help left{number}"));
        two.line(&format!("help right{number}"));
        one.ready();
        two.ready();
    }
    let history = site.history();
    for number in 0..15 {
        for name in ["left", "right"] {
            let line = format!("help {name}{number}");
            assert_eq!(history.iter().filter(|kept| **kept == line).count(), 1, "{line} in {history:?}");
        }
    }
    assert_eq!(history.len(), expected.len() + 30);
    one.run("help of-one");
    // The other sees it at its next prompt.
    two.run("");
    assert_eq!(typed(&mut two, key::UP), "help of-one");
}

#[test]
fn lines_are_folded_to_the_last_of_them() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run_all(&["help open", "help close", "help open", "help open", "help set", "help open"]);
    for expected in ["help open", "help set", "help close", "help close"] {
        assert_eq!(typed(&mut terminal, key::UP), expected);
    }
    terminal.ends_line(key::CTRL_C);
    let said = terminal.run("history");
    assert_eq!(said.matches("help open").count(), 1, "{said}");
}

#[test]
fn ctrl_r_finds_a_line_by_a_part_of_it() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run_all(&["help open", "help keygen", "help close"]);
    terminal.ready();
    terminal.keys(&format!("{}keyg", key::CTRL_R));
    terminal.wait_for("help keygen");
    terminal.quiet();
    let before = terminal.raw().len();
    terminal.line("");
    terminal.ready();
    assert!(terminal.raw().len() > before);
    assert_eq!(site.history().last().map(String::as_str), Some("help keygen"));
    // Without success one is back where one was.
    terminal.keys(&format!("{}nowhere-at-all{}", key::CTRL_R, key::CTRL_G));
    terminal.quiet();
    terminal.keys(key::CTRL_U);
    terminal.quiet();
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn a_line_that_begins_with_a_blank_is_nobody_elses_business() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run_all(&["help open", " help close", "   new host", "help set"]);
    assert_eq!(site.history(), ["help open", "help set"]);
    assert!(terminal.prompt().contains(" host"), "it is run all the same");
}

#[test]
fn key_lines_are_not_kept_whoever_writes_them_how() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in [
        "key omapi_key c2VjcmV0c2VjcmV0",
        "key omapi_key \"c2VjcmV0c2VjcmV0\"",
        "KEY omapi_key c2VjcmV0c2VjcmV0",
        "key\tomapi_key c2VjcmV0c2VjcmV0",
        "key omapi_key c2VjcmV0c2VjcmV0 and more",
        "key key c2VjcmV0c2VjcmV0",
    ] {
        terminal.run(&line.replace('\t', "\u{16}\t"));
    }
    terminal.run("alias k=key omapi_key c2VjcmV0c2VjcmV0");
    terminal.run("help open");
    assert_unsaid(&site.text(HISTORY), "c2VjcmV0");
    assert_said(&site.text(HISTORY), "help open\n");
    let said = terminal.run("history");
    assert_unsaid(&said, "c2VjcmV0");
    for _ in 0..8 {
        assert_unsaid(&typed(&mut terminal, key::UP), "c2VjcmV0");
    }
}

#[test]
fn a_secret_is_asked_for_without_echo_and_shown_nowhere() {
    let site = Site::with_conf(&confs::conf("key-md5"), b"");
    let site = site.without("OMSH_SERVER").without("OMSH_PORT").without("OMSH_CONF").without("OMSH_LEASES");
    let mut terminal = site.start();
    terminal.run("server 127.0.0.1");
    terminal.run(&format!("port {}", site.port()));
    terminal.ask("key omapi_key", "Secret of omapi_key: ");
    terminal.quiet();
    terminal.line(SECRET);
    terminal.ready();
    terminal.run("connect");
    assert_eq!(terminal.prompt(), site.prompt(""));
    assert_said(&create_host(&mut terminal, "k1", 1), "hardware-address = 02:00:00:00:00:01");
    terminal.run("history");
    for _ in 0..4 {
        typed(&mut terminal, key::UP);
    }
    terminal.ends_line(key::CTRL_C);
    for text in [String::from_utf8_lossy(&terminal.raw()).into_owned(), site.text(HISTORY)] {
        for part in SECRET.as_bytes().chunks(8) {
            assert_unsaid(&text, std::str::from_utf8(part).expect("base64"));
        }
    }
    assert_unsaid(&site.text(HISTORY), "omapi_key");
}

#[test]
fn a_wrong_secret_is_a_sentence_and_is_not_shown_either() {
    let site = Site::with_conf(&confs::conf("key-md5"), b"");
    let mut terminal = site.connected();
    terminal.ask("key omapi_key", "Secret of omapi_key: ");
    terminal.quiet();
    terminal.line("not base64 at all!");
    terminal.ready();
    assert_unsaid(&terminal.all(), "not base64 at all");
    assert_said(&terminal.all(), "no other key than before");
    // Ctrl-C gives up the question only.
    terminal.ask("key omapi_key", "Secret of omapi_key: ");
    terminal.quiet();
    terminal.ends_line(key::CTRL_C);
    terminal.ready();
    assert_eq!(terminal.prompt(), site.prompt(""));
    assert_said(&terminal.run("help"), "connect");
}

#[test]
fn a_plain_terminal_does_not_show_a_secret_either() {
    let site = Site::with_conf(&confs::conf("key-md5"), b"").argument("--plain");
    let terminal = site.start();
    terminal.wait_for_prompt(&site.prompt(""));
    terminal.keys("key omapi_key\n");
    terminal.wait_for_prompt("Secret of omapi_key: ");
    terminal.quiet();
    assert!(!terminal.echoes());
    terminal.keys(&format!("{SECRET}\n"));
    terminal.wait_for_prompt(&site.prompt(""));
    terminal.quiet();
    assert!(terminal.echoes());
    terminal.keys("key omapi_key\n");
    terminal.wait_for_prompt("Secret of omapi_key: ");
    terminal.quiet();
    terminal.keys(key::CTRL_C);
    terminal.wait_for_prompt(&site.prompt(""));
    terminal.quiet();
    assert!(terminal.echoes(), "Ctrl-C leaves the terminal silent");
    for part in SECRET.as_bytes().chunks(8) {
        assert_unsaid(&String::from_utf8_lossy(&terminal.raw()), std::str::from_utf8(part).expect("base64"));
    }
}

#[test]
fn a_history_that_cannot_be_kept_keeps_nobody_from_work() {
    let site = Site::new();
    fs::create_dir_all(site.path("home/.local/state")).expect("a directory of our own");
    site.put("home/.local/state/omsh", "a file where a folder should be");
    let mut terminal = site.connected();
    create_host(&mut terminal, "h1", 1);
    assert!(site.has_host("h1"));
    assert_eq!(typed(&mut terminal, key::UP), "create", "in this session at least");
    terminal.ends_line(key::CTRL_C);
    terminal.leave();
}

#[test]
fn lines_that_are_nearly_key_lines_are_not_kept_either() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in [
        "key\"omapi_key\" c2VjcmV0c2VjcmV0",
        "kye omapi_key c2VjcmV0c2VjcmV0",
        "keyomapi_key c2VjcmV0c2VjcmV0",
        "omsh> key omapi_key c2VjcmV0c2VjcmV0",
        "k ey omapi_key c2VjcmV0c2VjcmV0",
        "c2VjcmV0c2VjcmV0",
        "alias k=key omapi_key c2VjcmV0c2VjcmV0",
    ] {
        terminal.run(line);
    }
    terminal.run("help new");
    assert_eq!(site.history(), ["help new"]);
    site.put("script", "key omapi_key c2VjcmV0c2VjcmV0 extra\n");
    assert_unsaid(&terminal.run("source script"), "c2VjcmV0");
}

#[test]
fn a_secret_that_was_typed_in_part_is_nowhere() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("help new");
    terminal.line("key omapi_key");
    terminal.wait_for("Secret of omapi_key:");
    terminal.keys("c2VjcmV0\x12c2Vj");
    terminal.keys("\x15c2VjcmV0");
    terminal.ends_line("\x03");
    terminal.ready();
    terminal.keys("\x19");
    terminal.quiet();
    terminal.ends_line("\x03");
    terminal.ready();
    assert_unsaid(&terminal.all(), "c2Vj");
    assert_eq!(site.history(), ["help new"]);
}

#[test]
fn a_secret_that_comes_before_it_is_asked_for_is_not_kept() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("help new");
    // As a terminal pastes that knows no brackets: the editor has the secret before anybody asks for it.
    terminal.keys("key omapi_key\rc2VjcmV0c2VjcmV0\r");
    terminal.wait_for("Secret of omapi_key:");
    terminal.keys("\r");
    terminal.wait_for("unknown command");
    terminal.ready();
    assert_eq!(site.history(), ["help new"]);
}
