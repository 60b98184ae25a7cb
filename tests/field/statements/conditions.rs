//! Parentheses decide what a condition means: dhcpd's rules of reading them, what is kept of them, and what is said and
//! refused before it is sent.

use super::clients::{CONF, Host, Server, csv, of_host, script, text};
use crate::support::judge::judge;
use crate::support::net::Net;
use crate::support::run::{End, Run};
use crate::support::scratch::Scratch;
use crate::support::{OURS, rehearsal};
use omsh::dhcpd::options::Definitions;
use omsh::dhcpd::statements::{parse_attribute, write, write_readably};

const WARNING: &str = "dhcpd writes its lease file without parentheses";

/// A condition, how it is written so that it means the same, and how dhcpd's lease file has it.
const WRITTEN: [(&str, &str, &str); 17] = [
    ("known", "known", "known"),
    ("(known)", "known", "known"),
    ("((known))", "known", "known"),
    ("known and (static or exists user-class)", "=", "known and static or exists user-class"),
    ("((known or static) and exists user-class)", "=", "known or static and exists user-class"),
    ("known or static and exists user-class", "((known or static) and exists user-class)", "="),
    ("not (known and static)", "=", "not known and static"),
    ("not known and static", "=", "="),
    ("not not (known or static)", "=", "not not known or static"),
    ("known and not (static or not (known and static))", "=", "known and not static or not known and static"),
    (
        "known and (static and exists user-class)",
        "known and static and exists user-class",
        "known and static and exists user-class",
    ),
    (
        "known or (static or exists user-class)",
        "known or static or exists user-class",
        "known or static or exists user-class",
    ),
    // What binds closer takes the rest.
    ("known and option user-class = \"a\" or static", "known and (option user-class = \"a\" or static)", "="),
    (
        "known and (option user-class = \"a\") or static",
        "((known and option user-class = \"a\") or static)",
        "known and option user-class = \"a\" or static",
    ),
    ("option user-class = \"a\" and known or static", "((option user-class = \"a\" and known) or static)", "="),
    ("known and (extract-int (option user-class,  8) = 5)", "=", "known and extract-int (option user-class,  8) = 5"),
    ("((extract-int (option user-class,  8) + 1) = 5)", "=", "extract-int (option user-class,  8) + 1 = 5"),
];

/// What is written for a condition, on one line.
fn condition_written(
    condition: &str,
    writer: fn(&[omsh::dhcpd::statements::Statement], usize, &mut Vec<u8>),
) -> String {
    let statement = format!("if {condition} {{ filename \"a\"; }}");
    let (statements, outcome) = parse_attribute(statement.as_bytes(), &Definitions::standard(), &|_| true);
    assert_eq!((outcome, statements.len()), (Ok(()), 1), "{condition}");
    let mut out = Vec::new();
    writer(&statements, 0, &mut out);
    let out = text(&out);
    let line = out.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let end = line.find(" {").unwrap_or_else(|| panic!("{line}"));
    line[..end].strip_prefix("if ").expect("a condition").to_owned()
}

#[test]
fn parentheses_are_written_where_they_decide_and_never_in_the_lease_file() {
    for (condition, readable, lease) in WRITTEN {
        let expected = |text: &str| if text == "=" { condition.to_owned() } else { text.to_owned() };
        assert_eq!(condition_written(condition, write_readably), expected(readable), "readable: {condition}");
        assert_eq!(condition_written(condition, write), expected(lease), "in the lease file: {condition}");
        let again = condition_written(&expected(readable), write_readably);
        assert_eq!(again, expected(readable), "read again: {condition}");
    }
}

/// Places in which conditions and expressions stand, with what begins with a parenthesis and goes on behind its end.
const PLACES: [&str; 22] = [
    "if (exists user-class) and (exists host-name) { filename \"b\"; }",
    "if ((exists user-class) and (exists host-name)) { filename \"b\"; }",
    "if exists user-class and (exists host-name) { filename \"b\"; }",
    "if not (exists user-class) and (exists host-name) { filename \"b\"; }",
    "if (not (exists user-class)) or known { filename \"b\"; }",
    "if (option host-name) = \"a\" { filename \"b\"; }",
    "if known { filename \"b\"; } elsif (known) and (static) { filename \"b\"; }",
    "if known { filename \"b\"; } elsif ((known) and (static)) { filename \"b\"; }",
    "if known { filename \"b\"; } else if (known) or static { filename \"b\"; }",
    "if known { if (known) or static { filename \"b\"; } }",
    "on commit { if (known) and (static) { set x = \"1\"; } }",
    "host h { hardware ethernet 02:00:00:00:00:01; if (known) or (static) { filename \"x\"; } }",
    "group { if (known) or (static) { filename \"x\"; } }",
    "subnet 10.2.0.0 netmask 255.255.0.0 { pool { range 10.2.0.1; if (known) or (static) { filename \"x\"; } } }",
    "class \"a\" { match if (exists user-class) and (exists host-name); }",
    "class \"a\" { match if (option user-class) = \"a\"; }",
    "class \"a\" { match (option user-class); }",
    "class \"a\" { if (known) and (static) { filename \"x\"; } }",
    "set a = (exists user-class) and (exists host-name);",
    "eval (exists user-class) or (exists host-name);",
    "switch ((option host-name)) { case (\"a\"): filename \"b\"; }",
    "option host-name = concat ((option host-name), (\"x\"));",
];

#[test]
fn a_condition_that_goes_on_behind_its_first_parenthesis_is_refused_where_dhcpd_refuses_it() {
    let folder = Scratch::new();
    let mut refused = 0;
    for place in PLACES {
        let conf = format!("{CONF}\n{place}\n");
        let theirs = judge("-4", &conf, None).sound;
        let file = folder.join("conf");
        std::fs::write(&file, &conf).expect("a file of our own");
        let ours = Run::program(OURS).named("omsh").arguments(["conf", "check"]);
        let ours = ours.environment("OMSH_CONF", &file).alone();
        let is_sound = text(&ours.stdout).contains("sound") || text(&ours.stderr).contains("sound");
        assert_eq!(theirs, is_sound, "{place}\nomsh: {}{}", text(&ours.stdout), text(&ours.stderr));
        refused += usize::from(!theirs);
    }
    assert_eq!(refused, 11, "refused places");
    // The same rule where statements are tried.
    let script = script(&[Host::new(1, PLACES[0])]);
    let file = folder.join("conf");
    std::fs::write(&file, CONF).expect("a file of our own");
    let words = ["rehearse".as_ref(), "--conf".as_ref(), file.as_os_str(), "-".as_ref()];
    let tried = Run::program(OURS).named("omsh").arguments(words).stdin(script).alone();
    assert!(text(&tried.stdout).contains("parse error(s) occurred"), "{}{}", text(&tried.stdout), text(&tried.stderr));
}

/// `A and (B or C)`: whoever sends no vendor class boots `other`.
const KEPT: &str = "if exists vendor-class-identifier and (exists user-class or exists dhcp-parameter-request-list) \
                    { filename \"mine\"; } else { filename \"other\"; }";

#[test]
fn what_the_lease_file_changes_is_said_before_it_is_sent() {
    let net = Net::new();
    let declared = Host::new(5, KEPT);
    let server = Server::start(&net, &format!("{CONF}{}", declared.declared()));
    let ours = Host::new(1, KEPT);
    let add = ["host", "add", &ours.name, "--mac", &ours.mac, "--ip", &ours.ip, "--statements", KEPT];
    for words in [[&add[..], &["-n"]].concat(), add.to_vec()] {
        let outcome = server.omsh(&words, "");
        let said = text(&outcome.stderr);
        assert_eq!((outcome.end, said.matches(WARNING).count()), (End::Exit(0), 1), "{words:?}: {said}");
    }
    for mode in ["--plan", "--yes"] {
        let outcome = server.omsh(&["apply", "-", mode], &csv(&[Host::new(2, KEPT)]));
        let said = text(&outcome.stderr);
        assert_eq!((outcome.end, said.matches(WARNING).count()), (End::Exit(0), 1), "{mode}: {said}");
    }
    let outcome = server.omsh(&["group", "add", "g", "--statements", KEPT], "");
    assert_eq!(text(&outcome.stderr).matches(WARNING).count(), 1, "group: {}", text(&outcome.stderr));
    // A host of dhcpd.conf that is made again elsewhere has its parentheses in the request.
    let outcome = server.omsh(&["host", "rename", &declared.name, "renamed", "--trace"], "");
    let said = text(&outcome.stderr);
    let sent = "exists vendor-class-identifier and (exists user-class or exists dhcp-parameter-request-list)";
    assert!(said.lines().any(|line| line.contains("statements = ") && line.contains(sent)), "{said}");
    assert_eq!(said.matches(&format!("omsh: {WARNING}")).count(), 1, "{said}");
    // What means the same in the lease file is nothing to be said.
    let plain = Host::new(3, "if known and (static and exists user-class) { filename \"x\"; }");
    let outcome = server.omsh(&["apply", "-", "--yes"], &csv(&[plain]));
    assert_eq!((outcome.end, text(&outcome.stderr).contains(WARNING)), (End::Exit(0), false));
    // One that only the lease file knows has lost them there, which is said.
    let doubt = "sent again as the lease file has them";
    for words in [&["host", "rename", "h2", "h7", "-n"][..], &["host", "set", "h2", "--mac", "02:00:00:00:00:77", "-n"]]
    {
        let said = text(&server.omsh(words, "").stderr);
        assert_eq!(said.matches(doubt).count(), 1, "{words:?}: {said}");
    }
    for (name, count) in [("h2", 1), ("h3", 0)] {
        let row = format!("name,mac\n{name},02:00:00:00:00:77\n");
        let said = text(&server.omsh(&["apply", "-", "--plan"], &row).stderr);
        assert_eq!(said.matches(doubt).count(), count, "{name}: {said}");
    }
    // It is so: all three are offered `other`, and after a restart `mine`.
    let hosts = [ours, Host::new(2, KEPT), declared];
    let boot = |answer: &str| answer.split(' ').nth(1).map(str::to_owned);
    let (other, mine) = (Some("6f74686572".to_owned()), Some("6d696e65".to_owned()));
    let offered = server.offers(&hosts);
    let files: Vec<_> = (0..3).map(|number| boot(&of_host(&offered, number)[0])).collect();
    assert_eq!(files, [other.clone(), other.clone(), other], "before a restart");
    let mut server = server;
    server.dhcpd.restart();
    let offered = server.offers(&hosts[..2]);
    let files: Vec<_> = (0..2).map(|number| boot(&of_host(&offered, number)[0])).collect();
    assert_eq!(files, [mine.clone(), mine], "after a restart");
}

#[test]
fn what_the_lease_file_could_not_hold_is_refused() {
    let net = Net::new();
    let server = Server::start(&net, CONF);
    for condition in [
        "not (option user-class = \"u\")",
        "known and (extract-int (option own-seen, 8) = 5)",
        "((extract-int (option own-seen, 8) + 1) = 5)",
    ] {
        let statements = format!("if {condition} {{ filename \"b\"; }}");
        let host = Host::new(1, &*statements);
        // dhcpd.conf takes it, and not what stands in a lease file.
        assert!(judge("-4", &format!("{CONF}{}", host.declared()), None).sound, "{condition}");
        let lease_form = condition_written_with_own(condition);
        let conf = format!("{CONF}if {lease_form} {{ filename \"b\"; }}");
        assert!(!judge("-4", &conf, None).sound, "{lease_form}");
        let words = ["host", "add", &host.name, "--mac", &host.mac, "--statements", &statements];
        let outcome = server.omsh(&words, "");
        let said = text(&outcome.stderr);
        assert!(outcome.end == End::Exit(2) && said.contains("the lease file cannot keep"), "{condition}: {said}");
        let outcome = server.omsh(&["apply", "-", "--yes"], &csv(&[host]));
        let said = text(&outcome.stderr);
        assert!(outcome.end == End::Exit(2) && said.contains("the lease file cannot keep"), "{condition}: {said}");
    }
}

/// The lease form of a condition that names options of the site.
fn condition_written_with_own(condition: &str) -> String {
    let mut definitions = Definitions::standard();
    omsh::dhcpd::conf::define_options(b"own-seen code 230 = string", &mut definitions).expect("a definition");
    let statement = format!("if {condition} {{ }}");
    let (statements, outcome) = parse_attribute(statement.as_bytes(), &definitions, &|_| true);
    assert_eq!(outcome, Ok(()), "{condition}");
    let mut out = Vec::new();
    write(&statements, 0, &mut out);
    let line = text(&out).replace('\n', " ");
    line[..line.find('{').expect("a brace")].trim().strip_prefix("if ").expect("a condition").to_owned()
}

#[test]
fn a_rehearsal_writes_its_lease_file_as_dhcpd_does() {
    let net = Net::new();
    let hosts = [
        Host::new(1, KEPT),
        Host::new(2, "if known { filename \"a\"; } else { if not (static and known) { filename \"b\"; } }"),
        Host::new(3, "option ZTP.file \"a;b{c}\"; option own-list 1, 2; option own-raw = concat (\"a\", 01:02);"),
    ];
    let real = Server::start(&net, CONF);
    real.run(Run::omshell().stdin(script(&hosts)));
    let written = text(&real.dhcpd.leases_written());
    assert!(written.contains("if exists vendor-class-identifier and exists user-class or exists"), "{written}");
    drop(real);
    let rehearsal = rehearsal::RehearsalServer::start(&net, CONF, b"");
    Run::omshell().stdin(script(&hosts)).within(&net);
    let ours = text(&rehearsal.leases_written());
    assert_eq!(written, ours);
}
