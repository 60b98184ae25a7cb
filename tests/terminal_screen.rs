//! What is on the screen, cell by cell: small ones, other sizes in mid-line, and letters that are two columns wide.

mod support;
mod terminal;

use std::time::Duration;

use terminal::site::{SMALL, Site, USUAL};
use terminal::{Terminal, assert_said, assert_unsaid, key};

const PROMPT: &str = "omsh> ";

/// A shell without a server, whose prompt is short, on an empty screen.
fn empty(site: &Site, size: (u16, u16)) -> Terminal {
    let mut terminal = site.start_sized(size);
    terminal.run("set hints off");
    terminal.run("!clear");
    terminal.quiet();
    terminal
}

/// The rows from that of the first prompt on, without those that are empty at the end.
fn rows(terminal: &Terminal) -> Vec<String> {
    let mut rows = terminal.quiet();
    while rows.last().is_some_and(String::is_empty) {
        rows.pop();
    }
    let first = rows.iter().position(|row| row.starts_with(PROMPT.trim_end())).unwrap_or(rows.len());
    rows.split_off(first)
}

/// A text as a screen of that width shows it behind the prompt.
fn broken(text: &str, width: usize) -> Vec<String> {
    let letters: Vec<char> = format!("{PROMPT}{text}").chars().collect();
    letters.chunks(width).map(|row| row.iter().collect::<String>().trim_end().to_owned()).collect()
}

/// Letters and digits, so that each place is another.
fn text(length: usize) -> String {
    (0..length).map(|at| char::from(b"abcdefghijklmnopqrstuvwxyz0123456789"[at % 36])).collect()
}

#[test]
fn long_lines_are_broken_at_the_edge_and_can_be_edited_everywhere() {
    let site = Site::without_server();
    let terminal = empty(&site, SMALL);
    let line = text(100);
    terminal.keys(&line);
    assert_eq!(rows(&terminal), broken(&line, 40));
    let (first, _) = terminal.cursor();
    assert_eq!(terminal.cursor().1, (PROMPT.len() as u16 + 100) % 40);
    terminal.keys(key::CTRL_A);
    assert_eq!(rows(&terminal), broken(&line, 40));
    assert_eq!(terminal.cursor(), (first - 2, PROMPT.len() as u16));
    terminal.keys("XY");
    assert_eq!(rows(&terminal), broken(&format!("XY{line}"), 40));
    terminal.keys(&format!("{}{}{}", key::CTRL_E, key::BACKSPACE, key::BACKSPACE));
    assert_eq!(rows(&terminal), broken(&format!("XY{}", &line[..98]), 40));
    terminal.keys(key::CTRL_U);
    assert_eq!(rows(&terminal), broken("", 40));
}

#[test]
fn a_line_that_fills_its_row_ends_on_the_next() {
    let site = Site::without_server();
    let terminal = empty(&site, SMALL);
    let row = terminal.cursor().0;
    let line = text(40 - PROMPT.len());
    terminal.keys(&line);
    assert_eq!(rows(&terminal), broken(&line, 40));
    assert_eq!(terminal.cursor(), (row + 1, 0));
    terminal.keys(key::BACKSPACE);
    assert_eq!(rows(&terminal), broken(&line[..line.len() - 1], 40));
    assert_eq!(terminal.cursor(), (row, 39));
}

#[test]
fn a_line_grows_at_the_bottom_of_the_screen() {
    let site = Site::without_server();
    let mut terminal = site.start_sized(SMALL);
    terminal.run("set hints off");
    terminal.run("!seq 20");
    let line = text(150);
    terminal.keys(&line);
    terminal.quiet();
    let screen = terminal.screen();
    assert_eq!(screen[6..], broken(&line, 40)[..], "{screen:#?}");
    assert_eq!(screen[5], "20");
    terminal.keys(key::CTRL_U);
    terminal.quiet();
    assert_eq!(terminal.prompt(), PROMPT);
}

#[test]
fn a_larger_screen_shows_the_line_as_it_would_have_been_typed_there() {
    let site = Site::without_server();
    for length in [20, 60, 110] {
        let mut terminal = empty(&site, SMALL);
        let line = text(length);
        terminal.keys(&line);
        terminal.quiet();
        terminal.resize(USUAL.0, USUAL.1);
        terminal.quiet();
        terminal.keys("Z");
        assert_eq!(rows(&terminal), broken(&format!("{line}Z"), 80), "{length}");
        terminal.keys(&format!("{}{}help", key::BACKSPACE, key::CTRL_U));
        assert_eq!(rows(&terminal), broken("help", 80), "{length}");
        assert_said(&terminal.run(""), "connect");
    }
}

#[test]
fn a_smaller_screen_shows_the_line_as_it_would_have_been_typed_there() {
    let site = Site::without_server();
    for length in [20, 60] {
        let mut terminal = empty(&site, USUAL);
        let line = text(length);
        terminal.keys(&line);
        terminal.quiet();
        terminal.resize(40, 24);
        terminal.quiet();
        terminal.keys("Z");
        assert_eq!(rows(&terminal), broken(&format!("{line}Z"), 40), "{length}");
        terminal.ends_line(key::CTRL_C);
        terminal.ready();
        assert_eq!(terminal.prompt(), PROMPT);
    }
}

#[test]
fn another_size_while_a_server_is_waited_for_disturbs_nothing() {
    let site = Site::new();
    let mut terminal = site.connected();
    site.gate().delay(Duration::from_millis(1500));
    terminal.run("new host");
    terminal.run("set name = \"static1\"");
    terminal.line("open");
    for size in [(60, 20), (40, 10), (80, 24)] {
        std::thread::sleep(Duration::from_millis(300));
        terminal.resize(size.0, size.1);
    }
    terminal.ready();
    assert_said(&terminal.printed(), "ip-address = 10.1.1.5");
    assert_eq!(terminal.prompt(), site.prompt("host:static1"));
}

#[test]
fn wide_letters_take_two_columns() {
    let site = Site::without_server();
    let terminal = empty(&site, SMALL);
    terminal.keys("host show 東京サーバ");
    let row = rows(&terminal);
    assert_eq!(row, ["omsh> host show 東京サーバ"]);
    assert_eq!(terminal.cursor().1, 6 + 10 + 10);
    terminal.keys(&format!("{}{}x", key::LEFT, key::LEFT));
    assert_eq!(rows(&terminal), ["omsh> host show 東京サxーバ"]);
    assert_eq!(terminal.cursor().1, 6 + 10 + 7);
    terminal.keys(&format!("{}{}", key::BACKSPACE, key::BACKSPACE));
    assert_eq!(rows(&terminal), ["omsh> host show 東京ーバ"]);
    assert_eq!(terminal.cursor().1, 6 + 10 + 4);
    terminal.keys(key::CTRL_U);
    terminal.quiet();
    assert_eq!(terminal.prompt(), PROMPT);
}

#[test]
fn wide_letters_at_the_edge_are_not_torn() {
    let site = Site::without_server();
    // The edge comes before, in and behind a wide letter.
    for shift in 0..3 {
        let terminal = empty(&site, SMALL);
        let line = format!("{}東京サーバ東京サーバ", text(24 + shift));
        terminal.keys(&line);
        let shown = rows(&terminal).concat();
        assert_eq!(shown, format!("{PROMPT}{line}"), "{shift}");
        terminal.keys("!");
        assert_eq!(rows(&terminal).concat(), format!("{PROMPT}{line}!"), "{shift}");
        terminal.keys(&format!("{}{}", key::BACKSPACE, key::BACKSPACE).repeat(3));
        assert!(terminal.quiet().len() == 10);
        terminal.keys(key::CTRL_U);
        assert_eq!(rows(&terminal), ["omsh>"], "{shift}");
    }
}

#[test]
fn names_with_wide_letters_are_shown_and_found() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.run("set name = \"東京1\"");
    // A name is bytes for the server; the screen is not disturbed whatever it is shown as.
    let prompt = terminal.prompt();
    assert!(prompt.starts_with(&site.prompt("host:")[..site.prompt("host:").len() - 3]), "{prompt}");
    terminal.keys("show");
    terminal.quiet();
    assert_eq!(terminal.prompt(), format!("{prompt}show"));
    terminal.run("");
    assert_eq!(terminal.prompt(), prompt);
}

#[test]
fn a_list_of_candidates_that_is_longer_than_the_screen_can_be_left() {
    let site = Site::with_many_hosts();
    let mut terminal = site.start_sized(SMALL);
    terminal.ready();
    terminal.keys("host show h\t\t");
    terminal.quiet();
    // It may ask first or stop at each page.
    for _ in 0..4 {
        if terminal.prompt().ends_with("host show h") {
            break;
        }
        terminal.keys("n");
        terminal.quiet();
    }
    assert!(terminal.prompt().contains("h"), "{:#?}", terminal.screen());
    terminal.keys(key::CTRL_U);
    terminal.quiet();
    assert_said(&terminal.run("host show h07"), "02:00:00:00:00:07");
}

#[test]
fn a_small_screen_shows_everything_that_a_large_one_does() {
    let site = Site::new();
    let mut terminal = site.start_sized(SMALL);
    terminal.ready();
    terminal.run("set pager off");
    assert_said(&terminal.run("host show static1"), "00:11:22:33:44:55");
    terminal.run("new host");
    terminal.run("set name = \"static1\"");
    assert_said(&terminal.run("open"), "  hardware-address = 00:11:22:33:44:55");
    let said = terminal.run("set ip-address 10.1.1.1");
    assert_said(&said, "^");
    assert_unsaid(&said, "panicked");
    // One column and one row are survived.
    terminal.resize(1, 1);
    terminal.keys("x");
    terminal.quiet();
    terminal.resize(80, 24);
    terminal.quiet();
    terminal.keys(&format!("{}{}", key::CTRL_E, key::CTRL_U));
    terminal.quiet();
    assert_said(&terminal.run("show"), "static1");
}
