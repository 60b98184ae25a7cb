//! Things that were found, each with what is known of it in words: a heading, and paragraphs below it.

use unicode_width::UnicodeWidthStr;

use super::look::Look;
use super::style::Style;
use super::text::visible_line;

/// One thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// What is known of it.
    pub details: String,
    /// Where that stands.
    pub origin: String,
}

/// How far paragraphs are indented.
const INDENT: usize = 4;

/// Findings as text, wrapped where there is a terminal.
pub fn text(findings: &[Finding], look: &Look) -> String {
    let bold = if look.color { Style::Bold } else { Style::Plain };
    let mut text = String::new();
    for finding in findings {
        text += &format!("{}{}{} {}\n", bold.on(), finding.kind, bold.off(), visible_line(finding.name.as_bytes()));
        for paragraph in [&finding.details, &finding.origin] {
            text += &wrapped(paragraph, look.width, INDENT);
        }
    }
    text
}

/// A paragraph with so many blanks before each line, broken at blanks where it is too wide.
pub(super) fn wrapped(paragraph: &str, width: Option<usize>, indent: usize) -> String {
    let paragraph = visible_line(paragraph.as_bytes());
    let mut text = String::new();
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(indent).max(1));
    let mut used = 0;
    for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
        let needed = word.width();
        if used > 0 && used + 1 + needed <= room {
            text.push(' ');
            used += 1 + needed;
        } else {
            if used > 0 {
                text.push('\n');
            }
            text.extend(std::iter::repeat_n(' ', indent));
            used = needed;
        }
        text.push_str(word);
    }
    if used > 0 {
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_wrapped_at_blanks() {
        let finding = Finding {
            kind: "lease".to_owned(),
            name: "10.1.1.20\x1b".to_owned(),
            details: "active; hardware 52:54:00:00:00:20; hostname laptop20".to_owned(),
            origin: "dhcpd.leases:1".to_owned(),
        };
        let why = Finding { kind: "why".to_owned(), details: "because".to_owned(), ..Finding::default() };
        let look = Look { width: Some(40), ..Look::default() };
        assert_eq!(
            text(&[finding, why], &look),
            "lease 10.1.1.20\\x1b\n    active; hardware 52:54:00:00:00:20;\n    hostname laptop20\n    dhcpd.leases:1\n\
             why \n    because\n"
        );
    }
}
