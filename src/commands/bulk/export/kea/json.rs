//! JSON for people to read on, written as it comes about.

use std::io::Write;

use anyhow::Result;

/// A document on its way out.
pub(super) struct Json<'o> {
    out: &'o mut dyn Write,
    depth: usize,
    /// Whether what is open has something in it.
    has_some: bool,
}

impl<'o> Json<'o> {
    pub(super) fn new(out: &'o mut dyn Write) -> Self {
        Json { out, depth: 0, has_some: false }
    }

    /// Begins an object or an array, by its first sign; in an object under a name.
    pub(super) fn open(&mut self, name: Option<&str>, sign: char) -> Result<()> {
        if self.depth > 0 {
            self.begin(name)?;
        }
        write!(self.out, "{sign}")?;
        self.depth += 1;
        self.has_some = false;
        Ok(())
    }

    /// Ends it, by its last sign.
    pub(super) fn close(&mut self, sign: char) -> Result<()> {
        self.depth -= 1;
        if self.has_some {
            self.new_line()?;
        }
        self.has_some = true;
        Ok(write!(self.out, "{sign}")?)
    }

    /// A member whose value is JSON already.
    pub(super) fn raw(&mut self, name: &str, value: &str) -> Result<()> {
        self.begin(Some(name))?;
        Ok(write!(self.out, "{value}")?)
    }

    /// A member that is text.
    pub(super) fn text(&mut self, name: &str, value: &str) -> Result<()> {
        self.raw(name, &quoted(value))
    }

    /// A member that is a number.
    pub(super) fn number(&mut self, name: &str, value: impl Into<u64>) -> Result<()> {
        self.raw(name, &value.into().to_string())
    }

    /// An element that is JSON already.
    pub(super) fn element(&mut self, value: &str) -> Result<()> {
        self.begin(None)?;
        Ok(write!(self.out, "{value}")?)
    }

    pub(super) fn finish(self) -> Result<()> {
        Ok(writeln!(self.out)?)
    }

    fn begin(&mut self, name: Option<&str>) -> Result<()> {
        if self.has_some {
            write!(self.out, ",")?;
        }
        self.has_some = true;
        self.new_line()?;
        match name {
            Some(name) => Ok(write!(self.out, "{}: ", quoted(name))?),
            None => Ok(()),
        }
    }

    fn new_line(&mut self) -> Result<()> {
        Ok(write!(self.out, "\n{:1$}", "", self.depth * 2)?)
    }
}

/// Text as JSON has it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}
