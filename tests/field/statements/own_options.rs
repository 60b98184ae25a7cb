//! Options that are the site's own: known from dhcpd.conf, defined on the command line, or sent unchecked with a remark.

use super::clients::{CONF, Host, Server, csv, of_host, text};
use crate::support::net::Net;
use crate::support::run::{End, Outcome};

const UNCHECKED: &str = "is sent unchecked";

/// Options as the command line says them, and what clients are offered: their code and value.
const OPTIONS: [(&[&str], &str); 13] = [
    (&["own-text=pxe.cfg"], "209=7078652e636667"),
    (&["own-text=\"pxe.cfg\""], "209=7078652e636667"),
    (&["209=pxe.cfg"], "209=7078652e636667"),
    (&["Own-Text=pxe.cfg"], "209=7078652e636667"),
    (&["own-raw=0a:b:ff"], "210=0a0bff"),
    (&["own-raw=cafe"], "210=63616665"),
    (&["own-flag=true"], "211=01"),
    (&["own-list=1,2,0x10"], "224=010210"),
    (&["own-record=5 10.1.1.1 \"abc\""], "225=00050a010101616263"),
    (&["own-addresses=10.1.1.1, 10.1.1.2"], "226=0a0101010a010102"),
    (&["own-text= = concat (\"a\", \"b\")"], "209=6162"),
    (&["ZTP.file=z", "ZTP.number=258"], "228=01017a02020102"),
    (&["ZTP.1=z"], "228=01017a"),
];

fn add(host: &Host, options: &[&str]) -> Vec<String> {
    let words = ["host", "add", &host.name, "--mac", &host.mac, "--ip", &host.ip];
    let options = options.iter().flat_map(|option| ["--option", option]);
    words.into_iter().chain(options).map(str::to_owned).collect()
}

fn run(server: &Server<'_>, elsewhere: bool, words: &[String], more: &[&str]) -> Outcome {
    let mut all: Vec<&str> = words.iter().map(String::as_str).collect();
    all.extend(more);
    if elsewhere { server.omsh_elsewhere(&all, "") } else { server.omsh(&all, "") }
}

/// What the first client is offered of each host has that among it.
fn assert_offered(server: &Server<'_>, hosts: &[Host], expected: &[&str]) {
    let answers = server.offers(hosts);
    for (number, expected) in expected.iter().enumerate() {
        let answer = &of_host(&answers, number)[0];
        assert!(answer.split(' ').any(|part| part == *expected), "{}: {answer}, not {expected}", hosts[number].name);
    }
}

#[test]
fn options_of_dhcpd_conf_are_known() {
    let net = Net::new();
    let server = Server::start(&net, CONF);
    let hosts: Vec<Host> = (0..OPTIONS.len()).map(|number| Host::new(number, "")).collect();
    for (host, (options, _)) in hosts.iter().zip(OPTIONS) {
        let outcome = run(&server, false, &add(host, options), &[]);
        let said = text(&outcome.stderr);
        assert_eq!((outcome.end, said.as_str()), (End::Exit(0), ""), "{options:?}");
    }
    assert_offered(&server, &hosts, &OPTIONS.map(|(_, expected)| expected));
    // Statements, groups and files know them too, and refuse others and other values.
    let statements = "option ZTP.file \"z\"; if exists ZTP.file { option own-text \"t\"; }";
    for words in [
        &["host", "add", "s1", "--mac", "02:00:00:00:00:51", "--statements", statements][..],
        &["group", "add", "g1", "--option", "own-text=x"],
        &["group", "set", "g1", "--option", "209=y"],
        &["host", "set", "s1", "--option", "own-text=x"],
        &["host", "ensure", "s1", "--option", "own-text=y"],
    ] {
        let outcome = server.omsh(words, "");
        assert_eq!((outcome.end, text(&outcome.stderr).as_str()), (End::Exit(0), ""), "{words:?}");
    }
    let outcome = server.omsh(&["apply", "-", "--yes"], &csv(&[Host::new(100, statements)]));
    assert_eq!((outcome.end, text(&outcome.stderr).contains(UNCHECKED)), (End::Exit(0), false));
    for (option, why) in [
        ("own-txt=x", "there is no option `own-txt`"),
        ("ZTQ.file=x", "there is no option space `ZTQ`"),
        ("own-list=300x", "expected a number"),
        ("own-addresses=!", "expected an IP address"),
    ] {
        let outcome = run(&server, false, &add(&Host::new(101, ""), &[option]), &[]);
        let said = text(&outcome.stderr);
        assert!(outcome.end == End::Exit(2) && said.contains(why), "{option}: {said}");
    }
    let outcome = server.omsh(&["apply", "-", "--yes"], &csv(&[Host::new(101, "option own-txt \"x\";")]));
    assert!(outcome.end == End::Exit(2) && text(&outcome.stderr).contains("there is no option `own-txt`"));
}

/// `--server`, by an address that is not known to be this machine's, so that no files of it are the server's.
const ELSEWHERE: [&str; 2] = ["--server", "10.1.1.1"];

#[test]
fn without_a_dhcpd_conf_options_are_defined_or_sent_unchecked() {
    let net = Net::new();
    let server = Server::start(&net, CONF);
    let define = |definitions: &[&'static str]| -> Vec<&'static str> {
        definitions.iter().flat_map(|definition| ["--define-option", definition]).chain(ELSEWHERE).collect()
    };
    // Defined: nothing is left to be said, and values are checked.
    let defined: [(&[&str], &[&str], &str); 5] = [
        (&["own-text=pxe.cfg"], &["own-text code 209 = text"], "209=7078652e636667"),
        (&["own-list=1,2"], &["option own-list code 224 = array of unsigned integer 8;"], "224=0102"),
        (
            &["own-record=5 10.1.1.1 x"],
            &["own-record code 225 = { unsigned integer 16, ip-address, text }"],
            "225=00050a01010178",
        ),
        (&["ZTP.file=z"], &["space ZTP", "ZTP.file code 1 = text"], "228=01017a"),
        (&["ZTP.file=z"], &["space ZTP; option ZTP.file code 1 = text"], "228=01017a"),
    ];
    let hosts: Vec<Host> = (0..defined.len()).map(|number| Host::new(number, "")).collect();
    for (host, (options, definitions, _)) in hosts.iter().zip(defined) {
        let outcome = run(&server, true, &add(host, options), &define(definitions));
        assert_eq!((outcome.end, text(&outcome.stderr).as_str()), (End::Exit(0), ""), "{options:?}");
    }
    assert_offered(&server, &hosts, &defined.map(|(_, _, expected)| expected));
    // Unchecked, with a remark for each option; a standard code is known to all.
    let unchecked: [(&str, &str, bool); 8] = [
        ("own-text=pxe.cfg", "209=7078652e636667", true),
        ("own-raw=0a:0b:ff", "210=0a0bff", true),
        ("own-flag=true", "211=01", true),
        ("own-list=1, 2", "224=0102", true),
        ("own-addresses=10.1.1.1,10.1.1.2", "226=0a0101010a010102", true),
        ("own-number=-2", "231=fffffffe", true),
        ("ZTP.1=z", "228=01017a", true),
        ("209=pxe.cfg", "209=7078652e636667", false),
    ];
    let hosts: Vec<Host> = (20..20 + unchecked.len()).map(|number| Host::new(number, "")).collect();
    for (host, (option, _, is_said)) in hosts.iter().zip(unchecked) {
        let outcome = run(&server, true, &add(host, &[option]), &ELSEWHERE);
        let said = text(&outcome.stderr);
        let count = said.matches(UNCHECKED).count();
        assert_eq!((outcome.end, count), (End::Exit(0), usize::from(is_said)), "{option}: {said}");
    }
    assert_offered(&server, &hosts, &unchecked.map(|(_, expected, _)| expected));
    // A file as well: a remark for each option, where it comes first.
    let statements =
        "option own-domains \"a.example.org\"; if exists ZTP.file or not exists user-class { option own-text \"t\"; }";
    let hosts = [Host::new(40, statements), Host::new(41, statements)];
    for (words, remarks) in [
        (&["apply", "-", "--yes"][..], 3),
        (&["apply", "-", "--plan", "--define-option", "own-text code 209 = text"], 2),
    ] {
        let outcome = server.omsh_elsewhere(&[words, &ELSEWHERE].concat(), &csv(&hosts));
        let said = text(&outcome.stderr);
        assert_eq!((outcome.end, said.matches(UNCHECKED).count()), (End::Exit(0), remarks), "{words:?}: {said}");
    }
    assert_offered(&server, &hosts, &["227=0161076578616d706c65036f726700", "227=0161076578616d706c65036f726700"]);
    assert_offered(&server, &hosts, &["209=74", "209=74"]);
}

#[test]
fn what_is_wrong_with_definitions_and_unknown_options_is_said() {
    let net = Net::new();
    let server = Server::start(&net, CONF);
    let host = Host::new(1, "");
    for (definition, why) in [
        ("own-text", "expected `NAME code NUMBER = TYPE` or `space NAME`"),
        ("own-text code x = text", "expected a number"),
        ("own-text code 209 = txt", "expected an option's type"),
        ("ZTQ.file code 1 = text", "there is no option space `ZTQ`"),
        ("own-text code 209 = text; default-lease-time 5", "expected `NAME code NUMBER = TYPE` or `space NAME`"),
    ] {
        let more = [&["--define-option", definition][..], &ELSEWHERE].concat();
        let outcome = run(&server, true, &add(&host, &["own-text=x"]), &more);
        let said = text(&outcome.stderr);
        assert!(outcome.end == End::Exit(2) && said.contains("--define-option") && said.contains(why), "{said}");
        let outcome =
            server.omsh_elsewhere(&[&["apply", "-", "--plan"][..], &more].concat(), &csv(&[Host::new(2, "")]));
        let said = text(&outcome.stderr);
        assert!(outcome.end == End::Exit(2) && said.contains(why), "apply: {said}");
    }
    // A value that the definition does not allow.
    let more = [&["--define-option", "own-list code 224 = array of unsigned integer 8"][..], &ELSEWHERE].concat();
    let outcome = run(&server, true, &add(&host, &["own-list=a"]), &more);
    assert!(outcome.end == End::Exit(2) && text(&outcome.stderr).contains("expected a number"));
    // A definition without anything that may need it.
    let outcome = run(&server, true, &add(&host, &[]), &more);
    assert!(outcome.end == End::Exit(2) && text(&outcome.stderr).contains("belongs to --option or --statements"));
    // An option that the server does not know: said before, refused after.
    let outcome = run(&server, true, &add(&host, &["own-txt=x"]), &ELSEWHERE);
    let said = text(&outcome.stderr);
    assert!(outcome.end == End::Exit(1) && said.contains(UNCHECKED) && said.contains("parse error(s)"), "{said}");
    // Text that dhcpd could not keep is refused all the same.
    let outcome = run(&server, true, &add(&host, &["own-text=\"a\\\"b\""]), &ELSEWHERE);
    assert!(
        outcome.end == End::Exit(2) && text(&outcome.stderr).contains("the lease file cannot keep"),
        "{}",
        text(&outcome.stderr)
    );
}
