//! What has to be done to make a host what it is wanted to be, and what is in the way of that.

use crate::commands::live::change::Edit;
use crate::commands::live::failure::{Failure, Kind};
use crate::commands::live::server::Server;
use crate::commands::live::values::shell_word;
use crate::commands::live::{Session, usage};
use crate::omapi::Attributes;
use crate::omapi::ResultCode;
use crate::render::text::visible;

use super::find::{Found, by_name, complete};
use super::state::{State, Untold};
use super::text::{LeaseForm, are_written_amiss, doubt_about_meaning, lease_form, without_client_identifier};
use super::wish::Wish;
use crate::dhcpd::options::Definitions;

/// What keeps a host from being made: one of the same name, hardware address or client identifier.
pub(super) fn in_the_way(server: &mut Server, wanted: &State, but: Option<&[u8]>) -> Result<Option<Failure>, Failure> {
    let what = "cannot look for hosts of the same kind";
    if let Some(group) = wanted.untold.as_ref().and_then(|untold| untold.group.as_deref())
        && server.find("cannot look for the group", "group", &by_name(group))?.is_none()
    {
        let shown = visible(group);
        let message = format!("there is no group {shown} on {}", server.name());
        let failure = Failure { server: Some(server.name()), ..Failure::new(Kind::NotFound, message) };
        return Ok(Some(failure.advise(format!("`omsh group add {}` makes it", shell_word(&shown)))));
    }
    let mut keys = Vec::new();
    if but != Some(&wanted.name) {
        keys.push(("the name", by_name(&wanted.name)));
    }
    if let Some((hardware_type, address)) = &wanted.hardware {
        let by = Attributes::new().with("hardware-address", address.clone());
        keys.push(("the hardware address", by.with_integer("hardware-type", *hardware_type)));
    }
    if let Some(client_id) = &wanted.client_id {
        keys.push(("the client identifier", Attributes::new().with("dhcp-client-identifier", client_id.clone())));
    }
    for (key, by) in keys {
        let Some(other) = server.find(what, "host", &by)?.map(Found::new) else { continue };
        if but == Some(&other.state.name) {
            continue;
        }
        let name = visible(&other.state.name);
        let has = other.state.describe();
        let failure = match key {
            "the name" => Failure {
                code: Some(ResultCode::ALREADY_EXISTS),
                ..Failure::new(Kind::Exists, format!("there is a host {name} on {} already: {has}", server.name()))
            }
            .advise(match but {
                None => {
                    "`omsh host ensure` changes it as needed; --if-exists skip leaves it alone, replace makes it anew"
                        .to_owned()
                }
                Some(_) => format!("choose another name, or `omsh host remove {name}` first"),
            }),
            _ => Failure {
                code: Some(ResultCode::KEY_CONFLICT),
                ..Failure::new(
                    Kind::Conflict,
                    format!("{key} belongs to the host {name} on {} already: {has}", server.name()),
                )
            }
            .advise(format!("`omsh host remove {name}` removes that one, `omsh host rename {name} NAME` renames it")),
        };
        return Ok(Some(Failure { server: Some(server.name()), ..failure }));
    }
    Ok(None)
}

/// A host needs something by which a client is told.
pub(super) fn check_identity(state: &State) -> Result<(), Failure> {
    match (&state.hardware, &state.client_id) {
        (None, None) => Err(usage(format!(
            "the host {} needs --mac or --client-id: without either dhcpd could not tell which client it is",
            visible(&state.name)
        ))),
        _ => Ok(()),
    }
}

pub(super) fn removal(found: &Found) -> Edit {
    let unknown = match &found.state.untold {
        None => Some("its group and its statements"),
        Some(untold) => are_written_amiss(&untold.statements).then_some("its statements"),
    };
    Edit::Remove {
        object_type: "host".to_owned(),
        key: by_name(&found.state.name),
        handle: found.opened.handle,
        before: found.state.sendable().attributes(None),
        unknown,
    }
}

/// A host with what the files tell of it.
fn completed(session: &mut Session<'_, '_>, at: usize, state: &State) -> State {
    let mut known = state.clone();
    complete(session, at, &mut known);
    known
}

/// Finds that a host of dhcpd.conf has statements that the lease file cannot keep.
fn check_kept_statements(server: String, known: &State) -> Result<(), Failure> {
    let Some(untold) = &known.untold else { return Ok(()) };
    let LeaseForm::Lost(why) = lease_form(&untold.statements) else { return Ok(()) };
    let message = format!(
        "the lease file cannot keep the statements `{}` of the host {}{why}",
        visible(untold.statements.as_bytes()),
        visible(&known.name)
    );
    let failure = Failure { server: Some(server), ..Failure::new(Kind::Refused, message) };
    Err(failure.advise("change it in dhcpd.conf"))
}

/// Says that a change will not last: when dhcpd writes its lease file anew, it forgets that the declaration of
/// dhcpd.conf no longer counts, and takes that one when it starts again. A deletion, and another name, do last.
pub(super) fn warn_of_declaration(session: &mut Session<'_, '_>, at: usize, known: &State) {
    if known.is_declared {
        let (name, server) = (visible(&known.name), session.servers[at].name());
        session.speaker.say(&format!(
            "dhcpd.conf declares the host {name}: {server} keeps this until dhcpd has written its lease file anew and is \
             started again; change it there as well"
        ));
    }
}

/// What changes of a host where dhcpd lets it be changed.
pub(in crate::commands) struct Update {
    /// What is sent.
    pub(in crate::commands) attributes: Attributes,
    /// What it was, as far as it can be set again.
    pub(in crate::commands) before: Attributes,
}

/// The change that makes a host what a wish makes of it; `None` where the host has to be made anew.
pub(in crate::commands) fn update(state: &State, wish: &Wish, wanted: &State) -> Option<Update> {
    let is_untold_wanted = wish.wants_untold();
    let untold_can_be_said = match (&state.untold, &wanted.untold) {
        _ if !is_untold_wanted => true,
        (Some(now), Some(then)) => now == then || then.group.is_some() || *now == Untold::default(),
        _ => false,
    };
    let is_simple = wanted.name == state.name
        && (wanted.hardware == state.hardware || state.hardware.is_none())
        && (wanted.client_id == state.client_id || state.client_id.is_none())
        && untold_can_be_said;
    if !is_simple {
        return None;
    }
    let (mut attributes, mut before) = (Attributes::new(), Attributes::new());
    if wanted.addresses != state.addresses {
        let value = |addresses: &Vec<u8>| (!addresses.is_empty()).then(|| addresses.clone());
        attributes.put(b"ip-address", value(&wanted.addresses));
        before.put(b"ip-address", value(&state.addresses));
    }
    if wanted.hardware != state.hardware
        && let Some((hardware_type, address)) = &wanted.hardware
    {
        attributes = attributes.with("hardware-address", address.clone()).with_integer("hardware-type", *hardware_type);
    }
    if wanted.client_id != state.client_id
        && let Some(client_id) = &wanted.client_id
    {
        attributes = attributes.with("dhcp-client-identifier", client_id.clone());
    }
    if let (Some(now), Some(then)) = (&state.untold, &wanted.untold)
        && now != then
    {
        attributes = with_untold(attributes, then);
        if now.group.is_some()
            && let Some(now) = &state.sendable().untold
        {
            before = with_untold(before, now);
        }
    }
    Some(Update { attributes, before })
}

/// With a group and statements of its own. dhcpd forgets a host's statements when it is told its group, and takes others
/// only then: so the group comes first, even where it stays.
fn with_untold(attributes: Attributes, untold: &Untold) -> Attributes {
    let attributes = match &untold.group {
        Some(group) => attributes.with("group", group.clone()),
        None => attributes,
    };
    if untold.statements.is_empty() { attributes } else { attributes.with("statements", untold.statements.clone()) }
}

/// What a wish makes of a host that is made anew.
pub(in crate::commands) fn made_anew(wish: &Wish, state: &State) -> State {
    let mut wanted = wish.applied_to(state);
    if wish.client_id.is_some()
        && wish.statements.is_none()
        && let Some(untold) = &mut wanted.untold
    {
        // It may be said there as well, and would come back from there.
        untold.statements = without_client_identifier(&untold.statements, &Definitions::standard());
    }
    wanted
}

/// The edits that make a host what it is wanted to be.
pub(super) fn edits(
    session: &mut Session<'_, '_>,
    at: usize,
    found: &mut Found,
    wish: &Wish,
    name: &[u8],
) -> Result<(Vec<Edit>, State), Failure> {
    session.check_family(at, wish.family, found.state.addresses())?;
    if wish.wants_untold() {
        complete(session, at, &mut found.state);
    }
    let state = &found.state;
    let mut wanted = wish.applied_to(state);
    wanted.name = name.to_vec();
    let untold_differs = wish.wants_untold() && (state.untold.is_none() || state.untold != wanted.untold);
    if wanted == *state && !untold_differs {
        return Ok((Vec::new(), wanted));
    }
    check_identity(&wanted)?;
    let known = completed(session, at, state);
    if wish.statements.is_none() {
        check_kept_statements(session.servers[at].name(), &known)?;
    }
    if wanted.name == state.name {
        warn_of_declaration(session, at, &known);
    }
    let state = &found.state;
    if let Some(failure) = in_the_way(&mut session.servers[at], &wanted, Some(&state.name))? {
        return Err(failure);
    }
    if let Some(Update { attributes, before }) = update(state, wish, &wanted) {
        // What is set for the first time can be taken back by making the host anew only.
        let can_be_taken_back = attributes.iter().all(|(name, _)| before.iter().any(|(known, _)| known == name));
        if can_be_taken_back || session.servers.len() == 1 {
            let update = Edit::Update {
                object_type: "host".to_owned(),
                key: by_name(&state.name),
                handle: found.opened.handle,
                attributes,
                before,
            };
            return Ok((vec![update], wanted));
        }
    }
    if found.state.untold.is_none() {
        complete(session, at, &mut found.state);
    }
    wanted.untold = made_anew(wish, &found.state).untold;
    if wanted.untold.is_none() {
        return Err(Failure {
            server: Some(session.servers[at].name()),
            ..Failure::new(
                Kind::Refused,
                format!(
                    "the host {} would have to be made anew, and its group and its statements would be lost: dhcpd \
                     does not tell them over OMAPI",
                    visible(&found.state.name)
                ),
            )
        }
        .advise(
            "say what they are with --group and --statements (`none` for none), or where the server's files are with \
             --conf and --leases",
        ));
    }
    if let Some(within) = found.state.within.as_deref().filter(|_| wish.statements.is_none()) {
        let name = visible(&found.state.name);
        let message = format!(
            "the host {name} would have to be made anew, and would lose what `{}` of dhcpd.conf gives it",
            visible(within.as_bytes())
        );
        let failure = Failure { server: Some(session.servers[at].name()), ..Failure::new(Kind::Refused, message) };
        return Err(failure.advise(
            "change it in dhcpd.conf, or say with --statements what it is to have of its own (`none` for nothing)",
        ));
    }
    if let (Some(untold), None) = (&wanted.untold, &wish.statements)
        && let Some(doubt) = doubt_about_meaning(&untold.statements, known.is_declared)
    {
        session.warn(format!("the host {}: {doubt}", visible(&found.state.name)));
    }
    let create = Edit::Create {
        object_type: "host".to_owned(),
        key: by_name(&wanted.name),
        attributes: wanted.attributes(wish.known),
    };
    wanted.within = None;
    Ok((vec![removal(found), create], wanted))
}
