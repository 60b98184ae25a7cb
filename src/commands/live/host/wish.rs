//! What a host is to be, as a command line says it.

use std::net::IpAddr;

use crate::commands::live::failure::Failure;
use crate::commands::live::values::{self, ETHERNET, NameOf, of_one_family};
use crate::commands::live::{Session, usage};
use crate::dhcpd::Family;

use super::state::{State, Untold};

/// What a command line says of a host, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostWords {
    /// `--mac`.
    pub mac: Option<String>,
    /// `--hardware-type`.
    pub hardware_type: Option<String>,
    /// `--ip`, as often as it is said.
    pub ip: Vec<String>,
    /// `--resolve`.
    pub resolve: bool,
    /// `--client-id`.
    pub client_id: Option<String>,
    /// `--group`.
    pub group: Option<String>,
    /// `--known`.
    pub known: Option<bool>,
    /// `--option`, as often as it is said.
    pub option: Vec<String>,
    /// `--filename`.
    pub filename: Option<String>,
    /// `--next-server`.
    pub next_server: Option<String>,
    /// `--statements`.
    pub statements: Option<String>,
    /// `--define-option`, as often as it is said.
    pub define_option: Vec<String>,
}

/// The word that says that something is not to be there.
pub(super) const NONE: &str = "none";

/// What a host is to be. Outer `None`: nothing was said; inner: nothing is to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct Wish {
    /// The number of the hardware type, and the octets.
    pub(in crate::commands) hardware: Option<Option<(u32, Vec<u8>)>>,
    /// The type was said; otherwise a host that is there keeps its own.
    pub(in crate::commands) has_hardware_type: bool,
    /// As OMAPI has them; empty for none.
    pub(in crate::commands) addresses: Option<Vec<u8>>,
    /// Of which family these are, where there are any.
    pub(in crate::commands) family: Option<Family>,
    pub(in crate::commands) client_id: Option<Option<Vec<u8>>>,
    pub(in crate::commands) group: Option<Option<Vec<u8>>>,
    /// As dhcpd.conf can have them, always in the same words; empty for none.
    pub(in crate::commands) statements: Option<String>,
    /// dhcpd 4.4 takes it and does not keep it.
    pub(in crate::commands) known: Option<bool>,
}

impl Wish {
    pub(in crate::commands::live) fn read(words: &HostWords, session: &mut Session<'_, '_>) -> Result<Wish, Failure> {
        let none = |text: &str| text.eq_ignore_ascii_case(NONE);
        let hardware_type = match &words.hardware_type {
            Some(text) => values::hardware_type(text).map_err(|why| usage(format!("--hardware-type: {why}")))?,
            None => ETHERNET,
        };
        if words.hardware_type.is_some() && words.mac.is_none() {
            return Err(usage("--hardware-type: it belongs to --mac, which is missing"));
        }
        let hardware = match words.mac.as_deref() {
            None => None,
            Some(text) if none(text) => Some(None),
            Some(text) => {
                let address = values::hardware(text, hardware_type).map_err(|why| usage(format!("--mac: {why}")))?;
                Some(Some((hardware_type, address)))
            }
        };
        let (mut addresses, mut family) = (None, None);
        if words.ip.iter().any(|text| none(text)) {
            if words.ip.len() > 1 {
                return Err(usage("--ip: none and an address cannot both be meant"));
            }
            addresses = Some(Vec::new());
        } else if !words.ip.is_empty() {
            let read = |text: &String| values::any_address_or_name(text, words.resolve);
            let all: Result<Vec<IpAddr>, String> = words.ip.iter().map(read).collect();
            let all = all.map_err(|why| usage(format!("--ip: {why}")))?;
            let (octets, of) = of_one_family(&all).map_err(|why| usage(format!("--ip: {why}")))?;
            (addresses, family) = (Some(octets), of);
        }
        let client_id = match words.client_id.as_deref() {
            None => None,
            Some(text) if none(text) => Some(None),
            Some(text) => Some(Some(values::identifier(text).map_err(|why| usage(format!("--client-id: {why}")))?)),
        };
        let group = match words.group.as_deref() {
            None => None,
            Some(text) if none(text) => Some(None),
            Some(text) => {
                let name = values::name(text, NameOf::GroupOfHost).map_err(|why| usage(format!("--group: {why}")))?;
                Some(Some(name.as_bytes().to_vec()))
            }
        };
        let statements = session.statements(words)?;
        let has_hardware_type = words.hardware_type.is_some();
        Ok(Wish { hardware, has_hardware_type, addresses, family, client_id, group, statements, known: words.known })
    }

    /// Whether it says anything that only the files tell.
    pub(in crate::commands) fn wants_untold(&self) -> bool {
        self.group.is_some() || self.statements.is_some()
    }

    /// What the host becomes.
    pub(in crate::commands) fn applied_to(&self, state: &State) -> State {
        let mut after = state.clone();
        if let Some(hardware) = &self.hardware {
            after.hardware = hardware.clone();
            // Its type stays what it is, unless another one was said.
            if let (Some(after), Some(now), false) = (&mut after.hardware, &state.hardware, self.has_hardware_type) {
                after.0 = now.0;
            }
        }
        if let Some(addresses) = &self.addresses {
            after.addresses = addresses.clone();
            after.family = self.family.unwrap_or(state.family);
        }
        if let Some(client_id) = &self.client_id {
            after.client_id = client_id.clone();
        }
        if self.group.is_some() && self.statements.is_some() && after.untold.is_none() {
            after.untold = Some(Untold::default());
        }
        if let Some(untold) = &mut after.untold {
            if let Some(group) = &self.group {
                untold.group = group.clone();
            }
            if let Some(statements) = &self.statements {
                untold.statements = statements.clone();
            }
        }
        after
    }
}
