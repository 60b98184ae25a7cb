//! What the line editor has to know while a line is typed: a copy, so that typing waits for nothing.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::commands::browse::FileOptions;

use super::commands::Commands;

/// What is being asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// A line of the shell.
    #[default]
    Line,
    /// An answer to a question.
    Answer,
}

/// An object, as far as typing needs to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SceneObject {
    /// Its type.
    pub object_type: String,
    /// It was opened or made.
    pub is_open: bool,
    /// The names of its attributes that have values.
    pub attributes: Vec<String>,
}

/// The state of the shell between two lines.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The commands of the command line.
    pub commands: Rc<dyn Commands>,
    /// Their names, and what they do.
    pub names: Rc<Vec<(String, String)>>,
    /// The object, if there is one.
    pub object: Option<SceneObject>,
    /// The aliases.
    pub aliases: BTreeMap<String, String>,
    /// The server's files, as far as the command line says where they are.
    pub files: FileOptions,
    /// The server that the shell is to talk to, if that was said.
    pub server: Option<String>,
    /// What is being asked for.
    pub mode: Mode,
    /// There are colours.
    pub has_color: bool,
    /// There are hints.
    pub has_hints: bool,
    /// There is completion.
    pub completes: bool,
}

impl Scene {
    /// The scene of a shell that has just started.
    pub fn new(commands: Rc<dyn Commands>) -> Scene {
        let names = Rc::new(commands.names());
        Scene {
            commands,
            names,
            object: None,
            aliases: BTreeMap::new(),
            files: FileOptions::default(),
            server: None,
            mode: Mode::Line,
            has_color: true,
            has_hints: true,
            completes: true,
        }
    }

    /// Whether that is one of the commands of the command line.
    pub fn is_command(&self, word: &str) -> bool {
        self.names.iter().any(|(name, _)| name == word)
    }
}
