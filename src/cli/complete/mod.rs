//! Completion: what the word at the cursor can be.
//!
//! - [`complete`] answers for any line, within a deadline, for whoever asks: the shell of this machine or ours;
//! - [`answer`] speaks with bash, zsh and fish, whose scripts are in `scripts/`;
//! - `walk`: where the cursor stands; `kinds`: what is wanted there; `line`: a line of bash as words.
//!
//! A shell asks with the variable [`VARIABLE`] and `--` as the first argument, and only then anything of this runs.
//! bash sends the line up to the cursor and the characters that break words; zsh and fish send the words. The
//! answer's first line is `words`, `open` where no blank is to follow, or `files` where the shell is to complete a
//! file's name as well, which it can quote. Then comes a candidate a line, for zsh and fish with what is known of it.

mod kinds;
mod line;
mod walk;

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command as Process, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Arg, Command, ValueHint};

use crate::commands::browse::FileOptions;
use crate::commands::browse::files::expanded;
use crate::commands::candidates::{self, AskedServer, Candidate, LIMIT, LONGEST_REFRESH, Wanted};
use crate::dhcpd::Family;

use walk::{Position, Slot};

/// The variable that says which shell asks: `bash`, `zsh` or `fish`.
pub const VARIABLE: &str = "OMSH_COMPLETE";

/// Its value where the candidates are to be gathered for the next time.
const REFRESH: &str = "refresh";

/// How long finding candidates may take. The whole answer takes 0.3 s at the most.
const LIMIT_OF_TIME: Duration = Duration::from_millis(240);

/// The scripts by which shells learn of this, by their names in `completions/`.
pub const SCRIPTS: [(&str, &str); 3] = [
    ("omsh.bash", include_str!("scripts/omsh.bash")),
    ("_omsh", include_str!("scripts/_omsh")),
    ("omsh.fish", include_str!("scripts/omsh.fish")),
];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Bash,
    Zsh,
    Fish,
    /// Nobody: the cache is to be written.
    Refresh,
}

/// What the word at the cursor can be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// The words.
    pub candidates: Vec<Candidate>,
    /// It is a file's name, or one of the words.
    pub is_file: bool,
    /// The next answer is better if [`candidates::refresh`] runs before it.
    pub wants_refresh: bool,
}

/// Completes the word `typed` behind these words, which are those behind the program's name, before the deadline.
pub fn complete(command: &Command, words: &[String], typed: &str, deadline: Instant) -> Completion {
    let position = walk::position(command, words, typed);
    match position.slot {
        Slot::Option => Completion { candidates: options(&position, typed), ..Completion::default() },
        Slot::Value(option, start) => values(&position, option, typed, start, deadline),
        Slot::Word(argument) => {
            let mut completion =
                argument.map_or_else(Completion::default, |argument| values(&position, argument, typed, 0, deadline));
            let inner = position.command.get_subcommands().filter(|inner| !inner.is_hide_set());
            let begun = inner.filter(|inner| inner.get_name().starts_with(typed));
            completion
                .candidates
                .extend(begun.map(|inner| Candidate::new(inner.get_name(), first_line(inner.get_about()))));
            let takes_none = argument.is_none() && !position.command.has_subcommands();
            if takes_none && typed.is_empty() {
                completion.candidates = options(&position, typed);
            }
            completion
        }
    }
}

fn first_line(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(|text| text.to_string().lines().next().unwrap_or_default().to_owned()).unwrap_or_default()
}

/// Options that have not been said yet.
fn options(position: &Position<'_>, typed: &str) -> Vec<Candidate> {
    let wanted = position.command.get_opts().chain(position.command.get_arguments().filter(|flag| is_flag(flag)));
    let unsaid = wanted.filter(|option| {
        !option.is_hide_set() && (walk::is_repeatable(option) || !position.said.contains_key(option.get_id().as_str()))
    });
    let words = unsaid.filter_map(|option| {
        let long = option.get_long().map(|name| format!("--{name}"));
        let short = option.get_short().map(|letter| format!("-{letter}"));
        let word = [long, short].into_iter().flatten().find(|word| word.starts_with(typed))?;
        Some(Candidate::new(word, first_line(option.get_help())))
    });
    words.collect()
}

fn is_flag(argument: &Arg) -> bool {
    !argument.is_positional() && !walk::takes_value(argument)
}

/// Values of an argument behind `start` bytes of the word.
fn values(position: &Position<'_>, argument: &Arg, typed: &str, start: usize, deadline: Instant) -> Completion {
    let (before, value) = typed.split_at(start);
    let mut completion = Completion::default();
    let possible = argument.get_possible_values();
    if !possible.is_empty() {
        let begun = possible.iter().filter(|word| !word.is_hide_set() && word.get_name().starts_with(value));
        completion.candidates =
            begun.map(|word| Candidate::new(word.get_name(), first_line(word.get_help()))).collect();
    } else if let Some(wanted) = wanted(position, argument, value) {
        let answer = candidates::candidates(wanted, deadline);
        (completion.candidates, completion.wants_refresh) = (answer.candidates, answer.wants_refresh);
    }
    completion.is_file = argument.get_value_hint() == ValueHint::FilePath;
    if !before.is_empty() {
        completion.candidates.iter_mut().for_each(|candidate| candidate.word.insert_str(0, before));
    }
    completion
}

/// What is wanted for an argument, out of which files.
fn wanted(position: &Position<'_>, argument: &Arg, typed: &str) -> Option<Wanted> {
    let kind = kinds::kind(&position.path, argument)?;
    let said = |name: &str| position.said.get(name).filter(|value| !value.is_empty());
    let family = match (position.said.contains_key("4"), position.said.contains_key("6")) {
        (true, _) => Some(Family::V4),
        (_, true) => Some(Family::V6),
        _ => None,
    };
    let files = FileOptions {
        conf: said("conf").map(|path| expanded(path)),
        leases: said("leases").map(|path| expanded(path)),
        family,
        profile_name: said("profile").cloned(),
        ..FileOptions::default()
    };
    let is_live = position.command.get_arguments().any(|option| option.get_id() == "server");
    let server = is_live.then(|| AskedServer { said: said("server").cloned() });
    Some(Wanted { kind, typed: typed.to_owned(), files, server })
}

/// Answers a shell, if one asks: `false` where the command line is to be run. Nothing is told of what goes wrong.
///
/// `start` is when the program began.
pub fn answer(arguments: &[OsString], start: Instant) -> bool {
    let Some(asker) = env::var_os(VARIABLE).and_then(|value| asker(value.to_str()?)) else { return false };
    let name = super::program_name(arguments.first().map(OsString::as_os_str));
    if name == "omshell" || arguments.get(1).is_none_or(|first| first != "--") {
        return false;
    }
    // A mistake of ours is nothing to print into somebody's prompt.
    std::panic::set_hook(Box::new(|_| std::process::exit(0)));
    let words: Vec<String> = arguments[2..].iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let mut out = Vec::new();
    if words.is_empty() {
        out.extend_from_slice(script(asker).as_bytes());
    } else {
        let (words, last, kept) = match (asker, words.as_slice()) {
            (Asker::Bash, [line, rest @ ..]) => {
                let line::Line { mut words, last, kept } = line::split(line, rest.first().map_or("", String::as_str));
                // The program itself.
                words.drain(..words.len().min(1));
                (words, last, kept)
            }
            (_, [words @ .., last]) => (words.to_vec(), last.clone(), 0),
            (_, []) => return true,
        };
        let mut command = super::command();
        command.build();
        if asker == Asker::Refresh {
            refresh(&command, &words, &last);
            return true;
        }
        let completion = complete(&command, &words, &last, start + LIMIT_OF_TIME);
        write_answer(&mut out, asker, &completion, kept);
        if completion.wants_refresh {
            begin_refresh(&words, &last);
        }
    }
    // Whoever asked may have gone.
    let _ = io::stdout().write_all(&out).and_then(|()| io::stdout().flush());
    true
}

fn asker(value: &str) -> Option<Asker> {
    Some(match value {
        "bash" => Asker::Bash,
        "zsh" => Asker::Zsh,
        "fish" => Asker::Fish,
        REFRESH => Asker::Refresh,
        _ => return None,
    })
}

fn script(asker: Asker) -> &'static str {
    match asker {
        Asker::Bash => SCRIPTS[0].1,
        Asker::Zsh => SCRIPTS[1].1,
        Asker::Fish => SCRIPTS[2].1,
        Asker::Refresh => "",
    }
}

fn write_answer(out: &mut Vec<u8>, asker: Asker, completion: &Completion, kept: usize) {
    let Completion { candidates, is_file, .. } = completion;
    let is_open = !candidates.is_empty() && candidates.iter().all(|candidate| candidate.word.ends_with('='));
    let first: &str = if *is_file {
        "files"
    } else if is_open {
        "open"
    } else {
        "words"
    };
    out.extend_from_slice(first.as_bytes());
    out.push(b'\n');
    for Candidate { word, about } in candidates.iter().take(LIMIT) {
        let line = match asker {
            // Candidates begin with what was typed.
            Asker::Bash => word.get(kept..).unwrap_or_default().to_owned(),
            Asker::Zsh => {
                let word = word.replace('\\', "\\\\").replace(':', "\\:");
                if about.is_empty() { word } else { format!("{word}:{}", about.replace('\\', "\\\\")) }
            }
            _ if about.is_empty() => word.clone(),
            _ => format!("{word}\t{about}"),
        };
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
}

/// Starts a process that gathers candidates for the next time. Nobody waits for it.
pub(super) fn begin_refresh(words: &[String], last: &str) {
    let Ok(program) = env::current_exe() else { return };
    let mut process = Process::new(program);
    process.env(VARIABLE, REFRESH).arg("--").args(words).arg(last);
    process.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let _ = process.spawn();
}

fn refresh(command: &Command, words: &[String], last: &str) {
    // Whatever happens, it does not stay.
    let _ = thread::Builder::new().spawn(|| {
        thread::sleep(LONGEST_REFRESH);
        std::process::exit(0);
    });
    let position = walk::position(command, words, last);
    let argument = match position.slot {
        Slot::Value(argument, _) | Slot::Word(Some(argument)) => argument,
        Slot::Option | Slot::Word(None) => return,
    };
    if let Some(wanted) = wanted(&position, argument, "") {
        candidates::refresh(&wanted);
    }
}
