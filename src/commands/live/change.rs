//! Changes to one server or to two: all of them or none, and never one-sided without saying so.
//!
//! A command looks at every server first and plans what to do on each. Then the edits are made in order,
//! and when one fails, those before it are taken back, the last one first. When a connection is lost
//! before the answer to an edit has come, the server is asked again whether it is done.

use crate::commands::connection::ServerSettings;
use crate::omapi::Attributes;
use crate::render::text::visible;
use crate::schema::attribute_of;

use super::failure::{Failure, Kind};
use super::server::Server;
use super::values::{arguments, shell_word};

/// A change to one object of one server, with what is needed to take it back.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Makes an object.
    Create {
        /// Its type.
        object_type: String,
        /// By what it is found again.
        key: Attributes,
        /// All of it.
        attributes: Attributes,
    },
    /// Changes an object.
    Update {
        /// Its type.
        object_type: String,
        /// By what it is found again.
        key: Attributes,
        /// Its handle, from looking it up.
        handle: u32,
        /// What changes.
        attributes: Attributes,
        /// What it was before, as far as it can be set again.
        before: Attributes,
    },
    /// Removes an object.
    Remove {
        /// Its type.
        object_type: String,
        /// By what it is found again.
        key: Attributes,
        /// Its handle, from looking it up.
        handle: u32,
        /// All of it that is known.
        before: Attributes,
        /// What of it is not known, and would be lost: in words.
        unknown: Option<&'static str>,
    },
}

impl Edit {
    /// What it does, in words.
    pub fn what(&self) -> String {
        let (verb, object_type, key) = match self {
            Edit::Create { object_type, key, .. } => ("add", object_type, key),
            Edit::Update { object_type, key, .. } => ("change", object_type, key),
            Edit::Remove { object_type, key, .. } => ("remove", object_type, key),
        };
        format!("cannot {verb} {}", named(object_type, key))
    }

    pub(super) fn key(&self) -> (&str, &Attributes) {
        match self {
            Edit::Create { object_type, key, .. }
            | Edit::Update { object_type, key, .. }
            | Edit::Remove { object_type, key, .. } => (object_type, key),
        }
    }

    fn make(&self, server: &mut Server) -> Result<(), Failure> {
        match self {
            Edit::Create { object_type, attributes, .. } => {
                server.create(&self.what(), object_type, attributes).map(|_| ())
            }
            Edit::Update { handle, attributes, .. } => {
                self.check_same(server, *handle)?;
                server.update(&self.what(), *handle, attributes)
            }
            Edit::Remove { handle, .. } => {
                self.check_same(server, *handle)?;
                server.remove(&self.what(), *handle)
            }
        }
    }

    /// Makes sure that a host is still the one that was looked up, as late as can be: dhcpd 4.4 keeps a removed host
    /// for as long as another client has it open, and its handle no longer stands for the host of that name.
    fn check_same(&self, server: &mut Server, handle: u32) -> Result<(), Failure> {
        let (object_type, key) = self.key();
        if object_type != "host" {
            return Ok(());
        }
        // Nothing is changed yet, so that nothing is uncertain.
        let certain = |failure| Failure { is_uncertain: false, ..failure };
        match server.find(&self.what(), object_type, key).map_err(certain)? {
            Some(opened) if opened.handle == handle => Ok(()),
            _ => {
                let name = server.name();
                let why = format!("{}: somebody else has removed it or made it anew on {name}", self.what());
                Err(Failure { server: Some(name), ..Failure::new(Kind::NotFound, why) })
            }
        }
    }

    /// Whether it gives a host something that dhcpd does not take away from it again: the host has to be made anew
    /// then.
    pub(super) fn lasts(&self) -> bool {
        match self {
            Edit::Update { object_type, attributes, before, .. } => attributes.iter().any(|(name, value)| {
                let is_lasting = attribute_of(object_type.as_bytes(), name).is_some_and(|known| known.is_lasting);
                value.is_some() && is_lasting && before.get(&String::from_utf8_lossy(name)).is_none()
            }),
            _ => false,
        }
    }

    /// Asks a server, over a connection of its own, whether the change is in effect.
    fn is_made(&self, server: &mut Server) -> Result<bool, Failure> {
        server.reconnect()?;
        self.stands(server)
    }

    /// Asks a server whether the change is in effect.
    pub(super) fn stands(&self, server: &mut Server) -> Result<bool, Failure> {
        let (object_type, key) = self.key();
        let found = server.find(&self.what(), object_type, key)?;
        Ok(match (self, found) {
            (Edit::Remove { .. }, found) => found.is_none(),
            (Edit::Create { attributes, .. } | Edit::Update { attributes, .. }, Some(found)) => {
                has(object_type, &found.attributes, attributes)
            }
            (_, None) => false,
        })
    }

    /// Asks a server whether the object is as it was before the change.
    pub(super) fn is_undone(&self, server: &mut Server) -> Result<bool, Failure> {
        let (object_type, key) = self.key();
        let found = server.find(&self.what(), object_type, key)?;
        Ok(match (self, found) {
            (Edit::Create { .. }, found) => found.is_none(),
            (Edit::Update { before, .. } | Edit::Remove { before, .. }, Some(found)) => {
                !before.is_empty() && has(object_type, &found.attributes, before)
            }
            (_, None) => false,
        })
    }

    /// Takes the change back, and tells what could not be brought back.
    pub(super) fn take_back(&self, server: &mut Server) -> Result<TakenBack, Failure> {
        let (object_type, key) = self.key();
        let what = format!("cannot take back the change to {}", named(object_type, key));
        match self {
            Edit::Create { .. } => match server.find(&what, object_type, key)? {
                Some(opened) => server.remove(&what, opened.handle).map(|()| TakenBack::Now),
                None => Ok(TakenBack::Before),
            },
            Edit::Update { before, .. } => {
                let opened = server.open(&what, object_type, key)?;
                server.update(&what, opened.handle, before).map(|()| TakenBack::Now)
            }
            Edit::Remove { before, .. } => match server.create(&what, object_type, before) {
                // It was not removed after all, or somebody else has made one meanwhile, and that one stays.
                Err(failure) if failure.kind == Kind::Exists => Ok(TakenBack::Before),
                outcome => outcome.map(|_| TakenBack::Now),
            },
        }
    }

    /// Makes the object anew, as it was.
    pub(super) fn make_anew(&self, server: &mut Server, was: &Attributes) -> Result<TakenBack, Failure> {
        let (object_type, key) = self.key();
        let what = format!("cannot make {} anew", named(object_type, key));
        let opened = server.open(&what, object_type, key)?;
        let now = opened.attributes.clone();
        server.remove(&what, opened.handle)?;
        match server.create(&what, object_type, was) {
            Ok(_) => Ok(TakenBack::Now),
            Err(failure) => {
                // Rather as it was a moment ago than not at all.
                let is_back = server.reconnect().and_then(|()| server.create(&what, object_type, &now)).is_ok();
                let name = named(object_type, key);
                Err(match is_back {
                    true => failure,
                    false => failure.advise(format!("{name} is removed: add it with {}", arguments(was).join(" "))),
                })
            }
        }
    }

    /// The command that would take the change back.
    fn repair(&self, server: &ServerSettings) -> String {
        let (object_type, key) = self.key();
        let mut words = vec!["omsh".to_owned(), "raw".to_owned()];
        match self {
            Edit::Create { .. } => {
                words.extend(["remove".to_owned(), object_type.to_owned()]);
                words.extend(arguments(key));
            }
            Edit::Update { before, .. } => {
                words.extend(["update".to_owned(), object_type.to_owned()]);
                words.extend(arguments(key));
                for argument in arguments(before) {
                    words.extend(["--set".to_owned(), argument]);
                }
            }
            Edit::Remove { before, .. } => {
                words.extend(["create".to_owned(), object_type.to_owned()]);
                words.extend(arguments(before));
            }
        }
        words.extend([
            "--server".to_owned(),
            shell_word(&server.host.value),
            "--port".to_owned(),
            server.port.value.to_string(),
        ]);
        if let Some(path) = &server.key_file {
            words.extend(["--key-file".to_owned(), shell_word(&path.to_string_lossy())]);
        }
        words.join(" ")
    }
}

/// Whether an object has these attributes, as far as its server tells.
fn has(object_type: &str, object: &Attributes, attributes: &Attributes) -> bool {
    attributes.iter().all(|(name, _)| has_one(object_type, object, attributes, name) != Some(false))
}

/// Whether an object has one of these attributes; `None` where its server does not tell.
pub(super) fn has_one(object_type: &str, object: &Attributes, attributes: &Attributes, name: &[u8]) -> Option<bool> {
    let is_reported = attribute_of(object_type.as_bytes(), name).is_none_or(|known| known.is_reported);
    let name = String::from_utf8_lossy(name);
    let value = attributes.get(&name);
    match object.get(&name) {
        Some(_) if object_type == "lease" && name == "state" => {
            Some(super::lease::is_kept(attributes.integer("state"), object.integer("state")))
        }
        // A number has four bytes where it is sent, and may have one where it is told.
        Some([byte]) => Some(value == Some(&[*byte]) || attributes.integer(&name) == Some((*byte).into())),
        Some(now) => Some(Some(now) == value),
        None if value.is_none() => Some(true),
        None => is_reported.then_some(false),
    }
}

/// How a change is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TakenBack {
    /// It was taken back.
    Now,
    /// There was nothing to take back: it was not made, or somebody else has changed the same since.
    Before,
}

/// An object in words.
pub(super) fn named(object_type: &str, key: &Attributes) -> String {
    let shown = key.get("name").or_else(|| key.get("ip-address").filter(|_| object_type != "lease"));
    match (shown, key.get("ip-address")) {
        (Some(name), _) => format!("the {object_type} {}", visible(name)),
        (None, Some(&[a, b, c, d])) => format!("the {object_type} {a}.{b}.{c}.{d}"),
        _ => format!("the {object_type}"),
    }
}

/// Makes the edits of each server, in order; those of all servers, or none.
///
/// # Errors
///
/// The first edit that failed, with what became of those before it.
pub fn make(servers: &mut [Server], plans: &[Vec<Edit>]) -> Result<(), Failure> {
    let mut made: Vec<(usize, &Edit)> = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        for edit in plan {
            if let Err(failure) = make_one(&mut servers[at], edit) {
                let uncertain = failure.is_uncertain.then_some((at, edit));
                return Err(undo(servers, &made, uncertain, failure));
            }
            made.push((at, edit));
        }
    }
    Ok(())
}

/// Makes an edit; when the answer is lost, finds out whether it is made.
fn make_one(server: &mut Server, edit: &Edit) -> Result<(), Failure> {
    match edit.make(server) {
        Err(failure) if failure.is_uncertain => match edit.is_made(server) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Failure { is_uncertain: false, ..failure }),
            // A lost connection that looked like a key that is not accepted, and it is not accepted indeed.
            Err(again) if (failure.kind, again.kind) == (Kind::Authentication, Kind::Authentication) => {
                Err(Failure { is_uncertain: false, ..failure })
            }
            Err(_) => Err(failure),
        },
        outcome => outcome,
    }
}

/// Takes the edits of all servers back, which were made and came to something else than was wanted.
pub fn take_back(servers: &mut [Server], plans: &[Vec<Edit>], failure: Failure) -> Failure {
    let made: Vec<_> =
        plans.iter().enumerate().flat_map(|(at, plan)| plan.iter().map(move |edit| (at, edit))).collect();
    undo(servers, &made, None, failure)
}

/// Takes back what was made before an edit failed, and that edit, too, where it may be made.
fn undo(
    servers: &mut [Server],
    made: &[(usize, &Edit)],
    uncertain: Option<(usize, &Edit)>,
    failure: Failure,
) -> Failure {
    let mut failure = failure;
    let made = made.iter().rev().map(|(at, edit)| (*at, *edit, false));
    let all = uncertain.map(|(at, edit)| (at, edit, true)).into_iter().chain(made);
    // What stands on a server keeps what was made before it from being taken back.
    let mut stuck = Vec::new();
    for (at, edit, is_uncertain) in all {
        let server = &mut servers[at];
        let name = server.name();
        if stuck.contains(&at) {
            failure.aftermath.repairs.push(edit.repair(server.settings()));
            continue;
        }
        let (object_type, key) = edit.key();
        let object = named(object_type, key);
        let outcome = match edit.take_back(server) {
            // A connection that is lost, be it by what went wrong, deserves another one.
            Err(failure) if failure.is_uncertain || failure.kind == Kind::Connection => {
                server.reconnect().and_then(|()| edit.take_back(server))
            }
            outcome => outcome,
        };
        match outcome {
            Ok(TakenBack::Before) => {}
            Ok(TakenBack::Now) => {
                failure.aftermath.taken_back.push(format!("the change to {object} on {name}"));
                if let Edit::Remove { unknown: Some(unknown), .. } = edit {
                    failure
                        .aftermath
                        .one_sided
                        .push(format!("{object} on {name} is there again, but without {unknown}, if it had any"));
                }
            }
            Err(why) => {
                stuck.push(at);
                failure.aftermath.one_sided.push(if is_uncertain {
                    format!("it is not known whether {name} has made, or will make, the change to {object}: {why}")
                } else {
                    format!("the change to {object} stands on {name}: {why}")
                });
                failure.aftermath.repairs.push(edit.repair(server.settings()));
            }
        }
    }
    failure
}
