//! A server's files, read for export.

use std::collections::HashSet;
use std::io::Write;
use std::ops::ControlFlow;

use anyhow::{Result, ensure};

use crate::commands::browse::{Asked, facts, hosts, now, site};
use crate::dhcpd::Family;
use crate::dhcpd::conf::{ByItself, Conf};
use crate::dhcpd::declarations::Context;
use crate::dhcpd::inventory::{Failover, Groups, NamedGroup, Networks, Origin, Reservation, Reservations, View};
use crate::dhcpd::leases::{Block, Current, Outline, Source, Summary, Table};
use crate::render::text::visible;

use super::chosen::{Chosen, What};

/// The files.
pub(super) struct Files {
    pub(super) conf: Option<Conf>,
    pub(super) networks: Networks,
    failover: Failover,
    source: Option<Source>,
    outline: Outline,
    reservations: Reservations,
    groups: Groups,
    is_v6: bool,
    /// Seconds since 1970.
    pub(super) now: i64,
    /// There is a lease file, and it cannot be read.
    lacks_leases: bool,
}

impl Files {
    /// Reads them, and says what is wrong with the lease file. Leases need one, and Kea's configuration a dhcpd.conf.
    pub(super) fn read(asked: &Asked<'_>, needs_leases: bool, needs_conf: bool, err: &mut dyn Write) -> Result<Files> {
        let conf = match needs_conf {
            true => Some(site::read_conf(asked)?),
            false => site::read_conf_if_any(asked, err)?,
        };
        let family = asked.files.family.or_else(|| conf.as_ref().and_then(Conf::family));
        ensure!(
            !(needs_conf && family == Some(Family::V6)),
            "this dhcpd.conf is one of DHCPv6, and there is no export to kea-dhcp6"
        );
        let (mut source, mut lacks_leases) = (None, false);
        match site::lease_file(asked, conf.as_ref()) {
            Ok(path) => match Source::open(&path) {
                Ok(opened) => source = Some(opened),
                Err(error) if needs_leases || conf.is_none() || asked.files.leases.is_some() => {
                    return Err(error.into());
                }
                Err(error) => {
                    asked.say(err, &format!("{error}; going on without it"));
                    lacks_leases = true;
                }
            },
            Err(error) if needs_leases || conf.is_none() => return Err(error),
            Err(error) => {
                asked.say(err, &format!("{error:#}; what clients of OMAPI have made is missing"));
            }
        }
        let context = conf.as_ref().map(|conf| conf.context.clone()).unwrap_or_default();
        let outline = match &mut source {
            Some(source) => read_outline(source, &context, asked, err)?,
            None => Outline::default(),
        };
        let networks = conf.as_ref().map(Networks::of).unwrap_or_default();
        let mut failover = Failover::of(conf.as_ref(), &networks, outline.blocks());
        if let (true, Some(source)) = (failover.needs_tsfp(), &source) {
            outline.for_each(source, &|_| true, &mut |current| {
                failover.take_tsfp(current.lease);
                ControlFlow::Continue(())
            })?;
        }
        let mut files = Files {
            networks,
            failover,
            reservations: conf.as_ref().map(Reservations::of).unwrap_or_default(),
            is_v6: family == Some(Family::V6) || outline.has_ias(),
            groups: Groups::of(conf.as_ref(), outline.blocks()),
            now: now(),
            conf,
            source,
            outline,
            lacks_leases,
        };
        files.reservations.read_as(files.is_v6.then_some(Family::V6));
        files.take_blocks(asked, err);
        Ok(files)
    }

    /// Takes in the hosts of the lease file, after those of the configuration.
    fn take_blocks(&mut self, asked: &Asked<'_>, err: &mut dyn Write) {
        let source = self.source.as_ref().map_or("", Source::name);
        for block in self.outline.blocks() {
            // One that is new is taken all the same.
            if let Block::Host(host) = &block.what
                && self.reservations.take(host, block.place.line)
            {
                let name = visible(&host.name);
                let why = "is declared again without a deletion in between; the later one counts";
                asked.say(err, &format!("{source}:{}: the host `{name}` {why}", block.place.line));
            }
        }
    }

    /// The hosts that are wanted, in the order in which they were declared.
    pub(super) fn hosts<'f>(&'f self, chosen: &'f Chosen<'_>) -> impl Iterator<Item = &'f Reservation> {
        let wanted = |reservation: &&Reservation| {
            chosen.what.hosts
                && facts::with_reservation(reservation, |subject| chosen.filter.matches(subject, self.now))
        };
        self.reservations.iter().filter(wanted)
    }

    /// The groups that are wanted: all of them, or those that wanted hosts name.
    pub(super) fn groups<'f>(&'f self, chosen: &'f Chosen<'_>) -> impl Iterator<Item = &'f NamedGroup> {
        let named: Option<HashSet<Vec<u8>>> = chosen.is_filtered.then(|| {
            let with_hosts = Chosen { what: What { hosts: true, ..chosen.what }, ..*chosen };
            let of_host = |reservation: &'f Reservation| self.by_itself(reservation).group;
            self.reservations
                .iter()
                .filter(|reservation| {
                    facts::with_reservation(reservation, |subject| with_hosts.filter.matches(subject, self.now))
                })
                .filter_map(of_host)
                .collect()
        });
        self.groups.iter().filter(move |group| {
            chosen.what.groups && named.as_ref().is_none_or(|named| named.contains(group.name.as_slice()))
        })
    }

    /// The group of that name.
    pub(super) fn group(&self, name: &[u8]) -> Option<&NamedGroup> {
        self.groups.get(name)
    }

    /// What a host has by itself, and from the groups that it stands in.
    pub(super) fn by_itself(&self, reservation: &Reservation) -> ByItself {
        ByItself::of(self.conf.as_ref(), &reservation.host)
    }

    /// Where a host is declared, as `FILE:LINE`.
    pub(super) fn place_of(&self, reservation: &Reservation) -> String {
        self.show(reservation.origin)
    }

    /// Where something is declared, as `FILE:LINE`.
    pub(super) fn show(&self, origin: Origin) -> String {
        hosts::origin_in(origin, self.conf.as_ref(), self.source.as_ref())
    }

    /// Whether leases are those of DHCPv6.
    pub(super) fn is_v6(&self) -> bool {
        self.is_v6
    }

    /// The lease file, of what cannot do without.
    pub(super) fn source(&self) -> &Source {
        self.source.as_ref().expect("leases need it")
    }

    /// What dhcpd would do with leases now.
    pub(super) fn view(&self) -> View<'_> {
        View { networks: &self.networks, failover: &self.failover, now: self.now }
    }

    /// Hands out the leases that are wanted, in the order of the file, until `each` fails.
    pub(super) fn for_each_lease(
        &self,
        chosen: &Chosen<'_>,
        is_wanted: &dyn Fn(&Summary) -> bool,
        each: &mut dyn FnMut(Current<'_>) -> Result<()>,
    ) -> Result<u64> {
        let filter = chosen.filter;
        let mut outcome = Ok(());
        let mut count = 0;
        self.outline.for_each(
            self.source(),
            &|summary| facts::may_match(filter, summary, self.view()) && is_wanted(summary),
            &mut |current| {
                let matches = filter.criteria.is_empty()
                    || facts::with_lease(current.lease, self.view(), |subject| filter.matches(subject, self.now));
                if matches {
                    count += 1;
                    outcome = each(current);
                }
                if outcome.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            },
        )?;
        outcome.map(|()| count)
    }

    /// What is in effect of a file of DHCPv6, which is held in memory.
    pub(super) fn table(&self) -> Result<Table> {
        let context = self.conf.as_ref().map(|conf| conf.context.clone()).unwrap_or_default();
        Ok(Table::read(self.source(), &context, site::threads(), &|_| {})?)
    }

    /// Whether the files have damage, or one of them is missing.
    pub(super) fn is_incomplete(&self) -> bool {
        self.lacks_leases || self.outline.damage().count > 0
    }
}

fn read_outline(source: &mut Source, context: &Context, asked: &Asked<'_>, err: &mut dyn Write) -> Result<Outline> {
    let (outline, is_being_written) = site::read_settled(source, &|source| {
        let progress = site::Progress::of(source.len());
        let outline = Outline::read(source, context, &|done| progress.tell(done));
        progress.clear();
        outline.map(|outline| (outline.damage().half_written.is_some(), outline))
    })?;
    site::tell_damage(outline.damage(), source.name(), is_being_written, asked, err);
    Ok(outline)
}
