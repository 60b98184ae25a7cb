//! Rough treatment: bytes that are no text, lines without end, a shell that is put to sleep, and a terminal that is
//! gone.

mod support;
mod terminal;

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use terminal::site::{Site, USUAL, create_host};
use terminal::{LIMIT, QUESTION, Terminal, assert_said, assert_unsaid, key};

#[test]
fn bytes_that_are_no_text_end_nothing() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.run("set name = \"web1\"");
    for bytes in [&b"\xff\xfe\xc3("[..], b"help \x80\x81", b"\xf0\x9f", b"\xed\xa0\x80", b"\x1b[999999999999;1~"] {
        terminal.bytes(bytes);
        terminal.quiet();
        terminal.ends_line(key::CTRL_C);
        terminal.ready();
    }
    assert_said(&terminal.run("show"), "* name = \"web1\"");
}

#[test]
fn random_keys_end_nothing() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("set confirm on");
    // Control keys but for those that leave, suspend or run an editor; escape sequences; text.
    let keys = [
        "\x01",
        "\x02",
        "\x05",
        "\x06",
        "\x07",
        "\x08",
        "\x0b",
        "\x0c",
        "\x0e",
        "\x10",
        "\x12",
        "\x13",
        "\x14",
        "\x15",
        "\x16",
        "\x17",
        "\x18",
        "\x19",
        "\x1f",
        "\t",
        "\x1b[A",
        "\x1b[B",
        "\x1b[C",
        "\x1b[D",
        "\x1b[H",
        "\x1b[F",
        "\x1b[3~",
        "\x1bb",
        "\x1bf",
        "\x1bd",
        "\x1b\x7f",
        "\x1b.",
        "\x1by",
        "\x1b<",
        "\x1b>",
        "host ",
        "set ",
        "é",
        "東",
        "\"",
        "'",
        "|",
        "=",
        "help",
        "\u{7f}",
        "a b",
        "new ",
        "\x1b[200~x\x1b[201~",
    ];
    let mut state = 20_261_125_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        keys[(state >> 33) as usize % keys.len()]
    };
    for _ in 0..20 {
        let typed: String = (0..40).map(|_| next()).collect();
        terminal.keys(&typed);
        terminal.quiet();
        // A list of candidates may ask whether to go on.
        terminal.keys("n");
        terminal.keys(key::CTRL_G);
        terminal.ends_line(key::CTRL_C);
        terminal.quiet();
        terminal.ends_line(key::CTRL_C);
        terminal.ready();
    }
    assert_said(&terminal.run("host show static1"), "10.1.1.5");
}

#[test]
fn a_line_without_end_is_a_line() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    for length in [1022, 5000, 60_000] {
        let line = format!("set name = \"{}\"", "x".repeat(length));
        let start = Instant::now();
        terminal.ready();
        terminal.keys(&format!("\x1b[200~{line}\x1b[201~"));
        terminal.line("");
        terminal.ready();
        assert!(start.elapsed() < Duration::from_secs(10), "{length}: {:?}", start.elapsed());
    }
    // What is shown of such a name leaves room for a line.
    assert!(terminal.prompt().chars().count() < 80, "{}", terminal.prompt());
    terminal.run("set name = \"web1\"");
    assert_eq!(terminal.prompt(), site.prompt("host:web1*"));
}

#[test]
fn a_shell_that_is_put_to_sleep_goes_on_where_it_was() {
    let site = Site::new();
    let mut command = Command::new("bash");
    command.args(["--norc", "--noprofile", "-i"]);
    let ours = site.command();
    for (name, value) in ours.get_envs() {
        value.map(|value| command.env(name, value));
    }
    command.env("PS1", "bash> ").env("HISTFILE", "").current_dir(site.folder.path());
    let mut terminal = Terminal::start(&command, USUAL);
    terminal.wait_for_prompt("bash> ");
    terminal.keys(&format!("{}\r", ours.get_program().display()));
    terminal.wait_for_prompt(&site.prompt(""));
    terminal.keys("host show sta");
    terminal.quiet();
    terminal.keys("\x1a");
    terminal.wait_for("Stopped");
    terminal.wait_for_prompt("bash> ");
    terminal.keys("stty -a\r");
    terminal.wait_for(" icanon");
    terminal.keys("clear; fg\r");
    terminal.quiet();
    terminal.keys("tic1\r");
    terminal.wait_for("10.1.1.5");
    terminal.wait_for_prompt(&site.prompt(""));
    terminal.keys(key::CTRL_D);
    terminal.wait_for_prompt("bash> ");
    terminal.keys("exit\r");
    terminal.wait_exit();
}

/// Starts omsh, as this shell line does, on a terminal that `script` holds, and returns both.
fn on_a_terminal_of_another(site: &Site, line: &str) -> (Terminal, i32) {
    let ours = site.command();
    let mut script = Command::new("script");
    script.args(["-qfec", &line.replace("omsh", &ours.get_program().display().to_string()), "/dev/null"]).env_clear();
    for (name, value) in ours.get_envs() {
        value.map(|value| script.env(name, value));
    }
    script.env("SHELL", "/bin/sh").current_dir(site.folder.path());
    let terminal = Terminal::start(&script, USUAL);
    terminal.wait_for_prompt(&site.prompt(""));
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", terminal.id())).expect("it runs");
    let child = children.split_whitespace().next().expect("a child").parse().expect("a number");
    (terminal, child)
}

/// How much time of the processor a process has used, in ticks; nothing when it is gone.
fn ticks(process: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    (!matches!(fields[0], "Z" | "X"))
        .then(|| fields[11].parse::<u64>().unwrap_or(0) + fields[12].parse::<u64>().unwrap_or(0))
}

#[test]
fn a_shell_without_a_terminal_ends_even_if_nobody_tells_it() {
    for line in ["trap '' HUP; exec omsh", "trap '' HUP; exec omsh --plain"] {
        let site = Site::new();
        let (mut terminal, omsh) = on_a_terminal_of_another(&site, line);
        terminal.keys("new host\rset name = \"web1\"\r");
        terminal.wait_for("* name = \"web1\"");
        terminal.quiet();
        terminal.signal(Signal::KILL);
        terminal.wait_exit();
        let limit = Instant::now() + LIMIT / 4;
        while let Some(ticks) = ticks(omsh) {
            if Instant::now() >= limit {
                let _ = Command::new("kill").args(["-KILL", &omsh.to_string()]).status();
                panic!("{line}: it lives on, and has used {ticks} ticks");
            }
            sleep(Duration::from_millis(5));
        }
        assert_eq!(site.gate().writes(), 0);
    }
}

#[test]
fn a_question_that_nobody_can_answer_is_a_no() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.ask("remove", QUESTION);
    terminal.signal(Signal::HUP);
    terminal.wait_exit();
    assert!(site.has_host("web1"));
}

#[test]
fn output_that_is_not_read_for_a_while_is_not_lost() {
    let site = Site::new();
    let mut terminal = site.connected();
    // Ctrl-S and Ctrl-Q hold the terminal.
    terminal.line("!seq 3000; stty -ixon; stty ixon");
    terminal.keys("\x13");
    sleep(Duration::from_millis(200));
    terminal.keys("\x11");
    terminal.wait_for("3000");
    terminal.ready();
    assert_unsaid(&terminal.run("help"), "3000");
}

#[test]
fn files_that_are_no_files_are_no_rc_and_no_source() {
    let site = Site::new().variable("PAGER", "cat");
    fs::create_dir_all(site.path("home/.config/omsh/rc")).expect("a directory of our own");
    let mut terminal = site.connected();
    assert_unsaid(&terminal.run("source /dev/null"), "cannot");
    assert!(!terminal.run("source .").is_empty());
    assert!(!terminal.run("record .").is_empty());
    assert!(!terminal.run("leases > .").is_empty());
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn a_pipe_that_nobody_writes_to_can_be_left() {
    let site = Site::new();
    let mut terminal = site.connected();
    let made = Command::new("mkfifo").arg(site.path("pipe")).status().expect("mkfifo runs");
    assert!(made.success());
    terminal.line("source pipe");
    terminal.quiet();
    terminal.keys(key::CTRL_C);
    terminal.ready();
}
