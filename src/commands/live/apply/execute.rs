//! Makes the steps of a plan on one server, many requests under way at once, and accounts for each.
//!
//! Requests that change something are sent in the order of the steps, and dhcpd carries out what comes over one connection
//! in that order. What is changed or removed is looked up a moment before, for its handle, and to see that it is
//! still what the plan has taken it for.
//!
//! When the connection is lost, it is made anew; steps that may have been carried out are looked up before any
//! is made once more.
//!
//! - `recover`: after a connection is lost; `refuse`: what becomes of a change of which a step is refused.

mod recover;
mod refuse;

use std::collections::{HashMap, HashSet};

use crate::commands::bulk::away::Away;
use crate::commands::bulk::plan::{Action, Change, Object, Step};
use crate::commands::bulk::undo::UndoFile;
use crate::commands::live::failure::{Failure, Kind};
use crate::commands::live::host::state::State;
use crate::commands::live::server::Server;
use crate::omapi::Attributes;
use crate::omapi::client::Pipeline;
use crate::omapi::{ClientError, Request, ResultCode};
use crate::render::text::visible;

use super::givers::Givers;
use super::interrupt;

use refuse::IS_LOST;

/// How many steps further on objects are looked up at most, where changes wait for nothing.
const AHEAD: usize = 256;

/// And at least: the next change is known then when the last one is answered.
const LEAST_AHEAD: usize = 2;

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It was not made.
    NotMade,
    /// It is in effect.
    Made,
    /// It was refused, or there was nothing to make it of: why.
    Refused(String),
    /// It was sent, and it is not known whether it is in effect: why.
    InDoubt(String),
}

/// Who is told how many steps are behind us.
pub(super) type Watch<'a> = dyn Fn(usize) + Sync + 'a;

/// Makes steps on a server.
pub(super) struct Executor<'a> {
    server: &'a mut Server,
    changes: &'a [Change],
    steps: &'a [Step],
    /// What becomes of each step.
    fates: &'a mut [Fate],
    /// Where it is written down how to take them back.
    undo: Option<&'a mut UndoFile>,
    /// Where it is written down what hosts were that are away for a moment.
    away: Option<&'a mut Away>,
    watch: &'a Watch<'a>,
    /// Ctrl-C ends it between two changes.
    is_interruptible: bool,
    /// The changes of which a step has failed: their other steps are not made.
    failed: HashSet<usize>,
    /// Of which changes a step is in effect.
    begun: Vec<bool>,
    givers: &'a Givers,
    /// Steps that may have been carried out before a connection was lost, of which dhcpd does not tell.
    repeated: HashSet<usize>,
}

/// What a request is for.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    /// To look up what the step is about.
    Look(usize),
    /// To make it.
    Make(usize),
    /// To put back what the change of this step has removed.
    PutBack(usize),
}

/// Whether it is a step's turn.
enum Turn {
    /// It is to be made, of what has this handle; 0 for what is made anew.
    Now(u32),
    /// What it waits for is under way.
    NotYet,
    /// It is settled, or not to be made any longer.
    Over,
}

/// What keeps a step from being made.
enum Obstacle {
    /// What is waited for is under way.
    NotYet,
    /// It will not be made: why.
    Kept(String),
}

/// What a look-up has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// What was expected, under this handle.
    Expected(u32),
    /// Something else of that name.
    Other,
    Nothing,
}

/// Why there is no going on.
enum Stop {
    /// The connection is lost.
    Lost(ClientError),
    /// Nothing more is to be made: the undo file cannot be written, or somebody has pressed Ctrl-C.
    Here(Failure),
}

impl From<ClientError> for Stop {
    fn from(error: ClientError) -> Self {
        Stop::Lost(error)
    }
}

/// The steps that are being made over one connection.
#[derive(Default)]
struct Work {
    /// Those that are left, in order.
    steps: Vec<usize>,
    /// The next one to look up and the next one to make, by their places among these.
    next_look: usize,
    next_make: usize,
    /// How many of those between the two are about an object of a type and a name.
    ahead: HashMap<(&'static str, Vec<u8>), usize>,
    seen: HashMap<usize, Seen>,
    requests: HashMap<u32, Purpose>,
    /// Requests under way that change something.
    makes: usize,
    /// The last one of them removes a group.
    removes_group: bool,
}

impl Work {
    fn is_ahead(&self, object: &Object) -> bool {
        self.ahead.contains_key(&(object.object_type(), object.name().to_vec()))
    }

    fn enter(&mut self, object: &Object) {
        *self.ahead.entry((object.object_type(), object.name().to_vec())).or_default() += 1;
    }

    fn leave(&mut self, object: &Object) {
        let key = (object.object_type(), object.name().to_vec());
        if let Some(count) = self.ahead.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.ahead.remove(&key);
            }
        }
    }
}

impl<'a> Executor<'a> {
    /// To make these steps, of which those that are not made yet are left. `givers` are those of these changes, and may know
    /// of steps that come later.
    pub(super) fn new(
        server: &'a mut Server,
        changes: &'a [Change],
        steps: &'a [Step],
        givers: &'a Givers,
        fates: &'a mut [Fate],
        undo: Option<&'a mut UndoFile>,
        watch: &'a Watch<'a>,
    ) -> Self {
        let (mut failed, mut begun) = (HashSet::new(), vec![false; changes.len()]);
        for (step, fate) in steps.iter().zip(fates.iter()) {
            match fate {
                Fate::NotMade => {}
                Fate::Made => begun[step.change] = true,
                Fate::Refused(_) | Fate::InDoubt(_) => {
                    failed.insert(step.change);
                }
            }
        }
        Executor {
            server,
            changes,
            steps,
            fates,
            undo,
            away: None,
            watch,
            is_interruptible: true,
            failed,
            begun,
            givers,
            repeated: HashSet::new(),
        }
    }

    /// The same, and it is written down what hosts were that are away for a moment.
    pub(super) fn with_away(self, away: Option<&'a mut Away>) -> Self {
        Executor { away, ..self }
    }

    /// The same, and Ctrl-C does not end it.
    pub(super) fn uninterruptible(self) -> Self {
        Executor { is_interruptible: false, ..self }
    }

    /// Makes the steps.
    ///
    /// # Errors
    ///
    /// There is no connection any longer, the undo file cannot be written, or somebody has pressed Ctrl-C. The fates tell
    /// how far it has come.
    pub(super) fn run(&mut self) -> Result<(), Failure> {
        let mut losses = 0;
        loop {
            let before = self.settled();
            let mut work = Work { steps: self.left(), ..Work::default() };
            if work.steps.is_empty() {
                return Ok(());
            }
            let mut pipeline = self.server.pipeline()?;
            match self.work(&mut pipeline, &mut work) {
                Ok(()) => self.server.put_back(pipeline),
                Err(Stop::Here(failure)) => {
                    // What is under way is answered yet, so that nothing is in doubt.
                    match self.take_answers(&mut pipeline, &mut work) {
                        Err(Stop::Lost(error)) => self.recover(pipeline, &work, &error, &mut losses)?,
                        _ => self.server.put_back(pipeline),
                    }
                    return Err(failure);
                }
                Err(Stop::Lost(error)) => {
                    losses = if self.settled() > before { 1 } else { losses + 1 };
                    self.recover(pipeline, &work, &error, &mut losses)?;
                }
            }
        }
    }

    fn settled(&self) -> usize {
        self.fates.iter().filter(|fate| **fate != Fate::NotMade).count()
    }

    /// The steps that are left to be made.
    fn left(&self) -> Vec<usize> {
        let is_left = |step: &usize| self.fates[*step] == Fate::NotMade && !self.has_failed(*step);
        (0..self.steps.len()).filter(is_left).collect()
    }

    /// Whether somebody has pressed Ctrl-C, and that counts.
    fn is_to_stop(&self) -> bool {
        self.is_interruptible && interrupt::is_asked()
    }

    /// Whether another step of the same change has failed.
    fn has_failed(&self, step: usize) -> bool {
        self.failed.contains(&self.steps[step].change)
    }

    /// Makes all steps that are left.
    fn work(&mut self, pipeline: &mut Pipeline, work: &mut Work) -> Result<(), Stop> {
        loop {
            self.look_ahead(pipeline, work)?;
            self.make_next(pipeline, work)?;
            if !self.take_answer(pipeline, work)? && work.next_make == work.steps.len() {
                return Ok(());
            }
        }
    }

    /// Looks up what the next steps are about, no further ahead than keeps changes ready: what somebody else changes between
    /// a look-up and the change is not seen. An object that another step is about before is looked up when that one is sent.
    fn look_ahead(&mut self, pipeline: &mut Pipeline, work: &mut Work) -> Result<(), Stop> {
        let ahead = pipeline.worth_having().clamp(LEAST_AHEAD, AHEAD);
        while work.next_look < work.steps.len() && work.next_look < work.next_make + ahead && pipeline.has_room() {
            let step = work.steps[work.next_look];
            let action = &self.steps[step].action;
            let object = action.object();
            if !matches!(action, Action::Create(_)) {
                if work.is_ahead(&object) {
                    break;
                }
                let by = by_name(object.name());
                let id = pipeline.push(&Request::open(object.object_type().as_bytes(), by.as_values()))?;
                work.requests.insert(id, Purpose::Look(step));
            }
            work.enter(&object);
            work.next_look += 1;
        }
        Ok(())
    }

    /// Sends what makes the next steps.
    fn make_next(&mut self, pipeline: &mut Pipeline, work: &mut Work) -> Result<(), Stop> {
        while work.next_make < work.next_look && pipeline.has_room() {
            let step = work.steps[work.next_make];
            let change = |at: usize| self.steps[work.steps[at]].change;
            let is_begun = work.next_make > 0 && change(work.next_make - 1) == change(work.next_make);
            if self.is_to_stop() && !is_begun {
                return Err(Stop::Here(Failure::new(Kind::Refused, "interrupted: the rest was not begun")));
            }
            match self.turn(pipeline, work, step)? {
                Turn::NotYet => break,
                Turn::Now(handle) => self.make(pipeline, work, step, handle)?,
                Turn::Over => {}
            }
            work.leave(&self.steps[step].action.object());
            work.seen.remove(&step);
            work.next_make += 1;
        }
        Ok(())
    }

    /// Whether it is a step's turn. One that is not to be made is settled.
    fn turn(&mut self, pipeline: &mut Pipeline, work: &mut Work, step: usize) -> Result<Turn, Stop> {
        let action = &self.steps[step].action;
        // No host may have a group that is gone: all of them have another one by then, and none gets one of that name before
        // it is known to be gone, as dhcpd does not tell the two apart.
        if (removes_group(action) || work.removes_group) && work.makes > 0 {
            return Ok(Turn::NotYet);
        }
        let handle = match (action, work.seen.get(&step)) {
            (Action::Create(_), _) => 0,
            (_, None) if !self.has_failed(step) => return Ok(Turn::NotYet),
            (_, Some(Seen::Expected(handle))) => *handle,
            (Action::Remove(_), Some(Seen::Nothing)) => {
                self.settle(step, Fate::Made);
                return Ok(Turn::Over);
            }
            // Whether the change is begun is known when all before it is answered.
            (_, Some(_)) if !self.has_failed(step) && work.makes > 0 => return Ok(Turn::NotYet),
            (_, Some(_)) if !self.has_failed(step) => {
                let (what, name) = (self.what(step), self.server.name());
                let why = format!("{what}: somebody else has changed or removed it on {name} meanwhile");
                self.refuse(pipeline, work, step, why)?;
                return Ok(Turn::Over);
            }
            _ => return Ok(Turn::Over),
        };
        if self.has_failed(step) {
            return Ok(Turn::Over);
        }
        match self.obstacle(step) {
            None => Ok(Turn::Now(handle)),
            Some(Obstacle::NotYet) => Ok(Turn::NotYet),
            Some(Obstacle::Kept(_)) if work.makes > 0 => Ok(Turn::NotYet),
            Some(Obstacle::Kept(why)) => {
                let why = format!("{}: {why}", self.what(step));
                self.refuse(pipeline, work, step, why)?;
                Ok(Turn::Over)
            }
        }
    }

    /// Sends the request that makes a step, with the handle of what it changes or removes.
    fn make(&mut self, pipeline: &mut Pipeline, work: &mut Work, step: usize, handle: u32) -> Result<(), Stop> {
        self.note_undo(step)?;
        let action = &self.steps[step].action;
        let id = match action {
            Action::Create(object) => push_create(pipeline, object)?,
            Action::Update { attributes, .. } => pipeline.push(&Request::update(handle, attributes.as_values()))?,
            Action::Remove(_) => pipeline.push(&Request::delete(handle))?,
        };
        work.requests.insert(id, Purpose::Make(step));
        work.makes += 1;
        work.removes_group = removes_group(action);
        Ok(())
    }

    /// What keeps a step from being made although dhcpd would make it: what others have not given up.
    fn obstacle(&self, step: usize) -> Option<Obstacle> {
        if let Action::Remove(Object::Group(group)) = &self.steps[step].action {
            let had_it = |change: &&usize| {
                self.changes[**change].host_before().is_some_and(|host| host.group() == Some(&group.name))
            };
            let change = self.failed.iter().filter(had_it).min()?;
            let host = visible(self.changes[*change].object().name());
            return Some(Obstacle::Kept(format!("the host {host} still has it")));
        }
        let mut is_awaited = false;
        for giver in self.givers.before(step) {
            match &self.fates[giver.step] {
                Fate::Made => {}
                Fate::NotMade if !self.has_failed(giver.step) => is_awaited = true,
                _ => {
                    let host = visible(self.changes[self.steps[giver.step].change].object().name());
                    return Some(Obstacle::Kept(format!("the host {host} has not given up its {}", giver.what)));
                }
            }
        }
        is_awaited.then_some(Obstacle::NotYet)
    }

    fn note_undo(&mut self, step: usize) -> Result<(), Stop> {
        let step = &self.steps[step];
        if let Some(away) = &mut self.away
            && away.note(&self.changes[step.change], step).is_err()
        {
            // It is a help for another run only.
            self.away = None;
        }
        let Some(undo) = &mut self.undo else { return Ok(()) };
        undo.note(&self.changes[step.change], step);
        undo.write().map_err(|error| Stop::Here(Failure::new(Kind::Output, error.to_string())))
    }

    /// Takes in all answers that are to come.
    fn take_answers(&mut self, pipeline: &mut Pipeline, work: &mut Work) -> Result<(), Stop> {
        while self.take_answer(pipeline, work)? {}
        Ok(())
    }

    /// Takes in an answer; `false` when none is to come.
    fn take_answer(&mut self, pipeline: &mut Pipeline, work: &mut Work) -> Result<bool, Stop> {
        let Some((id, answer)) = pipeline.next_answer()? else { return Ok(false) };
        let Some(purpose) = work.requests.remove(&id) else { return Ok(true) };
        let outcome = answer.outcome();
        match purpose {
            Purpose::Look(step) => {
                let seen = match outcome {
                    Ok(()) if is_told(&self.steps[step].action.object(), &Attributes::of(answer.object_values)) => {
                        Seen::Expected(answer.handle)
                    }
                    Ok(()) => Seen::Other,
                    Err(ResultCode::NOT_FOUND) => Seen::Nothing,
                    Err(code) => {
                        let why = self.refusal(step, code);
                        self.refuse(pipeline, work, step, why)?;
                        Seen::Other
                    }
                };
                work.seen.insert(step, seen);
            }
            Purpose::Make(step) => {
                work.makes -= 1;
                match outcome {
                    Ok(()) => self.settle(step, Fate::Made),
                    // dhcpd gives statements to hosts that have none.
                    Err(ResultCode::ALREADY_EXISTS) if self.repeated.contains(&step) => self.settle(step, Fate::Made),
                    Err(code) => {
                        let why = self.refusal(step, code);
                        self.refuse(pipeline, work, step, why)?;
                    }
                }
            }
            Purpose::PutBack(step) => {
                work.makes -= 1;
                self.tell_of_putting_back(step, if outcome.is_ok() { self.how_it_is_back(step) } else { IS_LOST });
            }
        }
        Ok(true)
    }

    fn settle(&mut self, step: usize, fate: Fate) {
        let change = self.steps[step].change;
        match fate {
            Fate::Made => self.begun[change] = true,
            _ => {
                self.failed.insert(change);
            }
        }
        self.fates[step] = fate;
        (self.watch)(1);
    }
}

fn by_name(name: &[u8]) -> Attributes {
    Attributes::new().with("name", name)
}

/// What is sent to make an object.
fn attributes_of(object: &Object) -> Attributes {
    match object {
        Object::Host(host) => host.attributes(None),
        Object::Group(group) => by_name(&group.name).with("statements", group.statements.clone().unwrap_or_default()),
    }
}

fn push_create(pipeline: &mut Pipeline, object: &Object) -> Result<u32, ClientError> {
    pipeline.push(&Request::create(object.object_type().as_bytes(), attributes_of(object).as_values()))
}

fn removes_group(action: &Action) -> bool {
    matches!(action, Action::Remove(Object::Group(_)))
}

/// Whether an object is what its server tells of it.
fn is_told(object: &Object, told: &Attributes) -> bool {
    match object {
        Object::Host(host) => {
            let now = State::of(told);
            (&now.hardware, &now.client_id, &now.addresses) == (&host.hardware, &host.client_id, &host.addresses)
        }
        Object::Group(_) => true,
    }
}
