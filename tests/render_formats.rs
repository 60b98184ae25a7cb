//! What rows look like in every format, with values of every kind and with text that is out for trouble.

use std::net::IpAddr;

use omsh::render::{Align, Column, Format, Look, Rows, Value};

const COLUMNS: [Column; 11] = [
    column("address", "ADDRESS", Align::Left),
    column("state", "STATE", Align::Left),
    column("ends", "ENDS", Align::Left),
    column("hardware", "HARDWARE", Align::Left),
    column("hostname", "HOSTNAME", Align::Left),
    column("used", "USED", Align::Right),
    column("percent", "USE%", Align::Right),
    column("bar", "", Align::Bar),
    column("seen", "SEEN", Align::Left),
    column("reserved", "RESERVED", Align::Left),
    column("names", "NAMES", Align::Left),
];

const fn column(name: &'static str, title: &'static str, align: Align) -> Column {
    Column { name, title, about: "", align, shown: true }
}

fn address(text: &str) -> Value<'static> {
    Value::Address(text.parse().unwrap())
}

fn rows() -> Vec<Vec<Value<'static>>> {
    vec![
        vec![
            address("10.1.1.20"),
            Value::State("active"),
            Value::Time(1_795_687_200),
            Value::hex(&[2, 0, 0x5e, 0, 0, 1][..]),
            Value::bytes(&b"laptop-20"[..]),
            Value::Number(17),
            Value::Percent(12.3456),
            Value::Bar(0.123_456),
            Value::Age(11_100),
            Value::Flag(true),
            Value::List(vec![Value::bytes(&b"a,b"[..]), Value::Number(2)]),
        ],
        vec![
            address("2001:db8::1"),
            Value::State("abandoned"),
            Value::Never,
            Value::None,
            Value::bytes("東京\u{202e}\x1b[2J".as_bytes()),
            Value::Number(u64::MAX.into()),
            Value::Percent(100.0),
            Value::Bar(1.0),
            Value::Age(-7200),
            Value::Flag(false),
            Value::List(vec![]),
        ],
        vec![
            Value::Network("10.1.0.0".parse::<IpAddr>().unwrap(), 16),
            Value::State("free"),
            Value::None,
            Value::None,
            Value::bytes(&b"=cmd|' /C calc'!A0,\"\\\xe9\t\r\n"[..]),
            Value::None,
            Value::Percent(f64::NAN),
            Value::None,
            Value::None,
            Value::None,
            Value::List(vec![Value::bytes(&b"\xff"[..]), Value::text("x")]),
        ],
        vec![address("10.1.1.3"), Value::None, Value::None, Value::None, Value::bytes(&b"-"[..])],
    ]
}

fn shown(look: Look, chosen: &[usize]) -> String {
    let mut listing = Rows::new(Vec::new(), look, &COLUMNS, chosen);
    for row in rows() {
        listing.row(&row).unwrap();
    }
    String::from_utf8(listing.finish().unwrap()).unwrap()
}

fn all(format: Format) -> String {
    shown(Look { format, utf8: true, ..Look::default() }, &Vec::from_iter(0..COLUMNS.len()))
}

fn table(width: Option<usize>) -> String {
    shown(Look { width, utf8: true, ..Look::default() }, &Vec::from_iter(0..COLUMNS.len()))
}

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn plain_is_a_record_a_line_with_tabs_and_never_an_empty_field() {
    let expected = lines(&[
        "10.1.1.20\tactive\t2026-11-26T10:00:00Z\t02:00:5e:00:00:01\tlaptop-20\t17\t12.346\t11100\tyes\ta\\x2cb,2",
        "2001:db8::1\tabandoned\tnever\t-\t東京\\u{202e}\\x1b[2J\t18446744073709551615\t100\t-7200\tno\t-",
        "10.1.0.0/16\tfree\t-\t-\t=cmd|' /C calc'!A0,\"\\\\\\xe9\\t\\x0d\\n\t-\t-\t-\t-\t\\xff,x",
        "10.1.1.3\t-\t-\t-\t\\x2d\t-\t-\t-\t-\t-",
    ]);
    assert_eq!(all(Format::Plain), expected);
}

const OBJECTS: [&str; 4] = [
    r#"{"address":"10.1.1.20","state":"active","ends":"2026-11-26T10:00:00Z","hardware":"02:00:5e:00:00:01","hostname":"laptop-20","used":17,"percent":12.346,"seen":11100,"reserved":true,"names":["a,b",2]}"#,
    r#"{"address":"2001:db8::1","state":"abandoned","ends":"never","hardware":null,"hostname":"東京\u202e\u001b[2J","used":18446744073709551615,"percent":100,"seen":-7200,"reserved":false,"names":[]}"#,
    r#"{"address":"10.1.0.0/16","state":"free","ends":null,"hardware":null,"hostname":"=cmd|' /C calc'!A0,\"\\\\\\xe9\\t\\x0d\\n","hostname_hex":"3d636d647c27202f432063616c63272141302c225ce9090d0a","used":null,"percent":null,"seen":null,"reserved":null,"names":["\\xff","x"],"names_hex":["ff",null]}"#,
    r#"{"address":"10.1.1.3","state":null,"ends":null,"hardware":null,"hostname":"-","used":null,"percent":null,"seen":null,"reserved":null,"names":null}"#,
];

#[test]
fn json_is_one_array_with_an_object_a_line() {
    let json = all(Format::Json);
    assert_eq!(json, format!("[\n{}\n]\n", OBJECTS.join(",\n")));
    let parsed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(parsed[1]["hostname"], "東京\u{202e}\x1b[2J");
    assert_eq!(parsed[1]["used"], u64::MAX);
    let nothing = Rows::new(Vec::new(), Look { format: Format::Json, ..Look::default() }, &COLUMNS, &[0]);
    assert_eq!(nothing.finish().unwrap(), b"[]\n");
}

#[test]
fn json_lines_are_an_object_each() {
    assert_eq!(all(Format::JsonLines), lines(&OBJECTS));
}

#[test]
fn csv_has_a_head_quotes_and_no_formulas() {
    let expected = [
        "address,state,ends,hardware,hostname,used,percent,seen,reserved,names",
        "10.1.1.20,active,2026-11-26T10:00:00Z,02:00:5e:00:00:01,laptop-20,17,12.346,11100,yes,\"a\\x2cb,2\"",
        "2001:db8::1,abandoned,never,,東京\\u{202e}\\x1b[2J,18446744073709551615,100,-7200,no,",
        "10.1.0.0/16,free,,,\"'=cmd|' /C calc'!A0,\"\"\\\\\\xe9\\t\\x0d\\n\",,,,,\"\\xff,x\"",
        "10.1.1.3,,,,'-,,,,,",
    ];
    assert_eq!(all(Format::Csv), expected.map(|line| format!("{line}\r\n")).concat());
}

#[test]
fn a_table_without_a_terminal_is_as_wide_as_it_has_to_be() {
    let expected = lines(&[
        "ADDRESS      STATE      ENDS                 HARDWARE           HOSTNAME                                            USED    USE%                SEEN   RESERVED  NAMES",
        "10.1.1.20    active     2026-11-26 10:00:00  02:00:5e:00:00:01  laptop-20                                             17   12.3%  █▌░░░░░░░░░░  3h 5m  yes       a,b, 2",
        "2001:db8::1  abandoned  never                -                  東京\\u{202e}\\x1b[2J                 18446744073709551615  100.0%  ████████████  in 2h  no        -",
        "10.1.0.0/16  free       -                    -                  =cmd|' /C calc'!A0,\"\\\\\\xe9\\t\\x0d\\n                     -       -  -             -      -         \\xff, x",
        "10.1.1.3     -          -                    -                  -                                                      -       -  -             -      -         -",
    ]);
    assert_eq!(table(None), expected);
}

#[test]
fn a_table_of_120_columns() {
    let expected = lines(&[
        "ADDRESS      STATE      ENDS                 HARDWARE           HOSTNAME                             USED    USE%  SEEN",
        "10.1.1.20    active     2026-11-26 10:00:00  02:00:5e:00:00:01  laptop-20                              17   12.3%  3h 5m",
        "2001:db8::1  abandoned  never                -                  東京\\u{202e}\\x1b[2J  18446744073709551615  100.0%  in 2h",
        "10.1.0.0/16  free       -                    -                  =cmd|' /C calc'!A0…                     -       -  -",
        "10.1.1.3     -          -                    -                  -                                       -       -  -",
        "(no room for reserved, names)",
    ]);
    assert_eq!(table(Some(120)), expected);
}

#[test]
fn a_table_of_80_columns() {
    let expected = lines(&[
        "ADDRESS      STATE      ENDS                 HARDWARE           HOSTNAME",
        "10.1.1.20    active     2026-11-26 10:00:00  02:00:5e:00:00:01  laptop-20",
        "2001:db8::1  abandoned  never                -                  東京\\u{202e}\\x1…",
        "10.1.0.0/16  free       -                    -                  =cmd|' /C calc'…",
        "10.1.1.3     -          -                    -                  -",
        "(no room for used, percent, seen, reserved, names)",
    ]);
    assert_eq!(table(Some(80)), expected);
}

#[test]
fn a_table_of_40_columns() {
    let expected = lines(&[
        "ADDRESS      STATE      HOSTNAME",
        "10.1.1.20    active     laptop-20",
        "2001:db8::1  abandoned  東京\\u{202e}\\x1…",
        "10.1.0.0/16  free       =cmd|' /C calc'…",
        "10.1.1.3     -          -",
        "(no room for ends, hardware, used, perc…",
    ]);
    assert_eq!(table(Some(40)), expected);
}

#[test]
fn a_table_in_colour_and_one_in_ascii() {
    let chosen = [4, 1, 7];
    let color = Look { color: true, utf8: true, ..Look::default() };
    let expected = lines(&[
        "\x1b[1mHOSTNAME\x1b[0m                            \x1b[1mSTATE\x1b[0m",
        "laptop-20                           \x1b[32mactive\x1b[0m     \x1b[32m█▌░░░░░░░░░░\x1b[0m",
        "東京\\u{202e}\\x1b[2J                 \x1b[31mabandoned\x1b[0m  \x1b[31m████████████\x1b[0m",
        "=cmd|' /C calc'!A0,\"\\\\\\xe9\\t\\x0d\\n  free       -",
        "-                                   -          -",
    ]);
    assert_eq!(shown(color, &chosen), expected);
    let ascii = Look { width: Some(40), ..Look::default() };
    let expected = lines(&[
        "HOSTNAME         STATE",
        "laptop-20        active     #-----------",
        "東京\\u{202e}\\x~  abandoned  ############",
        "=cmd|' /C calc~  free       -",
        "-                -          -",
    ]);
    assert_eq!(shown(ascii, &chosen), expected);
}
