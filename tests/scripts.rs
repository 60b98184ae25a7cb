//! The faces that omshell does not have: `-c`, `-f`, `--strict`, `--trace`, and exit statuses.

mod support;

use std::fs;
use std::process::Command;

use support::confs::conf;
use support::dhcpd::Dhcpd;
use support::net::Net;
use support::run::{End, Outcome, Run};
use support::scratch::Scratch;

const KEY: &str =
    "key omapi_key 2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==\n";
const WRONG_SECRET: &str = "key omapi_key c2VjcmV0\n";
const LOOK_UP: &str = "connect\nnew host\nset name = \"static1\"\nopen\n";
const STATIC1: &str =
    "name = \"static1\"\nip-address = 0a:01:01:05\nhardware-address = 00:11:22:33:44:55\nhardware-type = 00:00:00:01\n";

fn omsh(arguments: &[&str]) -> Run {
    Run::ours().named("omsh").arguments(arguments.iter().copied())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn check(outcome: &Outcome, status: i32, stdout: &str, stderr: &str) {
    let got = (text(&outcome.stdout), text(&outcome.stderr), outcome.end);
    assert_eq!(got, (stdout.to_owned(), stderr.to_owned(), End::Exit(status)));
}

#[test]
fn a_script_prints_what_the_server_brought_and_nothing_else() {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("key-md5"), b"");
    let script = format!("{KEY}{LOOK_UP}refresh\nset ip-address = 10.1.1.9\nclose\n");
    let expected = format!("{STATIC1}{STATIC1}");
    check(&omsh(&["-c", &script]).within(&net), 0, &expected, "");
    check(&omsh(&["-f", "-"]).stdin(script.clone()).within(&net), 0, &expected, "");
    let scratch = Scratch::new();
    let file = scratch.join("look-up");
    fs::write(&file, script).unwrap();
    check(&omsh(&["-f", file.to_str().unwrap()]).within(&net), 0, &expected, "");
}

#[test]
fn errors_have_the_place_of_their_line_and_the_first_gives_the_status() {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("base"), b"");
    let script = "connect\nnew host\nset name = \"nobody\"\nopen\nbogus\nset a = 300.1.1.1\nremove x\n";
    let expected = "-c:4: can't open object: not found\n\
        -c:5: unknown token: bogus\n    bogus\n    ^\n\
        -c:6: dotted octet > 255: 300\n    set a = 300.1.1.1\n            ^\n-c:6: usage: set <name> = <value>\n\
        -c:7: usage: remove\n";
    check(&omsh(&["-c", script]).within(&net), 1, "", expected);
    check(&omsh(&["--strict", "-c", script]).within(&net), 1, "", "-c:4: can't open object: not found\n");
    let script = "connect\nbogus\nnew host\nset name = \"static1\"\nopen\n";
    check(&omsh(&["-c", script]).within(&net), 2, STATIC1, "-c:2: unknown token: bogus\n    bogus\n    ^\n");
}

#[test]
fn every_exit_status_has_its_occasion() {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("key-md5"), b"");
    let with = |before: &str| format!("{before}{LOOK_UP}");
    for (script, status, said) in [
        (with(KEY), 0, ""),
        (format!("{KEY}connect\nnew host\nset name = \"nobody\"\nopen\n"), 1, "not found"),
        ("open\n".to_owned(), 2, "not connected."),
        ("key k !!!!\n".to_owned(), 2, "invalid base64 character 33."),
        (with("port 7912\n"), 3, "127.0.0.1 port 7912: Connection refused (os error 111); is dhcpd running there"),
        (with("server no-such-host.invalid\n"), 3, "no-such-host.invalid port 7911: the name has no address"),
        (with(WRONG_SECRET), 4, "does not accept our signature; compare the secret with the key in dhcpd.conf"),
        (with(""), 4, "no key specified"),
        (with(&KEY.replace("omapi_key", "other")), 4, "refused the key: not found; compare its name and algorithm"),
        (with(&format!("key-algorithm hmac-sha256\n{KEY}")), 4, "refused the key: not found"),
        (with("key omapi_key \"\"\n"), 4, "the key's secret is empty"),
    ] {
        for face in [&["--strict", "-c"][..], &["--strict"][..]] {
            let run = match face {
                [_, _] => omsh(face).arguments([&script]),
                _ => omsh(face).stdin(script.clone()),
            };
            let outcome = run.within(&net);
            assert_eq!(outcome.end, End::Exit(status), "{face:?} {script}\n{}", text(&outcome.stderr));
            if face.len() == 2 {
                assert!(text(&outcome.stderr).contains(said), "{script}\n{}", text(&outcome.stderr));
            }
        }
        let outcome = omsh(&[]).stdin(script.clone()).within(&net);
        assert_eq!(outcome.end, End::Exit(0), "as omshell does: {script}");
    }
}

#[test]
fn a_wrong_key_line_is_not_shown() {
    let outcome = omsh(&["-c", "key k c2VjcmV0==x\n"]).alone();
    check(&outcome, 2, "", "-c:1: stuff after base64 '=' terminator\n");
}

#[test]
fn strict_stops_at_the_first_failure_in_the_words_of_omshell() {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("base"), b"");
    let script = "connect\nnew host\nset name = \"nobody\"\nopen\nclose\n";
    let expected = "> obj: <null>\n> obj: host\n> obj: host\nname = \"nobody\"\n> can't open object: not found\n";
    let run = |value: &str| Run::ours().environment("OMSH_STRICT", value).stdin(script).within(&net);
    check(&run("1"), 1, expected, "");
    check(&run("0"), 0, &format!("{expected}obj: host\nname = \"nobody\"\n> obj: <null>\n> "), "");
}

#[test]
fn a_trace_shows_messages_and_hides_secrets() {
    let net = Net::new();
    let _dhcpd = Dhcpd::start(&net, &conf("key-md5"), b"");
    let script = format!("{KEY}{LOOK_UP}");
    let to_stderr = omsh(&["--trace", "-c", &script]).within(&net);
    let scratch = Scratch::new();
    let file = scratch.join("trace");
    let to_file = Run::ours().environment("OMSH_TRACE", &file).stdin(script).within(&net);
    assert_eq!(text(&to_file.stderr), "");
    for trace in [text(&to_stderr.stderr), fs::read_to_string(&file).unwrap()] {
        for part in [
            "127.0.0.1:7911 > greeting, version 100\n",
            "    message type = \"authenticator\"\n    object name = \"omapi_key\"\n",
            " signed under 1 (16 bytes)\n    message type = \"host\"\n    object name = \"static1\"\n",
            "    object ip-address = 0a:01:01:05\n",
        ] {
            assert!(trace.contains(part), "no {part:?} in\n{trace}");
        }
        assert!(!trace.contains("2wgoV3yuk"), "{trace}");
    }
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_cannot_be_used_is_named_in_one_sentence() {
    let directory = std::env::temp_dir();
    let directory = directory.to_str().unwrap();
    for (arguments, said) in [
        (&["-f", "no-such-file"][..], "omsh: cannot read no-such-file: No such file or directory (os error 2)\n"),
        (&["--trace=no/such/file"], "omsh: cannot write the trace to no/such/file: No such file or directory"),
        (&["--timeout", "soon"], "invalid value 'soon' for '--timeout <SECONDS>': give a number of seconds above 0"),
        (&["--timeot", "3"], "a similar argument exists: '--timeout'"),
        (&["-f", directory], ": cannot be read beyond line 0: Is a directory (os error 21)"),
    ] {
        let outcome = omsh(arguments).alone();
        assert_eq!(outcome.end, End::Exit(2), "{arguments:?}");
        assert!(text(&outcome.stderr).contains(said), "{arguments:?}: {}", text(&outcome.stderr));
    }
}

#[test]
fn a_status_of_success_means_that_the_output_was_written() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = Command::new(support::OURS).args(["-c", "help\n"]).stdout(full).output().unwrap();
    let said = "-c: what it brought cannot be written: No space left on device (os error 28)\n";
    assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(2), said.to_owned()));
}

#[test]
fn strict_does_not_take_an_input_that_cannot_be_read_for_an_empty_one() {
    let directory = fs::File::open("/").unwrap();
    let ended = Command::new(support::OURS).arg("--strict").stdin(directory).output().unwrap();
    let said = "omsh: stdin cannot be read: Is a directory (os error 21)\n";
    assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(2), said.to_owned()));
}
