//! After a connection is lost: what became of the steps that were under way.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::commands::bulk::plan::{Action, Object};
use crate::commands::live::failure::{Failure, Kind};
use crate::omapi::ClientError;
use crate::omapi::client::Pipeline;

use super::refuse::IS_LOST;
use super::{Executor, Fate, Purpose, Work, attributes_of, by_name, is_told};

/// How often a connection may be lost before a step is done.
const LOSSES: u32 = 3;

/// The pause before another attempt to connect.
const PAUSE: Duration = Duration::from_millis(200);

impl Executor<'_> {
    /// Connects again after a loss, and finds out what became of the steps that were under way. The connection may be lost
    /// again meanwhile.
    pub(super) fn recover(
        &mut self,
        pipeline: Pipeline,
        work: &Work,
        error: &ClientError,
        losses: &mut u32,
    ) -> Result<(), Failure> {
        let name = self.server.name();
        let mut doubtful: Vec<usize> = Vec::new();
        let mut put_back: Vec<usize> = Vec::new();
        for id in pipeline.in_doubt() {
            match work.requests.get(&id) {
                Some(Purpose::Make(step)) => doubtful.push(*step),
                Some(Purpose::PutBack(step)) => put_back.push(*step),
                _ => {}
            }
        }
        let unsent = pipeline.not_sent().filter_map(|id| match work.requests.get(&id) {
            Some(Purpose::PutBack(step)) => Some(*step),
            _ => None,
        });
        put_back.extend(unsent);
        pipeline.abandon();
        // dhcpd may have been stopped before its first answer, which then passes for a key that is not accepted.
        let is_refused = error.is_authentication() && !error.is_closed_unproven();
        let is_ours = is_refused || matches!(error, ClientError::GivenUp);
        let mut why = Failure::client("the connection is lost", &name, error);
        while !is_ours && *losses <= LOSSES {
            if let Err(failure) = self.reconnect() {
                // It is away: there was nothing wrong with the key.
                if why.kind == Kind::Authentication {
                    why = failure;
                }
                break;
            }
            if self.find_out(&mut doubtful, &mut put_back).is_ok() {
                return Ok(());
            }
            *losses += 1;
        }
        for step in doubtful {
            let doubt = format!(
                "{}: it is not known whether {name} has done it: {error}",
                self.what(step).replacen("cannot ", "", 1)
            );
            self.settle(step, Fate::InDoubt(doubt));
        }
        for step in put_back {
            self.tell_of_putting_back(
                step,
                "; it was removed, and it is not known whether it is there again as it was",
            );
        }
        Err(why)
    }

    /// Finds out what became of steps, and puts back what could not be made anew.
    fn find_out(&mut self, doubtful: &mut Vec<usize>, put_back: &mut Vec<usize>) -> Result<(), Failure> {
        self.look_at(doubtful)?;
        while let Some(step) = put_back.last() {
            self.put_back_slowly(*step)?;
            put_back.pop();
        }
        Ok(())
    }

    /// Connects, as long as the server may be about to come back.
    fn reconnect(&mut self) -> Result<(), Failure> {
        let end = Instant::now() + self.server.timeout();
        loop {
            match self.server.reconnect() {
                Err(failure) if failure.kind == Kind::Connection && Instant::now() < end && !self.is_to_stop() => {
                    sleep(PAUSE);
                }
                outcome => return outcome,
            }
        }
    }

    /// Finds out which of the steps are in effect, and takes them from the doubtful ones. The others are left to be made.
    fn look_at(&mut self, doubtful: &mut Vec<usize>) -> Result<(), Failure> {
        while let Some(first) = doubtful.first() {
            let object = self.steps[*first].action.object();
            let is_same = |step: &usize| {
                let other = self.steps[*step].action.object();
                other.object_type() == object.object_type() && other.name() == object.name()
            };
            let steps: Vec<usize> = doubtful.iter().copied().filter(is_same).collect();
            let what = "cannot look whether it is done";
            let found = self.server.find(what, object.object_type(), &by_name(object.name()))?;
            let is_now = |object: Option<&Object>| match (object, &found) {
                (None, None) => true,
                (Some(object), Some(found)) => is_told(object, &found.attributes),
                _ => false,
            };
            // The object as it was before each step. The first that it is now is the one to go on from: what looks
            // alike before and after is made once more.
            let before = |step: usize| match &self.steps[step].action {
                Action::Create(_) => None,
                action => Some(action.object()),
            };
            let after = match &self.steps[steps[steps.len() - 1]].action {
                Action::Create(object) => Some(object.clone()),
                Action::Update { to, .. } => Some(Object::Host(to.clone())),
                Action::Remove(_) => None,
            };
            let made = match steps.iter().position(|step| is_now(before(*step).as_ref())) {
                Some(made) => made,
                None if is_now(after.as_ref()) => steps.len(),
                None => {
                    if let Some(why) = self.bring_back(steps[0], found.is_none())? {
                        self.give_up(steps[0], why);
                    }
                    0
                }
            };
            for step in &steps[..made] {
                self.settle(*step, Fate::Made);
            }
            let looks_made = |step: usize| match &self.steps[step].action {
                Action::Update { to, .. } => is_now(Some(&Object::Host(to.clone()))),
                _ => false,
            };
            let repeated: Vec<usize> = steps[made..].iter().copied().filter(|step| looks_made(*step)).collect();
            self.repeated.extend(repeated);
            doubtful.retain(|step| !steps.contains(step));
        }
        Ok(())
    }

    /// Makes a host again that was lost: dhcpd writes an update as a removal and a creation, and can be stopped in between.
    /// Returns why that is not what has happened, or cannot be done.
    fn bring_back(&mut self, step: usize, is_gone: bool) -> Result<Option<String>, Failure> {
        let what = self.what(step);
        match &self.steps[step].action {
            Action::Update { from, .. } if is_gone => {
                match self.server.create(&what, "host", &from.sendable().attributes(None)) {
                    Ok(_) if from.sendable() != **from => Ok(Some(format!(
                        "{what}: it was gone when {} was there again; it is made again as it was, but for its statements, which \
                     the lease file cannot keep",
                        self.server.name()
                    ))),
                    Ok(_) if from.untold.is_some() => Ok(None),
                    Ok(_) => Ok(Some(format!(
                        "{what}: it was gone when {} was there again; it is made again as it was, but for a group and statements \
                     of its own, which are not known here",
                        self.server.name()
                    ))),
                    Err(failure) if failure.is_uncertain => Err(failure),
                    Err(failure) => Ok(Some(failure.message)),
                }
            }
            _ => {
                let done = if is_gone { "removed" } else { "changed" };
                Ok(Some(format!("{what}: somebody else has {done} it on {} meanwhile", self.server.name())))
            }
        }
    }

    fn put_back_slowly(&mut self, step: usize) -> Result<(), Failure> {
        let Some(before) = self.to_put_back(step) else { return Ok(()) };
        let what = "cannot make it again";
        let object_type = before.object_type();
        let is_back = match self.server.find(what, object_type, &by_name(before.name()))? {
            Some(found) => is_told(&before, &found.attributes),
            None => match self.server.create(what, object_type, &attributes_of(&before)) {
                Err(failure) if failure.is_uncertain => return Err(failure),
                outcome => outcome.is_ok(),
            },
        };
        self.tell_of_putting_back(step, if is_back { self.how_it_is_back(step) } else { IS_LOST });
        Ok(())
    }
}
