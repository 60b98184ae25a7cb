//! What the integration tests share: a private network with a real dhcpd in it, programs run
//! beside it, and the case files that say what has to come out.
//!
//! | module | holds |
//! |---|---|
//! | [`net`] | a network namespace of the test's own |
//! | [`dhcpd`] | ISC dhcpd in such a namespace |
//! | [`rehearsal`] | `omsh rehearse --listen` in dhcpd's place |
//! | [`run`] | one run of a program: input, output, time limit |
//! | [`case`] | the text form of `tests/cases` |
//! | [`observe`] | what a program does with a case's script |
//! | [`judge`] | `dhcpd -t` |
//! | [`mask`] | what differs from run to run and has to be hidden |
//! | [`difference`] | expected and got, as a person wants to read them |
//! | [`confs`] | the dhcpd configurations and seed leases in `tests/confs` |
//! | [`scratch`] | directories that end with the test |
//! | [`slow_disk`] | a dhcpd that waits for its disk as long as a test says |
//! | [`namespace`] | what keeps a network or mounts of the test's own |
//! | [`machine_copy`] | a copy of this machine's files, to install packages in |
//! | [`workers`] | several cases at a time, each worker with networks of its own |

#![allow(dead_code, reason = "every test file uses its own part of this")]

pub mod case;
pub mod confs;
pub mod dhcpd;
pub mod difference;
pub mod judge;
pub mod machine_copy;
pub mod mask;
pub mod namespace;
pub mod net;
pub mod observe;
pub mod rehearsal;
pub mod run;
pub mod scratch;
pub mod slow_disk;
pub mod workers;

use std::path::Path;
use std::sync::OnceLock;

/// Ours, as Cargo built it for this test.
pub const OURS: &str = env!("CARGO_BIN_EXE_omsh");
/// ISC's, as Debian installs it.
pub const OMSHELL: &str = "/usr/bin/omshell";
/// ISC's server.
pub const DHCPD: &str = "/usr/sbin/dhcpd";
/// Debian's own Python is the one that has Debian's packages.
pub const PYTHON: &str = "/usr/bin/python3";
/// Debian's python3-pypureomapi.
pub const PYPUREOMAPI: &str = "/usr/lib/python3/dist-packages/pypureomapi.py";

/// Fails, with the remedy, when the machine lacks a program that the tests drive.
///
/// A test that skipped itself would look like one that passed.
pub fn require_programs() {
    static MISSING: OnceLock<Vec<String>> = OnceLock::new();
    let missing = MISSING.get_or_init(|| {
        let by_path = [OMSHELL, DHCPD, PYTHON, PYPUREOMAPI].into_iter().filter(|path| !Path::new(path).exists());
        let searched = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
        let found = |name: &str| searched.split(':').any(|folder| Path::new(folder).join(name).exists());
        let by_name = ["ip", "unshare", "nsenter", "setpriv"].into_iter().filter(|name| !found(name));
        by_path.chain(by_name).map(str::to_owned).collect()
    });
    assert!(
        missing.is_empty(),
        "these tests drive the real ISC programs and pypureomapi, and {} is missing; on Debian or Ubuntu:\n\
         apt-get install -y isc-dhcp-server iproute2 util-linux python3-pypureomapi",
        missing.join(", ")
    );
}
