//! Remarks about failover relations: in which state this server is, and what that means for its clients.

use std::io::Write;

use crate::dhcpd::failover::FailoverState;
use crate::dhcpd::inventory::{Failover, Relation, Service};
use crate::dhcpd::leases::Time;
use crate::render::text::visible;
use crate::render::time::{self, Zone};

use super::Asked;

/// Says which relations are not as they should be.
pub(super) fn remarks(failover: &Failover, now: i64, asked: &Asked<'_>, err: &mut dyn Write) {
    if !failover.is_used() {
        return;
    }
    let zone = zone_of(asked);
    for relation in failover.relations() {
        if let Some(sentence) = remark(relation, now, &zone) {
            asked.say(err, &sentence);
        }
    }
}

/// The zone that times are shown in.
pub(super) fn zone_of(asked: &Asked<'_>) -> Zone {
    if asked.output.local { Zone::of_machine() } else { Zone::Utc }
}

/// What is to be said of a relation that is not normal.
pub(super) fn remark(relation: &Relation, now: i64, zone: &Zone) -> Option<String> {
    let name = visible(&relation.name);
    // A server that has not written its state yet is taken for one that works.
    let (word, since) = relation.own.as_ref()?;
    let state = relation.state().unwrap_or(FailoverState::Unknown);
    if state == FailoverState::Normal {
        return None;
    }
    let at = |seconds: i64| match zone {
        Zone::Utc => format!("{} UTC", time::for_people(seconds, zone)),
        _ => time::for_people(seconds, zone),
    };
    let since = match since {
        Some(Time::At(since)) => format!(" since {}", at(*since)),
        _ => String::new(),
    };
    let partner = match &relation.partner {
        Some((partner, _)) => format!(" (its partner: {})", visible(partner)),
        None => String::new(),
    };
    let what = match relation.service() {
        Service::None => "it answers no DHCP clients".to_owned(),
        Service::Own => "new clients get only its own part of the free addresses".to_owned(),
        Service::PartnerDown { since, mclt } if since + mclt < now => {
            "it gives out its partner's free addresses as well".to_owned()
        }
        Service::PartnerDown { since, mclt } => {
            format!("it gives out its partner's free addresses as well from {} on", at(since.saturating_add(mclt)))
        }
    };
    Some(format!("failover peer {name}: this server is in the state {}{since}{partner}; {what}", visible(word)))
}
