//! Help: made of the words of the shell and of what the command line says of its commands.

use crate::schema::{TYPES, object_type};

use super::commands::Commands;
use super::diagnosis::nearest;
use super::words::{OMSHELL, OWN, SETTINGS, TOPICS, find};

/// Help about nothing in particular.
pub fn overview(commands: &dyn Commands) -> String {
    let mut text = String::from("omshell's commands:\n");
    let mut line = |name: &str, about: &str| text.push_str(&format!("  {name:<24} {about}\n"));
    for verb in &OMSHELL {
        line(&format!("{} {}", verb.name, verb.usage), first_sentence(verb.about));
    }
    text.push_str("\nThe shell's own:\n");
    let mut line = |name: &str, about: &str| text.push_str(&format!("  {name:<24} {about}\n"));
    for verb in &OWN {
        let gap = if verb.name == "!" { "" } else { " " };
        let usage = format!("{}{gap}{}", verb.name, verb.usage);
        line(if usage.len() > 24 { verb.name } else { &usage }, first_sentence(verb.about));
    }
    text.push_str("\nIn one line, with | and > behind them:\n");
    for (name, about) in commands.names() {
        text.push_str(&format!("  {name:<24} {about}\n"));
    }
    text.push_str("\nTopics:\n");
    for topic in &TOPICS {
        text.push_str(&format!("  {:<24} {}\n", topic.name, topic.about));
    }
    text.push_str("\nhelp and a command, a topic or a type of object (host, lease, group, …) says more.\n");
    text
}

fn first_sentence(about: &str) -> &str {
    about.split([';', ':', ',']).next().unwrap_or(about)
}

/// Help about something.
///
/// # Errors
///
/// There is nothing of that name: what to do instead.
pub fn about(words: &[String], commands: &dyn Commands) -> Result<String, String> {
    let Some(first) = words.first().map(|word| word.to_ascii_lowercase()) else { return Ok(overview(commands)) };
    let mut text = String::new();
    if let Some(known) = find(&first).filter(|_| words.len() == 1) {
        let gap = if known.name == "!" { "" } else { " " };
        text.push_str(&format!("{}{gap}{}\n\n{}.\n", known.name, known.usage, known.about));
        if first == "set" {
            text.push_str("\nSettings of the shell:\n");
            for setting in &SETTINGS {
                text.push_str(&format!("  set {} {}: {}\n", setting.name, setting.values.join(" | "), setting.about));
            }
        }
        if first == "new" {
            text.push_str("\nTypes:\n");
            TYPES.iter().for_each(|known| text.push_str(&format!("  {:<16} {}\n", known.name, known.about)));
        }
        text.push_str("\nExamples:\n");
        known.examples.iter().for_each(|example| text.push_str(&format!("  {example}\n")));
    }
    if let Some(topic) = TOPICS.iter().find(|topic| topic.name == first && words.len() == 1) {
        text.push_str(topic.text);
        text.push('\n');
    }
    if let Some(help) = commands.help(words) {
        text.push_str(&help);
    }
    if let Some(known) = object_type(first.as_bytes()).filter(|_| words.len() == 1) {
        text.push_str(&format!("\nThe object {}, behind `new {0}`: {}.\n", known.name, known.about));
        for attribute in known.attributes {
            text.push_str(&format!("  {:<24} {} ({})\n", attribute.name, attribute.about, attribute.used.in_words()));
        }
    }
    if !text.is_empty() {
        return Ok(text.trim_start_matches('\n').to_owned());
    }
    let names = commands.names();
    let all = OMSHELL.iter().chain(&OWN).map(|verb| verb.name);
    let all = all.chain(TOPICS.iter().map(|topic| topic.name)).chain(TYPES.iter().map(|known| known.name));
    let meant = nearest(&first, all.chain(names.iter().map(|(name, _)| name.as_str())));
    let meant = meant.map_or_else(|| "help lists what there is".to_owned(), |name| format!("did you mean `{name}`?"));
    Err(format!("there is no help about `{}`; {meant}", words.join(" ")))
}
