//! A private network: a namespace in which a dhcpd can have port 7911 and serve 10.1.0.0/16
//! without the machine, or another test, noticing.

use super::namespace::Namespace;
use super::require_programs;
use std::ffi::OsStr;
use std::process::Command;
use std::sync::Arc;

/// dhcpd wants an interface with an address in one of its subnets: `v0`, whose peer `v1` leads
/// nowhere.
const SET_UP: &str = "
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip addr add 10.1.1.1/16 dev v0
    ip link set v0 up
    ip link set v1 up";

/// A network namespace, ended when its last clone is dropped.
#[derive(Clone)]
pub struct Net(Arc<Namespace>);

impl Net {
    /// Makes one, as root or, where the kernel permits, as any user.
    pub fn new() -> Net {
        require_programs();
        Net(Arc::new(Namespace::new('n', SET_UP, [""; 0])))
    }

    /// Gives the interface `v0` one more address, such as `2001:db8::1/32`; having it already is fine.
    pub fn add_address(&self, address: &str) {
        let mut command = self.command("ip");
        let no_wait = if address.contains(':') { &["nodad"][..] } else { &[] };
        let status = command.args(["addr", "replace", address, "dev", "v0"]).args(no_wait).status().expect("ip runs");
        assert!(status.success(), "no address {address}");
    }

    /// A command that will run in this network. It is killed when the thread that spawns it ends,
    /// Starts this very program again inside, with `--inside` before these words, for what has to live there itself.
    /// Returns its exit status, of 0, 1 and 2.
    pub fn again_inside(&self, words: &[String]) -> Result<u8, String> {
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        let status = self.command(this).arg("--inside").args(words).status().map_err(|error| error.to_string())?;
        match status.code() {
            Some(code @ 0..=2) => Ok(code as u8),
            _ => Err(format!("ended early: {status}")),
        }
    }

    /// so that nothing outlives a test that crashes.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        self.0.command(program)
    }
}
