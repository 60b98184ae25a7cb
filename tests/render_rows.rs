//! How rows come out: at once or at the end, in which zone, and with what is not there.

use std::cell::RefCell;
use std::io::{self, Write};
use std::process::Command;
use std::rc::Rc;

use omsh::render::{Align, Column, Format, Look, Rows, Value};

const COLUMNS: [Column; 3] = [
    Column { name: "ends", title: "ENDS", about: "", align: Align::Left, shown: true },
    Column { name: "hostname", title: "HOSTNAME", about: "", align: Align::Left, shown: true },
    Column { name: "used", title: "", about: "", align: Align::Bar, shown: true },
];

/// A writer that others can look into.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

/// A writer that nobody reads from.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn look(format: Format) -> Look {
    Look { format, utf8: true, ..Look::default() }
}

#[test]
fn a_listing_that_goes_on_has_each_row_at_once() {
    for (format, head, row) in [
        (Format::Plain, "", "2026-11-26T10:00:00Z\tlaptop\n"),
        (Format::JsonLines, "", "{\"ends\":\"2026-11-26T10:00:00Z\",\"hostname\":\"laptop\"}\n"),
        (Format::Csv, "ends,hostname\r\n", "2026-11-26T10:00:00Z,laptop\r\n"),
    ] {
        let out = Shared::default();
        let mut rows = Rows::following(out.clone(), look(format), &COLUMNS, &[0, 1, 2]);
        for number in 1..=3 {
            rows.row(&[Value::Time(1_795_687_200), Value::bytes(&b"laptop"[..])]).unwrap();
            assert_eq!(out.text(), head.to_owned() + &row.repeat(number));
            assert_eq!(rows.count(), number as u64);
        }
    }
}

#[test]
fn a_table_that_goes_on_has_one_head_and_widths_that_only_grow() {
    let out = Shared::default();
    let mut rows = Rows::following(out.clone(), look(Format::Table), &COLUMNS, &[1, 0]);
    for (name, end) in [("pc", Value::Never), ("a-long-name", Value::None), ("pc", Value::Never)] {
        rows.row(&[end, Value::text(name)]).unwrap();
    }
    let expected = "HOSTNAME  ENDS\npc        never\na-long-name  -\npc           never\n";
    assert_eq!(out.text(), expected);
    rows.finish().unwrap();
    assert_eq!(out.text(), expected);
}

#[test]
fn rows_are_written_while_they_come_and_a_closed_pipe_is_noticed() {
    for format in [Format::Plain, Format::Json, Format::JsonLines, Format::Csv] {
        let out = Shared::default();
        let mut rows = Rows::new(out.clone(), look(format), &COLUMNS, &[0, 1]);
        let mut closed = Rows::new(Closed, look(format), &COLUMNS, &[0, 1]);
        let mut broken = None;
        for _ in 0..10_000 {
            let row = [Value::Never, Value::text("laptop")];
            rows.row(&row).unwrap();
            broken = broken.or_else(|| closed.row(&row).err());
        }
        assert!(out.0.borrow().len() > 50_000, "{format:?}");
        assert_eq!(broken.map(|error| error.kind()), Some(io::ErrorKind::BrokenPipe), "{format:?}");
    }
    let mut table = Rows::new(Closed, look(Format::Table), &COLUMNS, &[0, 1]);
    table.row(&[Value::Never, Value::text("laptop")]).unwrap();
    assert!(table.finish().is_err());
}

#[test]
fn what_is_not_there_says_nothing() {
    let shown = |format: Format, chosen: &[usize], rows: &[Vec<Value<'_>>]| {
        let mut listing = Rows::new(Vec::new(), look(format), &COLUMNS, chosen);
        rows.iter().for_each(|row| listing.row(row).unwrap());
        String::from_utf8(listing.finish().unwrap()).unwrap()
    };
    let short = [vec![Value::Never], vec![]];
    assert_eq!(shown(Format::Plain, &[0, 1, 7], &short), "never\t-\n-\t-\n");
    assert_eq!(shown(Format::Csv, &[1, 0], &short), "hostname,ends\r\n,never\r\n,\r\n");
    assert_eq!(shown(Format::JsonLines, &[1], &short), "{\"hostname\":null}\n{\"hostname\":null}\n");
    assert_eq!(shown(Format::Table, &[0, 1, 2], &[]), "");
    assert_eq!(shown(Format::Csv, &[0, 1, 2], &[]), "ends,hostname\r\n");
    assert_eq!(shown(Format::Plain, &[0, 1, 2], &[]), "");
    for format in Format::ALL {
        // Without columns there is nothing to see, and nothing breaks.
        shown(format, &[], &short);
        assert_eq!(format.name().parse(), Ok(format));
    }
    assert!("yaml".parse::<Format>().is_err());
}

#[test]
fn long_tables_are_straight_across_their_batches() {
    let mut listing = Rows::new(Vec::new(), look(Format::Table), &COLUMNS, &[1, 0]);
    for number in 0..3000_u32 {
        let name = "x".repeat(number as usize % 37 + 1);
        listing.row(&[Value::Never, Value::text(name)]).unwrap();
    }
    let shown = String::from_utf8(listing.finish().unwrap()).unwrap();
    assert_eq!(shown.lines().count(), 3001);
    assert!(shown.lines().skip(1).all(|line| line.len() == 37 + 2 + "never".len()));
    assert_eq!(shown.matches("HOSTNAME").count(), 1);
}

/// In a process of its own, because a zone is the environment's.
fn shown_in(zone: &str, format: &str) -> String {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_child_shows_local_times", "--nocapture"])
        .env("TZ", zone)
        .env("OMSH_TEST_FORMAT", format)
        .output()
        .unwrap();
    let text = String::from_utf8(child.stdout).unwrap();
    text.lines().filter(|line| line.contains("20")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_child_shows_local_times() {
    let Ok(format) = std::env::var("OMSH_TEST_FORMAT") else { return };
    let look = Look { local_time: true, ..look(format.parse().unwrap()) };
    let mut rows = Rows::new(Vec::new(), look, &COLUMNS, &[0]);
    for seconds in [1_795_687_200, 1_782_900_000] {
        rows.row(&[Value::Time(seconds)]).unwrap();
    }
    println!("\n{}", String::from_utf8(rows.finish().unwrap()).unwrap());
}

#[test]
fn local_times_are_those_of_tz() {
    let zone = "CET-1CEST,M3.5.0,M10.5.0/3";
    assert_eq!(shown_in(zone, "plain"), "2026-11-26T11:00:00+01:00\n2026-07-01T12:00:00+02:00\n");
    assert_eq!(shown_in(zone, "table"), "2026-11-26 11:00:00\n2026-07-01 12:00:00\n");
    assert_eq!(
        shown_in("NST3:30", "jsonl"),
        "{\"ends\":\"2026-11-26T06:30:00-03:30\"}\n{\"ends\":\"2026-07-01T06:30:00-03:30\"}\n"
    );
    assert_eq!(shown_in("UTC0", "plain"), "2026-11-26T10:00:00+00:00\n2026-07-01T10:00:00+00:00\n");
}

#[test]
fn rows_that_are_made_elsewhere_are_written_as_if_here() {
    for format in Format::ALL {
        let mut here = Rows::new(Vec::new(), look(format), &COLUMNS, &[0, 1]);
        let mut there = Rows::new(Vec::new(), look(format), &COLUMNS, &[0, 1]);
        let Some(maker) = there.maker() else {
            assert_eq!(format, Format::Table);
            continue;
        };
        for count in [0, 2, 0, 3, 1] {
            let mut batch = omsh::render::Batch::default();
            for number in 0..count {
                let row = [Value::Time(number), Value::text("laptop")];
                maker.add(&mut batch, &row);
                here.row(&row).unwrap();
            }
            there.append(&batch).unwrap();
        }
        assert_eq!(there.count(), 6);
        let (here, there) = (here.finish().unwrap(), there.finish().unwrap());
        assert_eq!(String::from_utf8(there).unwrap(), String::from_utf8(here).unwrap(), "{format:?}");
    }
}
