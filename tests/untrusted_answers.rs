//! Answers that are whole and in time but not to be believed (unsigned, wrongly signed, replayed, never
//! asked for), and odd ones that are: results that nobody knows, a header longer than ours. Where it
//! can be compared, the real omshell is held against the same server.

mod dialogue;
mod fake_server;
mod support;
mod trial;

use dialogue::Dialogue;
use fake_server::message::{self, Answer, values};
use fake_server::{Alter, Peer, answering, good, greeting, opening, sending, serve};
use std::io::Write;
use std::net::TcpListener;
use std::sync::Mutex;
use trial::*;

const UNEXPECTED: Reason = &["unexpected"];

#[test]
fn an_answer_that_was_not_asked_for_ends_the_connection() {
    check_all_beside_the_real_one(&[
        expect(PLAIN, Lost, UNEXPECTED).of([
            ("a rid that was never sent", answering([|a| a.rid = a.rid.wrapping_add(77)])),
            ("op 0", answering([|a| a.op = 0])),
        ]),
        expect(KEYED, Lost, UNEXPECTED).of([
            ("the rid of the request to come", answering([|a| a.rid = a.rid.wrapping_add(1)])),
            ("op 77", answering([|a| a.op = 77])),
        ]),
    ]);
    // Alone: not comparable.
    check_all(&[expect(PLAIN, Lost, UNEXPECTED).of([
        ("no rid", answering([|a| a.rid = 0])),
        ("open", answering([|a| a.op = message::OPEN])),
        ("refresh", answering([|a| a.op = message::REFRESH])),
        ("notify", answering([|a| a.op = message::NOTIFY])),
        ("delete", answering([|a| a.op = message::DELETE])),
    ])]);
}

#[test]
fn an_answer_that_comes_twice_is_not_taken_for_the_next_one() {
    let port = serve(|peer| {
        let asked = peer.first_request()?;
        peer.stream.write_all(&Answer::to(&asked).bytes())?;
        peer.request()?;
        let stale = Answer { object: values(&[("name", b"stale")]), ..Answer::to(&asked) };
        peer.stream.write_all(&stale.bytes())?;
        peer.listen_on()
    });
    let script = format!("port {port}\nconnect\nnew host\nset name = \"a\"\nopen\nrefresh\n");
    let ended = run(ours(), &script).unwrap();
    assert_eq!(run(real(), &script).unwrap().stdout, ended.stdout, "expected (omshell) and got");
    assert!(ended.stdout.contains("can't refresh object: connection reset by peer\n"), "got {}", ended.stdout);
    assert_eq!(after_reason(&ended.stderr, port, UNEXPECTED), Ok(""));
}

#[test]
fn an_answer_that_the_key_did_not_sign_is_not_believed() {
    let changed_after_signing = sending(
        |answer| {
            let signed = answer.bytes();
            let at = signed.windows(4).position(|four| four == b"good").expect("the flavour");
            [&signed[..at], b"evil", &signed[at + 4..]].concat()
        },
        Peer::listen_on,
    );
    check_all_beside_the_real_one(&[expect(PLAIN, Lost, &["authenticator"]).of([
        ("an authenticator in an unsigned session", answering([|a| a.authid = 9])),
        (
            "an authenticator that refuses",
            answering([|a| {
                a.becomes_status(Some(&[0, 0, 0, 23]));
                a.authid = 9;
            }]),
        ),
    ])]);
    check_all(&[
        expect(KEYED, Lost, &["unsigned"]).of([
            ("neither authenticator nor signature", answering([|a| (a.authid, a.key) = (0, None)])),
            ("the authenticator, no signature", answering([|a| a.key = None])),
            (
                "an unsigned refusal",
                answering([|a| {
                    a.becomes_status(Some(&[0, 0, 0, 23]));
                    (a.authid, a.key) = (0, None);
                }]),
            ),
        ]),
        expect(KEYED, Lost, &["signature"]).of([
            ("one bit of the signature is wrong", answering([|a| a.bend = |s| s[15] ^= 1])),
            ("half a signature", answering([|a| a.bend = |s| s.truncate(8)])),
            ("a signature and more", answering([|a| a.bend = |s| s.push(0)])),
            ("a value changed after signing", changed_after_signing),
        ]),
        expect(KEYED, Lost, &["authenticator"]).of([("another authenticator", answering([|a| a.authid = 9]))]),
        expect(KEYED, NotConnected, &["authenticator"]).of([(
            // Its handle is what signed messages name; 0 there means unsigned.
            "an authenticator with the handle 0",
            opening(|answer| Answer { handle: 0, ..answer.clone() }.bytes(), Peer::listen_on),
        )]),
    ]);
}

#[test]
fn an_answer_replayed_from_an_earlier_run_is_not_believed() {
    let recorded = Mutex::new(None);
    let port = serve(move |peer| {
        let asked = peer.first_request()?;
        let first = recorded.lock().unwrap().get_or_insert_with(|| Answer::to(&asked).bytes()).clone();
        peer.stream.write_all(&first)?;
        peer.listen_on()
    });
    let first = run(ours(), &script(port, KEYED)).unwrap();
    assert_eq!(first.stdout.matches("flavour").count(), 2, "expected two answers, got\n{}", first.stdout);
    check_all(&[expect(KEYED, Lost, UNEXPECTED).of([("replay", port)])]);
}

#[test]
fn odd_answers_are_taken_as_omshell_takes_them() {
    const RIGHT: Alter = |_| ();
    const DONE: Alter = |a| a.becomes_status(Some(&[0; 4]));
    const NO_TEXT: &str = "> can't open object: (result code text not available)\n";
    const UNEXPECTED: &str = "> can't open object: unexpected error\n";
    // Each with the verbs that meet it and what the real one has to say at some point.
    let servers = [
        (NO_TEXT, "open", answering([|a| a.becomes_status(Some(&999_999_u32.to_be_bytes()))])),
        (NO_TEXT, "open", answering([|a| a.becomes_status(Some(&[0xff; 4]))])),
        (UNEXPECTED, "open", answering([|a| a.becomes_status(None)])),
        (UNEXPECTED, "open", answering([|a| a.becomes_status(Some(b"abc"))])),
        (UNEXPECTED, "open", answering([|a| a.becomes_status(Some(b""))])),
        ("name = \"a\"\n> obj: <null>", "open", answering([DONE])),
        ("name = \"a\"\nflavour = \"good\"\n> obj: <null>", "open\nrefresh", answering([RIGHT, DONE])),
        ("> can't update object: unexpected error\n", "open\nupdate", answering([RIGHT, |a| a.becomes_status(None)])),
        ("a = \"2\"\n", "open", answering([|a| a.object = values(&[("a", b"1"), ("a", b"2"), ("name", b"")])])),
        (
            "name = \"a\"\n> obj: <null>",
            "create",
            answering([|a| {
                a.becomes_status(Some(&[0, 0, 0, 23]));
                a.message.extend(values(&[("result", &[0; 4])]));
            }]),
        ),
    ];
    let cases: Vec<_> = servers.into_iter().flat_map(|case| [(case, ""), (case, KEY)]).collect();
    each(&cases, |&((sign, verbs, port), key)| {
        let script = format!("port {port}\n{key}connect\nnew host\nset name = \"a\"\n{verbs}\nclose\n");
        let (real, ended) = (run(real(), &script)?, run(ours(), &script)?);
        expect_within(sign, &real.stdout)?;
        expect_equal("stdout", &real.stdout, &ended.stdout)?;
        expect_equal("stderr", &real.stderr, &ended.stderr)
    });
}

/// Alone: not comparable.
#[test]
fn a_removal_that_is_answered_with_values_is_not_taken_for_done() {
    for key in ["", KEY] {
        let port = answering([|_| (), |_| ()]);
        let script = format!("port {port}\n{key}connect\nnew host\nset name = \"a\"\nopen\nremove\n");
        let ended = run(ours(), &script).unwrap();
        expect_within("\n> can't destroy object: ", &ended.stdout).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn a_header_longer_than_ours_is_read_over() {
    let port = serve(|peer| {
        peer.greet_with(28)?;
        let asked = peer.request()?;
        let answer = Answer::to(&asked).bytes();
        peer.stream.write_all(&[&answer[..24], b"more", &answer[24..]].concat())?;
        peer.listen_on()
    });
    let script = format!("port {port}\nconnect\nnew host\nset name = \"a\"\nopen\n");
    let (real, ended) = (run(real(), &script).unwrap(), run(ours(), &script).unwrap());
    assert!(real.stdout.ends_with("flavour = \"good\"\n> "), "got (omshell)\n{}", real.stdout);
    assert_eq!((real.stdout, real.stderr), (ended.stdout, ended.stderr), "expected (omshell) and got");
}

#[test]
fn every_algorithm_signs_and_checks_what_a_fake_server_signs_and_checks() {
    let port = serve(good);
    let algorithms = ["hmac-md5", "HMAC-SHA1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"];
    each(&algorithms, |name| {
        let open = "connect\nnew host\nset name = \"a\"\nopen\nset b = 1\nupdate\nrefresh\nremove\n";
        let script = format!("port {port}\nkey-algorithm {name}\n{KEY}{open}");
        let (real, ended) = (run(real(), &script)?, run(ours(), &script)?);
        expect_equal("stdout", &real.stdout, &ended.stdout)?;
        expect_equal("stderr", "", &ended.stderr)?;
        expect_within("b = 1\n> obj: <null>\n> ", &ended.stdout)
    });
}

#[test]
fn the_exit_status_tells_in_strict_mode_what_went_wrong() {
    let refused = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address").port();
    let unknown_key = opening(
        |answer| {
            let mut answer = answer.clone();
            answer.becomes_status(Some(&[0, 0, 0, 23]));
            answer.bytes()
        },
        Peer::listen_on,
    );
    let servers = [
        ("good", 0, *GOOD),
        ("refused", 3, refused),
        ("silent", 3, greeting(b"", Peer::listen_on)),
        ("silent after the greeting", 3, sending(|_| vec![], Peer::listen_on)),
        ("closes under the first request", 4, sending(|_| vec![], Peer::close)),
        ("closes at once", 3, greeting(b"", Peer::close)),
        ("unsigned", 4, answering([|a| (a.authid, a.key) = (0, None)])),
        ("wrong signature", 4, answering([|a| a.bend = |s| s[0] ^= 1])),
        ("unknown key", 4, unknown_key),
    ];
    each(&servers, |(_, status, port)| {
        let (mut by_option, mut by_environment) = (ours(), ours());
        by_option.arg("--strict");
        by_environment.env("OMSH_STRICT", "1");
        for mut command in [by_option, by_environment] {
            let shell = Dialogue::start(&mut command);
            shell.say(&format!("port {port}\n{KEY}connect\nnew host\nset name = \"a\"\nopen\n"));
            let ended = shell.end(BOUND)?;
            expect_equal("exit status", &format!("Some({status})"), &format!("{:?}", ended.status.code()))?;
        }
        Ok(())
    });
}
