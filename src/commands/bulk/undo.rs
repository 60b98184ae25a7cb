//! The file that takes changes back: what the objects were, as entries to apply.
//!
//! An entry is written before the first request that changes its object, and the first one of an object counts: a file
//! that an interrupted run has begun is appended to. An entry of what was not added after all is withdrawn by a later one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::commands::live::group::HARMLESS;
use crate::commands::live::host::state::State;
use crate::commands::live::host::text::are_written_amiss;
use crate::commands::live::values;
use crate::render::text::colon_hex;

use super::order::stands_for;
use super::plan::{Action, Change, Object, Step};
use super::present::GroupState;

/// What each entry says besides, so that no other file of entries, as an export, is taken for one of these.
const MARK: &str = "undo";

/// A file that takes changes back.
#[derive(Debug)]
pub(in crate::commands) struct UndoFile {
    path: PathBuf,
    file: File,
    /// Entries that are not written out yet.
    text: Vec<u8>,
    /// Its last line may be cut off, so that nothing can follow.
    is_cut: bool,
    /// The objects that have an entry, and whether it is of this run.
    known: HashMap<(bool, Vec<u8>), bool>,
}

impl UndoFile {
    /// Opens a file, which may be there already if it is one of ours.
    pub(in crate::commands) fn open(path: &Path) -> io::Result<UndoFile> {
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        let mut known = HashMap::new();
        if !file.metadata()?.is_file() {
            // A device or a pipe, which may have no end, is only written to.
            return Ok(UndoFile { path: path.to_owned(), file, text: Vec::new(), is_cut: false, known });
        }
        let other = || io::Error::other("it holds something else than what changes are taken back with");
        let mut is_whole = true;
        let mut reader = BufReader::new(&file);
        if reader.fill_buf()?.first().is_some_and(|first| *first != b'{') {
            return Err(other());
        }
        for line in reader.split(b'\n') {
            let line = line?;
            if !is_whole {
                return Err(other());
            }
            let fields: Option<Map<String, Value>> = serde_json::from_slice(&line).ok();
            let of = |fields: &Map<String, Value>| {
                let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
                let is_withdrawn = fields.get(MARK)? == &Value::Bool(false);
                Some((is_withdrawn, (text("kind")? == "group", text("name")?.into_bytes())))
            };
            match fields.as_ref().and_then(of) {
                Some((true, object)) => {
                    known.remove(&object);
                }
                Some((false, object)) => {
                    known.insert(object, false);
                }
                // A last line may be cut; what it was about was not changed.
                None => is_whole = false,
            }
        }
        let mut undo = UndoFile { path: path.to_owned(), file, text: Vec::new(), is_cut: false, known };
        if !is_whole {
            undo.drop_last_line()?;
        } else if undo.lacks_newline()? {
            undo.text.push(b'\n');
        }
        Ok(undo)
    }

    /// How many objects have an entry.
    pub(in crate::commands) fn known(&self) -> usize {
        self.known.len()
    }

    fn lacks_newline(&self) -> io::Result<bool> {
        let mut last = [b'\n'];
        if let Some(end) = self.file.metadata()?.len().checked_sub(1) {
            self.file.read_exact_at(&mut last, end)?;
        }
        Ok(last != *b"\n")
    }

    fn drop_last_line(&mut self) -> io::Result<()> {
        let text = std::fs::read(&self.path)?;
        if text.ends_with(b"\n") {
            return Err(io::Error::other("it holds something else than what changes are taken back with"));
        }
        let end = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        self.file.set_len(end as u64)
    }

    /// Notes what the objects were that a step changes, if that is not known yet.
    pub(in crate::commands) fn note(&mut self, change: &Change, step: &Step) {
        // A group that stays keeps the statements that it is given, where the old ones cannot be said.
        let is_said = !change.before.as_ref().is_some_and(Object::is_written_amiss);
        if is_said || change.after.is_none() || matches!(change.object(), Object::Host(_)) {
            self.note_object(change.object(), change.before.as_ref());
        }
        // While a group changes, its hosts have another one.
        if let (Object::Group(_), Action::Update { from: host, .. } | Action::Remove(Object::Host(host))) =
            (change.object(), &step.action)
        {
            let host = Object::Host(host.clone());
            self.note_object(&host, Some(&host));
        }
    }

    fn note_object(&mut self, object: &Object, before: Option<&Object>) {
        if let Entry::Vacant(place) = self.known.entry((matches!(object, Object::Group(_)), object.name().to_vec())) {
            place.insert(true);
            self.add(object, before);
        }
    }

    /// Adds an entry of what an object was.
    pub(super) fn add(&mut self, object: &Object, before: Option<&Object>) {
        let mut entry = match before {
            Some(Object::Host(host)) => host_entry(&without_stand_in(host)),
            Some(object @ Object::Group(group)) if object.is_written_amiss() => {
                group_entry(&GroupState { statements: Some(HARMLESS.to_owned()), ..GroupState::clone(group) })
            }
            Some(Object::Group(group)) => group_entry(group),
            None => absent(object),
        };
        entry.insert(MARK.to_owned(), true.into());
        // A map of text writes itself.
        let _ = serde_json::to_writer(&mut self.text, &entry);
        self.text.push(b'\n');
    }

    /// Notes that an object was not added after all: what has its name is somebody else's, and stays. What an earlier run
    /// has noted of it counts, as that one may have added it.
    pub(in crate::commands) fn withdraw(&mut self, object: &Object) {
        let key = (matches!(object, Object::Group(_)), object.name().to_vec());
        if self.known.get(&key) != Some(&true) {
            return;
        }
        self.known.remove(&key);
        let mut entry = Map::new();
        entry.insert("kind".to_owned(), object.object_type().into());
        entry.insert("name".to_owned(), text(object.name()));
        entry.insert(MARK.to_owned(), false.into());
        let _ = serde_json::to_writer(&mut self.text, &entry);
        self.text.push(b'\n');
    }

    /// Writes out what was noted. Only then may it be changed.
    pub(in crate::commands) fn write(&mut self) -> io::Result<()> {
        if self.text.is_empty() {
            return Ok(());
        }
        let written = match self.is_cut {
            false => self.file.write_all(&self.text),
            true => Err(io::Error::other("its last line is cut off, as it could not be written out")),
        };
        self.is_cut = written.is_err();
        self.text.clear();
        written
    }
}

fn text(bytes: &[u8]) -> Value {
    Value::String(String::from_utf8_lossy(bytes).into_owned())
}

/// A host that an interrupted run has left with a stand-in had the group that it stands for.
fn without_stand_in(host: &State) -> State {
    let mut host = host.clone();
    if let Some(group) = host.untold.as_mut().and_then(|untold| untold.group.as_mut())
        && let Some(stands_for) = stands_for(group)
    {
        *group = stands_for.to_vec();
    }
    host
}

fn absent(object: &Object) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("kind".to_owned(), object.object_type().into());
    entry.insert("name".to_owned(), text(object.name()));
    entry.insert("absent".to_owned(), true.into());
    entry
}

/// A host as an entry: what of it is not known is not said.
fn host_entry(host: &State) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("kind".to_owned(), "host".into());
    entry.insert("name".to_owned(), text(&host.name));
    entry.insert("mac".to_owned(), host.hardware.as_ref().map(|(_, address)| colon_hex(address)).into());
    entry.insert("hardware_type".to_owned(), host.hardware.as_ref().map(|(number, _)| *number).into());
    entry.insert("client_id".to_owned(), host.client_id.as_deref().map(values::identifier_text).into());
    let addresses: Vec<String> = host.addresses().map(|address| address.to_string()).collect();
    entry.insert("addresses".to_owned(), addresses.into());
    if let Some(untold) = &host.untold {
        entry.insert("group".to_owned(), untold.group.as_deref().map_or(Value::Null, text));
        if !are_written_amiss(&untold.statements) {
            entry.insert("statements".to_owned(), untold.statements.clone().into());
        }
    }
    entry
}

/// A group as an entry.
fn group_entry(group: &GroupState) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("kind".to_owned(), "group".into());
    entry.insert("name".to_owned(), text(&group.name));
    entry.insert("statements".to_owned(), group.statements.clone().into());
    entry
}
