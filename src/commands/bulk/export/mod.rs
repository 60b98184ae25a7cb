//! `export`: hosts, groups and leases of the server's files, in formats that other programs read.
//!
//! - `chosen`: what is wanted; `files`: the files, read for export; `entry`: a host or a group as a format writes it;
//! - `told`: what is said of what a format has no place for;
//! - `rows`: CSV and JSON, which `apply` reads; `omshell`: a script; `dhcpd`: declarations, and lease blocks;
//! - `kea`: a configuration for kea-dhcp4, and its lease file.
//!
//! Everything is written as it is read. Leases are read in memory that does not grow with their number; hosts are as
//! they are in memory already.

mod chosen;
mod dhcpd;
mod entry;
mod files;
mod kea;
mod omshell;
mod rows;
mod told;

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};

use crate::commands::browse::filter::Filter;
use crate::commands::browse::{Asked, FileOptions, OutputOptions, is_broken_pipe, say};
use crate::dhcpd::Family;
use crate::render::Column;
use crate::shell::ExitStatus;

use chosen::Chosen;
use files::Files;
use told::Told;

pub use chosen::{ExportFormat, What};
pub use rows::COLUMNS;

/// What is to be exported, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// What is written.
    pub what: What,
    /// How.
    pub format: ExportFormat,
    /// Which hosts and leases.
    pub filter: Vec<String>,
    /// Where Kea is to keep its leases.
    pub kea_leases: PathBuf,
    /// The files.
    pub files: FileOptions,
}

impl Export {
    /// Writes it. `program` is the name to sign sentences with, and they go to `err`.
    ///
    /// What cannot be written at all is an error; an export with gaps ends with [`ExitStatus::Incomplete`]. A reader that
    /// goes away has seen what it wanted.
    pub fn run(self, program: &str, out: &mut dyn Write, err: &mut dyn Write) -> Result<ExitStatus> {
        self.check()?;
        let mut filter = Filter::read(&self.filter)?;
        let Export { what, format, files, kea_leases, filter: words } = self;
        let files = files.with_profile(&mut |remark| say(program, err, remark))?;
        let output = OutputOptions::default();
        let asked = Asked { program, files: &files, output: &output };
        let files = Files::read(&asked, what.leases, format == ExportFormat::Kea, err)?;
        filter.resolve(&files.networks)?;
        let chosen = Chosen { what, filter: &filter, is_filtered: !words.is_empty() };
        let mut out = BufWriter::with_capacity(64 << 10, out);
        let mut told = Told::new(&asked, err);
        let written = match format {
            ExportFormat::Omshell => omshell::write(&files, &chosen, &mut out, &mut told),
            ExportFormat::Csv | ExportFormat::Json | ExportFormat::JsonLines => {
                rows::write(&files, &chosen, format, &mut out, &mut told)
            }
            ExportFormat::Dhcpd if what.leases => dhcpd::write_leases(&files, &chosen, &mut out),
            ExportFormat::Dhcpd => dhcpd::write(&files, &chosen, &mut out, &mut told),
            ExportFormat::Kea if what.leases => kea::write_leases(&files, &chosen, &mut out, &mut told),
            ExportFormat::Kea => kea::write(&files, &chosen, &kea_leases, &mut out, &mut told),
        };
        let count = match written.and_then(|count| Ok(out.flush().map(|()| count)?)) {
            Err(error) if is_broken_pipe(&error) => return Ok(ExitStatus::Done),
            written => written?,
        };
        if count == 0 && chosen.is_filtered {
            told.lose("nothing is like that");
        }
        told.finish();
        Ok(if told.is_incomplete() || files.is_incomplete() { ExitStatus::Incomplete } else { ExitStatus::Done })
    }

    /// Whether the format has a place for all that is asked for.
    fn check(&self) -> Result<()> {
        let What { hosts, groups, leases } = self.what;
        let is_mixed = leases && (hosts || groups);
        match self.format {
            ExportFormat::Omshell if leases => bail!(
                "--what leases: no client of OMAPI can make a lease; jsonl, json, csv, dhcpd and kea are formats for leases"
            ),
            ExportFormat::Csv if is_mixed => {
                bail!(
                    "--format csv: leases have other columns than hosts and groups; export each by itself, or as jsonl"
                )
            }
            ExportFormat::Dhcpd if is_mixed => bail!(
                "--format dhcpd: hosts and groups are a part of dhcpd.conf, and leases are a file of their own; export \
                 each by itself"
            ),
            ExportFormat::Kea if is_mixed => bail!(
                "--format kea: hosts are a part of Kea's configuration, and leases are a file of their own; export each \
                 by itself"
            ),
            ExportFormat::Kea if groups && !hosts => {
                bail!("--format kea: Kea has no groups; their statements become a part of their hosts, so export these")
            }
            _ => {}
        }
        let is_v4_only = matches!(self.format, ExportFormat::Omshell | ExportFormat::Kea);
        ensure!(
            !(is_v4_only && self.files.family == Some(Family::V6)),
            "-6: OMAPI has no hosts of DHCPv6, and there is no export to kea-dhcp6; jsonl, json, csv and dhcpd are formats \
             for them"
        );
        Ok(())
    }
}

/// The columns of each kind of rows, for the man page.
pub fn columns() -> Vec<(&'static str, &'static [Column])> {
    rows::all_columns()
}
