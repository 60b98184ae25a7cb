//! A private network: a namespace in which a dhcpd can have port 7911 and serve 10.1.0.0/16
//! without the machine, or another test, noticing.

use super::require_programs;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

/// dhcpd wants an interface with an address in one of its subnets: `v0`, whose peer `v1` leads
/// nowhere. The last line keeps the namespace until our end of the pipe closes, which it also does
/// when the test crashes.
const SET_UP: &str = "
    set -e
    PATH=$PATH:/usr/sbin:/sbin
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip addr add 10.1.1.1/16 dev v0
    ip link set v0 up
    ip link set v1 up
    echo up
    read end || exit 0";

/// A network namespace, ended when its last clone is dropped.
#[derive(Clone)]
pub struct Net(Arc<Holder>);

/// The process that keeps the namespace.
struct Holder(Child);

impl Net {
    /// Makes one, as root or, where the kernel permits, as any user.
    pub fn new() -> Net {
        require_programs();
        let mut holder = Command::new("unshare")
            .args([if is_root() { "-n" } else { "-rn" }, "sh", "-c", SET_UP])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare starts");
        let mut answer = String::new();
        BufReader::new(holder.stdout.take().expect("piped")).read_line(&mut answer).expect("a line of text");
        assert_eq!(answer, "up\n", "no network namespace: run as root, or allow unprivileged user namespaces");
        Net(Arc::new(Holder(holder)))
    }

    /// Gives the interface `v0` one more address, such as `2001:db8::1/32`; having it already is fine.
    pub fn add_address(&self, address: &str) {
        let mut command = self.command("ip");
        let no_wait = if address.contains(':') { &["nodad"][..] } else { &[] };
        let status = command.args(["addr", "replace", address, "dev", "v0"]).args(no_wait).status().expect("ip runs");
        assert!(status.success(), "no address {address}");
    }

    /// A command that will run in this network. It is killed when the thread that spawns it ends,
    /// so that nothing outlives a test that crashes.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["-t", &self.0.0.id().to_string(), "-n"]);
        if !is_root() {
            command.args(["-U", "--preserve-credentials"]);
        }
        command.args(["--", "setpriv", "--pdeathsig", "KILL", "--"]).arg(program);
        command
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
