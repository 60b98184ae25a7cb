//! Servers that fall silent, break off, speak something else or never come to an end: the shell gives
//! each a bounded time and a bounded amount of memory, says in omshell's words what became of the
//! command, and goes on with the next line. Where it can be compared, the real omshell is held against
//! the same server.

mod dialogue;
mod fake_server;
mod support;
mod trial;

use dialogue::Dialogue;
use fake_server::message::{Answer, GREETING, Request, pair};
use fake_server::{Deaf, Peer, Then, greeting, opening, sending, serve};
use std::io::{self, Write};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread::sleep;
use std::time::Duration;
use trial::*;

const SECOND: Duration = Duration::from_secs(1);
const LATE: Reason = &["within 1 s"];
const SILENCE: Then = Peer::listen_on;

#[test]
fn a_server_that_falls_silent_is_given_up_after_the_time_out() {
    let second_by_second = serve(|peer| {
        GREETING.iter().try_for_each(|byte| {
            sleep(SECOND);
            peer.stream.write_all(&[*byte])
        })
    });
    check_all(&[
        expect(PLAIN, NotConnected, LATE).of([
            ("says nothing", greeting(b"", SILENCE)),
            ("stops within the greeting", greeting(&GREETING[..7], SILENCE)),
            ("greets a byte a second", second_by_second),
        ]),
        expect(PLAIN, Lost, LATE).of([
            ("greets and stops", sending(|_| vec![], SILENCE)),
            ("stops within the answer", sending(|answer| answer.header(0), SILENCE)),
            ("promises 12 MB", sending(|answer| answer.up_to_a_value_of(12_000_000), SILENCE)),
            ("a byte every 300 ms", sending(|answer| answer.up_to_a_value_of(1000), Peer::drip)),
        ]),
        expect(KEYED, NotConnected, LATE).of([
            ("says nothing, keyed", greeting(b"", SILENCE)),
            ("greets and stops, keyed", greeting(&GREETING, SILENCE)),
            ("authenticator drips", opening(|a| a.up_to_a_value_of(1000), Peer::drip)),
        ]),
        expect(KEYED, Lost, LATE).of([("stops after the authenticator", sending(|_| vec![], SILENCE))]),
    ]);
}

/// xCAT kills a shell that takes too long, and goes by what it has printed until then.
#[test]
fn a_client_that_gives_up_on_a_silent_server_has_had_all_that_came_before() {
    let port = sending(|_| vec![], SILENCE);
    for mut shell in [real(), ours()] {
        let shell = Dialogue::start(shell.env("OMSH_TIMEOUT", "20"));
        shell.say(&script(port, PLAIN));
        shell.wait_for_prompts(5, 2 * SECOND).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn a_server_that_never_accepts_is_given_up_after_the_time_out() {
    let deaf = Deaf::new();
    check_all(&[expect(PLAIN, NotConnected, LATE).of([("never accepts", deaf.port)])]);
}

#[test]
fn a_server_that_stops_reading_is_given_up_after_the_time_out() {
    let (drained, taken) = channel();
    let over = Arc::new(Barrier::new(2));
    let until_over = over.clone();
    let port = serve(move |peer| {
        peer.greet()?;
        until_over.wait();
        drained.send(io::copy(&mut peer.stream, &mut io::sink())).expect("the test waits");
        Ok(())
    });
    // More than the kernel keeps for a reader that does not read.
    let big = "x".repeat(6_000_000);
    let script = script(port, PLAIN).replacen("\"a\"", &format!("\"{big}\""), 1);
    let ended = run(ours(), &script).unwrap();
    let stdout = ended.stdout.replace(&big, "big");
    let lost = "> can't open object: connection reset by peer\nobj: host\nname = \"big\"\n> obj: <null>\n";
    assert!(stdout.contains(lost), "expected {lost}\ngot {stdout}");
    assert!(stdout.ends_with("flavour = \"good\"\n> "), "expected the good server's, got {stdout}");
    assert_eq!(after_reason(&ended.stderr, port, LATE), Ok(""));
    over.wait();
    let taken = taken.recv().expect("the server drains").unwrap_or(0);
    assert!(taken < big.len() as u64, "the kernel took all of the request: this tested nothing");
}

#[test]
fn a_conversation_broken_off_at_any_byte_is_told_as_omshell_tells_it() {
    // Longer than any of these messages; past the end of one, nothing of it is left.
    const ALL: usize = 80;
    let without_last = |n: usize| {
        move |answer: &Answer| {
            let mut bytes = answer.bytes();
            bytes.truncate(bytes.len().saturating_sub(n));
            bytes
        }
    };
    let greetings = || (0..8).map(|n| (format!("{n} bytes of the greeting"), greeting(&GREETING[..n], Peer::close)));
    let openings = (1..=ALL).map(|n| (format!("authenticator less {n}"), opening(without_last(n), Peer::close)));
    let answers = || (1..=ALL).map(|n| (format!("answer less {n}"), sending(without_last(n), Peer::close)));
    check_all_beside_the_real_one(&[
        expect(PLAIN, NotConnected, &[]).of(greetings()),
        expect(KEYED, NotConnected, &[]).of(greetings()),
        expect(KEYED, NotConnected, &[]).of(openings),
        expect(PLAIN, Lost, &[]).of(answers()),
        expect(KEYED, Lost, &[]).of(answers()),
    ]);
}

#[test]
fn a_connection_reset_in_mid_answer_is_told_as_omshell_tells_it() {
    // A socket that is closed with unread bytes in it resets the connection: so these only peek.
    fn reset(peer: &mut Peer, say: fn(&mut &[u8]) -> Vec<u8>) -> io::Result<()> {
        let mut seen = [0; 256];
        let n = peer.stream.peek(&mut seen)?;
        peer.stream.write_all(&say(&mut &seen[..n]))?;
        sleep(SECOND / 20);
        Ok(())
    }
    fn half_an_answer(seen: &mut &[u8]) -> Vec<u8> {
        Answer::to(&Request::read(seen, None).expect("a whole request")).bytes()[..40].to_vec()
    }
    let greeting = || serve(|peer| reset(peer, |_| GREETING[..5].to_vec()));
    let answer = || {
        serve(|peer| {
            peer.greet()?;
            reset(peer, half_an_answer)
        })
    };
    check_all_beside_the_real_one(&[
        expect(PLAIN, NotConnected, &[]).of([("within the greeting", greeting())]),
        expect(KEYED, NotConnected, &[]).of([("within the authenticator", answer())]),
        expect(PLAIN, Lost, &[]).of([("within the answer", answer())]),
    ]);
}

#[test]
fn another_version_or_no_omapi_at_all_is_no_connection() {
    const WEB: &[u8] = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    let other_versions = || {
        [
            ("version 101", greeting(b"\0\0\0\x65\0\0\0\x18", SILENCE)),
            ("version 0", greeting(b"\0\0\0\0\0\0\0\x18", SILENCE)),
            ("a web server", greeting(WEB, SILENCE)),
            ("noise", greeting(&[0xff; 500], SILENCE)),
        ]
    };
    check_all_beside_the_real_one(&[
        expect(PLAIN, NotConnected, &["version"]).of(other_versions()),
        expect(KEYED, NotConnected, &["version"]).of(other_versions()),
        expect(PLAIN, NotConnected, &["header"]).of([("a short header", greeting(b"\0\0\0\x64\0\0\0\x14", SILENCE))]),
    ]);
}

#[test]
fn lengths_and_lists_without_end_are_refused_in_bounded_memory() {
    const LIMIT: Reason = &["too large", "limit"];
    // A slow machine may come to the end of the time before that of the memory; both are bounds.
    const FLOOD: Reason = &["too large", "limit", "within 1 s"];
    const BYTES: Then = |peer| peer.flood(&[b'x'; 1024]);
    const SMALL_VALUES: Then = |peer| peer.flood(&pair(b"a", b""));
    const LONG_NAMES: Then = |peer| peer.flood(&pair(&[b'n'; 65_535], b"v"));
    let value = |length| move |answer: &Answer| answer.up_to_a_value_of(length);
    let object_list = |answer: &Answer| [&answer.header(0)[..], &[0, 0]].concat();
    let message_list = |answer: &Answer| answer.header(0);
    let signature = |answer: &Answer| Answer { authlen: Some(1 << 31), ..answer.clone() }.bytes();
    check_all(&[
        expect(PLAIN, NotConnected, &["header"]).of([("header of 2^31", greeting(b"\0\0\0\x64\x80\0\0\0", BYTES))]),
        expect(PLAIN, Lost, LIMIT).of([
            ("value of 2^31, then silence", sending(value(1 << 31), SILENCE)),
            ("value of 2^31", sending(value(1 << 31), BYTES)),
            ("value of 2^31 - 1", sending(value((1 << 31) - 1), BYTES)),
            ("value of 2^32 - 1", sending(value(u32::MAX), BYTES)),
            ("signature of 2^31", sending(signature, BYTES)),
        ]),
        expect(KEYED, NotConnected, LIMIT).of([("authenticator's value of 2^31", opening(value(1 << 31), BYTES))]),
        expect(KEYED, Lost, LIMIT).of([
            ("value of 2^31, keyed", sending(value(1 << 31), BYTES)),
            ("signature of 2^31, keyed", sending(signature, BYTES)),
        ]),
        expect(PLAIN, Lost, FLOOD).of([
            ("endless small values", sending(object_list, SMALL_VALUES)),
            ("endless small values about the message", sending(message_list, SMALL_VALUES)),
            ("endless long names", sending(object_list, LONG_NAMES)),
        ]),
        expect(KEYED, NotConnected, FLOOD).of([("endless authenticator", opening(object_list, SMALL_VALUES))]),
        expect(KEYED, Lost, FLOOD).of([("endless small values, keyed", sending(object_list, SMALL_VALUES))]),
    ]);
}

#[test]
fn the_largest_answers_that_are_taken_cost_bounded_time_and_memory() {
    let one_value =
        |answer: &Answer| Answer { object: vec![(b"a".to_vec(), vec![b'x'; 16_000_000])], ..answer.clone() };
    let many_values = |answer: &Answer| {
        let name = |n: u32| (format!("attribute{n}").into_bytes(), vec![b'v'; 3_500]);
        Answer { object: (0..4_000).map(name).collect(), ..answer.clone() }
    };
    let servers = [
        ("one value", sending(move |answer| one_value(answer).bytes(), SILENCE)),
        ("many values", sending(move |answer| many_values(answer).bytes(), SILENCE)),
    ];
    each(&servers, |&(_, port)| {
        let ended = run(ours(), &script(port, PLAIN))?;
        expect_equal("stderr", "", &ended.stderr)?;
        expect_within("name = \"a\"\nflavour = \"good\"\n> ", &ended.stdout)
    });
}

#[test]
fn a_lost_connection_is_told_to_every_verb_in_omshells_words() {
    // A verb, what it says when the connection goes under it, and what once that is gone.
    let verbs = [
        ("open", "can't open object: connection reset by peer", "can't open object: invalid argument"),
        ("create", "can't open object: connection reset by peer", "can't open object: invalid argument"),
        ("update", "can't update object: connection reset by peer", "can't update object: invalid argument"),
        ("refresh", "can't refresh object: connection reset by peer", "can't refresh object: no more"),
        ("remove", "can't destroy object: no more", "can't destroy object: invalid argument"),
    ];
    let after_one_answer = |then: Then| {
        serve(move |peer| {
            let asked = peer.first_request()?;
            peer.stream.write_all(&Answer::to(&asked).bytes())?;
            peer.request()?;
            then(peer)
        })
    };
    let (close, silence) = (after_one_answer(Peer::close), after_one_answer(SILENCE));
    let mut cases = Vec::new();
    for verb in verbs {
        cases.extend([(verb, "", close, &[][..]), (verb, KEY, close, &[]), (verb, "", silence, LATE)]);
    }
    each(&cases, |&((verb, lost, gone), key, port, reason)| {
        let start = format!("port {port}\n{key}connect\nnew host\nset name=\"a\"\nopen\nset b=1\n");
        let script = format!("{start}{verb}\n{verb}\nrefresh\nremove\nupdate\ndisconnect\n");
        let status = "obj: host\nname = \"a\"\nflavour = \"good\"\nb = 1\n> ";
        let [.., update, refresh, remove] = verbs.map(|(_, _, gone)| gone);
        let told = [lost, gone, refresh, remove, update].map(|line| format!("{line}\n{status}")).concat();
        let disconnect = "dhcpctl_disconnect detected invalid arg\ndhcpctl_disconnect: invalid argument\n";
        let mut shells = vec![(ours(), reason)];
        if reason.is_empty() {
            shells.push((real(), &[]));
        }
        for (shell, reason) in shells {
            let ended = run(shell, &script)?;
            let from = ended.stdout.find("can't").unwrap_or(0);
            expect_equal("stdout from the loss on", &format!("{told}{status}"), &ended.stdout[from..])?;
            expect_equal("stderr", disconnect, after_reason(&ended.stderr, port, reason)?)?;
        }
        Ok(())
    });
}
