//! Names of attributes, which a server chooses, on their way to a terminal.

use super::Said;
use crate::fake_server::message::{Answer, OPEN, REFRESH};
use crate::fake_server::serve;
use crate::support::run::Run;
use std::io::Write;

/// A name that moves the cursor, with a value that is text.
const NAME: &[u8] = b"a\x1b[2J\xe2\x80\xaeb\nc";

fn server() -> u16 {
    serve(|peer| {
        let mut asked = peer.first_request()?;
        loop {
            let mut answer = Answer::to(&asked);
            match asked.op {
                OPEN | REFRESH => {
                    answer.object = vec![(NAME.to_vec(), b"text".to_vec()), (b"name".to_vec(), b"h".to_vec())]
                }
                _ => answer.becomes_status(Some(&[0; 4])),
            }
            peer.stream.write_all(&answer.bytes())?;
            asked = peer.request()?;
        }
    })
}

#[test]
fn names_of_attributes_are_escaped_everywhere_but_in_the_drop_in() {
    let script = |port: u16| format!("port {port}\nconnect\nnew host\nset name = \"h\"\nopen\n");
    let port = server();
    let drop_in = Run::ours().stdin(script(port)).alone();
    assert!(
        drop_in.stdout.windows(NAME.len()).any(|part| part == NAME),
        "{:?}",
        String::from_utf8_lossy(&drop_in.stdout)
    );

    let at = ["--server", "127.0.0.1", "--port", &port.to_string()].map(str::to_owned);
    let ours = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).chain(at.clone()).collect();
        Run::ours().named("omsh").arguments(words).merged().alone()
    };
    let mut all = vec![
        ("-c", Run::ours().named("omsh").arguments(["-c", &script(port)]).merged().alone()),
        ("-f", Run::ours().named("omsh").arguments(["-f", "-"]).stdin(script(port)).merged().alone()),
        ("raw update", ours(&["raw", "update", "host", "name=str:h", "--set", "x=str:y"])),
        ("raw remove", ours(&["raw", "remove", "host", "name=str:h", "--dry-run"])),
        ("trace", ours(&["raw", "open", "host", "name=str:h", "--trace"])),
    ];
    for format in ["table", "plain", "csv", "json", "jsonl"] {
        all.push((format, ours(&["raw", "open", "host", "name=str:h", "--output", format])));
        all.push((format, ours(&["raw", "remove", "host", "name=str:h", "--dry-run", "--output", format])));
    }
    for (face, outcome) in all {
        let said = Said::of(face, outcome);
        let is_harmless = |sign: char| matches!(sign, '\r' | '\n' | '\t') || !sign.is_control() && sign != '\u{202e}';
        assert!(said.stdout.chars().all(is_harmless), "{face}: {:?}", said.stdout);
        let shown = [r"\x1b[2J", r"\u001b[2J"].iter().any(|shown| said.stdout.contains(shown));
        // An update tells of what it was to change.
        assert!(shown || face == "raw update", "{face}: {}", said.stdout);
        assert!(!said.stdout.contains("\nc = ") && !said.stdout.contains("\nc\t"), "{face}: {}", said.stdout);
    }
}
