//! Rows under columns of which some are wanted, in the order that is wanted.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use anyhow::{Result, anyhow, ensure};

use crate::render::{Batch, Column, Format, Look, Order, RowMaker, Rows, Value};

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

/// A variable that our own shell sets for the commands whose output it shows on the terminal itself.
pub const PAGED: &str = "OMSH_PAGED";

/// Where output goes that is longer than a sentence.
pub struct Screen<'a> {
    /// Where to write to.
    pub out: &'a mut dyn Write,
    /// Whether it ends on this process's terminal.
    pub is_terminal: bool,
}

impl<'a> Screen<'a> {
    /// stdout, under whatever it is wrapped in.
    pub fn stdout(out: &'a mut dyn Write) -> Self {
        let is_terminal = io::stdout().is_terminal() || std::env::var_os(PAGED).is_some();
        Screen { out, is_terminal }
    }

    /// What it is like.
    pub fn look(&self, options: &OutputOptions) -> Look {
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let width = self.is_terminal.then(|| {
            let size = terminal_size::terminal_size_of(io::stdout());
            let said = variable("COLUMNS").and_then(|columns| columns.to_str()?.parse().ok());
            size.map(|(width, _)| usize::from(width.0)).or(said).filter(|width| *width > 0).unwrap_or(80)
        });
        let color = match options.color {
            ColorChoice::Auto => self.is_terminal && !dumb && variable("NO_COLOR").is_none(),
            ColorChoice::Always => true,
            ColorChoice::Never => false,
        };
        Look { format: options.format.of_rows(), width, color, utf8: is_utf8(), local_time: options.local }
    }
}

/// A variable that says something.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether the locale's characters are UTF-8.
pub fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    locale.is_some_and(|locale| {
        let locale = locale.to_string_lossy().to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// Whether more rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Wanted {
    More,
    NoMore,
}

/// Whether the options name columns that there are, in one of these listings.
pub(super) fn check(listings: &[&[Column]], options: &OutputOptions) -> Result<()> {
    let one = |columns: &[Column]| -> Result<()> {
        if let Some(words) = &options.columns {
            Column::choose(columns, &[], words).map_err(|error| anyhow!("--columns: {error}"))?;
        }
        if let Some(words) = &options.sort {
            Order::read(columns, words).map_err(|error| anyhow!("--sort: {error}"))?;
        }
        Ok(())
    };
    let outcomes: Vec<Result<()>> = listings.iter().map(|columns| one(columns)).collect();
    let is_sound = outcomes.iter().any(Result::is_ok);
    // What is said of the first is said.
    outcomes.into_iter().next().filter(|_| !is_sound).unwrap_or(Ok(()))
}

/// Where rows go.
type Out<'a, 'b> = &'a mut (dyn Write + 'b);

/// Rows on their way out.
pub struct Report<'a, 'b> {
    rows: Rows<Out<'a, 'b>>,
    order: Option<Order>,
    /// Rows that wait to be put in order.
    waiting: Vec<Vec<Value<'static>>>,
    limit: u64,
}

impl<'a, 'b> Report<'a, 'b> {
    /// Rows that have these columns, of which the options may want others than are shown by themselves.
    pub fn new(screen: &'a mut Screen<'b>, columns: &'static [Column], options: &OutputOptions) -> Result<Self> {
        Self::begin(screen, columns, options, Rows::new)
    }

    /// The same for rows that come now and then, and are wanted at once.
    pub fn following(screen: &'a mut Screen<'b>, columns: &'static [Column], options: &OutputOptions) -> Result<Self> {
        ensure!(options.sort.is_none(), "--sort: changes come in the order of time");
        Self::begin(screen, columns, options, Rows::following)
    }

    fn begin(
        screen: &'a mut Screen<'b>,
        columns: &'static [Column],
        options: &OutputOptions,
        rows: fn(Out<'a, 'b>, Look, &'static [Column], &[usize]) -> Rows<Out<'a, 'b>>,
    ) -> Result<Self> {
        let look = screen.look(options);
        let usual = Column::usual(columns, look.format.has_all_columns());
        let chosen = match &options.columns {
            None => usual,
            Some(words) => Column::choose(columns, &usual, words).map_err(|error| anyhow!("--columns: {error}"))?,
        };
        let order = options.sort.as_deref().map(|words| Order::read(columns, words)).transpose();
        let order = order.map_err(|error| anyhow!("--sort: {error}"))?;
        let rows = rows(&mut *screen.out, look, columns, &chosen);
        Ok(Report { rows, order, waiting: Vec::new(), limit: options.limit.map_or(u64::MAX, |limit| limit as u64) })
    }

    /// Takes a row with a value for every column there is.
    pub fn row(&mut self, values: &[Value<'_>]) -> io::Result<Wanted> {
        if self.order.is_some() {
            self.waiting.push(values.iter().cloned().map(Value::into_owned).collect());
            return Ok(Wanted::More);
        }
        if self.rows.count() < self.limit {
            self.rows.row(values)?;
        }
        Ok(if self.rows.count() < self.limit { Wanted::More } else { Wanted::NoMore })
    }

    /// What makes rows on other threads; none where they have to be sorted, counted or laid out together.
    pub fn maker(&self) -> Option<RowMaker> {
        self.rows.maker().filter(|_| self.order.is_none() && self.limit == u64::MAX)
    }

    /// Takes rows that [`Self::maker`] has made.
    pub fn append(&mut self, batch: &Batch) -> io::Result<()> {
        self.rows.append(batch)
    }

    /// Writes what is left, and returns how many rows there were.
    pub fn finish(mut self) -> io::Result<u64> {
        if let Some(order) = &self.order {
            self.waiting.sort_by(|a, b| order.compare(a, b));
        }
        for values in self.waiting {
            if self.rows.count() >= self.limit {
                break;
            }
            self.rows.row(&values)?;
        }
        let count = self.rows.count();
        self.rows.finish()?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static COLUMNS: [Column; 3] =
        [Column::text("a", "A", ""), Column::number("b", "B", "").on_request(), Column::bar("bar", "")];

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
                "{\"a\":\"x\",\"b\":2}\n{\"a\":\"y\",\"b\":10}\n{\"a\":\"z\",\"b\":1}\n",
            ),
        ] {
            assert_eq!(shown(format, columns, None, None).unwrap(), text);
        }
        let error = shown(OutputFormat::Plain, Some("a,c"), None, None).unwrap_err().to_string();
        assert_eq!(error, "--columns: `c` is no column; there are a, b, bar");
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
