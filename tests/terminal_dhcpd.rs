//! The interactive shell beside a real dhcpd: the core of it, and a dhcpd that is stopped and started.

mod support;
mod terminal;

use support::confs;
use terminal::lab::{Lab, prompt};
use terminal::site::{Site, USUAL, create_host};
use terminal::{QUESTION, Terminal, assert_said, assert_unsaid};

const LINES: [(&str, &str); 13] = [
    ("new host", "host"),
    ("set name = \"web1\"", "host:web1*"),
    ("set hardware-address = 02:00:00:00:00:01", "host:web1*"),
    ("set hardware-type = 1", "host:web1*"),
    ("create", "host:web1"),
    ("set ip-address = 10.1.1.77", "host:web1*"),
    ("update", "host:web1"),
    ("refresh", "host:web1"),
    ("close", ""),
    ("new host", "host"),
    ("set name = \"web1\"", "host:web1*"),
    ("open", "host:web1"),
    ("remove --yes", ""),
];

#[test]
fn hosts_are_made_opened_changed_and_removed() {
    let lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    for (line, object) in LINES {
        let said = terminal.run(line);
        assert_unsaid(&said, "can't");
        assert_eq!(terminal.prompt(), prompt(object), "after {line}");
        match line {
            "create" => assert_said(&lab.host("web1").expect("a host"), "hardware ethernet 02:00:00:00:00:01;"),
            "update" => {
                assert_said(&said, "ip-address = 10.1.1.77");
                assert_said(&lab.host("web1").expect("a host"), "fixed-address 10.1.1.77;");
            }
            "open" => {
                for expected in
                    ["  name = \"web1\"", "  hardware-type = ethernet (1)", "  hardware-address = 02:00:00:00:00:01"]
                {
                    assert_said(&said, expected);
                }
            }
            _ => {}
        }
    }
    assert_eq!(lab.host("web1"), None);
    terminal.leave();
}

#[test]
fn a_lease_is_read_as_dhcpd_has_it() {
    let lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    terminal.run("new lease");
    terminal.run("set ip-address = 10.1.1.20");
    let said = terminal.run("open");
    assert_said(&said, "  state = active (2)");
    assert_said(&said, "  ends = 2036-11-20 02:00:00 (in ");
    assert_said(&said, "  ip-address = 10.1.1.20");
    assert_eq!(terminal.prompt(), prompt("lease:10.1.1.20"));
    assert_said(&terminal.run("leases state=active"), "10.1.1.20");
    assert_said(&terminal.run("lease show 10.1.1.20"), "laptop20");
}

#[test]
fn dhcpd_may_be_stopped_and_started_between_any_two_lines() {
    let mut lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    for at in 0..LINES.len() {
        for (number, (line, object)) in LINES.into_iter().enumerate() {
            if number == at {
                lab.restart();
            }
            let said = terminal.run(line);
            assert_unsaid(&said, "can't");
            let place = format!("after {line}, dhcpd being restarted before line {at}:\n{said}");
            // A line that needs no server leaves the connection as it is.
            assert_eq!(terminal.prompt().replace(" (lost)", ""), prompt(object), "{place}");
            match line {
                "create" => assert_said(&lab.host("web1").expect(&place), "02:00:00:00:00:01"),
                "update" => assert_said(&lab.host("web1").expect(&place), "fixed-address 10.1.1.77;"),
                "remove --yes" => assert_eq!(lab.host("web1"), None, "{place}"),
                _ => {}
            }
        }
    }
    assert_said(&terminal.all(), "Connected again to 127.0.0.1 port 7911.");
    assert_said(&terminal.all(), "Opened host:web1 again.");
}

#[test]
fn while_dhcpd_is_away_one_is_told_and_nothing_is_lost() {
    let mut lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.77");
    lab.stop();
    let limit = std::time::Instant::now() + terminal::LIMIT;
    while !terminal.run("").contains("The connection to 127.0.0.1 port 7911 is lost; the next command connects again.")
    {
        assert!(std::time::Instant::now() < limit, "nobody tells:\n{}", terminal.screen().join("\n"));
    }
    assert_eq!(terminal.prompt(), prompt("(lost) host:web1*"));
    let said = terminal.run("update");
    assert_said(&said.to_lowercase(), "refused");
    assert_said(&terminal.run("show"), "* ip-address = 10.1.1.77");
    lab.restart();
    let said = terminal.run("update");
    assert_said(&said, "Connected again to 127.0.0.1 port 7911.");
    assert_said(&said, "Opened host:web1 again.");
    assert_said(&said, "ip-address = 10.1.1.77");
    assert_said(&lab.host("web1").expect("a host"), "fixed-address 10.1.1.77;");
    assert_eq!(terminal.prompt(), prompt("host:web1"));
}

#[test]
fn what_was_done_is_undone_on_a_dhcpd_that_was_restarted_meanwhile() {
    let mut lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.77");
    terminal.run("update");
    lab.restart();
    terminal.ask("undo", QUESTION);
    terminal.line("y");
    terminal.ready();
    assert_unsaid(&lab.host("web1").expect("a host"), "fixed-address");
    terminal.run("undo --yes");
    assert_eq!(lab.host("web1"), None);
}

#[test]
fn a_key_that_is_asked_for_is_the_one_that_dhcpd_wants() {
    const SECRET: &str = "2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==";
    let lab = Lab::new(&confs::conf("key-md5"));
    let site = Site::without_server();
    let mut terminal = Terminal::start(&site.command_within(&lab.net), USUAL);
    terminal.run("server 127.0.0.1");
    terminal.ask("key omapi_key", "Secret of omapi_key: ");
    terminal.quiet();
    terminal.line(SECRET);
    terminal.ready();
    terminal.run("connect");
    assert_eq!(terminal.prompt(), prompt(""));
    create_host(&mut terminal, "web1", 1);
    assert!(lab.host("web1").is_some());
    assert_unsaid(&terminal.all(), &SECRET[..16]);
}

#[test]
fn what_was_sent_is_not_sent_once_more() {
    let lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    for line in [
        "new host",
        "set name = \"web1\"",
        "set dhcp-client-identifier = 01:02",
        "create",
        "set hardware-address = 02:00:00:00:00:01",
        "set hardware-type = 1",
        "update",
        // dhcpd would refuse the hardware address, which the host has by now.
        "set ip-address = 10.1.1.77",
        "update",
    ] {
        assert_unsaid(&terminal.run(line), "can't");
    }
    assert_said(&lab.host("web1").expect("a host"), "fixed-address 10.1.1.77;");
    assert_eq!(terminal.prompt(), prompt("host:web1"));
}

#[test]
fn a_group_of_a_host_is_undone() {
    let lab = Lab::new(&confs::conf("base"));
    let mut terminal = lab.start();
    let group = || lab.host("web1").expect("a host").lines().find(|line| line.contains("group")).map(str::to_owned);
    for line in [
        "group add g1 --statements 'filename \"one\";'",
        "group add g2 --statements 'filename \"two\";'",
        "host add web1 --mac 02:00:00:00:00:01",
        "host set web1 --group g1",
        "host set web1 --group g2",
        "new host",
        "set name = \"web1\"",
        "open",
        "set group = \"g1\"",
        "update",
    ] {
        assert_unsaid(&terminal.run(line), "can't");
    }
    for expected in [Some("g2"), Some("g1"), None] {
        assert_said(&terminal.run("undo --yes"), "Undone.");
        assert_eq!(group(), expected.map(|name| format!("  group \"{name}\";")));
    }
}
