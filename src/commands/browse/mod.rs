//! Browsing dhcpd's files: questions about networks, leases and reservations, a file a question.
//!
//! - [`files`]: where the server's files are; `site`: the two of them read and joined;
//! - [`filter`], [`word`] and [`spelling`]: what is wanted, as people write it;
//! - [`report`]: rows under columns, on their way to [`crate::render`];
//! - `options`: values of options as scopes have them;
//! - `relations`: remarks about failover partners;
//! - `facts`: what is known of a lease or a reservation, as values and as something to filter;
//! - the rest: a question each.

mod conf;
mod conf_options;
mod doubts;
pub(in crate::commands) mod facts;
pub mod files;
pub mod filter;
mod find;
mod free;
pub(in crate::commands) mod hosts;
pub(in crate::commands) mod leases;
mod map;
mod names;
mod options;
mod ping;
mod pools;
mod recorded;
mod relations;
pub mod report;
pub(in crate::commands) mod site;
pub mod spelling;
mod subnets;
mod systems;
mod watch;
mod whom;
pub mod word;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Error, Result};

use crate::render::Column;
use crate::render::time::Zone;
use crate::shell::ExitStatus;

pub use conf::ConfQuestion;
pub use files::FileOptions;
pub use free::Place;
pub use pools::Thresholds;
pub use recorded::{
    Recorded, RecordedSite, class_names, failover_names, has_leases, known_options, lease_file_of, recorded_group,
    recorded_hosts, recorded_lease, recorded_leases, recorded_site, server_of,
};
pub use report::{ColorChoice, OutputFormat, OutputOptions, PAGED, Screen, is_utf8, variable};
pub use site::now;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// `subnets`.
    Subnets {
        /// Which ones.
        filter: Vec<String>,
    },
    /// `pools`.
    Pools {
        /// Which ones.
        filter: Vec<String>,
        /// When they are too full.
        thresholds: Thresholds,
        /// A file that the figures for Prometheus are written to.
        to: Option<PathBuf>,
    },
    /// `leases`.
    Leases {
        /// Which ones.
        filter: Vec<String>,
        /// All blocks and not only the current ones.
        history: bool,
    },
    /// `hosts`.
    Hosts {
        /// Which ones.
        filter: Vec<String>,
    },
    /// `find`.
    Find {
        /// Whatever it is.
        word: String,
    },
    /// `map`.
    Map {
        /// Of which subnet.
        subnet: String,
    },
    /// `free`.
    Free {
        /// In which subnet.
        subnet: String,
        /// How many.
        count: Option<u64>,
        /// Without those that answer a ping.
        ping: bool,
        /// Where.
        place: Place,
    },
    /// `watch`.
    Watch {
        /// Which ones.
        filter: Vec<String>,
    },
    /// `conf`.
    Conf(ConfQuestion),
}

impl Question {
    /// The columns that its answer may have; several sets where that depends on the files.
    fn columns(&self) -> Vec<&'static [Column]> {
        match self {
            Question::Subnets { .. } => vec![&subnets::COLUMNS],
            Question::Pools { .. } => vec![&pools::COLUMNS],
            Question::Leases { .. } => vec![&leases::COLUMNS, &leases::COLUMNS_6],
            Question::Hosts { .. } => vec![&hosts::COLUMNS],
            Question::Find { .. } => vec![&find::COLUMNS],
            Question::Free { .. } => vec![&free::COLUMNS],
            Question::Watch { .. } => vec![&watch::COLUMNS],
            Question::Conf(ConfQuestion::Options { .. }) => {
                vec![&conf_options::OPTIONS, &conf_options::OPTIONS_OF_SEVERAL]
            }
            Question::Map { .. } | Question::Conf(_) => Vec::new(),
        }
    }
}

/// A question, about which files, and how the answer is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Browse {
    /// The question.
    pub question: Question,
    /// The files.
    pub files: FileOptions,
    /// How the answer is shown.
    pub output: OutputOptions,
}

impl Browse {
    /// Answers the question. `program` is the name to sign sentences with, and they go to `err`.
    ///
    /// What cannot be answered at all is an error; an answer with gaps ends with
    /// [`ExitStatus::Incomplete`]. A reader that goes away has seen what it wanted.
    pub fn run(self, program: &str, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
        let Question::Pools { thresholds, .. } = self.question else { return self.answer(program, out, err) };
        let is_for_people = self.output.format == OutputFormat::Table;
        match self.answer(program, out, err) {
            Err(error) if thresholds.are_given() => {
                pools::tell_unknown(&error, thresholds, is_for_people, out, err, program)
            }
            outcome => outcome,
        }
    }

    fn answer(self, program: &str, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
        // Before anything is read: reading may take long, and say a lot.
        report::check(&self.question.columns(), &self.output)?;
        let mut screen = Screen::stdout(out);
        let files = self.files.with_profile(&mut |remark| say(program, err, remark))?;
        let asked = Asked { program, files: &files, output: &self.output };
        if self.output.local
            && let Err(why) = Zone::read_of_machine()
        {
            asked.say(err, &format!("the time zone cannot be read, and times are in UTC: {why}"));
        }
        let outcome = match &self.question {
            Question::Subnets { filter } => subnets::run(&asked, filter, &mut screen, err),
            Question::Pools { filter, thresholds, to } => {
                pools::run(&asked, filter, *thresholds, to.as_deref(), &mut screen, err)
            }
            Question::Leases { filter, history } => leases::run(&asked, filter, *history, &mut screen, err),
            Question::Hosts { filter } => hosts::run(&asked, filter, &mut screen, err),
            Question::Find { word } => find::run(&asked, word, &mut screen, err),
            Question::Map { subnet } => map::run(&asked, subnet, &mut screen, err),
            Question::Free { subnet, count, ping, place } => {
                free::run(&asked, subnet, free::Wish { count: *count, ping: *ping, place: *place }, &mut screen, err)
            }
            Question::Watch { filter } => watch::run(&asked, filter, &mut screen, err),
            Question::Conf(question) => conf::run(&asked, question, &mut screen, err),
        };
        match outcome {
            Err(error) if is_broken_pipe(&error) => Ok(ExitStatus::Done),
            outcome => outcome,
        }
    }
}

/// What all questions have beside what they ask.
pub(in crate::commands) struct Asked<'a> {
    pub(in crate::commands) program: &'a str,
    pub(in crate::commands) files: &'a FileOptions,
    pub(in crate::commands) output: &'a OutputOptions,
}

impl Asked<'_> {
    /// Says a sentence to people.
    pub(in crate::commands) fn say(&self, err: &mut dyn Write, sentence: &str) {
        say(self.program, err, sentence);
    }
}

/// Says a sentence to people, signed by a program if that has a name.
pub(in crate::commands) fn say(program: &str, err: &mut dyn Write, sentence: &str) {
    // There is nobody else to tell.
    let _ = match program {
        "" => writeln!(err, "{sentence}"),
        program => writeln!(err, "{program}: {sentence}"),
    };
}

/// Whether nobody reads on.
pub(in crate::commands) fn is_broken_pipe(error: &Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The columns of each command that prints rows, for the man page.
pub const COLUMNS: &[(&str, &[Column])] = &[
    ("subnets", &subnets::COLUMNS),
    ("pools", &pools::COLUMNS),
    ("leases", &leases::COLUMNS),
    ("leases, DHCPv6", &leases::COLUMNS_6),
    ("hosts", &hosts::COLUMNS),
    ("find", &find::COLUMNS),
    ("free", &free::COLUMNS),
    ("watch", &watch::COLUMNS),
    ("conf options", &conf_options::OPTIONS),
];
