//! What became of objects, a sentence each, with what of them is other than before.

use super::cell;
use super::look::Look;
use super::style::Style;
use super::text::visible;
use super::time::Zone;
use super::value::Value;

/// What became of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What: `added`, `changed` and so on.
    pub outcome: &'static str,
    /// What kind of object it is.
    pub kind: &'static str,
    /// Its name.
    pub name: Vec<u8>,
    /// The server that it is on, where there are several.
    pub server: Option<String>,
    /// What it was; nothing where it was not there.
    pub before: Vec<(&'static str, Value<'static>)>,
    /// What it is; nothing where it is not there.
    pub after: Vec<(&'static str, Value<'static>)>,
}

/// The changes as text; those of a dry run as what would be.
pub fn text(changes: &[Change], is_dry_run: bool, look: &Look) -> String {
    let bold = if look.color { Style::Bold } else { Style::Plain };
    let mut text = String::new();
    for change in changes {
        let outcome = match (is_dry_run, change.outcome) {
            (true, "unchanged") => "would be left as it is:".to_owned(),
            (true, outcome) => format!("would be {outcome}:"),
            (false, outcome) => outcome.to_owned(),
        };
        let name = visible(&change.name);
        text += &format!("{outcome} {} {}{name}{}", change.kind, bold.on(), bold.off());
        if let Some(server) = &change.server {
            text += &format!(" on {}", visible(server.as_bytes()));
        }
        let details = details(change, look);
        if !details.is_empty() {
            text += &format!(": {}", details.join(", "));
        }
        text.push('\n');
    }
    text
}

/// What is other than before, in words.
pub fn in_words(before: &[(&'static str, Value<'static>)], after: &[(&'static str, Value<'static>)]) -> String {
    differences(before, after, true, &Look::default()).join(", ")
}

/// What is worth telling: all of an object that comes or goes, else what is other than before.
fn details(change: &Change, look: &Look) -> Vec<String> {
    differences(&change.before, &change.after, change.outcome == "renamed", look)
}

fn differences(
    before: &[(&'static str, Value<'static>)],
    after: &[(&'static str, Value<'static>)],
    has_name: bool,
    look: &Look,
) -> Vec<String> {
    let shown = |value: Option<&Value<'_>>| {
        let mut out = Vec::new();
        cell::write(&mut out, value.unwrap_or(&Value::None), look, &Zone::Utc);
        String::from_utf8_lossy(&out).into_owned()
    };
    let value_of = |record: &[(&'static str, Value<'static>)], name: &str| {
        record.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    };
    let is_nothing = |value: &Option<Value<'_>>| match value {
        None | Some(Value::None) => true,
        Some(Value::List(values)) => values.is_empty(),
        _ => false,
    };
    let mut names: Vec<&'static str> = before.iter().map(|(name, _)| *name).collect();
    names.extend(after.iter().map(|(name, _)| *name).filter(|name| !before.iter().any(|(known, _)| known == name)));
    let mut details = Vec::new();
    for name in names.into_iter().filter(|name| has_name || *name != "name") {
        let (was, is) = (value_of(before, name), value_of(after, name));
        let title = name.replace('_', " ");
        match (before.is_empty(), after.is_empty()) {
            (true, _) if !is_nothing(&is) => details.push(format!("{title} {}", shown(is.as_ref()))),
            (_, true) if !is_nothing(&was) => details.push(format!("{title} {}", shown(was.as_ref()))),
            (false, false) if was != is && !(is_nothing(&was) && is_nothing(&is)) => {
                details.push(format!("{title} {} -> {}", shown(was.as_ref()), shown(is.as_ref())));
            }
            _ => {}
        }
    }
    details
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_and_goes_is_told_whole_and_what_changes_as_before_and_after() {
        let number = |number| ("limit", Value::Number(number));
        let name = |text: &str| ("name", Value::bytes(text.as_bytes().to_vec()));
        let change = |outcome, before: Vec<_>, after: Vec<_>| Change {
            outcome,
            kind: "class",
            name: b"a\x1b".to_vec(),
            server: None,
            before,
            after,
        };
        let nothing = ("lease_limit", Value::None);
        let changes = [
            change("added", vec![], vec![name("a"), number(1), nothing.clone()]),
            change("changed", vec![number(1), ("empty", Value::List(vec![]))], vec![number(2), nothing]),
            change("renamed", vec![name("a")], vec![name("b")]),
            Change { server: Some("one".to_owned()), ..change("removed", vec![name("b"), number(2)], vec![]) },
            change("unchanged", vec![number(1)], vec![number(1)]),
        ];
        let look = Look::default();
        assert_eq!(
            text(&changes, false, &look),
            "added class a\\x1b: limit 1\nchanged class a\\x1b: limit 1 -> 2\nrenamed class a\\x1b: name a -> b\n\
             removed class a\\x1b on one: limit 2\nunchanged class a\\x1b\n"
        );
        let dry = text(&changes[3..], true, &look);
        assert_eq!(dry, "would be removed: class a\\x1b on one: limit 2\nwould be left as it is: class a\\x1b\n");
    }
}
