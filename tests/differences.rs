//! What ours does on purpose where omshell does something else, as far as the recorded cases and
//! the hostile servers do not show it. The numbers are those of DIFFERENCES in the man page.

mod support;

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::Command;

use support::confs::conf;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::run::{End, Outcome, Run};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn check(outcome: &Outcome, stdout: &str, stderr: &str) {
    assert_eq!((text(&outcome.stdout), text(&outcome.stderr)), (stdout.to_owned(), stderr.to_owned()));
}

/// 1: a statement of 100,000 bytes arrives at the server in one piece, and comes back.
#[test]
fn a_line_of_any_length_is_one_command() {
    let net = Net::new();
    let dhcpd = Dhcpd::start(&net, &conf("base"), b"");
    let comment = "x".repeat(100_000);
    let script = format!(
        "connect\nnew host\nset name = \"long\"\nset hardware-address = 2:0:0:0:0:1\nset hardware-type = 1\n\
         set statements = \"filename \\\"f\\\"; # {comment}\"\ncreate\n"
    );
    let outcome = Run::ours().stdin(script).within(&net);
    assert_eq!(text(&outcome.stderr), "");
    assert!(!text(&outcome.stdout).contains("can't"), "{}", text(&outcome.stdout));
    let written = text(&dhcpd.leases_written());
    assert!(written.contains("host long {") && written.contains("filename = \"f\""), "{written}");
}

/// 1: there is an end to it.
#[test]
fn a_line_beyond_16_mib_is_left_out_and_said_so() {
    let mut script = vec![b'x'; (16 << 20) + 10];
    script.extend_from_slice(b"\nquit\n");
    let outcome = Run::ours().stdin(script).alone();
    check(&outcome, "> > ", "omshell: a line is longer than 16 MiB and was left out\n");
}

/// 2
#[test]
fn a_server_may_have_an_ipv6_address() {
    let listener = TcpListener::bind("[::1]:0").expect("this test needs IPv6 on the loopback interface");
    let port = listener.local_addr().unwrap().port();
    // A greeting is all that a connection without a key waits for.
    let server = std::thread::spawn(move || {
        let (mut peer, _) = listener.accept().unwrap();
        peer.write_all(&[0, 0, 0, 100, 0, 0, 0, 24]).unwrap();
        let _ = peer.read_to_end(&mut Vec::new());
    });
    check(&Run::ours().stdin(format!("server ::1\nport {port}\nconnect\n")).alone(), "> > > obj: <null>\n> ", "");
    server.join().unwrap();

    let net = Net::new();
    let outcome = Run::ours().stdin("server \"::1\"\nport 7911\nconnect\nserver ::1 x\n").within(&net);
    check(&outcome, "> > > > usage: server <server>\n> ", "dhcpctl_connect: no more\n");
}

/// 2
#[test]
fn a_port_that_is_none_is_refused_with_the_reason() {
    let reason = |port: &str| {
        format!("omshell: port {port} is no port; give a number from 1 to 65535 or the name of a TCP service\n")
    };
    let outcome = Run::ours().stdin("port 0\nport 65536\nport 65535\n").alone();
    let usage = "usage: port <port>\n";
    check(&outcome, &format!("> {usage}> {usage}> > "), &(reason("0") + &reason("65536")));
}

/// 4
#[test]
fn a_failed_connect_leaves_the_connection_that_there_was() {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("base"), b"");
    let outcome = Run::ours().stdin("connect\nport 7912\nconnect\ndisconnect\n").within(&net);
    check(
        &outcome,
        "> obj: <null>\n> obj: <null>\n> obj: <null>\n> obj: <null>\n> ",
        "dhcpctl_connect: no more\nnot connected\n",
    );
}

/// 5
#[test]
fn quit_and_exit_leave() {
    for word in ["quit", "exit", "EXIT"] {
        check(&Run::ours().stdin(format!("{word}\nbogus\n")).alone(), "> ", "");
    }
    check(&Run::ours().stdin("quit now\n").alone(), "> usage: quit\n> ", "");
}

/// 6
#[test]
fn arguments_are_options_or_get_the_answer_of_omshell() {
    for argument in ["-h", "-V", "-s", "script.oms", "--nonsense", "--", ""] {
        let outcome = Run::ours().arguments([argument]).alone();
        check(&outcome, "", "Usage: omshell\n");
        assert_eq!(outcome.end, End::Exit(1), "{argument}");
    }
    let outcome = Run::ours().arguments(["--strict", "--timeout=3"]).stdin("bogus\nquit\n").alone();
    check(&outcome, "> ", "<STDIN> line 1: unknown token: bogus\n\n^\n");
    assert_eq!(outcome.end, End::Exit(2));
}

/// 6: not even when nobody is there to read it.
#[test]
fn an_answer_that_cannot_be_written_changes_no_status() {
    for (arguments, status) in [(["--nonsense"], 1), (["--file=no-such-file"], 2)] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let ended = Command::new(support::OURS).arg0("omshell").args(arguments).stderr(full).status().unwrap();
        assert_eq!(ended.code(), Some(status), "{arguments:?}");
    }
}
