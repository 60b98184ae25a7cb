//! `apply` at a terminal: the plan, the question, the line of progress, and Ctrl-C.

mod support;
mod terminal;

use std::process::Command;
use std::time::Duration;

use support::OURS;
use terminal::site::{Site, USUAL};
use terminal::{QUESTION, Terminal, assert_said, assert_unsaid, key};

/// Two new hosts.
const TWO: &str = "name,mac,addresses\nnew1,02:00:00:00:01:01,10.1.1.201\nnew2,02:00:00:00:01:02,10.1.1.202\n";

/// A site whose files are not known here, so that the server is asked.
fn site() -> Site {
    Site::new().without("OMSH_CONF").without("OMSH_LEASES")
}

/// So many new hosts.
fn many(count: usize) -> String {
    let host = |number: usize| format!("many{number},02:00:00:00:{:02x}:{:02x}\n", 2 + number / 256, number % 256);
    "name,mac\n".to_owned() + &(0..count).map(host).collect::<String>()
}

#[test]
fn the_shell_shows_the_plan_and_asks() {
    let site = site();
    site.put("two.csv", TWO);
    let mut terminal = site.connected();
    for answer in ["\r", "n\r", key::CTRL_C, key::CTRL_D] {
        let asked = terminal.ask("apply two.csv", QUESTION);
        for shown in ["would be added: host new1", "10.1.1.202", "2 to add"] {
            assert_said(&asked, shown);
        }
        terminal.ends_line(answer);
        terminal.ready();
        assert!(!site.has_host("new1") && !site.has_host("new2"), "after {answer:?}");
    }
    assert_said(&terminal.run_and_agree("apply two.csv --undo back.jsonl"), "2 added");
    assert!(site.has_host("new1") && site.has_host("new2"));
    assert_said(&terminal.run("apply two.csv --yes"), "2 as they should be already");
    assert_said(&terminal.run("apply back.jsonl --yes"), "2 removed");
    assert!(!site.has_host("new1") && !site.has_host("new2"));
    assert_said(&terminal.run("apply none.csv"), "cannot read none.csv");
}

#[test]
fn by_itself_it_asks_the_person_even_when_the_file_comes_from_elsewhere() {
    for (answer, status) in [("n", 2), ("y", 0)] {
        let site = site().argument("apply").argument("two.csv");
        site.put("two.csv", TWO);
        let mut terminal = site.start();
        terminal.wait_for("Do it? [y/N]");
        assert!(!site.has_host("new1"));
        terminal.line(answer);
        assert_eq!(terminal.wait_exit_status(), status, "{}", terminal.contents());
        assert_eq!(site.has_host("new1"), status == 0, "{}", terminal.contents());
    }
}

#[test]
fn where_the_answer_goes_elsewhere_the_person_sees_the_plan_and_the_answer_is_whole() {
    for (options, expected) in [
        (&["--output", "json"][..], "[\n{\"result\":\"added\""),
        (&["--output", "csv"], "result,kind,name"),
        (&["--quiet"], ""),
        (&[], "added host new1: mac 02:00:00:00:01:01"),
    ] {
        let site = site();
        site.put("two.csv", TWO);
        let elsewhere = site.program("elsewhere", &format!("exec {OURS} apply two.csv \"$@\" >answer"));
        let own = site.command();
        let mut command = Command::new(elsewhere);
        command.args(options).current_dir(site.folder.path()).env_clear();
        command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut terminal = Terminal::start(&command, USUAL);
        terminal.wait_for("Do it? [y/N]");
        assert_said(&terminal.all(), "would be added: host new1");
        terminal.line("y");
        assert_eq!(terminal.wait_exit_status(), 0, "{}", terminal.contents());
        let answer = site.text("answer");
        assert!(answer.starts_with(expected) && answer.is_empty() == expected.is_empty(), "{options:?}: {answer}");
        assert_unsaid(&answer, "would be");
    }
}

#[test]
fn ctrl_c_ends_a_long_run_with_a_report_and_the_same_command_does_the_rest() {
    const ALL: usize = 3000;
    let site = site().argument("apply").argument("many.csv").argument("--yes");
    site.put("many.csv", many(ALL));
    let mut terminal = site.start();
    site.gate().wait_for_requests(2 * ALL);
    // All are looked up by name and by hardware address first.
    site.gate().delay(Duration::from_millis(5));
    site.gate().wait_for_requests(2 * ALL + 20);
    terminal.keys(key::CTRL_C);
    assert_eq!(terminal.wait_exit_status(), 1, "{}", terminal.contents());
    let said = terminal.all();
    for shown in ["added", "not done", "interrupted", "the same command, given again"] {
        assert_said(&said, shown);
    }
    assert_unsaid(&said, "in doubt");
    site.gate().delay(Duration::ZERO);
    assert!(!site.has_host(&format!("many{}", ALL - 1)), "it was over before");
    let mut terminal = site.start();
    assert_eq!(terminal.wait_exit_status(), 0, "{}", terminal.contents());
    assert_said(&terminal.all(), "as they should be already");
    assert!(site.has_host(&format!("many{}", ALL - 1)));
}
