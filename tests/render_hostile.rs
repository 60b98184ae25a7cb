//! Text that is out for trouble, in every format: what comes out can be read back, and nothing in it
//! moves a cursor, turns the order of writing, ends a field or computes.

use omsh::render::prometheus::{self, Gauge, Sample};
use omsh::render::{Align, Column, Format, Look, Rows, Value, text};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

const COLUMNS: [Column; 3] = [column("name"), column("names"), column("number")];

const fn column(name: &'static str) -> Column {
    Column { name, title: name, about: "", align: Align::Left, shown: true }
}

/// Pieces that something somewhere takes for more than text.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        "=1+1",
        "+",
        "-",
        "@SUM(A1)",
        "＝1",
        "\u{3000}=1",
        " =1",
        "\"",
        "'",
        ",",
        ";",
        "|",
        "\\",
        "\\x1b",
        "\\u{202e}",
        "\t",
        "\r\n",
        "\0",
        "\x1b[2J",
        "\x1b]0;t\x07",
        "\u{9b}31m",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\u{2066}",
        "\u{200f}",
        "\u{200b}",
        "\u{feff}",
        "\u{301}\u{301}\u{301}\u{301}\u{301}",
        "東京",
        "é",
        "👩\u{200d}👩",
        "🇩🇪",
        "👍🏽",
        "لا",
        "\u{e0061}",
        "\u{e007f}",
        "\u{f8ff}",
        "\u{10ffff}",
        "<b>&amp;",
        "%s",
        "#",
        "null",
        "-",
        "",
    ];
    prop_oneof![
        4 => prop::sample::select(known.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => any::<char>().prop_map(|character| character.to_string().into_bytes()),
        2 => "[a-z0-9-]{1,12}".prop_map(String::into_bytes),
    ]
}

fn hostile() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..5).prop_map(|pieces| pieces.concat())
}

fn written(look: Look, names: &[Vec<u8>], following: bool) -> String {
    let begin = if following { Rows::following } else { Rows::new };
    let mut rows = begin(Vec::new(), look, &COLUMNS, &[0, 1, 2]);
    for name in names {
        let list = vec![Value::bytes(&name[..]), Value::text("x")];
        rows.row(&[Value::bytes(&name[..]), Value::List(list), Value::Number(7)]).unwrap();
    }
    String::from_utf8(rows.finish().unwrap()).expect("output is UTF-8")
}

fn look(format: Format) -> Look {
    Look { format, utf8: true, ..Look::default() }
}

/// What a terminal, or a reader, would be deceived by; beside the newlines that end lines.
fn assert_harmless(text: &str) {
    for character in text.chars() {
        let is_hidden = matches!(u32::from(character),
            0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff | 0xe000..=0xf8ff | 0xe0000..=0x10ffff);
        assert!(
            !is_hidden && (!character.is_control() || matches!(character, '\n' | '\t')),
            "{character:?} in {text:?}"
        );
    }
}

/// The bytes that a visible text stands for.
fn bytes_of(visible: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = visible;
    while let Some((before, escape)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let end = match escape.as_bytes()[0] {
            b'x' => 3,
            b'u' => escape.find('}').expect("an escape ends") + 1,
            _ => 1,
        };
        match &escape[..end] {
            "\\" => bytes.push(b'\\'),
            "t" => bytes.push(b'\t'),
            "n" => bytes.push(b'\n'),
            octet if octet.starts_with('x') => bytes.push(u8::from_str_radix(&octet[1..], 16).unwrap()),
            code => {
                let code = u32::from_str_radix(&code[2..code.len() - 1], 16).unwrap();
                bytes.extend_from_slice(char::from_u32(code).unwrap().to_string().as_bytes());
            }
        }
        rest = &escape[end..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// The records of a CSV file, strictly by RFC 4180.
fn csv_records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut characters = text.chars().peekable();
    let (mut in_quotes, mut quoted) = (false, false);
    while let Some(character) = characters.next() {
        let record = records.last_mut().unwrap();
        let field = record.last_mut().unwrap();
        match character {
            '"' if in_quotes && characters.peek() == Some(&'"') => field.extend(characters.next()),
            '"' if in_quotes => in_quotes = false,
            '"' => {
                assert!(field.is_empty() && !quoted, "a quote in the middle of a field: {text:?}");
                (in_quotes, quoted) = (true, true);
            }
            character if in_quotes => field.push(character),
            ',' => {
                quoted = false;
                record.push(String::new());
            }
            '\r' => {
                assert_eq!(characters.next(), Some('\n'), "{text:?}");
                quoted = false;
                records.push(vec![String::new()]);
            }
            character => field.push(character),
        }
    }
    assert!(!in_quotes, "{text:?}");
    assert_eq!(records.pop(), Some(vec![String::new()]), "the last line is not ended: {text:?}");
    records
}

proptest! {
    #[test]
    fn visible_text_is_harmless_and_says_which_bytes_it_was(bytes in hostile()) {
        let visible = text::visible(&bytes);
        assert_harmless(&visible);
        prop_assert!(!visible.contains(['\t', '\n']));
        prop_assert_eq!(bytes_of(&visible), bytes);
        assert_harmless(&text::visible_line(&visible.into_bytes()));
    }

    #[test]
    fn plain_has_a_line_a_record_and_gives_the_bytes_back(names in prop::collection::vec(hostile(), 1..4)) {
        let plain = written(look(Format::Plain), &names, false);
        assert_harmless(&plain);
        let lines: Vec<&str> = plain.strip_suffix('\n').unwrap().split('\n').collect();
        prop_assert_eq!(lines.len(), names.len());
        for (line, name) in lines.iter().zip(&names) {
            let fields: Vec<&str> = line.split('\t').collect();
            prop_assert_eq!(fields.len(), 3);
            prop_assert_eq!(if fields[0] == "-" { Vec::new() } else { bytes_of(fields[0]) }, name.clone());
            let listed: Vec<&str> = fields[1].split(',').collect();
            prop_assert_eq!(listed.len(), 2);
            prop_assert_eq!(bytes_of(listed[0]), name.clone());
        }
    }

    #[test]
    fn json_is_json_and_gives_the_bytes_back(names in prop::collection::vec(hostile(), 0..4)) {
        let json = written(look(Format::Json), &names, false);
        assert_harmless(&json);
        let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        let lines = written(look(Format::JsonLines), &names, false);
        let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        prop_assert_eq!(&rows, &lines);
        prop_assert_eq!(rows.len(), names.len());
        for (row, name) in rows.iter().zip(&names) {
            let bytes = match row.get("name_hex") {
                None => row["name"].as_str().unwrap().as_bytes().to_vec(),
                Some(hex) => {
                    prop_assert_eq!(&bytes_of(row["name"].as_str().unwrap()), name);
                    let hex = hex.as_str().unwrap();
                    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
                }
            };
            prop_assert_eq!(&bytes, name);
            prop_assert_eq!(row["names"].as_array().unwrap().len(), 2);
        }
    }

    #[test]
    fn csv_has_its_fields_and_none_that_computes(names in prop::collection::vec(hostile(), 0..4)) {
        let csv = written(look(Format::Csv), &names, false);
        assert_harmless(&csv.replace("\r\n", "\n"));
        let records = csv_records(&csv);
        prop_assert_eq!(records.len(), names.len() + 1);
        for (record, name) in records[1..].iter().zip(&names) {
            prop_assert_eq!(record.len(), 3);
            prop_assert_eq!(&record[2], "7");
            for field in record[..2].iter().flat_map(|field| field.split(';')) {
                let begun = field.trim_start_matches([' ', '\u{3000}']);
                prop_assert!(!begun.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']), "{}", field);
            }
            let as_it_was = bytes_of(&record[0]) == *name;
            let disarmed = record[0].strip_prefix('\'').is_some_and(|field| bytes_of(field) == *name);
            prop_assert!(as_it_was || disarmed, "{:?}", record[0]);
        }
    }

    #[test]
    fn tables_fit_and_stay_straight(names in prop::collection::vec(hostile(), 1..4), room in 20_usize..120) {
        for (width, following) in [(Some(room), false), (Some(room), true), (None, false)] {
            let shown = written(Look { width, ..look(Format::Table) }, &names, following);
            assert_harmless(&shown);
            prop_assert_eq!(shown.lines().filter(|line| !line.starts_with("(no room")).count(), names.len() + 1);
            for line in shown.lines() {
                prop_assert!(width.is_none_or(|room| line.width() <= room), "{} in {:?}", line, width);
            }
        }
        // The numbers at the end of the lines stand below each other.
        let shown = written(look(Format::Table), &names, false);
        let begin = shown.lines().next().unwrap().width() - "number".len();
        for line in shown.lines().skip(1) {
            prop_assert_eq!(line.width() - 1, begin, "{}", shown);
        }
    }

    #[test]
    fn colours_are_all_that_colour_adds(names in prop::collection::vec(hostile(), 0..4)) {
        let plain = written(look(Format::Table), &names, false);
        let coloured = written(Look { color: true, ..look(Format::Table) }, &names, false);
        prop_assert_eq!(coloured.replace("\x1b[1m", "").replace("\x1b[0m", ""), plain);
    }

    #[test]
    fn a_label_of_prometheus_ends_where_it_should(name in hostile()) {
        let sample = Sample { labels: vec![("pool", &name)], value: 1.0 };
        let mut out = Vec::new();
        prometheus::write(&mut out, &[Gauge { name: "g", help: "h", samples: vec![sample] }]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_harmless(&text);
        prop_assert_eq!(text.lines().count(), 3);
        let label = text.lines().nth(2).unwrap().strip_prefix("g{pool=\"").unwrap().strip_suffix("\"} 1").unwrap();
        let unescaped = label.replace("\\\\", "").replace("\\\"", "");
        prop_assert!(!unescaped.contains(['"', '\\']), "{}", label);
    }
}

#[test]
fn a_value_of_many_megabytes_takes_one_cell() {
    let big = vec![b'a'; 8 << 20];
    let marks = "e\u{301}\u{301}\u{301}\u{301}".repeat(1 << 20).into_bytes();
    let shown = written(look(Format::Table), &[big, marks, b"b".to_vec()], false);
    assert!(shown.lines().all(|line| line.width() <= 600), "{}", shown.len());
    assert!(shown.lines().nth(1).unwrap().contains('…'));
}
