//! Scripts whose requests are under way before their turn, beside the same scripts one request after another: the server
//! is asked the same in the same order, and what is printed is the same, to the byte.

mod fake_server;
mod model_server;

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::rc::Rc;
use std::time::Duration;

use model_server::{Asked, End, Manner, Model, Seen};
use omsh::omapi::client::{Pace, SIGNED_WINDOW, WINDOW};
use omsh::shell::{ExitStatus, Interpreter, Options, dropin, script};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// What runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Dropin,
    Script,
}

/// How a script is run.
#[derive(Clone, Copy, Debug)]
struct How {
    face: Face,
    is_strict: bool,
    /// Changes wait for the answers to others, as they do outside these tests; `field/pacing.rs` counts them.
    is_paced: bool,
    manner: Manner,
    timeout: Duration,
}

const PLAIN: How = How {
    face: Face::Dropin,
    is_strict: false,
    is_paced: false,
    manner: Manner { quiet: Duration::ZERO, ends: None },
    timeout: Duration::from_secs(10),
};

/// What came of it.
#[derive(Debug)]
struct Run {
    stdout: String,
    stderr: String,
    status: ExitStatus,
    seen: Seen,
}

/// Gives one piece at each read.
struct Pieces<'a> {
    pieces: Vec<&'a [u8]>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(piece) = self.pieces.first_mut() else { return Ok(0) };
        let count = piece.len().min(buffer.len());
        buffer[..count].copy_from_slice(&piece[..count]);
        *piece = &piece[count..];
        if piece.is_empty() {
            self.pieces.remove(0);
        }
        Ok(count)
    }
}

/// Cuts a script where these say, in thousandths of its length.
fn cut<'a>(script: &'a [u8], places: &[usize]) -> Pieces<'a> {
    let mut places: Vec<usize> = places.iter().map(|place| script.len() * place / 1000).collect();
    places.extend([0, script.len()]);
    places.sort_unstable();
    let pieces = places.windows(2).map(|pair| &script[pair[0]..pair[1]]);
    Pieces { pieces: pieces.filter(|piece| !piece.is_empty()).collect() }
}

/// Runs a script that has `PORT` for the server's port, read ahead or one request after another.
fn run(script: &str, places: &[usize], how: How, reads_ahead: bool) -> Run {
    let model = Model::start(how.manner);
    let port = model.port.to_string();
    let script = script.replace("PORT", &port);
    let pace = Pace { full_speed: !how.is_paced, ..Pace::default() };
    let mut shell = Interpreter::new(Options { timeout: how.timeout, pace, ..Options::default() });
    if reads_ahead {
        shell = shell.with_read_ahead();
    }
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let input = cut(script.as_bytes(), places);
    let status = match how.face {
        Face::Dropin => dropin::run(&mut shell, input, &mut out, &mut err, "omsh", how.is_strict),
        Face::Script => script::run(&mut shell, input, "script", &mut out, &mut err, how.is_strict),
    };
    drop(shell);
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).replace(&port, "PORT");
    Run { stdout: text(out), stderr: text(err), status, seen: model.stop() }
}

/// Lines of all kinds. Names and hardware addresses are few, so that objects get into one another's way.
fn line() -> impl Strategy<Value = String> {
    let name = || prop::sample::select(vec!["a", "b", "c"]);
    prop_oneof![
        6 => name().prop_map(|name| format!("set name = \"{name}\"")),
        4 => (1..4).prop_map(|last| format!("set hardware-address = 2:0:0:0:0:{last}")),
        2 => Just("set hardware-type = 1".to_owned()),
        1 => (1_usize..2_000).prop_map(|length| format!("set statements = \"{}\"", "x".repeat(length))),
        2 => prop::sample::select(vec!["name", "x"]).prop_map(|name| format!("unset {name}")),
        1 => (98..104).prop_map(|handle| format!("set remote-handle = {handle}")),
        6 => Just("open".to_owned()),
        6 => Just("create".to_owned()),
        2 => Just("update".to_owned()),
        2 => Just("refresh".to_owned()),
        3 => Just("remove".to_owned()),
        6 => Just("close".to_owned()),
        8 => Just("new host".to_owned()),
        1 => prop::sample::select(vec![
            "", "# a comment", "help", "bogus", "new", "new control", "NEW Host", "new \"lease\"", "open x", "close x",
            "set", "set name = 300.1.1.1", "set name = \"a\" x", "set name = host", "create \0 rest", "\tset name=\"a\"",
            "set name = \"b", "server 127.0.0.1", "disconnect", "connect", "key k AAAAAAAAAAAAAAAAAAAAAA==", "port PORT",
            "key k !!", "quit x",
        ]).prop_map(str::to_owned),
    ]
}

/// Whole objects as programs make them, with other lines between.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let object = (
        prop::sample::select(vec!["a", "b", "c", "d", "e"]),
        1..6,
        prop::sample::select(vec!["open", "create", "create\nclose", "open\nremove", "open\nset x = 1\nupdate"]),
        any::<bool>(),
        prop::sample::select(vec![
            "",
            "",
            "unset x\n",
            "unset name\n",
            "new host\n",
            "close\nnew host\n",
            "set y = zz\n",
        ]),
    )
        .prop_map(|(name, last, request, closes, more)| {
            let hardware = format!("set hardware-address = 2:0:0:0:0:{last}\n");
            let hardware = if request.starts_with("create") { hardware } else { String::new() };
            let close = if closes { "\nclose" } else { "" };
            vec![format!("new host\nset name = \"{name}\"\n{hardware}{more}{request}{close}")]
        });
    let some = prop_oneof![3 => object, 1 => prop::collection::vec(line(), 1..6)];
    prop::collection::vec(some, 1..14).prop_map(|all| all.concat())
}

/// Objects that are made one after the other, with other lines between.
fn creates() -> impl Strategy<Value = Vec<String>> {
    let create = (0..30, 0..30).prop_map(|(name, last)| {
        vec![format!("new host\nset name = \"h{name}\"\nset hardware-address = 2:0:0:0:1:{last}\ncreate\nclose")]
    });
    let some = prop_oneof![9 => create, 1 => lines()];
    prop::collection::vec(some, 4..20).prop_map(|all| all.concat())
}

fn script(lines: &[String], is_keyed: bool) -> String {
    let key = if is_keyed { "key k AAAAAAAAAAAAAAAAAAAAAA==\n" } else { "" };
    format!("port PORT\n{key}connect\n{}\n", lines.join("\n"))
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() })
}

#[test]
fn the_server_is_asked_the_same_and_the_same_is_printed() {
    let overlaps = RefCell::new(0);
    let hows = (any::<bool>(), any::<bool>(), any::<bool>(), 0..3_u64);
    let hows = hows.prop_map(|(is_strict, is_script, is_paced, quiet)| How {
        face: if is_script { Face::Script } else { Face::Dropin },
        is_strict,
        is_paced,
        manner: Manner { quiet: Duration::from_millis(quiet), ends: None },
        ..PLAIN
    });
    let places = prop::collection::vec(0..1000_usize, 0..4);
    let outcome = runner(400).run(&(lines(), any::<bool>(), places, hows), |(lines, is_keyed, places, how)| {
        let script = script(&lines, is_keyed);
        let ahead = run(&script, &places, how, true);
        let single = run(&script, &places, how, false);
        prop_assert_eq!(&ahead.stdout, &single.stdout);
        prop_assert_eq!(&ahead.stderr, &single.stderr);
        prop_assert_eq!(ahead.status, single.status);
        let (mut asked, alone) = (ahead.seen.requests, single.seen.requests);
        if how.is_strict && asked.len() > alone.len() {
            // Look-ups behind the first failure do no harm.
            let more = asked.split_off(alone.len());
            prop_assert!(more.iter().all(|asked| asked.is_open && !asked.is_create), "{:?}", more);
        }
        prop_assert_eq!(asked, alone);
        prop_assert_eq!(single.seen.most_waiting, (0, 0));
        *overlaps.borrow_mut() += usize::from(ahead.seen.most_waiting.1 > 1);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let overlaps = overlaps.into_inner();
    assert!(overlaps > 50, "in {overlaps} scripts only several requests were under way");
}

#[test]
fn nothing_goes_past_a_request_with_an_empty_value() {
    let object = |number: usize, more: &str| format!("new host\nset name = \"h{number}\"\n{more}create\nclose");
    let how = How { manner: Manner { quiet: Duration::from_millis(3), ends: None }, ..PLAIN };
    for (more, alone) in [("", false), ("set x = \"\"\n", true), ("unset x\n", true)] {
        let lines: Vec<String> = (0..12).map(|number| object(number, more)).collect();
        let script = script(&lines, false);
        let (ahead, single) = (run(&script, &[], how, true), run(&script, &[], PLAIN, false));
        assert_eq!(ahead.seen.requests, single.seen.requests, "{more}");
        assert_eq!(ahead.seen.requests.len(), 12, "{more}");
        let (_, requests) = ahead.seen.most_waiting;
        assert_eq!(requests <= 1, alone, "{more}: {requests} requests waited at once");
    }
}

#[test]
fn no_more_is_under_way_than_dhcpd_takes() {
    let mut lines = Vec::new();
    for number in 0..400 {
        let statements = "x".repeat(if number % 50 == 49 { 6_000 } else { number * 7 % 900 });
        lines.push(format!("new host\nset name = \"h{number}\"\nset statements = \"{statements}\"\ncreate\nclose"));
    }
    let how = How { manner: Manner { quiet: Duration::from_millis(3), ends: None }, ..PLAIN };
    for (is_keyed, window) in [(false, WINDOW), (true, SIGNED_WINDOW)] {
        let script = script(&lines, is_keyed);
        let ahead = run(&script, &[], how, true);
        let single = run(&script, &[], PLAIN, false);
        assert!(ahead.stdout == single.stdout && ahead.stderr == single.stderr);
        assert_eq!(ahead.seen.requests, single.seen.requests);
        let (bytes, requests) = ahead.seen.most_waiting;
        assert!(bytes <= window, "{bytes} bytes were under way");
        assert!(bytes > window / 2 && requests > 5, "no more than {requests} requests of {bytes} bytes were under way");
    }
}

/// The creates among requests that came behind the first unanswered one.
fn doubtful(requests: &[Asked], answered: usize) -> usize {
    requests.iter().skip(answered + 1).filter(|asked| asked.is_create).count()
}

#[test]
fn a_connection_that_is_lost_is_told_as_ever_and_what_was_under_way_is_told_once() {
    let doubts = RefCell::new(0);
    let ends = prop::sample::select(vec![End::Close, End::Close, End::Reset, End::Reset, End::Silence]);
    let outcome = runner(120).run(&(creates(), any::<bool>(), 0..12_usize, ends), |(lines, is_script, answered, end)| {
        let face = if is_script { Face::Script } else { Face::Dropin };
        let timeout = Duration::from_millis(if end == End::Silence { 250 } else { 10_000 });
        let ends = Some((answered, end));
        let quiet = Duration::from_millis(2);
        let how = How { face, timeout, manner: Manner { quiet, ends }, ..PLAIN };
        // Connected once: what is behind another `connect` meets the same end.
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.contains("connect")).collect();
        let script = script(&lines, false);
        let ahead = run(&script, &[], how, true);
        let single = run(&script, &[], how, false);
        prop_assert_eq!(&ahead.stdout, &single.stdout);
        prop_assert_eq!(ahead.status, single.status);
        // Nothing is asked twice, and nothing out of order.
        let common = single.seen.requests.len();
        prop_assert!(ahead.seen.requests.len() >= common);
        prop_assert_eq!(&ahead.seen.requests[..common], &single.seen.requests[..]);
        let whole = run(&script, &[], How { manner: Manner::default(), ..how }, false);
        if whole.seen.requests.len() < answered + 1 {
            prop_assert_eq!(&ahead.stderr, &single.stderr);
            return Ok(());
        }
        let creates = doubtful(&ahead.seen.requests, answered);
        let is_sentence = |line: &&str| line.contains("had been sent as well");
        let sentences: Vec<&str> = ahead.stderr.lines().filter(is_sentence).collect();
        let others: Vec<&str> = ahead.stderr.lines().filter(|line| !is_sentence(line)).collect();
        prop_assert_eq!(others, single.stderr.lines().collect::<Vec<_>>());
        if end == End::Reset {
            // What was on its way to a server that is gone has been seen by nobody.
            prop_assert!(sentences.len() <= 1 && (creates == 0 || sentences.len() == 1), "{:?}", sentences);
            return Ok(());
        }
        let place = |number: usize| if is_script { format!("script:{number}: ") } else { "omsh: ".to_owned() };
        let expected = match creates {
            0 => None,
            1 => Some("the next create of the script had been sent as well; whether it was carried out is not known".into()),
            _ => Some(format!(
                "the next {creates} creates of the script had been sent as well; whether they were carried out is not known"
            )),
        };
        *doubts.borrow_mut() += usize::from(creates > 0);
        match expected {
            None => prop_assert_eq!(sentences, Vec::<&str>::new()),
            Some(expected) => {
                let expected = format!("127.0.0.1 port PORT: {expected}");
                prop_assert_eq!(sentences.len(), 1);
                prop_assert!(sentences[0].ends_with(&expected), "{}\n{}", sentences[0], expected);
                prop_assert!(is_script || sentences[0].starts_with(&place(0)));
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    let doubts = doubts.into_inner();
    assert!(doubts > 20, "in {doubts} scripts only creates were in doubt");
}

#[test]
fn what_the_server_said_before_a_reset_is_heard() {
    let lines: Vec<String> =
        (0..200).map(|number| format!("new host\nset name = \"h{number}\"\ncreate\nclose")).collect();
    for answered in (20..80).step_by(5) {
        let manner = Manner { quiet: Duration::from_millis(5), ends: Some((answered, End::Reset)) };
        let ahead = run(&script(&lines, false), &[], How { manner, ..PLAIN }, true);
        let single = run(&script(&lines, false), &[], How { manner, ..PLAIN }, false);
        assert!(ahead.stdout == single.stdout, "{answered}: expected\n{}\ngot\n{}", single.stdout, ahead.stdout);
    }
}

#[test]
fn a_strict_script_asks_nothing_behind_a_line_that_is_wrong() {
    let look_up = "new host\nset name = \"a\"\nopen\nclose\n";
    let create = "new host\nset name = \"a\"\ncreate\nclose";
    let lines = [create.to_owned(), format!("{look_up}new host\nset name = host\n{look_up}")];
    let how = How { is_strict: true, manner: Manner { quiet: Duration::from_millis(5), ends: None }, ..PLAIN };
    let ended = run(&script(&lines, false), &[], how, true);
    assert_eq!((ended.status, ended.seen.requests.len()), (ExitStatus::Usage, 2));
    assert_eq!(ended.seen.most_waiting.1, 2, "the look-up was under way with the create");
}

#[test]
fn a_lost_connection_to_the_byte() {
    let create = |name: &str| format!("new host\nset name = \"{name}\"\ncreate\nclose");
    let lines: Vec<String> = ["a", "b", "c", "d"].into_iter().map(create).collect();
    let manner = Manner { quiet: Duration::from_millis(20), ends: Some((1, End::Close)) };
    let ended = run(&script(&lines, false), &[], How { face: Face::Script, manner, ..PLAIN }, true);
    assert_eq!(ended.stdout, "name = \"a\"\n");
    assert_eq!(
        ended.stderr,
        "script:9: can't open object: 127.0.0.1 port PORT: the server closed the connection\n\
         script:9: 127.0.0.1 port PORT: the next 2 creates of the script had been sent as well; \
         whether they were carried out is not known\n\
         script:13: can't open object: there is no connection any more; connect again\n\
         script:17: can't open object: there is no connection any more; connect again\n"
    );
    assert_eq!(ended.seen.requests.len(), 4);
}

/// Output that a client looks at while it goes on.
#[derive(Clone, Default)]
struct Shown(Rc<RefCell<Vec<u8>>>);

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A client that gives its next piece only when it has the prompts of all lines so far.
struct Client<'a> {
    pieces: Vec<&'a str>,
    given: String,
    shown: Shown,
    model: &'a Model,
}

impl Read for Client<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let shown = String::from_utf8(self.shown.0.borrow().clone()).expect("text");
        let lines = self.given.matches('\n').count();
        let prompts = shown.matches("> ").count();
        assert_eq!(prompts, lines + 1, "behind {:?}, in\n{shown}", self.given);
        assert!(shown.ends_with("> "));
        let whole = &self.given[..self.given.rfind('\n').map_or(0, |end| end + 1)];
        let requests = whole.lines().filter(|line| matches!(*line, "open" | "create" | "remove")).count();
        assert_eq!(self.model.count(), requests, "nothing of a line that is not whole is asked");
        if self.pieces.is_empty() {
            return Ok(0);
        }
        let piece = self.pieces.remove(0).replace("PORT", &self.model.port.to_string());
        self.given += &piece;
        buffer[..piece.len()].copy_from_slice(piece.as_bytes());
        Ok(piece.len())
    }
}

#[test]
fn who_waits_for_a_prompt_gets_it_before_anything_more_is_read() {
    let model = Model::start(Manner::default());
    let shown = Shown::default();
    let pieces = vec![
        "port PORT\n",
        "connect\n",
        "new host\n",
        "set name = \"a\"\n",
        "create\n",
        "close\n",
        // Several lines at once, and a part of one.
        "new host\nset name = \"a\"\nopen\nremove\nclose\nnew host\nset name = \"b\"\nopen\nclose\nnew host\nset name = \"b\"\ncre",
        "ate\nclose\nnew host\nset name = \"a\"\nopen",
        "\n",
        "remove\nclose\nnew ho",
    ];
    let input = Client { pieces, given: String::new(), shown: shown.clone(), model: &model };
    let mut shell = Interpreter::new(Options::default()).with_read_ahead();
    dropin::run(&mut shell, input, shown, io::sink(), "omsh", false);
    drop(shell);
    assert!(model.stop().most_waiting.1 <= 3);
}
