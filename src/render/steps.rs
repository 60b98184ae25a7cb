//! The steps of a check, a line each, with what to do below those that are not right.

use super::findings::wrapped;
use super::look::Look;
use super::style::Style;

/// How a step came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Mark {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl Mark {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Ok => "ok",
            Mark::Warning => "warning",
            Mark::Failed => "failed",
            Mark::Skipped => "skipped",
        }
    }

    fn style(self) -> Style {
        match self {
            Mark::Ok => Style::Green,
            Mark::Warning => Style::Yellow,
            Mark::Failed => Style::Red,
            Mark::Skipped => Style::Dim,
        }
    }
}

/// A step.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// How it came out.
    pub mark: Mark,
    /// What was looked at.
    pub name: &'a str,
    /// What was found.
    pub details: &'a str,
    /// What to do about it.
    pub advice: &'a str,
}

/// The longest mark, in columns.
const WIDEST: usize = 7;

/// The steps as text.
pub fn text(steps: &[Step<'_>], look: &Look) -> String {
    let mut text = String::new();
    for Step { mark, name, details, advice } in steps {
        let style = if look.color { mark.style() } else { Style::Plain };
        text += &format!("{}{:WIDEST$}{} {name}\n", style.on(), mark.name(), style.off());
        text += &wrapped(details, look.width, WIDEST + 1);
        text += &wrapped(advice, look.width, WIDEST + 1);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_has_its_advice_below() {
        let steps = [
            Step { mark: Mark::Ok, name: "port", details: "7911", advice: "" },
            Step { mark: Mark::Failed, name: "key", details: "none\x1b", advice: "make one" },
        ];
        let expected = "ok      port\n        7911\nfailed  key\n        none\\x1b\n        make one\n";
        assert_eq!(text(&steps, &Look::default()), expected);
    }
}
