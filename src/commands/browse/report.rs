//! Rows under columns of which some are wanted, in the order that is wanted.

use std::io::{self, IsTerminal, Write};

use anyhow::{Result, bail};

use crate::render::time::Clock;
use crate::render::{Column, Format, Look, Rows, Value};

/// How the answer is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputOptions {
    /// The format.
    pub format: OutputFormat,
    /// Names of columns with commas between them, or `all`; `+` in front adds to those shown without it.
    pub columns: Option<String>,
    /// Names of columns with commas between them, `-` in front of one to go downwards.
    pub sort: Option<String>,
    /// No more than so many rows.
    pub limit: Option<usize>,
    /// Times in this machine's time zone.
    pub local: bool,
    /// When there are colours.
    pub color: ColorChoice,
}

/// The formats of all commands; none knows all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum OutputFormat {
    #[default]
    Table,
    Plain,
    Json,
    JsonLines,
    Csv,
    Prometheus,
    Svg,
}

impl OutputFormat {
    /// The format of that name; tables for every other name.
    pub fn named(name: &str) -> Self {
        match name {
            "plain" => OutputFormat::Plain,
            "json" => OutputFormat::Json,
            "jsonl" => OutputFormat::JsonLines,
            "csv" => OutputFormat::Csv,
            "prometheus" => OutputFormat::Prometheus,
            "svg" => OutputFormat::Svg,
            _ => OutputFormat::Table,
        }
    }

    fn of_rows(self) -> Format {
        match self {
            OutputFormat::Plain => Format::Plain,
            OutputFormat::Json => Format::Json,
            OutputFormat::JsonLines => Format::JsonLines,
            OutputFormat::Csv => Format::Csv,
            _ => Format::Table,
        }
    }
}

/// When there are colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set or the terminal is dumb.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where output goes that is longer than a sentence.
pub struct Screen<'a> {
    /// Where to write to.
    pub out: &'a mut dyn Write,
    /// Whether that is this process's terminal.
    pub is_terminal: bool,
}

impl<'a> Screen<'a> {
    /// stdout, under whatever it is wrapped in.
    pub fn stdout(out: &'a mut dyn Write) -> Self {
        Screen { out, is_terminal: io::stdout().is_terminal() }
    }

    /// What it is like.
    pub fn look(&self, options: &OutputOptions) -> Look {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let width = self.is_terminal.then(|| {
            let size = terminal_size::terminal_size_of(io::stdout());
            let said = variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
            size.map(|(width, _)| usize::from(width.0)).or(said).filter(|width| *width > 0).unwrap_or(80)
        });
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        let utf8 = locale.is_some_and(|locale| {
            let locale = locale.to_string_lossy().to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        let color = match options.color {
            ColorChoice::Auto => self.is_terminal && !dumb && variable("NO_COLOR").is_none(),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        Look { format: options.format.of_rows(), width, color, utf8, clock: Clock::new(options.local) }
    }
}

/// Whether more rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Wanted {
    More,
    NoMore,
}

/// Rows on their way out.
pub struct Report<'a, 'b> {
    rows: Rows<&'a mut (dyn Write + 'b)>,
    /// Of all columns those that are shown.
    shown: Vec<usize>,
    /// Columns to sort by, and whether downwards.
    sort: Vec<(usize, bool)>,
    /// All values of the rows that wait to be sorted.
    waiting: Vec<Vec<Value<'static>>>,
    limit: usize,
}

impl<'a, 'b> Report<'a, 'b> {
    /// Rows that have these columns, of which the options may want others than are shown by themselves.
    pub fn new(screen: &'a mut Screen<'b>, columns: &'static [Column], options: &OutputOptions) -> Result<Self> {
        let look = screen.look(options);
        let shown = chosen(columns, options.columns.as_deref(), look.format)?;
        let sort = order(columns, options.sort.as_deref())?;
        let rows = Rows::new(&mut *screen.out, look, shown.iter().map(|i| &columns[*i]).collect());
        Ok(Report { rows, shown, sort, waiting: Vec::new(), limit: options.limit.unwrap_or(usize::MAX) })
    }

    /// Takes a row with a value for every column there is.
    pub fn row(&mut self, values: &[Value<'_>]) -> io::Result<Wanted> {
        if self.sort.is_empty() {
            if self.rows.count() as usize >= self.limit {
                return Ok(Wanted::NoMore);
            }
            self.write(values)?;
            return Ok(if self.rows.count() as usize >= self.limit { Wanted::NoMore } else { Wanted::More });
        }
        self.waiting.push(values.iter().cloned().map(Value::into_owned).collect());
        Ok(Wanted::More)
    }

    fn write(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        let shown: Vec<Value<'_>> = self.shown.iter().map(|i| values[*i].clone()).collect();
        self.rows.row(&shown)
    }

    /// Writes out what there is so far, where the format allows it.
    pub fn flush(&mut self) -> io::Result<()> {
        self.rows.flush()
    }

    /// Writes what is left, and returns how many rows there were.
    pub fn finish(mut self) -> io::Result<u64> {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_by(|a, b| {
            let orders = self.sort.iter().map(|(i, downwards)| {
                let order = a[*i].compare(&b[*i]);
                if *downwards { order.reverse() } else { order }
            });
            orders.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        for values in waiting.iter().take(self.limit) {
            self.write(values)?;
        }
        let count = self.rows.count();
        self.rows.finish()?;
        Ok(count)
    }
}

fn number_of(columns: &[Column], name: &str, option: &str) -> Result<usize> {
    if let Some(i) = columns.iter().position(|column| column.name == name) {
        return Ok(i);
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    bail!("{option}: there is no column `{}`; there are {}", name.escape_debug(), names.join(", "))
}

fn chosen(columns: &[Column], wanted: Option<&str>, format: Format) -> Result<Vec<usize>> {
    let by_default = || (0..columns.len()).filter(|i| format.shows(&columns[*i])).collect::<Vec<_>>();
    let named = |names: &str| {
        names.split(',').map(|name| number_of(columns, name.trim(), "--columns")).collect::<Result<Vec<_>>>()
    };
    match wanted {
        None => Ok(by_default()),
        Some("all") => {
            Ok((0..columns.len()).filter(|i| Format::Csv.shows(&columns[*i]) || format.shows(&columns[*i])).collect())
        }
        Some(names) => match names.strip_prefix('+') {
            None => named(names),
            Some(more) => {
                let mut all = by_default();
                for i in named(more)? {
                    if !all.contains(&i) {
                        all.push(i);
                    }
                }
                Ok(all)
            }
        },
    }
}

fn order(columns: &[Column], wanted: Option<&str>) -> Result<Vec<(usize, bool)>> {
    let Some(names) = wanted else { return Ok(Vec::new()) };
    let key = |name: &str| match name.trim().strip_prefix('-') {
        Some(name) => Ok((number_of(columns, name, "--sort")?, true)),
        None => Ok((number_of(columns, name.trim(), "--sort")?, false)),
    };
    names.split(',').map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    static COLUMNS: [Column; 3] = [
        Column::text("a", "A", ""),
        Column::number("b", "B", "").on_request(),
        Column::text("bar", "BAR", "").shown(crate::render::Shown::InTables),
    ];

    fn shown(format: OutputFormat, columns: Option<&str>, sort: Option<&str>, limit: Option<usize>) -> Result<String> {
        let mut out = Vec::new();
        let options = OutputOptions {
            format,
            columns: columns.map(str::to_owned),
            sort: sort.map(str::to_owned),
            limit,
            ..OutputOptions::default()
        };
        let mut screen = Screen { out: &mut out, is_terminal: false };
        let mut report = Report::new(&mut screen, &COLUMNS, &options)?;
        for (a, b) in [("x", 2), ("y", 10), ("z", 1)] {
            if report.row(&[a.into(), Value::Number(b), Value::Bar(0.5)])? == Wanted::NoMore {
                break;
            }
        }
        report.finish()?;
        Ok(String::from_utf8(out)?)
    }

    #[test]
    fn columns_are_those_that_are_wanted_in_their_order() {
        for (format, columns, text) in [
            (OutputFormat::Plain, None, "x\ny\nz\n"),
            (OutputFormat::Plain, Some("+b"), "x\t2\ny\t10\nz\t1\n"),
            (OutputFormat::Plain, Some("b,a"), "2\tx\n10\ty\n1\tz\n"),
            (
                OutputFormat::JsonLines,
                Some("all"),
                "{\"a\": \"x\", \"b\": 2}\n{\"a\": \"y\", \"b\": 10}\n{\"a\": \"z\", \"b\": 1}\n",
            ),
        ] {
            assert_eq!(shown(format, columns, None, None).unwrap(), text);
        }
        let error = shown(OutputFormat::Plain, Some("a,c"), None, None).unwrap_err().to_string();
        assert_eq!(error, "--columns: there is no column `c`; there are a, b, bar");
    }

    #[test]
    fn rows_are_sorted_before_they_are_counted() {
        for (sort, limit, text) in [
            (Some("b"), Some(2), "z\nx\n"),
            (Some("-b"), None, "y\nx\nz\n"),
            (None, Some(1), "x\n"),
            (None, Some(0), ""),
        ] {
            assert_eq!(shown(OutputFormat::Plain, None, sort, limit).unwrap(), text);
        }
    }
}
