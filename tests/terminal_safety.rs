//! What asks before it does harm, and what Ctrl-C and Ctrl-D do.

mod support;
mod terminal;

use terminal::site::{Site, create_host, open_host};
use terminal::{QUESTION, Terminal, assert_said, assert_unsaid, key};

fn site_with_hosts(names: &[&str]) -> (Site, Terminal) {
    let site = Site::new();
    let mut terminal = site.connected();
    for (number, name) in names.iter().enumerate() {
        create_host(&mut terminal, name, number as u8 + 1);
        terminal.run("close");
        assert!(site.has_host(name), "{name}");
    }
    (site, terminal)
}

#[test]
fn remove_shows_what_would_go_and_asks() {
    let (site, mut terminal) = site_with_hosts(&["web1"]);
    open_host(&mut terminal, "web1");
    for answer in ["\r", "n\r", "no\r", "x\r", key::CTRL_C, key::CTRL_D] {
        let asked = terminal.ask("remove", QUESTION);
        assert_said(&asked, "web1");
        terminal.ends_line(answer);
        terminal.ready();
        assert!(site.has_host("web1"), "after {answer:?}");
        assert_eq!(terminal.prompt(), site.prompt("host:web1"), "after {answer:?}");
    }
    terminal.ask("remove", QUESTION);
    terminal.line("y");
    terminal.ready();
    assert!(!site.has_host("web1"));
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn yes_in_words_is_yes_too() {
    let (site, mut terminal) = site_with_hosts(&["web1"]);
    open_host(&mut terminal, "web1");
    terminal.ask("remove", QUESTION);
    terminal.line("yes");
    terminal.ready();
    assert!(!site.has_host("web1"));
}

#[test]
fn one_shot_commands_that_remove_ask_as_well() {
    let (site, mut terminal) = site_with_hosts(&["web1", "web2"]);
    for answer in ["\r", "n\r", key::CTRL_C, key::CTRL_D] {
        let asked = terminal.ask("host remove web1", QUESTION);
        for shown in ["web1", "02:00:00:00:00:01"] {
            assert_said(&asked, shown);
        }
        terminal.ends_line(answer);
        terminal.ready();
        assert!(site.has_host("web1") && site.has_host("web2"), "after {answer:?}");
    }
    terminal.ask("host remove web1", QUESTION);
    terminal.line("y");
    terminal.ready();
    assert!(!site.has_host("web1") && site.has_host("web2"));
}

#[test]
fn what_looks_like_an_option_behind_two_hyphens_is_none() {
    let (site, mut terminal) = site_with_hosts(&["-n", "--yes"]);
    for name in ["-n", "--yes"] {
        terminal.ask(&format!("host remove -- {name}"), QUESTION);
        terminal.line("n");
        terminal.ready();
        assert!(site.has_host(name), "{name}");
        terminal.run(&format!("host remove --yes -- {name}"));
        assert!(!site.has_host(name), "{name}");
    }
}

#[test]
fn groups_and_subclasses_are_asked_about() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("group add made --filename pxelinux.0");
    let asked = terminal.ask("group remove made", QUESTION);
    assert_said(&asked, "made");
    terminal.line("n");
    terminal.ready();
    assert_said(&terminal.run("group show made"), "made");
    terminal.run("group remove made --yes");
    let written = site.written();
    assert_said(
        written.rsplit_once("group \"made\"").or(written.rsplit_once("group made")).expect("it was made").1,
        "deleted;",
    );
    terminal.run("subclass add by-mac 1:52:54:00:00:00:0a");
    let before = site.gate().writes();
    let asked = terminal.ask("subclass remove by-mac 1:52:54:00:00:00:0a", QUESTION);
    assert_said(&asked, "52:54:00:00:00:0a");
    terminal.line("n");
    terminal.ready();
    assert_eq!(site.gate().writes(), before);
}

#[test]
fn yes_on_the_line_or_a_setting_asks_nobody() {
    let (site, mut terminal) = site_with_hosts(&["web1", "web2", "web3"]);
    open_host(&mut terminal, "web1");
    let said = terminal.run("remove --yes");
    assert_unsaid(&said, QUESTION);
    assert!(!site.has_host("web1"));
    let said = terminal.run("host remove web2 --yes");
    assert_unsaid(&said, QUESTION);
    assert!(!site.has_host("web2"));
    terminal.run("set confirm off");
    let said = terminal.run("host remove web3");
    assert_unsaid(&said, QUESTION);
    assert!(!site.has_host("web3"));
}

#[test]
fn a_server_is_not_shut_down_by_mistake() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.ask("control shutdown", QUESTION);
    terminal.line("n");
    terminal.ready();
    assert_said(&terminal.run("host show static1"), "10.1.1.5");
}

#[test]
fn nor_is_it_by_an_object() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new control");
    terminal.run("open");
    terminal.run("set state = 2");
    let before = site.gate().writes();
    terminal.ask("update", QUESTION);
    terminal.line("n");
    terminal.ready();
    assert_eq!(site.gate().writes(), before);
}

#[test]
fn ctrl_c_drops_the_line_and_nothing_else() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.keys("set name = \"never\"");
    terminal.wait_for("never");
    terminal.ends_line(key::CTRL_C);
    terminal.ready();
    assert!(terminal.prompt().contains(" host"), "the object is still there");
    assert_said(&terminal.all(), "^C");
    for _ in 0..5 {
        terminal.ends_line(key::CTRL_C);
        terminal.ready();
    }
    assert_unsaid(&terminal.run("show"), "never");
    assert!(!site.history().iter().any(|line| line.contains("never")));
}

#[test]
fn ctrl_d_in_mid_line_does_not_leave() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.keys("help");
    terminal.wait_for("help");
    terminal.keys(key::CTRL_D);
    terminal.quiet();
    assert_said(&terminal.run(""), "connect");
    terminal.leave();
}

#[test]
fn one_does_not_leave_with_changes_that_were_not_sent_unless_one_wants_to() {
    let site = Site::new();
    for end in [key::CTRL_D, "quit\r", "exit\r"] {
        let mut terminal = site.connected();
        open_host(&mut terminal, "static1");
        terminal.run("set ip-address = 10.1.1.99");
        for no in ["\r", "n\r", key::CTRL_C] {
            terminal.ready();
            let before = terminal.all().matches(QUESTION).count();
            terminal.ends_line(end);
            terminal.wait_for_count(QUESTION, before + 1);
            assert_said(&terminal.contents(), "not sent");
            terminal.ends_line(no);
            terminal.ready();
            assert_eq!(terminal.prompt(), site.prompt("host:static1*"), "{end:?} {no:?}");
        }
        let before = terminal.all().matches(QUESTION).count();
        terminal.ends_line(end);
        terminal.wait_for_count(QUESTION, before + 1);
        terminal.line("y");
        assert_eq!(terminal.wait_exit_status(), 0);
    }
    assert_eq!(site.gate().writes(), 0);
}

#[test]
fn one_leaves_at_once_when_all_was_sent() {
    let (_site, mut terminal) = site_with_hosts(&["web1"]);
    open_host(&mut terminal, "web1");
    terminal.leave();
    assert_unsaid(&terminal.all(), QUESTION);
}

#[test]
fn no_way_to_shut_the_server_down_goes_without_a_question() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in ["raw update control --set state=int:2", "control shutdown", "control shutdown --quiet"] {
        terminal.ask(line, QUESTION);
        terminal.line("n");
        terminal.ready();
    }
    create_host(&mut terminal, "web1", 1);
    terminal.run("host add web2 --mac 02:00:00:00:00:02");
    assert_said(&terminal.ask("host remove web2 --quiet", QUESTION), "02:00:00:00:00:02");
    terminal.line("n");
    terminal.ready();
    assert!(site.has_host("web1") && site.has_host("web2"));
}

#[test]
fn a_host_that_somebody_else_removed_is_not_changed() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    site.connected().run("host remove web1 --yes");
    terminal.run("set ip-address = 10.1.1.71");
    assert_said(&terminal.run("update"), "nothing was sent");
    assert_said(&terminal.run("refresh"), "not on the server any longer");
    terminal.run("create");
    assert!(site.has_host("web1") && site.written().contains("10.1.1.71"));
}
