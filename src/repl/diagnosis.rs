//! What is wrong with a line, where, and what was expected there.

use unicode_width::UnicodeWidthStr;

use crate::render::text::visible_line;
use crate::shell::command::Complaint;

use super::scene::Scene;
use super::tokens::{Kind, Token, tokens};
use super::words::{self, OMSHELL, OWN};

/// How many letters a word may be away from the one that is meant.
const NEAR: usize = 2;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Where, in bytes; `None` where no place is to blame.
    pub column: Option<usize>,
    /// What, and what was expected.
    pub text: String,
}

impl Diagnosis {
    fn at(column: usize, text: impl Into<String>) -> Self {
        Diagnosis { column: Some(column), text: text.into() }
    }

    /// Something that is not about a place in the line.
    pub fn general(text: impl Into<String>) -> Self {
        Diagnosis { column: None, text: text.into() }
    }
}

/// What is wrong with a line that begins with no verb.
pub fn unknown_verb(line: &str, scene: &Scene) -> Diagnosis {
    let all = tokens(line);
    let (start, word) = all.first().map_or((0, ""), |first| (first.span.start, first.text(line)));
    let shown = visible_line(word.as_bytes());
    let meant = match nearest(word, names(scene)) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "help lists the commands".to_owned(),
    };
    Diagnosis::at(start, format!("unknown command `{shown}`; {meant}"))
}

fn names(scene: &Scene) -> impl Iterator<Item = &str> {
    let own = OMSHELL.iter().chain(&OWN).map(|verb| verb.name);
    own.chain(scene.names.iter().map(|(name, _)| name.as_str())).chain(scene.aliases.keys().map(String::as_str))
}

/// The word that is most like that one, if one is.
pub fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let word = word.to_ascii_lowercase();
    let limit = NEAR.min(word.chars().count().saturating_sub(1));
    known
        .map(|known| (strsim::osa_distance(&word, known), known))
        .filter(|(distance, _)| (1..=limit).contains(distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// What is wrong with a line with an address in which a number is too large.
pub fn wrong_octet(line: &str) -> Diagnosis {
    let all = tokens(line);
    let start = all.get(3).map_or(line.len(), |token| token.span.start);
    let value = all.get(3).map_or("", |token| token.text(line));
    let sound = value.split('.').take_while(|part| part.parse::<u8>().is_ok());
    let before: usize = sound.map(|part| part.len() + 1).sum();
    Diagnosis::at(start + before, "a number of an address is 255 at the most")
}

/// What is wrong with a line of omshell's language that the shell complains of.
pub fn complaint(line: &str, complaint: &Complaint) -> Diagnosis {
    let all: Vec<Token> = tokens(line).into_iter().filter(|token| token.kind != Kind::Comment).collect();
    let end = all.last().map_or(0, |last| last.span.end);
    let start_of = |at: usize| all.get(at).map_or(end + 1, |token| token.span.start);
    let verb = all.first().map(|first| first.text(line).to_ascii_lowercase()).unwrap_or_default();
    let usage = words::find(&verb).map(|known| format!("{} {}", known.name, known.usage)).unwrap_or_default();
    let usage = usage.trim();
    match complaint {
        _ if all.iter().any(|token| token.kind == Kind::OpenQuote) => {
            let open = all.iter().find(|token| token.kind == Kind::OpenQuote).map_or(0, |token| token.span.start);
            let quote = line[open..].find('"').unwrap_or_default();
            Diagnosis::at(open + quote, "this quote has no other one to end it")
        }
        Complaint::OpenQuote(column) => Diagnosis::at(*column, "this quote has no other one to end it"),
        Complaint::InvalidValue { .. } => Diagnosis::at(
            start_of(3),
            "expected a value: text goes in \"quotes\"; a number, 10.1.1.77 and 52:54:00:aa:bb:cc need none",
        ),
        Complaint::Usage(_) if verb == "set" => match all.len() {
            1 => Diagnosis::at(start_of(1), format!("expected an attribute's name: {usage}")),
            _ if all.get(1).is_some_and(|name| name.kind == Kind::Word && !is_identifier(name.text(line))) => {
                Diagnosis::at(start_of(1), "a name has letters, digits, - and _; another one goes in \"quotes\"")
            }
            _ if all.get(2).is_none_or(|token| token.kind != Kind::Equals) => {
                Diagnosis::at(start_of(2), "expected = before the value: set NAME = VALUE")
            }
            3 => Diagnosis::at(start_of(3), "expected a value behind ="),
            _ => Diagnosis::at(start_of(4), "expected the end of the line behind the value; text goes in quotes"),
        },
        Complaint::Usage(_) | Complaint::TooManyWords(_) | Complaint::WordsAfterAlgorithm(_) => {
            let wanted = words::find(&verb).map_or(0, |known| known.usage.split_whitespace().count().min(1));
            match all.len() > wanted + 1 {
                true => Diagnosis::at(start_of(wanted + 1), format!("expected the end of the line here: {usage}")),
                false => Diagnosis::at(start_of(1), format!("expected: {usage}")),
            }
        }
        Complaint::NoAlgorithm => Diagnosis::at(start_of(1), "expected an algorithm, such as hmac-sha256"),
        Complaint::NameTooLong(length) => {
            Diagnosis::at(start_of(1), format!("a name of {length} bytes cannot be sent; OMAPI has room for 65535"))
        }
        Complaint::UnknownService(name) => Diagnosis::at(
            start_of(1),
            format!("no service is called {}; expected a port, such as 7911", visible_line(name)),
        ),
        Complaint::NoPort(_) => Diagnosis::at(start_of(1), "expected a port from 1 to 65535"),
        Complaint::NotConnected => Diagnosis::general("not connected; connect does that"),
        Complaint::ObjectOpen => {
            Diagnosis::general("there is an object already: the prompt shows it, and close forgets it")
        }
        Complaint::NoOpenObject | Complaint::NotOpen | Complaint::NoNewObject | Complaint::NoObject => {
            Diagnosis::general("there is no object; new begins one, such as new host")
        }
        Complaint::NothingOpened => Diagnosis::general("there is no object to update; new, set and open look one up"),
        Complaint::LineTooLong => Diagnosis::general("the line is too long"),
    }
}

fn is_identifier(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// The diagnosis as it is shown below the line that was typed behind a prompt that is so wide.
pub fn shown(diagnosis: &Diagnosis, line: &str, prompt: usize, columns: usize) -> String {
    let Some(column) = diagnosis.column else { return format!("{}\n", diagnosis.text) };
    let column = column.min(line.len());
    let column = (0..=column).rev().find(|at| line.is_char_boundary(*at)).unwrap_or_default();
    let text = &diagnosis.text;
    let width = prompt + line[..column].width();
    if prompt > 0 && prompt + line.width() < columns {
        return match width + 2 + text.width() <= columns {
            true => format!("{:width$}^ {text}\n", ""),
            false => format!("{:width$}^\n{text}\n", ""),
        };
    }
    // The line is out of sight, or takes several rows: the place is shown with what surrounds it.
    let room = columns.saturating_sub(8).max(10) / 2;
    let before: String = line[..column].chars().rev().take(room).collect::<Vec<_>>().into_iter().rev().collect();
    let after: String = line[column..].chars().take(room).collect();
    let (before, after) = (visible_line(before.as_bytes()), visible_line(after.as_bytes()));
    format!("    {before}{after}\n    {:width$}^\n{text}\n", "", width = before.width())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::parser::{Context, parse};

    #[test]
    fn the_place_is_where_the_mistake_is() {
        for (line, column, part) in [
            ("set", 4, "an attribute's name"),
            ("set ip-address 10.1.1.1", 15, "expected = before"),
            ("set ip-address = ", 17, "a value"),
            ("set name = foo", 11, "text goes in"),
            ("set name = \"web 1", 11, "no other one"),
            ("set name = \"web\" 1", 17, "end of the line"),
            ("set a.b = 1", 4, "letters, digits"),
            ("open now", 5, "end of the line"),
            ("new", 4, "new TYPE"),
            ("port", 5, "port PORT"),
            ("port 70000", 5, "1 to 65535"),
            ("server", 7, "server HOST"),
            ("key-algorithm", 14, "hmac-sha256"),
            ("unset", 6, "unset NAME"),
        ] {
            let parsed = parse(
                line.as_bytes(),
                Context { verbs: &[], connected: true, object: !line.starts_with("new"), full_names: true },
            );
            let found = parsed.complaint.unwrap_or(Complaint::Usage("set <name> = <value>"));
            let diagnosis = complaint(line, &found);
            assert_eq!(diagnosis.column, Some(column), "{line}: {found:?} {diagnosis:?}");
            assert!(diagnosis.text.contains(part), "{line}: {}", diagnosis.text);
        }
    }

    #[test]
    fn the_caret_is_under_the_place() {
        let diagnosis = Diagnosis::at(7, "here");
        assert_eq!(shown(&diagnosis, "find 中文", 6, 80), "           ^ here\n");
        assert_eq!(shown(&diagnosis, "abcdefgh", 6, 20), "             ^ here\n");
        assert_eq!(shown(&diagnosis, "abcdefgh", 6, 17), "             ^\nhere\n");
        assert_eq!(shown(&diagnosis, "abcdefgh", 0, 80), "    abcdefgh\n           ^\nhere\n");
    }
}
