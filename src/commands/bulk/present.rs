//! What a server has, as far as it is known.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;

use crate::commands::browse::{FileOptions, recorded_site};
use crate::commands::live::host::state::State;
use crate::commands::live::host::text::as_written;
use crate::dhcpd::inventory::{NamedGroup, Networks};
use crate::dhcpd::options::Definitions;

/// The hosts and the groups of a server.
#[derive(Debug, Default)]
pub(in crate::commands) struct Present {
    pub(in crate::commands) hosts: Vec<Arc<State>>,
    pub(in crate::commands) groups: Vec<Arc<GroupState>>,
    /// The names of those that dhcpd.conf declares, as far as the files tell.
    pub(in crate::commands) declared_groups: HashSet<Vec<u8>>,
    /// The options that it knows, as far as its dhcpd.conf can be read.
    pub(in crate::commands) definitions: Definitions,
    /// Hosts that an interrupted run may have taken away, by name.
    pub(in crate::commands) away: HashMap<Vec<u8>, Arc<State>>,
    /// Its subnets, where its dhcpd.conf can be read.
    pub(in crate::commands) networks: Option<Networks>,
    /// How many blocks of its lease file are damaged, and not among these.
    pub(in crate::commands) damaged: u64,
    /// These are all that it has, rather than those that it was asked about.
    pub(in crate::commands) is_complete: bool,
}

/// A group as a server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands) struct GroupState {
    pub(in crate::commands) name: Vec<u8>,
    /// Its statements as dhcpd.conf can have them, where they are known: dhcpd does not tell them.
    pub(in crate::commands) statements: Option<String>,
}

impl Present {
    /// What the files of a server tell that answers on that port.
    ///
    /// # Errors
    ///
    /// There is no lease file, or it cannot be read.
    pub(in crate::commands) fn recorded(files: &FileOptions, port: u16) -> Result<Present> {
        let mut hosts = Vec::new();
        let site = recorded_site(files, port, &mut |_, recorded| hosts.push(Arc::new(State::recorded(&recorded))))?;
        let group = |group: &NamedGroup| {
            Arc::new(GroupState { name: group.name.clone(), statements: Some(as_written(&group.statements)) })
        };
        let declared = site.groups.iter().filter(|group| group.is_declared).map(|group| group.name.clone());
        Ok(Present {
            hosts,
            groups: site.groups.iter().map(group).collect(),
            declared_groups: declared.collect(),
            definitions: site.definitions,
            networks: site.networks,
            damaged: site.damaged,
            is_complete: true,
            ..Present::default()
        })
    }
}
