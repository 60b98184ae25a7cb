//! What a server has of what is wanted, asked of the server itself: where its files are not here.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::commands::bulk::present::{GroupState, Present};
use crate::commands::bulk::wanted::{Wanted, WantedHost};
use crate::commands::live::failure::Failure;
use crate::commands::live::host::state::State;
use crate::commands::live::server::Server;
use crate::dhcpd::Family;
use crate::omapi::Attributes;
use crate::omapi::{Request, ResultCode};

const WHAT: &str = "cannot look up what is there";

/// Looks up all that is wanted: hosts by their names and by what only one host can have, and groups. The server is of that
/// family, where it is known.
pub(super) fn look_up(server: &mut Server, wanted: &Wanted, family: Option<Family>) -> Result<Present, Failure> {
    let name = server.name();
    let has_key = server.settings().key.is_some();
    let mut present = Present::default();
    let mut names: HashSet<Vec<u8>> = HashSet::new();
    let mut groups: HashMap<u32, Vec<u8>> = HashMap::new();
    let mut keys = keys(wanted);
    let mut pipeline = server.pipeline()?;
    loop {
        while pipeline.has_room()
            && let Some((object_type, by)) = keys.next()
        {
            let request = Request::open(object_type.as_bytes(), by.as_values());
            let id = pipeline.push(&request).map_err(|error| Failure::client(WHAT, &name, &error))?;
            if object_type == "group" {
                groups.insert(id, by.get("name").unwrap_or_default().to_vec());
            }
        }
        let answered = match pipeline.next_answer() {
            Ok(answered) => answered,
            Err(error) => return Err(server.why_lost(WHAT, &error)),
        };
        let Some((id, answer)) = answered else { break };
        match answer.outcome() {
            Ok(()) => match groups.remove(&id) {
                Some(name) => present.groups.push(Arc::new(GroupState { name, statements: None })),
                None => {
                    let mut state = State::of(&Attributes::of(answer.object_values));
                    state.read_as(family);
                    if names.insert(state.name.clone()) {
                        present.hosts.push(Arc::new(state));
                    }
                }
            },
            Err(ResultCode::NOT_FOUND) => {}
            Err(code) => return Err(Failure::refused(WHAT, &name, code, has_key)),
        }
    }
    server.put_back(pipeline);
    Ok(present)
}

/// Looks a name up, so that a key that is not accepted is told before anything is sent of which it would be unknown whether
/// the server has done it.
pub(super) fn try_key(server: &mut Server, name: &[u8]) -> Result<(), Failure> {
    if server.settings().key.is_none() {
        return Ok(());
    }
    let host = WantedHost { line: 0, name: name.to_vec(), wish: None };
    look_up(server, &Wanted { hosts: vec![host], ..Wanted::default() }, None).map(drop)
}

/// By what it is looked up.
fn keys(wanted: &Wanted) -> impl Iterator<Item = (&'static str, Attributes)> + '_ {
    let hosts = wanted.hosts.iter().flat_map(|host| {
        let by_name = Attributes::new().with("name", host.name.clone());
        let wish = host.wish.as_ref();
        let hardware = wish.and_then(|wish| wish.hardware.clone().flatten()).map(|(kind, address)| {
            Attributes::new().with("hardware-address", address).with_integer("hardware-type", kind)
        });
        let client_id = wish
            .and_then(|wish| wish.client_id.clone().flatten())
            .map(|id| Attributes::new().with("dhcp-client-identifier", id));
        [Some(by_name), hardware, client_id].into_iter().flatten().map(|by| ("host", by))
    });
    let named = wanted.hosts.iter().filter_map(|host| host.wish.as_ref()?.group.clone().flatten());
    let mut groups: Vec<Vec<u8>> = named.chain(wanted.groups.iter().map(|group| group.name.clone())).collect();
    groups.sort();
    groups.dedup();
    hosts.chain(groups.into_iter().map(|name| ("group", Attributes::new().with("name", name))))
}
