//! Hosts that are removed to be made anew: what they were, until they are there again.
//!
//! dhcpd cannot change everything of a host, so that one is away for a moment. Should the run end in that moment, the file
//! that it worked by may say but a part of the host; the next run takes the rest from here.

use std::collections::HashMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::commands::live::host::state::State;
use crate::dhcpd::options::Definitions;

use super::plan::{Action, Change, Object, Step};
use super::read::{Format, read};
use super::undo::UndoFile;

/// What is written down of the hosts of a server that are away.
#[derive(Debug)]
pub(in crate::commands) struct Away {
    path: PathBuf,
    /// Opened when the first host goes.
    file: Option<UndoFile>,
}

impl Away {
    /// Of the server of that name; `None` where programs have no place to keep anything.
    pub(in crate::commands) fn of(server: &str) -> Option<Away> {
        let name: String = server.chars().map(|sign| if sign.is_ascii_alphanumeric() { sign } else { '_' }).collect();
        let path = dirs::state_dir()?.join("omsh/away").join(format!("{name}.jsonl"));
        Some(Away { path, file: None })
    }

    /// The hosts that an earlier run may have left away, by name.
    pub(in crate::commands) fn left(&self) -> HashMap<Vec<u8>, Arc<State>> {
        if !self.path.exists() {
            return HashMap::new();
        }
        // What cannot be read is of no help, and no hindrance.
        let wanted = read(&self.path, Some(Format::Json), &Definitions::standard()).unwrap_or_default();
        wanted.hosts.iter().filter_map(|host| Some((host.name.clone(), Arc::new(host.alone()?)))).collect()
    }

    /// Writes down what a host was, if this step takes it away to make it anew.
    pub(in crate::commands) fn note(&mut self, change: &Change, step: &Step) -> io::Result<()> {
        let (Action::Remove(Object::Host(_)), Some(_), Some(before)) = (&step.action, &change.after, &change.before)
        else {
            return Ok(());
        };
        if self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            }
            self.file = Some(UndoFile::open(&self.path)?);
        }
        match &mut self.file {
            Some(file) => {
                file.note_object(before, Some(before));
                file.write()
            }
            None => Ok(()),
        }
    }

    /// Nobody is away any longer.
    pub(in crate::commands) fn forget(self) {
        // There may be none.
        let _ = fs::remove_file(&self.path);
    }
}
