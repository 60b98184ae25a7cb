//! What people should know of a plan although nothing is in its way.

use std::collections::BTreeSet;

use crate::commands::bulk::wanted::Fault;
use crate::commands::live::host::state::State;
use crate::commands::live::host::text::{change_of_meaning, doubt_about_meaning};
use crate::render::text::visible;

use super::{Action, Change, Object, Planner};

impl Planner<'_> {
    pub(super) fn remark(&mut self, line: u64, text: String) {
        self.plan.remarks.push(Fault { line, text });
    }

    pub(super) fn remark_what_is_not_compared(&mut self) {
        if self.uncompared > 0 {
            let count = self.uncompared;
            self.remark(0, format!(
                "the group and the statements of {count} of the hosts that are there are not compared: dhcpd does not tell \
                 them, and its files are not here (--conf and --leases say where they are)"
            ));
        }
    }

    pub(super) fn remark_declared_hosts_that_go(&mut self) {
        let is_pruned = |change: &&Change| change.line == 0 && change.after.is_none();
        let is_declared = |change: &&Change| change.host_before().is_some_and(|host| host.is_declared);
        let declared = self.plan.changes.iter().filter(is_pruned).filter(is_declared).count();
        if declared > 0 {
            let advice = match &self.rules.prune {
                Some(scope) if scope.is_everything() => ": --scope says which hosts may be removed",
                _ => "",
            };
            self.remark(0, format!(
                "{declared} of the hosts that are removed are declared in dhcpd.conf, and the file does not want them{advice}"
            ));
        }
    }

    /// Says what of the hosts that change or go what takes it back cannot bring back.
    pub(super) fn remark_what_cannot_come_back(&mut self) {
        let mut remarks = Vec::new();
        let mut half_known = 0;
        for change in self.plan.changes.iter().filter(|change| change.after.is_none()) {
            let Some(host) = change.host_before() else { continue };
            half_known += usize::from(host.untold.is_none());
            if let Some(within) = &host.within {
                let (name, within) = (visible(&host.name), visible(within.as_bytes()));
                let text = format!(
                    "the host {name} has what `{within}` of dhcpd.conf gives it, which what takes its removal back cannot \
                     bring back"
                );
                remarks.push(Fault { line: change.line, text });
            }
        }
        for change in &self.plan.changes {
            if let Some(host) = change.host_before().filter(|host| host.has_named_address) {
                let name = visible(&host.name);
                let text = format!(
                    "the host {name} has an address by its name in dhcpd.conf, which what takes this back cannot bring back"
                );
                remarks.push(Fault { line: change.line, text });
            }
        }
        for change in &self.plan.changes {
            let Some(before) = change.before.as_ref().filter(|before| before.is_written_amiss()) else { continue };
            if change.after.as_ref().and_then(Object::statements) != before.statements() {
                let text = format!(
                    "the {} {} has statements in dhcpd.conf that cannot be said over OMAPI, which what takes this back \
                     cannot bring back",
                    change.object().object_type(),
                    visible(change.object().name())
                );
                remarks.push(Fault { line: change.line, text });
            }
        }
        self.plan.remarks.append(&mut remarks);
        if half_known > 0 {
            self.remark(0, format!(
                "the group and the statements of {half_known} of the hosts that are removed are not known, and cannot be \
                 brought back: dhcpd does not tell them, and its files are not here"
            ));
        }
    }

    /// Says which statements mean something else once dhcpd has read them in its own lease file.
    pub(super) fn remark_what_the_lease_file_changes(&mut self) {
        let change = |change: &Change| {
            let after = change.after.as_ref()?;
            let warning = change_of_meaning(after.statements()?)?;
            let text = format!("the {} {}: {warning}", after.object_type(), visible(after.name()));
            Some(Fault { line: change.line, text })
        };
        let mut remarks: Vec<Fault> = self.plan.changes.iter().filter_map(change).collect();
        self.plan.remarks.append(&mut remarks);
    }

    /// Says which hosts are made again with statements of the lease file that may have meant something else.
    pub(super) fn remark_doubts_about_meaning(&mut self) {
        let numbers: BTreeSet<usize> = {
            let made = self.plan.steps.iter().filter(|step| matches!(step.action, Action::Create(_)));
            made.map(|step| step.change).collect()
        };
        for number in numbers {
            let change = &self.plan.changes[number];
            let (Some(before), Some(after)) = (change.host_before(), &change.after) else { continue };
            let Some(statements) = before.untold.as_ref().map(|untold| untold.statements.as_str()) else { continue };
            if after.statements() == Some(statements)
                && let Some(doubt) = doubt_about_meaning(statements, before.is_declared)
            {
                let text = format!("the host {}: {doubt}", visible(&before.name));
                self.plan.remarks.push(Fault { line: change.line, text });
            }
        }
    }

    /// Hosts that an interrupted run has taken away, and that are neither there nor wanted: what is written down of them is
    /// all that there is.
    pub(super) fn hosts_left_away(&mut self, is_known: &dyn Fn(&[u8]) -> bool) {
        let is_pruned = |host: &State| self.rules.prune.as_ref().is_some_and(|scope| scope.has(host));
        let away = self.present.away.values().filter(|host| !is_known(&host.name) && !is_pruned(host));
        let mut names: Vec<&[u8]> = away.map(|host| host.name.as_slice()).collect();
        self.plan.leaves_hosts_away = !names.is_empty();
        // Where the server's files are not here, they may be there all the same.
        if self.present.is_complete {
            names.sort_unstable();
            self.plan.remarks.extend(names.into_iter().map(|name| Fault {
                line: 0,
                text: format!(
                    "the host {} was taken away by a run that was interrupted, and is not in the file: it stays away until \
                     it is wanted again",
                    visible(name)
                ),
            }));
        }
    }

    /// Says that a change will not last where dhcpd.conf declares the host.
    pub(super) fn warn_of_declaration(&mut self, line: u64, host: &State) {
        if host.is_declared {
            let text = format!(
                "dhcpd.conf declares the host {}: the change stays until dhcpd has written its lease file anew and is \
                 started again; change it there as well",
                visible(&host.name)
            );
            self.plan.remarks.push(Fault { line, text });
        }
    }
}
