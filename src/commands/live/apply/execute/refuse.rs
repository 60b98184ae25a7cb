//! What becomes of a change of which a step is refused: what was removed for it is put back, and what cannot be is told.

use std::net::IpAddr;
use std::sync::Arc;

use crate::commands::bulk::plan::{Action, Change, Object, Step};
use crate::commands::live::failure::Failure;
use crate::commands::live::host::state::State;
use crate::commands::live::values::octets;
use crate::omapi::ResultCode;
use crate::omapi::client::Pipeline;
use crate::render::text::visible;

use super::{Executor, Fate, Purpose, Stop, Work, push_create};

/// What became of something that was removed to be made anew, and could not be.
const IS_BACK: &str = "; it is as it was";
const IS_BACK_WITHOUT: &str = "; it is there again, without the addresses that other hosts have got";
const IS_BACK_BARE: &str = "; it is there again, without its statements, which the lease file cannot keep";
pub(super) const IS_LOST: &str = "; it is removed, and could not be made again as it was";

/// What became of a change of which a later step is refused.
const IS_BEGUN: &str = "; it is half done, and the same command, given again, goes on with it";

impl Executor<'_> {
    /// Gives up a step, and puts back what was removed for it.
    pub(super) fn refuse(
        &mut self,
        pipeline: &mut Pipeline,
        work: &mut Work,
        step: usize,
        why: String,
    ) -> Result<(), Stop> {
        let Some(before) = self.to_put_back(step) else {
            self.give_up(step, why);
            return Ok(());
        };
        self.settle(step, Fate::Refused(why));
        let id = push_create(pipeline, &before)?;
        work.requests.insert(id, Purpose::PutBack(step));
        work.makes += 1;
        Ok(())
    }

    /// Gives up a step for which nothing is to be put back.
    pub(super) fn give_up(&mut self, step: usize, why: String) {
        self.settle(step, Fate::Refused(why));
        if self.is_begun(step) {
            self.tell_of_putting_back(step, IS_BEGUN);
        }
    }

    /// What was removed to be made anew, when that has failed.
    pub(super) fn to_put_back(&self, step: usize) -> Option<Object> {
        let change = self.steps[step].change;
        if self.changes[change].before.is_none() || !matches!(self.steps[step].action, Action::Create(_)) {
            return None;
        }
        let is_removed = (0..step).rev().find_map(|other| match &self.steps[other] {
            Step { change: of, action: Action::Remove(object) }
                if *of == change && object.name() == self.steps[step].action.object().name() =>
            {
                Some(self.fates[other] == Fate::Made)
            }
            _ => None,
        });
        let before = self.changes[change].before.as_ref().filter(|_| is_removed == Some(true))?.sendable();
        let Object::Host(host) = &before else { return Some(before) };
        let is_free = |address: &IpAddr| !self.is_taken_meanwhile(change, *address);
        let addresses = host.addresses().filter(is_free).flat_map(octets).collect();
        Some(Object::Host(Arc::new(State { addresses, ..State::clone(host) })))
    }

    /// Whether another host has got that address from these steps. One that is still to get it does not any longer.
    fn is_taken_meanwhile(&self, but: usize, address: IpAddr) -> bool {
        let others: Vec<usize> = self.givers.takers(address).iter().copied().filter(|taker| *taker != but).collect();
        let has_it = |host: &State| host.addresses().any(|own| own == address);
        !others.is_empty()
            && self.steps.iter().zip(self.fates.iter()).any(|(step, fate)| {
                let becomes = match &step.action {
                    Action::Create(Object::Host(host)) => Some(host),
                    Action::Update { to, .. } => Some(to),
                    _ => None,
                };
                let had_it = self.changes[step.change].host_before().is_some_and(has_it);
                *fate == Fate::Made
                    && others.contains(&step.change)
                    && becomes.is_some_and(|host| has_it(host))
                    && !had_it
            })
    }

    /// Whether another step of the same change is in effect.
    pub(super) fn is_begun(&self, step: usize) -> bool {
        let change = self.steps[step].change;
        // A host that is new takes one step.
        let takes_one = matches!(&self.changes[change], Change { before: None, after: Some(Object::Host(_)), .. });
        !takes_one && self.begun[change]
    }

    pub(super) fn how_it_is_back(&self, step: usize) -> &'static str {
        let change = self.steps[step].change;
        let before = self.to_put_back(step);
        // The hosts of a group have what stands in for it.
        let mut own = self.steps[..step].iter().filter(|step| step.change == change);
        match before {
            Some(Object::Group(_)) if own.any(|step| matches!(step.action, Action::Update { .. })) => IS_BEGUN,
            Some(_) if self.changes[change].before.as_ref().is_some_and(Object::is_written_amiss) => IS_BACK_BARE,
            before if before == self.changes[change].before => IS_BACK,
            _ => IS_BACK_WITHOUT,
        }
    }

    pub(super) fn tell_of_putting_back(&mut self, step: usize, how: &str) {
        if let Fate::Refused(why) = &mut self.fates[step] {
            why.push_str(how);
        }
    }

    pub(super) fn what(&self, step: usize) -> String {
        let action = &self.steps[step].action;
        let object = action.object();
        let change = &self.changes[self.steps[step].change];
        let verb = match (action, &change.before, &change.after) {
            (Action::Update { .. }, ..) => "change",
            (Action::Create(_), None, _) => "add",
            (Action::Create(_), Some(_), _) => "make anew",
            (Action::Remove(_), _, None) => "remove",
            (Action::Remove(_), ..) => "change",
        };
        format!("cannot {verb} the {} {}", object.object_type(), visible(object.name()))
    }

    pub(super) fn refusal(&self, step: usize, code: ResultCode) -> String {
        let failure =
            Failure::refused(&self.what(step), &self.server.name(), code, self.server.settings().key.is_some());
        match failure.advice {
            Some(advice) => format!("{}; {advice}", failure.message),
            None => failure.message,
        }
    }
}
