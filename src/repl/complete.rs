//! Completion: what the word at the cursor can be, by its position in the line.

use std::fs;
use std::time::Instant;

use crate::commands::browse::files::expanded;
use crate::commands::candidates::{AskedServer, Candidate, Kind as WordKind, Wanted, candidates};
use crate::commands::live::SETTABLE_STATES;
use crate::commands::setup::ALGORITHM_NAMES;
use crate::render::text::visible;
use crate::schema::{TYPES, attribute_of, object_type};

use super::commands::Offer;
use super::scene::Scene;
use super::tokens::{self, Kind, Token};
use super::words::{OMSHELL, OWN, SETTINGS, TOPICS};

/// The candidates for the word that the cursor stands behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// Where the word begins, in bytes.
    pub start: usize,
    /// The candidates, each instead of the whole word.
    pub candidates: Vec<Candidate>,
    /// More may follow without a blank.
    pub is_open: bool,
}

/// Completes a line up to the cursor, before the deadline.
pub fn complete(line: &str, scene: &Scene, deadline: Instant) -> Completion {
    if let Some(command) = line.trim_start().strip_prefix('!') {
        return of_file(
            line,
            command.rfind(char::is_whitespace).map_or(line.len(), |at| line.len() - command.len() + at + 1),
        );
    }
    let words = tokens::words(line);
    if let Some(mark) = words.iter().rfind(|token| token.kind == Kind::Redirection) {
        let rest = &line[mark.span.end..];
        let start = match mark.text(line) {
            "|" => line.len() - rest.len() + rest.rfind(char::is_whitespace).map_or(0, |at| at + 1),
            _ => line.len() - rest.trim_start().len(),
        };
        return of_file(line, start);
    }
    let Some(first) = words.first().filter(|first| first.span.end < line.len() || line.ends_with(' ')) else {
        let start = words.first().map_or(line.len(), |first| first.span.start);
        return first_words(&line[start..], start, scene);
    };
    let verb = first.text(line).to_ascii_lowercase();
    if let Some(meaning) = scene.aliases.get(&verb) {
        // As if its meaning had been typed, but for where things are.
        let expanded = format!("{meaning}{}", &line[first.span.end..]);
        let completion = complete(&expanded, &Scene { aliases: Default::default(), ..scene.clone() }, deadline);
        let before = meaning.len();
        return match completion.start.checked_sub(before) {
            Some(start) => Completion { start: first.span.end + start, ..completion },
            None => Completion { start: line.len(), ..Completion::default() },
        };
    }
    match scene.is_command(&verb) {
        true => of_command(line, &words, &verb, scene, deadline),
        false => of_verb(line, &verb, scene, deadline),
    }
}

fn first_words(typed: &str, start: usize, scene: &Scene) -> Completion {
    let own = OMSHELL.iter().chain(&OWN).filter(|verb| verb.name != "!").map(|verb| (verb.name, verb.about));
    let commands = scene.names.iter().map(|(name, about)| (name.as_str(), about.as_str()));
    let aliases = scene.aliases.iter().map(|(name, meaning)| (name.as_str(), meaning.as_str()));
    let lower = typed.to_ascii_lowercase();
    let begun = own.chain(commands).chain(aliases).filter(|(name, _)| name.starts_with(&lower));
    let mut candidates: Vec<Candidate> = begun.map(|(name, about)| Candidate::new(name, about)).collect();
    candidates.sort_by(|a, b| a.word.cmp(&b.word));
    candidates.dedup_by(|a, b| a.word == b.word);
    Completion { start, candidates, is_open: false }
}

/// A word of a one-shot or browsing command.
fn of_command(line: &str, words: &[Token], verb: &str, scene: &Scene, deadline: Instant) -> Completion {
    let (before, start, typed) = at_cursor(line, words);
    let mut before: Vec<String> = before.iter().map(|token| tokens::unquoted(token.text(line))).collect();
    if let Some(first) = before.first_mut() {
        verb.clone_into(first);
    }
    let Offer { candidates, is_file } = scene.commands.complete(&before, &tokens::unquoted(typed), deadline);
    if is_file {
        let value = typed.rfind('=').filter(|_| typed.starts_with("--")).map_or(0, |at| at + 1);
        let mut completion = of_file(line, start + value);
        completion.is_open &= candidates.is_empty();
        completion.candidates.splice(0..0, candidates);
        return completion;
    }
    let is_open = !candidates.is_empty() && candidates.iter().all(|candidate| candidate.word.ends_with('='));
    Completion { start, candidates, is_open }
}

/// The words before the one at the cursor, and that one, which may be empty.
fn at_cursor<'l, 't>(line: &'l str, words: &'t [Token]) -> (&'t [Token], usize, &'l str) {
    match words.split_last() {
        Some((last, before)) if last.span.end == line.len() => (before, last.span.start, last.text(line)),
        _ => (words, line.len(), ""),
    }
}

/// A word of one of the shell's verbs.
fn of_verb(line: &str, verb: &str, scene: &Scene, deadline: Instant) -> Completion {
    let all = tokens::tokens(line);
    let (before, start, typed) = at_cursor(line, &all);
    let words: Vec<&str> = before.iter().map(|token| token.text(line)).collect();
    let of = |candidates: Vec<Candidate>| Completion { start, candidates: begun(candidates, typed), is_open: false };
    match (verb, words.as_slice()) {
        ("new", [_]) => of(TYPES.iter().map(|known| Candidate::new(known.name, known.about)).collect()),
        ("set", [_]) => {
            let mut candidates = settable(scene);
            let settings = SETTINGS.iter().map(|setting| Candidate::new(setting.name, setting.about));
            candidates.extend(settings);
            of(candidates)
        }
        ("set", [_, name]) => match SETTINGS.iter().find(|setting| setting.name == *name) {
            Some(setting) => of(setting.values.iter().map(|value| Candidate::new(*value, "")).collect()),
            None if typed.is_empty() && scene.object.is_some() => of(vec![Candidate::new("=", "")]),
            None => Completion { start, ..Completion::default() },
        },
        ("set", [_, name, "="]) => {
            let Some(object) = &scene.object else { return Completion { start, ..Completion::default() } };
            Completion { start, candidates: values(&object.object_type, name, typed, scene, deadline), is_open: false }
        }
        ("unset", [_]) => {
            let names = scene.object.iter().flat_map(|object| &object.attributes);
            of(names.map(|name| Candidate::new(name.clone(), "")).collect())
        }
        ("key-algorithm", [_]) => of(ALGORITHM_NAMES.iter().map(|name| Candidate::new(*name, "")).collect()),
        ("server", [_]) => of(servers()),
        ("port", [_]) => of(vec![Candidate::new("7911", "what omshell takes")]),
        ("show", [_]) => of(vec![Candidate::new("raw", "as omshell shows it")]),
        ("changes", [_]) => of(vec![
            Candidate::new("--script", "as a script of omshell's"),
            Candidate::new("--reverse", "as a script that takes all of it back"),
        ]),
        ("undo" | "remove", [_]) => of(vec![Candidate::new("--yes", "without a question")]),
        ("record", [_]) => {
            let mut completion = of_file(line, start);
            if "off".starts_with(typed) {
                completion.candidates.push(Candidate::new("off", "record no longer"));
            }
            completion
        }
        ("source", [_]) => of_file(line, start),
        ("alias" | "unalias", [_]) => {
            of(scene.aliases.iter().map(|(name, meaning)| Candidate::new(name.clone(), meaning.clone())).collect())
        }
        ("help", [_]) => {
            let topics = TOPICS.iter().map(|topic| Candidate::new(topic.name, topic.about));
            let types = TYPES.iter().map(|known| Candidate::new(known.name, known.about));
            let mut candidates: Vec<Candidate> = topics.chain(types).collect();
            candidates.extend(first_words("", 0, scene).candidates);
            candidates.sort_by(|a, b| a.word.cmp(&b.word));
            candidates.dedup_by(|a, b| a.word == b.word);
            of(candidates)
        }
        ("help", [_, rest @ ..]) => {
            let words: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
            let is_noun = words.first().is_some_and(|first| scene.is_command(first));
            match is_noun && words.len() == 1 && !typed.starts_with('-') {
                true => {
                    let mut candidates = scene.commands.complete(&words, typed, deadline).candidates;
                    candidates.retain(|candidate| !candidate.word.starts_with('-') && !candidate.about.is_empty());
                    Completion { start, candidates, is_open: false }
                }
                false => Completion { start, ..Completion::default() },
            }
        }
        _ => Completion { start, ..Completion::default() },
    }
}

fn begun(candidates: Vec<Candidate>, typed: &str) -> Vec<Candidate> {
    candidates.into_iter().filter(|candidate| candidate.word.starts_with(typed)).collect()
}

/// Attributes that the object's type has, and that the next request takes.
fn settable(scene: &Scene) -> Vec<Candidate> {
    let Some(object) = &scene.object else { return Vec::new() };
    let Some(known) = object_type(object.object_type.as_bytes()) else { return Vec::new() };
    let names = known.attributes.iter().filter(|attribute| attribute.used.fits(object.is_open));
    names.map(|attribute| Candidate::new(attribute.name, attribute.about)).collect()
}

/// Values of an attribute.
fn values(object_type: &str, name: &str, typed: &str, scene: &Scene, deadline: Instant) -> Vec<Candidate> {
    let numbered = |names: &[(u32, &str)]| {
        let candidates = names.iter().map(|(number, name)| Candidate::new(number.to_string(), *name)).collect();
        // A state by its name becomes its number.
        let by_name: Vec<Candidate> = names
            .iter()
            .filter(|(_, name)| !typed.is_empty() && name.starts_with(typed))
            .map(|(number, name)| Candidate::new(number.to_string(), *name))
            .collect();
        if by_name.is_empty() { begun(candidates, typed) } else { by_name }
    };
    let named = |kind: WordKind| {
        let bare = typed.trim_start_matches('"').trim_end_matches('"');
        let found = look_up(kind, bare, scene, deadline);
        found.into_iter().map(|one| Candidate { word: format!("\"{}\"", one.word), ..one }).collect()
    };
    match (object_type, name) {
        ("host", "name") => named(WordKind::HostName),
        ("group", "name") | ("host", "group") => named(WordKind::Group),
        ("class" | "subclass", "name") => named(WordKind::Class),
        ("failover-state", "name") => named(WordKind::Failover),
        ("host", "ip-address") => look_up(WordKind::HostAddress, typed, scene, deadline),
        ("lease", "ip-address") => look_up(WordKind::LeaseAddress, typed, scene, deadline),
        ("host" | "lease", "hardware-address") => look_up(WordKind::Hardware, typed, scene, deadline),
        _ => {
            let known = attribute_of(object_type.as_bytes(), name.as_bytes());
            let mut names = known.map_or_else(Vec::new, |known| known.kind.names().to_vec());
            if (object_type, name) == ("failover-state", "local-state") {
                names.retain(|(_, name)| SETTABLE_STATES.contains(name));
            }
            numbered(&names)
        }
    }
}

fn look_up(kind: WordKind, typed: &str, scene: &Scene, deadline: Instant) -> Vec<Candidate> {
    let server = Some(AskedServer { said: scene.server.clone() });
    let wanted = Wanted { kind, typed: typed.to_owned(), files: scene.files.clone(), server };
    let answer = candidates(wanted, deadline);
    if answer.wants_refresh {
        // One that reads the same files.
        scene.commands.refresh(&["host".to_owned(), "show".to_owned()], "");
    }
    answer.candidates
}

/// The servers of profiles, and this machine.
fn servers() -> Vec<Candidate> {
    let profiles = crate::commands::profile::Profiles::read().unwrap_or_default();
    let of_profiles = profiles.all.into_iter().filter_map(|(name, profile)| {
        let about = format!("of the profile {}", visible(name.as_bytes()));
        Some(Candidate::new(profile.server?, about))
    });
    let here = Candidate::new("127.0.0.1", "this machine");
    of_profiles.filter(|found| crate::commands::candidates::is_offerable(found.word.as_bytes())).chain([here]).collect()
}

/// The most files that are looked at.
const MAX_FILES: usize = 20_000;

/// A file's name from there to the end of the line.
fn of_file(line: &str, start: usize) -> Completion {
    let typed = &line[start..];
    let (folder, name) =
        typed.rsplit_once('/').map_or(("", typed), |(folder, name)| (&typed[..folder.len() + 1], name));
    let place = if folder.is_empty() { ".".into() } else { expanded(folder) };
    let Ok(entries) = fs::read_dir(place) else { return Completion { start, ..Completion::default() } };
    let mut found: Vec<Candidate> = Vec::new();
    for entry in entries.take(MAX_FILES).flatten() {
        let Ok(file) = entry.file_name().into_string() else { continue };
        let is_hidden = file.starts_with('.') && !name.starts_with('.');
        if !file.starts_with(name) || is_hidden || file.chars().any(|sign| sign.is_control() || sign.is_whitespace()) {
            continue;
        }
        let slash = if entry.path().is_dir() { "/" } else { "" };
        found.push(Candidate::new(format!("{folder}{file}{slash}"), ""));
    }
    found.sort_by(|a, b| a.word.cmp(&b.word));
    let is_open = found.len() == 1 && found[0].word.ends_with('/');
    Completion { start, candidates: found, is_open }
}
