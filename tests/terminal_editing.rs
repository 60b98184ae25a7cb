//! What the line editor does for who types: completion, hints, colours, and what is left of it on a plain terminal.

mod support;
mod terminal;

use terminal::site::{SMALL, Site, create_host};
use terminal::{Terminal, as_text, assert_said, assert_unsaid, key};

/// What stands on the line between the prompt and the cursor, after keys were typed.
fn typed(terminal: &mut Terminal, keys: &str) -> String {
    terminal.keys(keys);
    terminal.quiet();
    let prompt = terminal.prompt();
    prompt.split_once("> ").map(|(_, line)| line.to_owned()).unwrap_or(prompt)
}

/// What stands behind the cursor on its row.
fn behind(terminal: &Terminal) -> String {
    let (row, column) = terminal.cursor();
    terminal.look(|screen| screen.contents_between(row, column, row, screen.size().1.get())).trim_end().to_owned()
}

#[test]
fn tab_completes_words_of_every_kind() {
    let site = Site::new();
    let mut terminal = site.connected();
    for (before, keys, expected) in [
        ("", "ope\t", "open "),
        ("", "disc\t", "disconnect "),
        ("", "new h\t", "new host "),
        ("", "new failover-s\t", "new failover-state "),
        ("", "host sh\t", "host show "),
        ("", "host show stat\t", "host show static"),
        ("", "host show bo\t", "host show bo"),
        ("", "host remove by\t", "host remove byuid "),
        ("", "lease show 10.1.1.2\t", "lease show 10.1.1.2"),
        ("", "leases sta\t", "leases state="),
        ("", "leases --column\t", "leases --columns "),
        ("", "key-algorithm hmac-sha2\t", "key-algorithm hmac-sha2"),
        ("", "alia\t", "alias "),
        ("", "help ope\t", "help open "),
        ("new host", "set hardware-a\t", "set hardware-address "),
        ("", "set na\t", "set name "),
        ("set hardware-type = 1", "unset hardware-t\t", "unset hardware-type "),
    ] {
        if !before.is_empty() {
            terminal.run(before);
        }
        let line = typed(&mut terminal, keys);
        assert_eq!(line.trim_end(), expected.trim_end(), "{keys:?}");
        typed(&mut terminal, key::CTRL_U);
    }
}

#[test]
fn tab_shows_what_there_is_when_there_is_more_than_one() {
    let site = Site::new();
    let mut terminal = site.connected();
    typed(&mut terminal, "host show \t\t");
    for name in ["static1", "static2", "byuid"] {
        terminal.wait_for(name);
    }
    let line = typed(&mut terminal, "static1");
    assert_eq!(line, "host show static1");
    terminal.line("");
    terminal.ready();
    // What has been made on the server meanwhile is there at once or by a look at its file.
    create_host(&mut terminal, "fresh1", 1);
    assert_eq!(terminal.prompt(), site.prompt("host:fresh1"));
}

#[test]
fn values_are_completed_for_the_attribute_that_they_are_of() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new lease");
    typed(&mut terminal, "set state = \t\t");
    let screen = terminal.contents();
    assert_said(&screen, "active");
    assert_said(&screen, "free");
    typed(&mut terminal, key::CTRL_U);
    terminal.run("close");
    terminal.run("new host");
    // The name of a type becomes its number, which is what can be sent.
    let line = typed(&mut terminal, "set hardware-type = e\t");
    assert_eq!(line.trim_end(), "set hardware-type = 1");
}

#[test]
fn files_are_completed_where_a_file_is_wanted() {
    let site = Site::new();
    site.put("script-one", "help\n");
    let mut terminal = site.connected();
    assert_eq!(typed(&mut terminal, "source scri\t").trim_end(), "source script-one");
}

#[test]
fn hints_stand_behind_the_cursor_and_are_no_part_of_the_line() {
    let site = Site::new();
    let mut terminal = site.connected();
    typed(&mut terminal, "set");
    typed(&mut terminal, " ");
    let hint = behind(&terminal);
    assert_said(&hint, "NAME");
    let (row, column) = terminal.cursor();
    let cell = terminal.look(|screen| screen.cell(row, column).cloned()).expect("a cell");
    let is_muted = cell.dim() || cell.fgcolor() != vt100::Color::Default;
    assert!(is_muted, "the hint looks like what was typed");
    typed(&mut terminal, key::CTRL_U);
    assert_eq!(behind(&terminal), "");
    // What is run is what was typed.
    typed(&mut terminal, "hel");
    let said = terminal.run("p");
    assert_said(&said, "connect");
    terminal.run("set hints off");
    typed(&mut terminal, "set ");
    assert_eq!(behind(&terminal), "");
}

/// The colour and weight of the first letter behind the prompt.
fn look_of_the_verb(terminal: &mut Terminal, line: &str) -> (vt100::Color, bool, bool, bool) {
    typed(terminal, key::CTRL_U);
    let (row, column) = terminal.cursor();
    typed(terminal, line);
    let cell = terminal.look(|screen| screen.cell(row, column).cloned()).expect("a cell");
    (cell.fgcolor(), cell.bold(), cell.dim(), cell.underline())
}

#[test]
fn known_words_look_other_than_unknown_ones() {
    let site = Site::new();
    let mut terminal = site.connected();
    let known = look_of_the_verb(&mut terminal, "connect ");
    let unknown = look_of_the_verb(&mut terminal, "conect ");
    assert_ne!(known, unknown);
}

/// The escape sequences that switch a colour on.
fn colours(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw).into_owned();
    let sequences = text.split("\x1b[").skip(1).filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit() && letter != ';')?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    let is_colour = |number: u32| matches!(number, 30..=38 | 40..=48 | 90..=107);
    let of = |numbers: &String| numbers.split(';').filter_map(|number| number.parse().ok()).any(is_colour);
    sequences.filter(of).collect()
}

#[test]
fn no_colour_is_shown_where_none_is_wanted() {
    let lines = ["new host", "set name = \"c1\"", "show", "nonsense", "hosts", "leases", "help"];
    let colourful = Site::new();
    let mut terminal = colourful.connected();
    terminal.run_all(&lines);
    assert!(!colours(&terminal.raw()).is_empty(), "there are colours in other places");

    let site = Site::new().variable("NO_COLOR", "1");
    let mut terminal = site.connected();
    terminal.run_all(&lines);
    assert_eq!(colours(&terminal.raw()), [""; 0], "NO_COLOR:\n{}", terminal.all());

    let mut terminal = colourful.connected();
    terminal.run("set color off");
    let before = terminal.raw().len();
    terminal.run_all(&lines);
    assert_eq!(colours(&terminal.raw()[before..]), [""; 0], "set color off:\n{}", terminal.all());
}

/// Types lines one after another, each when the prompt is there, on a terminal that is only written to.
fn plainly(site: &Site, terminal: &mut Terminal) {
    terminal.wait_for_prompt(&site.prompt(""));
    terminal.keys("new host\n");
    terminal.wait_for("> new host");
    terminal.keys("set name = \"plain1\"\n");
    terminal.wait_for_prompt(&site.prompt("host:plain1*"));
    terminal.keys("set hardware-address = 02:00:00:00:00:01\n");
    terminal.wait_for("* hardware-address = 02:00:00:00:00:01");
    terminal.wait_for_prompt(&site.prompt("host:plain1*"));
    terminal.keys("nonsense\n");
    terminal.wait_for("unknown command `nonsense`");
    terminal.wait_for_prompt(&site.prompt("host:plain1*"));
    terminal.keys("set hardware-type = 1\n");
    terminal.wait_for("* hardware-type = ethernet (1)");
    terminal.wait_for_prompt(&site.prompt("host:plain1*"));
    terminal.keys("create\n");
    terminal.wait_for_prompt(&site.prompt("host:plain1"));
    assert!(site.has_host("plain1"));
    terminal.keys("remove\n");
    terminal.wait_for("[y/N]");
    terminal.keys("y\n");
    terminal.wait_for_prompt(&site.prompt(""));
    assert!(!site.has_host("plain1"));
    terminal.keys(key::CTRL_D);
    assert_eq!(terminal.wait_exit_status(), 0);
    let raw = terminal.raw();
    assert!(!raw.contains(&b'\x1b'), "{:?}", String::from_utf8_lossy(&raw));
}

#[test]
fn a_plain_terminal_is_sent_text_and_nothing_else() {
    let site = Site::new().argument("--plain");
    plainly(&site, &mut site.start());
    let site = Site::new().variable("TERM", "dumb");
    plainly(&site, &mut site.start());
    // Prompt and object are longer than the screen is wide; lines still come out.
    let site = Site::new().argument("--plain");
    let terminal = site.start_sized(SMALL);
    terminal.wait_for_prompt(&site.prompt(""));
    terminal.keys("help open\n");
    terminal.wait_for_count("omsh 127.0.0.1", 2);
    assert!(!terminal.raw().contains(&b'\x1b'));
}

#[test]
fn a_terminal_without_utf_8_is_sent_ascii() {
    let site = Site::new().variable("LANG", "C");
    let mut terminal = site.connected();
    terminal.run_all(&["new host", "set name = \"a1\"", "show", "hosts", "map 10.1.1.0/24", "help"]);
    let raw = terminal.raw();
    let shown = as_text(&raw);
    assert!(raw.is_ascii(), "{:?} in\n{shown}", shown.chars().filter(|letter| !letter.is_ascii()).collect::<String>());
    assert_unsaid(&terminal.all(), "\u{fffd}");
}

#[test]
fn keys_edit_a_line_as_they_do_everywhere() {
    let site = Site::new();
    let mut terminal = site.connected();
    assert_eq!(typed(&mut terminal, &format!("elp{}h", key::CTRL_A)), "h");
    assert!(terminal.screen().contains(&format!("{}help", site.prompt(""))));
    assert_eq!(typed(&mut terminal, key::CTRL_E), "help");
    assert_eq!(typed(&mut terminal, &format!("x{}", key::BACKSPACE)), "help");
    let said = terminal.run("");
    assert_said(&said, "connect");
    terminal.wait_for_prompt(&site.prompt(""));
}
