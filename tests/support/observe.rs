//! What a program does with a case's script beside a dhcpd started for it.

use super::case::{Behaviour, Case};
use super::dhcpd::Dhcpd;
use super::net::Net;
use super::rehearsal::RehearsalServer;
use super::run::{End, Run};
use super::{confs, mask};
use std::path::Path;
use std::time::Duration;

/// Runs `case` with `program` under the name of `omshell`, with stdout and stderr apart; and when
/// anything came on stderr once more with both in one pipe, beside a second fresh dhcpd.
pub fn behaviour(case: &Case, program: &Path, net: &Net, limit: Duration) -> Behaviour {
    let apart = once(case, Run::program(program).limit(limit), net);
    if apart.stderr.is_empty() || apart.end == End::Timeout {
        return apart;
    }
    let together = once(case, Run::program(program).limit(limit).merged(), net);
    Behaviour { merged: Some(together.stdout), ..apart }
}

/// The same beside `omsh rehearse --listen` instead of a dhcpd.
pub fn behaviour_in_rehearsal(case: &Case, program: &Path, net: &Net, limit: Duration) -> Behaviour {
    let apart = once_in_rehearsal(case, Run::program(program).limit(limit), net);
    if apart.stderr.is_empty() || apart.end == End::Timeout {
        return apart;
    }
    let together = once_in_rehearsal(case, Run::program(program).limit(limit).merged(), net);
    Behaviour { merged: Some(together.stdout), ..apart }
}

fn once_in_rehearsal(case: &Case, run: Run, net: &Net) -> Behaviour {
    let seed = case.seed.as_deref().map(confs::leases).unwrap_or_default();
    let about_control = case.script.to_ascii_lowercase().windows(7).any(|word| word == b"control");
    let mut server = RehearsalServer::start(net, &confs::conf(&case.conf), &seed);
    let outcome = run.arguments(&case.arguments).stdin(case.script.clone()).within(net);
    Behaviour {
        stdout: mask::generated_names(&outcome.stdout),
        stderr: outcome.stderr,
        merged: None,
        leases: mask::generated_names(&mask::times(&server.leases_written())),
        end: outcome.end,
        dhcpd_died: !server.survives(about_control),
    }
}

fn once(case: &Case, run: Run, net: &Net) -> Behaviour {
    let seed = case.seed.as_deref().map(confs::leases).unwrap_or_default();
    let mut dhcpd = Dhcpd::start(net, &confs::conf(&case.conf), &seed);
    let outcome = run.arguments(&case.arguments).stdin(case.script.clone()).within(net);
    Behaviour {
        stdout: mask::generated_names(&outcome.stdout),
        stderr: outcome.stderr,
        merged: None,
        leases: mask::generated_names(&mask::times(&dhcpd.leases_written())),
        end: outcome.end,
        dhcpd_died: !dhcpd.survives(),
    }
}
