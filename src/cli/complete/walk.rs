//! Where the cursor stands: behind which command, and in which of its options or words.

use std::collections::HashMap;

use clap::{Arg, ArgAction, Command};

/// Where the cursor stands.
#[derive(Debug)]
pub(super) struct Position<'c> {
    /// The innermost command.
    pub(super) command: &'c Command,
    /// The names that lead there.
    pub(super) path: Vec<&'c str>,
    /// What has been said by options, by their names; flags have an empty text.
    pub(super) said: HashMap<&'c str, String>,
    /// What stands there.
    pub(super) slot: Slot<'c>,
}

/// What stands at the cursor.
#[derive(Debug)]
pub(super) enum Slot<'c> {
    /// A value of this argument, behind so many bytes of the word, which are the option's name.
    Value(&'c Arg, usize),
    /// An option's name.
    Option,
    /// A command, or a word of the command's own if it takes one more.
    Word(Option<&'c Arg>),
}

/// Finds the place of the word `last` behind these words, which are those behind the program's name.
pub(super) fn position<'c>(root: &'c Command, words: &[String], last: &str) -> Position<'c> {
    let mut here = Position { command: root, path: Vec::new(), said: HashMap::new(), slot: Slot::Option };
    let (mut pending, mut positionals, mut is_escaped) = (None::<&Arg>, 0, false);
    for word in words {
        if let Some(option) = pending.take() {
            here.say(option, word);
            continue;
        }
        if is_escaped || !word.starts_with('-') || word == "-" {
            let inner = here.command.find_subcommand(word).filter(|_| positionals == 0 && !is_escaped);
            match inner {
                Some(inner) => {
                    here.command = inner;
                    here.path.push(inner.get_name());
                }
                None => positionals += 1,
            }
        } else if word == "--" {
            is_escaped = true;
        } else {
            pending = here.option(word);
        }
    }
    let equals = last.find('=').filter(|_| last.starts_with("--") && !is_escaped);
    here.slot = if let Some(option) = pending {
        Slot::Value(option, 0)
    } else if let Some(equals) = equals {
        match here.long(&last[2..equals]) {
            Some(option) if takes_value(option) => Slot::Value(option, equals + 1),
            _ => Slot::Option,
        }
    } else if last.starts_with('-') && !is_escaped {
        Slot::Option
    } else {
        let all: Vec<&Arg> = here.command.get_positionals().collect();
        let several = all.last().filter(|last| last.get_num_args().is_some_and(|count| count.max_values() > 1));
        Slot::Word(all.get(positionals).or(several).copied())
    };
    here
}

/// Whether an option has a value, in the same word or the next.
pub(super) fn takes_value(option: &Arg) -> bool {
    option.get_action().takes_values() && option.get_num_args().is_none_or(|count| count.max_values() > 0)
}

/// Whether an option may be said again.
pub(super) fn is_repeatable(option: &Arg) -> bool {
    matches!(option.get_action(), ArgAction::Append | ArgAction::Count)
}

impl<'c> Position<'c> {
    fn say(&mut self, option: &'c Arg, value: &str) {
        self.said.insert(option.get_id().as_str(), value.to_owned());
    }

    fn long(&self, name: &str) -> Option<&'c Arg> {
        self.command.get_arguments().find(|option| option.get_long() == Some(name))
    }

    /// Takes an option in. Returns it when its value is to come.
    fn option(&mut self, word: &str) -> Option<&'c Arg> {
        if let Some(name) = word.strip_prefix("--") {
            let (name, value) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
            let option = self.long(name)?;
            self.say(option, value.unwrap_or_default());
            return Some(option).filter(|_| value.is_none() && waits_for_value(option));
        }
        let mut letters = word[1..].chars();
        while let Some(letter) = letters.next() {
            let option = self.command.get_arguments().find(|option| option.get_short() == Some(letter))?;
            let rest = letters.as_str();
            if takes_value(option) {
                self.say(option, rest);
                return Some(option).filter(|_| rest.is_empty() && waits_for_value(option));
            }
            self.say(option, "");
        }
        None
    }
}

fn waits_for_value(option: &Arg) -> bool {
    takes_value(option) && !option.is_require_equals_set()
}
