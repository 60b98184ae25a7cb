//! A secret is nowhere but in its file: not in what is printed, in traces, in errors, nor in what a program
//! that omsh starts is told.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use support::OURS;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::run::Run;
use support::scratch::Scratch;

/// `a secret of this test, and only of this test`, as dhcpd.conf has it, and as it is signed with.
const SECRET: &str = "YSBzZWNyZXQgb2YgdGhpcyB0ZXN0LCBhbmQgb25seSBvZiB0aGlzIHRlc3Q=";
const DECODED: &str = "a secret of this test";
/// A part of it, such as an error could quote.
const PART: &str = "YSBzZWNyZXQ";

#[test]
fn no_command_tells_a_secret() {
    let net = Net::new();
    let conf = format!(
        "key omapi_key {{ algorithm hmac-sha256; secret {SECRET}; }};\nomapi-key omapi_key;\nomapi-port 7911;\n\
         subnet 10.1.0.0 netmask 255.255.0.0 {{ range 10.1.1.10 10.1.1.20; }}\n"
    );
    let dhcpd = Dhcpd::start(&net, &conf, b"");
    let conf_file = dhcpd.lease_file().with_file_name("dhcpd.conf");
    let folder = Scratch::new();
    let write = |name: &str, text: String, mode: u32| {
        fs::write(folder.join(name), text).expect("a file of our own");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(mode)).expect("a file of our own");
    };
    let key = |name: &str| format!("key {name} {{ algorithm hmac-sha256; secret {SECRET}; }};\n");
    write("good.key", key("omapi_key"), 0o600);
    write("wide.key", key("omapi_key"), 0o644);
    write("other.key", key("other"), 0o600);
    write("two.key", key("one") + &key("two"), 0o600);
    for (at, wrong) in [
        format!("key omapi_key {{ algorithm hmac-sha256; secret {SECRET}"),
        format!("key omapi_key {{ algorithm hmac-sha256; secret {SECRET} {SECRET}; }};"),
        format!("key omapi_key {{ algorithm hmac-sha256; sekret {SECRET}; }};"),
        format!("key omapi_key {{ algorithm {SECRET}; secret {SECRET}; }};"),
        format!("key omapi_key {{ {SECRET} }}"),
        format!("{SECRET}\n"),
        format!("key omapi_key {SECRET}*\n"),
        format!("key-algorithm hmac-nothing\nkey omapi_key {SECRET}\n"),
        format!("Private-key-format: v1.3\nAlgorithm: 1\nKey: {SECRET}\n"),
        format!("Private-key-format: v1.3\nAlgorithm: 157\nKey: {SECRET}*\n"),
        format!("\"omapi\",\"a b\",\"{SECRET}\",,,\n"),
        format!("\"omapi\",\"k\",\"{SECRET}*\",,,\n"),
        format!(":key_name: k\n:key_secret: {SECRET}*\n:omapi_port: x\n"),
        format!(":key_name: a b\n:key_secret: {SECRET}\n"),
    ]
    .into_iter()
    .enumerate()
    {
        write(&format!("wrong{at}"), wrong, 0o600);
    }
    write("dhcp_isc.yml", format!(":config: /x\n:key_name: omapi_key\n:key_secret: {SECRET}\n"), 0o600);
    write(
        "script",
        format!("key omapi_key {SECRET}\nconnect\nhost show x --explain\nkey omapi_key {SECRET} x\nkey {SECRET}*\n"),
        0o600,
    );
    let mut lines: Vec<String> = [
        "host show x --key-file good.key -v --explain",
        "host show x --key-file good.key --trace",
        "host show x --key-file good.key --trace=trace.txt",
        "host show x --key-file wide.key",
        "host show x --key-file wide.key --output json",
        "host show x --key-file other.key",
        "host show x --key-file two.key",
        "host add x --mac 2:0:0:0:0:1 --key-file good.key --output json",
        "host show x",
        "check --key-file good.key",
        "check --key-file wide.key --output json",
        "check --proxy dhcp_isc.yml",
        "check --user nobody",
        "profile import dhcp_isc.yml --name one",
        "profile list --output json",
        "profile show one",
        "profile test one",
        "conf check",
        "conf show",
        "-f script --trace=script-trace.txt",
    ]
    .map(str::to_owned)
    .into();
    for at in 0..14 {
        for command in ["host show x --key-file", "check --key-file", "profile import", "check --proxy"] {
            lines.push(format!("{command} wrong{at}"));
            lines.push(format!("{command} wrong{at} --output json"));
        }
    }
    let mut told = String::new();
    for line in &lines {
        let outcome = Run::program("/bin/sh")
            .named("sh")
            .arguments(["-c", &format!("cd {} && {OURS} {line}", folder.path().display())])
            .environment("HOME", folder.path().as_os_str())
            .environment("OMSH_CONF", conf_file.as_os_str())
            .environment("OMSH_LEASES", dhcpd.lease_file().as_os_str())
            .limit(Duration::from_secs(20))
            .within(&net);
        let said = format!("{}{}", String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
        if [SECRET, DECODED, PART].iter().any(|secret| said.contains(secret)) {
            told += &format!("omsh {line}:\n{said}\n");
        }
    }
    assert!(told.is_empty(), "{told}");
    for trace in ["trace.txt", "script-trace.txt"] {
        let trace = fs::read_to_string(folder.join(trace)).expect("a trace");
        assert!(trace.contains("authenticator") && !trace.contains(PART), "{trace}");
    }
}

#[test]
fn no_mistake_in_a_configuration_tells_a_secret() {
    let net = Net::new();
    let folder = Scratch::new();
    fs::create_dir_all(folder.join(".config/omsh")).expect("a folder");
    let path = |name: &str| folder.join(name).display().to_string();
    fs::write(folder.join("dhcpd.leases"), "").expect("a file of our own");
    let run = |words: &[&str]| {
        let outcome = Run::program(OURS)
            .named("omsh")
            .arguments(words)
            .environment("HOME", folder.path().as_os_str())
            .environment("OMSH_LEASES", path("dhcpd.leases"))
            .limit(Duration::from_secs(20))
            .within(&net);
        let said = format!("{}{}", String::from_utf8_lossy(&outcome.stdout), String::from_utf8_lossy(&outcome.stderr));
        let is_told = [SECRET, DECODED, PART].iter().any(|secret| said.contains(secret));
        if is_told { format!("{words:?}:\n{said}\n") } else { String::new() }
    };
    let mut told = String::new();
    for wrong in [
        format!("key k {{ algorithm hmac-md5; secret \"a\" {SECRET} {SECRET}; }};"),
        format!("key k {{ algorithm hmac-md5; sekret {SECRET}; }};"),
        format!("key k {{ algorithm hmac-md5; secret {SECRET}*; }};"),
        format!("key k {{ algorithm hmac-md5; secret {SECRET}={SECRET}; }};"),
        format!("key k {{ algorithm hmac-md5; secret {SECRET} }};"),
        format!("key k {{ algorithm hmac-md5; secret {SECRET}; secret {SECRET}; }};"),
        format!("key k {{ algorithm hmac-md5 secret {SECRET}; }};"),
        format!("key k {{ algorithm {SECRET}; }};"),
        format!("key k {{\n  {SECRET};\n}};"),
        format!("key k {SECRET};"),
        format!("key k {{ secret {SECRET}; }};"),
        format!("key k {{ algorithm hmac-md5; secret {SECRET}; }}; wrong"),
        format!("key k {{ algorithm hmac-md5;\n  secret \"{SECRET}\"; }}; wrong"),
        format!("secret {SECRET};"),
    ] {
        fs::write(folder.join("dhcpd.conf"), format!("omapi-key k;\n{wrong}\n")).expect("a file of our own");
        for words in [
            &["host", "show", "x", "--port", "7999", "--explain"][..],
            &["host", "show", "x", "--port", "7999", "--verbose", "--output", "json"],
            &["host", "set", "x", "--mac", "2:0:0:0:0:1", "--port", "7999", "-v"],
            &["failover", "show"],
            &["failover", "show", "--output", "json"],
            &["check", "--port", "7999"],
            &["conf", "check"],
            &["conf", "show"],
            &["conf", "show", "--output", "json"],
            &["hosts"],
            &["pools"],
            &["find", "x"],
        ] {
            told += &run(&[words, &["--conf", &path("dhcpd.conf")]].concat());
        }
        told += &run(&["profile", "import", &path("dhcpd.conf"), "--name", "x"]);
        told += &run(&["rehearse", "--conf", &path("dhcpd.conf"), "/dev/null"]);
    }
    for wrong in [
        format!("[profiles.default]\nsecret = \"{SECRET}\"\n"),
        format!("[profiles.default]\nkey_file = {SECRET}\n"),
        format!("[profiles.default]\nkey_file = \"k\" {SECRET}\n"),
        format!("{SECRET}\n"),
    ] {
        fs::write(folder.join(".config/omsh/config.toml"), wrong).expect("a file of our own");
        told += &run(&["host", "show", "x"]);
        told += &run(&["host", "show", "x", "--output", "json"]);
        told += &run(&["check"]);
        told += &run(&["profile", "list"]);
        told += &run(&["hosts"]);
    }
    assert!(told.is_empty(), "{told}");
}
