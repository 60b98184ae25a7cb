//! What was written in a session: told, taken back, and as scripts.

mod support;
mod terminal;

use support::confs;
use support::run::{End, Run};
use terminal::site::{Site, create_host, open_host};
use terminal::{QUESTION, Terminal, assert_said, assert_unsaid};

/// Undoes, and says yes.
fn undo(terminal: &mut Terminal) -> String {
    let asked = terminal.ask("undo", QUESTION);
    terminal.line("y");
    terminal.ready();
    asked
}

/// What the server has of a host: the last block that was written, without its braces.
fn host(site: &Site, name: &str) -> String {
    let written = site.written();
    let block = written.rsplit_once(&format!("host {name} {{")).map(|(_, rest)| rest).unwrap_or_default();
    block.split('}').next().unwrap_or_default().to_owned()
}

#[test]
fn a_creation_is_undone_by_a_removal() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    let asked = undo(&mut terminal);
    assert_said(&asked, "undo: remove the host web1");
    assert!(!site.has_host("web1"));
}

#[test]
fn an_update_is_undone_by_the_values_before_it() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.71");
    terminal.run("update");
    terminal.run("set ip-address = 10.1.1.72");
    terminal.run("update");
    assert_said(&host(&site, "web1"), "10.1.1.72");
    assert_said(&undo(&mut terminal), "10.1.1.71");
    assert_said(&host(&site, "web1"), "10.1.1.71");
    undo(&mut terminal);
    assert!(site.has_host("web1"));
    assert_unsaid(&host(&site, "web1"), "fixed-address");
    undo(&mut terminal);
    assert!(!site.has_host("web1"));
    // All of it is undone.
    let said = terminal.run("undo");
    assert!(!said.is_empty());
    assert_unsaid(&said, QUESTION);
}

#[test]
fn a_removal_is_undone_by_making_it_again_as_it_was() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.77");
    terminal.run("update");
    terminal.run("remove --yes");
    assert!(!site.has_host("web1"));
    assert_said(&undo(&mut terminal), "web1");
    let block = host(&site, "web1");
    for part in ["hardware ethernet 02:00:00:00:00:01;", "fixed-address 10.1.1.77;"] {
        assert_said(&block, part);
    }
}

#[test]
fn odd_values_come_back_as_they_were() {
    let site = Site::new();
    let mut terminal = site.connected();
    for (number, value) in
        ["\"abc\"", "\"a\\\"b\"", "\"a\\\\b\"", "61:62:22:5c:0a:00:ff", "\"#no comment\"", "1"].into_iter().enumerate()
    {
        let name = format!("odd{number}");
        for line in terminal::site::new_host(&name, number as u8 + 1) {
            terminal.run(&line);
        }
        terminal.run(&format!("set dhcp-client-identifier = {value}"));
        terminal.run("create");
        let before = host(&site, &name);
        assert_said(&before, "uid ");
        terminal.run("remove --yes");
        assert!(!site.has_host(&name), "{value}");
        undo(&mut terminal);
        assert_eq!(host(&site, &name), before, "{value}");
        // The same by a script.
        terminal.run("changes --script > script");
        assert_said(&site.text("script"), &name);
        terminal.run_and_agree("close");
    }
}

#[test]
fn a_hardware_address_that_a_host_did_not_have_is_taken_away_again() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("close");
    // dhcpd adds one where there is none, and takes none away.
    terminal.run("host set byuid --mac 02:00:00:00:00:1a");
    let asked = undo(&mut terminal);
    assert_said(&asked, "hardware-address");
    let shown = terminal.run("host show byuid");
    assert_unsaid(&shown, "02:00:00:00:00:1a");
    assert_said(&shown, "byuid-1");
    // What was written before it can be undone whatever became of it.
    undo(&mut terminal);
    assert!(!site.has_host("web1"));
}

#[test]
fn what_undo_cannot_bring_back_is_told() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in terminal::site::new_host("web1", 1) {
        terminal.run(&line);
    }
    terminal.run("set statements = \"filename \\\"x\\\";\"");
    terminal.run("create");
    assert_said(&host(&site, "web1"), "filename");
    terminal.run("close");
    open_host(&mut terminal, "web1");
    terminal.run("remove --yes");
    let asked = undo(&mut terminal);
    let all = asked + &terminal.printed();
    let is_back = host(&site, "web1").contains("filename");
    assert!(is_back || all.contains("statements"), "neither back nor told:\n{all}");
}

#[test]
fn undo_asks_and_no_leaves_all_as_it_is() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    let before = site.gate().writes();
    for answer in ["\r", "n\r", terminal::key::CTRL_C] {
        terminal.ask("undo", QUESTION);
        terminal.ends_line(answer);
        terminal.ready();
    }
    assert!(site.has_host("web1"));
    assert_eq!(site.gate().writes(), before);
    undo(&mut terminal);
    assert!(!site.has_host("web1"));
}

#[test]
fn what_one_shot_commands_wrote_is_undone_too() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("host add web1 --mac 02:00:00:00:00:01 --ip 10.1.1.71");
    terminal.run("host set web1 --ip 10.1.1.72");
    assert_said(&host(&site, "web1"), "10.1.1.72");
    undo(&mut terminal);
    assert_said(&host(&site, "web1"), "10.1.1.71");
    terminal.run("host remove web1 --yes");
    assert!(!site.has_host("web1"));
    undo(&mut terminal);
    assert_said(&host(&site, "web1"), "10.1.1.71");
    undo(&mut terminal);
    assert!(!site.has_host("web1"));
}

#[test]
fn what_somebody_else_changed_since_is_not_undone() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.71");
    terminal.run("update");
    let mut other = site.connected();
    open_host(&mut other, "web1");
    other.run("set ip-address = 10.1.1.99");
    other.run("update");
    terminal.ready();
    terminal.line("undo");
    terminal.quiet();
    assert_said(&terminal.contents(), QUESTION);
    terminal.line("y");
    terminal.wait_for("somebody else has changed it since");
    terminal.wait_for("Leave it as it is");
    terminal.line("y");
    terminal.ready();
    assert_said(&host(&site, "web1"), "10.1.1.99");
    // What was written before it can be undone now.
    assert_said(&terminal.run("changes"), "add the host web1");
}

#[test]
fn what_is_as_it_was_already_is_in_nobodys_way() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("host add web1 --mac 02:00:00:00:00:01");
    terminal.run("host add web2 --mac 02:00:00:00:00:02");
    site.connected().run("host remove web2 --yes");
    assert_said(&terminal.run("undo --yes"), "was as before already");
    terminal.run("undo --yes");
    assert!(!site.has_host("web1"));
}

#[test]
fn changes_lists_what_was_written_and_nothing_else() {
    let site = Site::new();
    let mut terminal = site.connected();
    let said = terminal.run("changes");
    assert_unsaid(&said, "host");
    create_host(&mut terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.71");
    terminal.run("update");
    terminal.run("remove --yes");
    open_host(&mut terminal, "static1");
    terminal.run("set ip-address = 10.1.1.99");
    let said = terminal.run("changes");
    assert_eq!(said.matches("web1").count(), 3, "{said}");
    for verb in ["create", "update", "remove"] {
        assert_said(&said.to_lowercase(), &verb[..5]);
    }
    assert_unsaid(&said, "static1");
}

/// Some changes of all kinds.
fn change(terminal: &mut Terminal) {
    create_host(terminal, "web1", 1);
    terminal.run("set ip-address = 10.1.1.71");
    terminal.run("update");
    terminal.run("close");
    create_host(terminal, "web2", 2);
    terminal.run("remove --yes");
    terminal.run("host add web3 --mac 02:00:00:00:00:03 --ip 10.1.1.73");
    open_host(terminal, "static1");
    terminal.run("set ip-address = 10.1.1.99");
    terminal.run("update");
    terminal.run("close");
}

#[test]
fn changes_as_a_script_do_the_same_on_another_server() {
    let site = Site::new();
    let mut terminal = site.connected();
    change(&mut terminal);
    terminal.run("changes --script > script");
    let script = site.text("script");
    assert_said(&script, "web1");
    let twin = Site::with_conf(&confs::conf("base"), &confs::leases("in-use"));
    let connect = format!("server 127.0.0.1\nport {}\nconnect\n", twin.port());
    // It may connect by itself; what is already connected says so and goes on.
    let own: String =
        script.lines().filter(|line| !line.starts_with("port ")).map(|line| format!("{line}\n")).collect();
    let outcome = Run::ours().stdin(format!("{connect}{}", own.replace("connect\n", ""))).alone();
    assert_eq!(outcome.end, End::Exit(0));
    for name in ["web1", "web3", "static1"] {
        assert_eq!(host(&twin, name), host(&site, name), "{name}, by\n{script}");
    }
    assert!(!twin.has_host("web2"));
    // Real omshell understands it, too: nothing in it is a word of ours.
    let said = String::from_utf8_lossy(&outcome.stdout).into_owned() + &String::from_utf8_lossy(&outcome.stderr);
    assert_unsaid(&said, "can't");
    assert_unsaid(&said, "unknown token");
}

#[test]
fn changes_reversed_take_all_of_it_back() {
    let site = Site::new();
    let mut terminal = site.connected();
    change(&mut terminal);
    terminal.run("changes --reverse > back");
    terminal.run("set confirm off");
    let said = terminal.run("source back");
    assert_unsaid(&said, "can't");
    for name in ["web1", "web2", "web3"] {
        assert!(!site.has_host(name), "{name}, by\n{}", site.text("back"));
    }
    terminal.run_all(&["close", "new host", "set name = \"static1\""]);
    assert_said(&terminal.run("open"), "ip-address = 10.1.1.5");
}

#[test]
fn scripts_have_no_secrets() {
    const SECRET: &str = "2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==";
    let site = Site::with_conf(&confs::conf("key-md5"), b"");
    let mut terminal = site.start();
    terminal.ask("key omapi_key", "Secret of omapi_key: ");
    terminal.quiet();
    terminal.line(SECRET);
    terminal.ready();
    terminal.run("record recorded");
    terminal.run("connect");
    create_host(&mut terminal, "web1", 1);
    terminal.run("changes --script > script");
    terminal.run("changes --reverse > back");
    terminal.run("record off");
    for name in ["script", "back", "recorded"] {
        assert_said(&site.text(name), "web1");
        assert_unsaid(&site.text(name), &SECRET[..16]);
    }
}
