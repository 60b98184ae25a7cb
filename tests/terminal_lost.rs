//! Connections that are lost: what one is told, what is brought back, and what is never done twice.

mod support;
mod terminal;

use std::time::{Duration, Instant};

use terminal::gate::Harm;
use terminal::site::{Site, create_host, new_host, open_host};
use terminal::{QUESTION, Terminal, assert_said, assert_unsaid, key};

fn lost(site: &Site) -> String {
    format!("The connection to 127.0.0.1 port {} is lost; the next command connects again.", site.port())
}

fn connected_again(site: &Site) -> String {
    format!("Connected again to 127.0.0.1 port {}.", site.port())
}

/// Waits at the prompt until it is known that the connection is lost.
fn notice(site: &Site, terminal: &mut Terminal, object: &str) {
    let limit = Instant::now() + terminal::LIMIT;
    while !terminal.run("").contains(&lost(site)) {
        assert!(Instant::now() < limit, "nobody tells; the screen:\n{}", terminal.screen().join("\n"));
    }
    let object = if object.is_empty() { "(lost)".to_owned() } else { format!("(lost) {object}") };
    assert_eq!(terminal.prompt(), site.prompt(&object));
}

#[test]
fn the_next_prompt_tells_and_the_next_command_connects_again() {
    let site = Site::new();
    let mut terminal = site.connected();
    site.gate().cut();
    notice(&site, &mut terminal, "");
    assert_unsaid(&terminal.run(""), "is lost");
    let said = terminal.run("new host");
    assert_unsaid(&said, "can't");
    terminal.run("set name = \"static1\"");
    let said = terminal.run("open");
    assert_said(&terminal.all(), &connected_again(&site));
    assert_said(&said, "ip-address = 10.1.1.5");
    assert_eq!(terminal.prompt(), site.prompt("host:static1"));
    assert_eq!(site.gate().connections(), 2);
}

#[test]
fn the_object_is_opened_again() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    site.gate().cut();
    notice(&site, &mut terminal, "host:web1");
    let said = terminal.run("refresh");
    assert_said(&said, &connected_again(&site));
    assert_said(&said, "Opened host:web1 again.");
    assert_said(&said, "hardware-address = 02:00:00:00:00:01");
    assert_eq!(terminal.prompt(), site.prompt("host:web1"));
}

#[test]
fn changes_that_were_not_sent_are_not_lost_with_the_connection() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.77");
    site.gate().cut();
    notice(&site, &mut terminal, "host:web1*");
    assert_said(&terminal.run("show"), "* ip-address = 10.1.1.77");
    let said = terminal.run("update");
    assert_said(&said, "Opened host:web1 again.");
    assert_said(&said, "ip-address = 10.1.1.77");
    assert_said(&site.written(), "fixed-address 10.1.1.77;");
    assert_eq!(terminal.prompt(), site.prompt("host:web1"));
}

#[test]
fn what_has_never_been_sent_is_made_on_the_new_connection() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in new_host("web1", 1) {
        terminal.run(&line);
        site.gate().cut();
    }
    terminal.run("create");
    assert!(site.has_host("web1"));
    assert_eq!(terminal.prompt(), site.prompt("host:web1"));
    assert_eq!(site.gate().writes(), 1);
}

#[test]
fn one_shot_commands_are_run_after_a_loss() {
    let site = Site::new();
    let mut terminal = site.connected();
    site.gate().cut();
    assert_said(&terminal.run("host show static1"), "10.1.1.5");
    site.gate().cut();
    terminal.run("host add web9 --mac 02:00:00:00:00:09");
    assert!(site.has_host("web9"));
}

#[test]
fn a_server_that_stays_away_is_a_sentence_each_time_until_it_is_back() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.77");
    site.gate().shut();
    notice(&site, &mut terminal, "host:web1*");
    for _ in 0..3 {
        let said = terminal.run("update");
        assert_said(&said, &format!("127.0.0.1 port {}", site.port()));
        assert_unsaid(&said, "Connected again");
    }
    site.gate().reopen();
    let said = terminal.run("update");
    assert_said(&said, &connected_again(&site));
    assert_said(&site.written(), "fixed-address 10.1.1.77;");
}

#[test]
fn an_object_that_is_gone_meanwhile_is_not_made_anew() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.77");
    let mut other = site.connected();
    open_host(&mut other, "web1");
    other.run("remove --yes");
    assert!(!site.has_host("web1"));
    site.gate().cut();
    notice(&site, &mut terminal, "host:web1*");
    let said = terminal.run("update");
    assert_said(&said, "web1");
    assert!(!site.has_host("web1"), "{said}");
    // Only by somebody who says so, and then all of it.
    assert_eq!(terminal.prompt(), site.prompt("host:web1*"));
    assert_said(&terminal.run("create"), "Made host:web1.");
    let written = site.written();
    let (_, block) = written.rsplit_once("host web1 {").expect("the host");
    assert_said(block, "hardware ethernet 02:00:00:00:00:01;");
    assert_said(block, "fixed-address 10.1.1.77;");
}

/// A host that is made, open and has a change that is not sent, on a connection that comes to harm with the next
/// write.
fn harmed(site: &Site, harm: Harm) -> Terminal {
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.77");
    site.gate().next_write(harm);
    terminal
}

const UNKNOWN: &str = "It is not known whether the update of host:web1 has reached the server";

#[test]
fn an_update_that_did_not_arrive_is_not_repeated_without_a_question() {
    let site = Site::new();
    let mut terminal = harmed(&site, Harm::CutBefore);
    let before = site.gate().writes();
    assert_said(&terminal.run("update"), UNKNOWN);
    for answer in ["\r", "n\r", key::CTRL_C] {
        terminal.ask("update", QUESTION);
        assert_eq!(site.gate().writes(), before);
        terminal.ends_line(answer);
        terminal.ready();
        assert_eq!(site.gate().writes(), before);
        assert_unsaid(&site.written(), "10.1.1.77");
        assert_said(&terminal.run("show"), "* ip-address = 10.1.1.77");
    }
}

#[test]
fn a_connection_made_by_hand_does_not_make_up_for_the_question() {
    let site = Site::new();
    let mut terminal = harmed(&site, Harm::CutBefore);
    let before = site.gate().writes();
    assert_said(&terminal.run("update"), UNKNOWN);
    assert_said(&terminal.run("connect"), "has not reached the server");
    terminal.ask("update", QUESTION);
    assert_eq!(site.gate().writes(), before);
}

#[test]
fn a_script_goes_on_when_what_it_repeats_had_arrived() {
    let site = Site::new();
    site.put("again", "update\nclose\n");
    let mut terminal = harmed(&site, Harm::CutAfter);
    assert_said(&terminal.run("update"), UNKNOWN);
    let said = terminal.run("source again");
    assert_said(&said, "had reached the server");
    assert_unsaid(&said, "stopped");
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn an_update_that_did_arrive_is_told_and_not_repeated() {
    for next in ["update", "refresh", "show", "host show web1", "close"] {
        let site = Site::new();
        let mut terminal = harmed(&site, Harm::CutAfter);
        let before = site.gate().writes();
        assert_said(&terminal.run("update"), UNKNOWN);
        assert_said(&site.written(), "10.1.1.77");
        terminal.run_and_agree(next);
        assert_eq!(site.gate().writes(), before + 1, "{next}:\n{}", terminal.contents());
    }
}

#[test]
fn a_write_is_repeated_when_that_is_wanted() {
    let site = Site::new();
    let mut terminal = harmed(&site, Harm::CutBefore);
    let before = site.gate().writes();
    assert_said(&terminal.run("update"), UNKNOWN);
    terminal.ask("update", QUESTION);
    terminal.line("y");
    terminal.ready();
    assert_eq!(site.gate().writes(), before + 1);
    assert_said(&site.written(), "fixed-address 10.1.1.77;");
    assert_eq!(terminal.prompt(), site.prompt("host:web1"));
}

#[test]
fn a_creation_whose_outcome_is_unknown_makes_no_second_object() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in new_host("web1", 1) {
        terminal.run(&line);
    }
    site.gate().next_write(Harm::CutAfter);
    let before = site.gate().writes();
    assert_said(&terminal.run("create"), "not known");
    site.wait_until_written(|written| written.contains("host web1"));
    // It is there, so that nothing has to be asked.
    terminal.run("create");
    assert_eq!(site.gate().writes(), before + 1);
    assert_eq!(site.written().matches("host web1 {").count(), 1);
}

#[test]
fn a_removal_whose_outcome_is_unknown_is_not_repeated_either() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    site.gate().next_write(Harm::CutAfter);
    let before = site.gate().writes();
    assert_said(&terminal.run("remove --yes"), "not known");
    terminal.run("remove --yes");
    assert_eq!(site.gate().writes(), before + 1);
    assert!(!site.has_host("web1"));
}

#[test]
fn ctrl_c_in_a_write_leaves_an_unknown_outcome_and_repeats_nothing() {
    let site = Site::new();
    let mut terminal = harmed(&site, Harm::Silence);
    let before = site.gate().writes();
    terminal.line("update");
    site.wait_until_written(|written| written.contains("10.1.1.77"));
    terminal.keys(key::CTRL_C);
    terminal.wait_for("interrupted");
    if terminal.quiet().join("\n").contains(QUESTION) {
        terminal.line("n");
    }
    terminal.ready();
    assert_eq!(site.gate().writes(), before + 1);
    let said = terminal.run("refresh");
    assert_said(&said, "ip-address = 10.1.1.77");
    assert_eq!(site.gate().writes(), before + 1);
}

#[test]
fn a_loss_in_mid_line_disturbs_nobody() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.keys("set ip-address = 10.");
    let before = terminal.quiet();
    site.gate().cut();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(terminal.quiet(), before);
    terminal.line("1.1.77");
    terminal.ready();
    assert_said(&terminal.all(), "* ip-address = 10.1.1.77");
    terminal.run("update");
    assert_said(&site.written(), "fixed-address 10.1.1.77;");
}

#[test]
fn a_connection_may_be_lost_between_any_two_lines() {
    let site = Site::new();
    let mut terminal = site.connected();
    let lines = [
        "new host",
        "set name = \"web1\"",
        "set hardware-address = 02:00:00:00:00:01",
        "set hardware-type = 1",
        "create",
        "set ip-address = 10.1.1.77",
        "update",
        "refresh",
        "close",
        "new host",
        "set name = \"web1\"",
        "open",
        "remove --yes",
    ];
    for at in 0..lines.len() {
        for (number, line) in lines.iter().enumerate() {
            if number == at {
                site.gate().cut();
                std::thread::sleep(Duration::from_millis(2));
            }
            let said = terminal.run(line);
            assert_unsaid(&said, "can't");
            if *line == "update" {
                assert!(site.has_host("web1") && site.written().contains("10.1.1.77"), "cut before line {at}: {said}");
            }
        }
        assert!(!site.has_host("web1"), "cut before line {at}; the screen:\n{}", terminal.screen().join("\n"));
        assert_eq!(terminal.prompt(), site.prompt(""));
        assert_eq!(site.gate().writes(), 3 * (at + 1), "cut before line {at}");
    }
}

#[test]
fn what_lines_say_of_another_server_counts_from_the_next_connect_on() {
    let (site, other) = (Site::new(), Site::new());
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    assert_said(&terminal.run(&format!("port {}", other.port())), "from the next connect on");
    terminal.run("set ip-address = 10.1.1.71");
    site.gate().cut();
    assert_said(&terminal.run("update"), "10.1.1.71");
    terminal.run("host add web2 --mac 02:00:00:00:00:02");
    assert!(site.written().contains("10.1.1.71") && site.has_host("web2"));
    assert!(!other.has_host("web1") && !other.has_host("web2"));
    terminal.run("close");
    terminal.run("connect");
    terminal.run("host add web3 --mac 02:00:00:00:00:03");
    assert!(other.has_host("web3") && !site.has_host("web3"));
}

#[test]
fn a_refresh_keeps_what_was_not_sent_and_says_so() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.71");
    assert_said(&terminal.run("refresh"), "* ip-address = 10.1.1.71");
    assert_eq!(terminal.prompt(), site.prompt("host:web1*"));
    terminal.run("update");
    assert_eq!(terminal.prompt(), site.prompt("host:web1"));
    // Somebody else's value is overwritten by what is set again.
    site.connected().run("host set web1 --ip 10.1.1.72");
    terminal.run("set ip-address = 10.1.1.71");
    assert_said(&terminal.run("update"), "Changed");
    assert_said(&site.connected().run("host show web1"), "10.1.1.71");
}

#[test]
fn what_was_set_after_an_update_of_unknown_outcome_is_no_part_of_it() {
    let site = Site::new();
    let mut terminal = harmed(&site, Harm::CutAfter);
    assert_said(&terminal.run("update"), UNKNOWN);
    terminal.run("set dhcp-client-identifier = 01:02");
    let said = terminal.run("update");
    assert_said(&said, "The update of host:web1 had reached the server.");
    assert_said(&said, "* dhcp-client-identifier = 01:02");
    assert_eq!(terminal.prompt(), site.prompt("host:web1"));
    let said = terminal.run("changes");
    assert_said(&said, "2  change the host web1: ip-address  (update)");
    assert_said(&said, "3  change the host web1: dhcp-client-identifier  (update)");
}
