//! What is to be exported, and in which format.

use crate::commands::browse::filter::Filter;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct What {
    /// Hosts.
    pub hosts: bool,
    /// Groups.
    pub groups: bool,
    /// Leases.
    pub leases: bool,
}

impl What {
    /// What words name, of `hosts`, `groups` and `leases`.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> What {
        let mut what = What { hosts: false, groups: false, leases: false };
        for word in words {
            match word {
                "hosts" => what.hosts = true,
                "groups" => what.groups = true,
                _ => what.leases = true,
            }
        }
        what
    }
}

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportFormat {
    /// A script for omshell that makes the same again.
    #[default]
    Omshell,
    /// CSV.
    Csv,
    /// One JSON array.
    Json,
    /// An object of JSON a line.
    JsonLines,
    /// Declarations for dhcpd.conf, or a lease file.
    Dhcpd,
    /// A configuration of kea-dhcp4, or its lease file.
    Kea,
}

impl ExportFormat {
    /// The names of all of them.
    pub const NAMES: [&'static str; 6] = ["omshell", "csv", "json", "jsonl", "dhcpd", "kea"];

    /// The format of that name; omshell for every other name.
    pub fn named(name: &str) -> Self {
        match name {
            "csv" => ExportFormat::Csv,
            "json" => ExportFormat::Json,
            "jsonl" => ExportFormat::JsonLines,
            "dhcpd" => ExportFormat::Dhcpd,
            "kea" => ExportFormat::Kea,
            _ => ExportFormat::Omshell,
        }
    }
}

/// What is wanted of the files.
pub(super) struct Chosen<'a> {
    pub(super) what: What,
    pub(super) filter: &'a Filter,
    pub(super) is_filtered: bool,
}
