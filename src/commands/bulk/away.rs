//! Hosts that are removed to be made anew: what they were, until they are there again.
//!
//! dhcpd cannot change everything of a host, so that one is away for a moment. Should the run end in that moment, the file
//! that it worked by may say but a part of the host; the next run takes the rest from here.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::commands::live::host::state::State;
use crate::dhcpd::options::Definitions;
use crate::folders;

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
        let path = folders::state()?.join("away").join(format!("{name}.jsonl"));
        Some(Away { path, file: None })
    }

    /// The hosts that an earlier run may have left away, by name: each as it was when it went last. Their statements may
    /// name these options.
    pub(in crate::commands) fn left(&self, definitions: &Definitions) -> HashMap<Vec<u8>, Arc<State>> {
        if !self.path.exists() {
            return HashMap::new();
        }
        // What cannot be read is of no help, and no hindrance.
        let wanted = read(&self.path, Some(Format::Json), definitions, None).unwrap_or_default();
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
                folders::make(folder)?;
            }
            self.file = Some(UndoFile::open(&self.path)?);
        }
        match &mut self.file {
            Some(file) => {
                file.add(before, Some(before));
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

#[cfg(test)]
mod tests {
    use std::env::temp_dir;

    use super::*;
    use crate::commands::live::host::state::Untold;
    use crate::dhcpd::conf::Conf;

    fn away(name: &str) -> Away {
        let path = temp_dir().join(format!("omsh-away-{}-{name}", std::process::id())).join("server.jsonl");
        Away { path, file: None }
    }

    /// Notes that a host with these statements goes.
    fn note(away: &mut Away, statements: &str) {
        let untold = Some(Untold { group: None, statements: statements.to_owned() });
        let hardware = Some((1, vec![2, 0, 0, 0, 0, 1]));
        let before = Object::Host(Arc::new(State { name: b"h".to_vec(), hardware, untold, ..State::default() }));
        let change = Change { line: 1, before: Some(before.clone()), after: Some(before.clone()) };
        away.note(&change, &Step { change: 0, action: Action::Remove(before) }).expect("a file of our own");
    }

    fn left(away: Away, definitions: &Definitions) -> Option<String> {
        let left = away.left(definitions).get(b"h".as_slice()).and_then(|host| host.untold.clone());
        let folder = away.path.parent().map(PathBuf::from);
        away.forget();
        folder.map(fs::remove_dir).transpose().expect("nothing else is in it");
        left.map(|untold| untold.statements)
    }

    #[test]
    fn what_a_host_was_when_it_went_last_counts() {
        let text = |letter: &str| format!("supersede host-name = \"{letter}\";");
        note(&mut away("last"), &text("a"));
        let mut again = away("last");
        note(&mut again, &text("b"));
        note(&mut again, &text("c"));
        assert_eq!(left(again, &Definitions::standard()), Some(text("c")));
    }

    #[test]
    fn statements_with_options_of_the_site_come_back() {
        let mut away = away("options");
        let text = "option rack 7;";
        note(&mut away, text);
        let conf = Conf::parse("dhcpd.conf", b"option rack code 200 = unsigned integer 8;").expect("a configuration");
        let left = left(away, &conf.context.definitions);
        assert!(left.as_deref().is_some_and(|statements| statements.contains("rack")), "{left:?}");
    }
}
