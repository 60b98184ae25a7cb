//! The text form of `tests/cases`: one file a case, `GROUP/NAME.case`.
//!
//! ```text
//! # Anything worth knowing about the case; only at the top.
//! conf: base
//! seed: in-use
//! argument: -h
//! exit: 0
//! == script
//! connect
//! == stdout
//! > obj: <null>
//! > \
//! ```
//!
//! Headers: `conf` and `seed` name files in `tests/confs`; `argument` comes once for each; `exit`
//! is the exit status, `signal N` or `timeout`; `dhcpd: died` when it did not survive; and
//! `difference: N` is a number from DIFFERENCES in the man page, for what ours does otherwise.
//!
//! Sections: `script`, and what omshell made of it: `stdout`, `stderr`, `merged` (both in one pipe,
//! only when there is anything on stderr) and `leases` (what dhcpd added to its lease file). One
//! that is not there is empty. `our stdout` and so on replace omshell's in the cases of a
//! difference; what has none is expected as omshell's.
//!
//! Text is as it is, but for: `\\`, `\t`, `\r`; `\xNN` for all other bytes that do not print, for a
//! space before the end of a line and for a `=` that would begin a section. A `\` at the end of a
//! line says that the newline after it does not belong to the text.

use super::run::End;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// A script, and what omshell and ours make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The path below `tests/cases`, without `.case`.
    pub name: String,
    pub comment: Vec<String>,
    pub conf: String,
    pub seed: Option<String>,
    pub arguments: Vec<String>,
    pub script: Vec<u8>,
    pub omshell: Behaviour,
    pub ours: Option<Difference>,
}

/// All that can be seen of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// stdout and stderr of a run that had one pipe for both; only when there is anything on stderr.
    pub merged: Option<Vec<u8>>,
    pub leases: Vec<u8>,
    pub end: End,
    pub dhcpd_died: bool,
}

/// Where ours differs from omshell on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub number: u32,
    /// What replaces omshell's, by section.
    pub texts: Vec<(String, Vec<u8>)>,
}

/// The sections of a [`Behaviour`], in the order of the file.
const TEXTS: [&str; 4] = ["stdout", "stderr", "merged", "leases"];

impl Behaviour {
    pub fn nothing() -> Behaviour {
        let none = Vec::new();
        Behaviour {
            stdout: none.clone(),
            stderr: none.clone(),
            merged: None,
            leases: none,
            end: End::Exit(0),
            dhcpd_died: false,
        }
    }

    /// The texts, each under the name of its section.
    pub fn texts(&self) -> [(&'static str, Option<&[u8]>); 4] {
        let [stdout, stderr, merged, leases] = TEXTS;
        [
            (stdout, Some(&self.stdout)),
            (stderr, Some(&self.stderr)),
            (merged, self.merged.as_deref()),
            (leases, Some(&self.leases)),
        ]
    }

    fn set(&mut self, section: &str, text: Vec<u8>) -> Result<(), String> {
        match section {
            "stdout" => self.stdout = text,
            "stderr" => self.stderr = text,
            "merged" => self.merged = Some(text),
            "leases" => self.leases = text,
            other => return Err(format!("no section is named {other}")),
        }
        Ok(())
    }
}

impl Case {
    /// A case of which only the script is known yet.
    pub fn unrecorded(name: &str, conf: &str, script: Vec<u8>) -> Case {
        Case {
            name: name.into(),
            comment: Vec::new(),
            conf: conf.into(),
            seed: None,
            arguments: Vec::new(),
            script,
            omshell: Behaviour::nothing(),
            ours: None,
        }
    }

    /// What ours has to do: as omshell, but for the difference.
    pub fn expected_of_ours(&self) -> Behaviour {
        let mut expected = self.omshell.clone();
        for (section, text) in self.ours.iter().flat_map(|difference| &difference.texts) {
            expected.set(section, text.clone()).expect("checked when it was read");
        }
        if expected.stderr.is_empty() {
            expected.merged = None;
        }
        expected
    }

    /// Reads the text form.
    pub fn parse(name: &str, file: &str) -> Result<Case, String> {
        let mut case = Case::unrecorded(name, "", Vec::new());
        let mut lines = file.lines().peekable();
        while let Some(line) = lines.next_if(|line| !line.starts_with("== ")) {
            case.header(line)?;
        }
        while let Some(heading) = lines.next() {
            let mut text = Vec::new();
            while let Some(line) = lines.next_if(|line| !line.starts_with("== ")) {
                unescape(line, &mut text)?;
            }
            let section = &heading["== ".len()..];
            match (section.strip_prefix("our "), &mut case.ours) {
                (Some(section), Some(ours)) => {
                    Behaviour::nothing().set(section, text.clone())?;
                    ours.texts.push((section.into(), text));
                }
                (Some(_), None) => return Err(format!("`{heading}` without a `difference:`")),
                (None, _) if section == "script" => case.script = text,
                (None, _) => case.omshell.set(section, text)?,
            }
        }
        Ok(case)
    }

    fn header(&mut self, line: &str) -> Result<(), String> {
        if let Some(comment) = line.strip_prefix('#') {
            self.comment.push(comment.into());
            return Ok(());
        }
        let (key, value) = line.split_once(": ").ok_or_else(|| format!("neither a header nor a section: {line}"))?;
        match (key, value) {
            ("conf", _) => self.conf = value.into(),
            ("seed", _) => self.seed = Some(value.into()),
            ("argument", _) => self.arguments.push(value.into()),
            ("exit", _) => self.omshell.end = value.parse()?,
            ("dhcpd", "died") => self.omshell.dhcpd_died = true,
            ("difference", _) => {
                let number = value.parse().map_err(|_| format!("no number: {line}"))?;
                self.ours = Some(Difference { number, texts: Vec::new() });
            }
            _ => return Err(format!("unknown header: {line}")),
        }
        Ok(())
    }

    /// Writes the text form.
    pub fn to_text(&self) -> String {
        let mut file = String::new();
        self.comment.iter().for_each(|comment| file += &format!("#{comment}\n"));
        let mut header = |key: &str, value: &str| writeln!(file, "{key}: {value}").expect("a string takes all");
        header("conf", &self.conf);
        self.seed.iter().for_each(|seed| header("seed", seed));
        self.arguments.iter().for_each(|argument| header("argument", argument));
        header("exit", &self.omshell.end.to_string());
        if self.omshell.dhcpd_died {
            header("dhcpd", "died");
        }
        self.ours.iter().for_each(|ours| header("difference", &ours.number.to_string()));

        let mut section = |name: &str, text: &[u8]| file += &format!("== {name}\n{}", escaped(text));
        let recorded = self.omshell.texts().into_iter().map(|(name, text)| (name, text.unwrap_or_default()));
        for (name, text) in [("script", self.script.as_slice())].into_iter().chain(recorded) {
            if !text.is_empty() {
                section(name, text);
            }
        }
        for (name, text) in self.ours.iter().flat_map(|ours| &ours.texts) {
            section(&format!("our {name}"), text);
        }
        file
    }

    /// All cases in `tests/cases`, by name.
    pub fn all() -> Vec<Case> {
        let groups = fs::read_dir(folder()).expect("tests/cases");
        let files =
            groups.flat_map(|group| fs::read_dir(group.expect("a directory entry").path()).expect("a group of cases"));
        let mut cases: Vec<Case> = files.map(|file| read(&file.expect("a directory entry").path())).collect();
        cases.sort_by(|one, other| one.name.cmp(&other.name));
        cases
    }

    /// The file that holds this case.
    pub fn path(&self) -> PathBuf {
        folder().join(format!("{}.case", self.name))
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn read(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.strip_prefix(folder()).expect("found there").with_extension("");
    Case::parse(name.to_str().expect("a plain name"), &text)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `text` as a section's lines.
pub fn escaped(text: &[u8]) -> String {
    let mut lines = String::new();
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let (line, ending) = line.strip_suffix(b"\n").map_or((line, "\\\n"), |line| (line, "\n"));
        for (column, &byte) in line.iter().enumerate() {
            let last = column + 1 == line.len() && ending == "\n";
            match byte {
                b'\\' => lines += "\\\\",
                b'\t' => lines += "\\t",
                b'\r' => lines += "\\r",
                b'=' if column == 0 && line.starts_with(b"==") => lines += "\\x3d",
                b' ' if last => lines += "\\x20",
                b' '..=b'~' => lines.push(byte.into()),
                other => lines += &format!("\\x{other:02x}"),
            }
        }
        lines += ending;
    }
    lines
}

/// Adds what one line of a section stands for to `text`.
fn unescape(line: &str, text: &mut Vec<u8>) -> Result<(), String> {
    let mut rest = line.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            text.push(byte);
            continue;
        }
        match rest.next() {
            None => return Ok(()),
            Some(b'\\') => text.push(b'\\'),
            Some(b't') => text.push(b'\t'),
            Some(b'r') => text.push(b'\r'),
            Some(b'x') => {
                let digits = [rest.next().unwrap_or_default(), rest.next().unwrap_or_default()];
                let digits = std::str::from_utf8(&digits).map_err(|error| error.to_string())?;
                text.push(u8::from_str_radix(digits, 16).map_err(|_| format!("`\\x{digits}` in: {line}"))?);
            }
            Some(other) => return Err(format!("`\\{}` in: {line}", char::from(other))),
        }
    }
    text.push(b'\n');
    Ok(())
}
