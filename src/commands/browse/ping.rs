//! Asking the network whether an address is in use, by the system's own `ping`, which has the right to.

use std::collections::HashSet;
use std::io;
use std::net::IpAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Result, anyhow};

/// How many addresses are asked at once.
pub(super) const AT_ONCE: usize = 32;

/// Those of the addresses that answer within a second.
pub(super) fn answering(addresses: &[IpAddr]) -> Result<HashSet<IpAddr>> {
    let mut asked: Vec<(IpAddr, Child)> = Vec::new();
    let mut trouble = None;
    for address in addresses {
        match ask(*address) {
            Ok(child) => asked.push((*address, child)),
            Err(error) => {
                trouble = Some(error);
                break;
            }
        }
    }
    let mut answering = HashSet::new();
    // All of them are waited for, whatever comes of one.
    for (address, mut child) in asked {
        match child.wait().map(|status| status.code()) {
            Ok(Some(0)) => {
                answering.insert(address);
            }
            // Nobody has answered.
            Ok(Some(1)) => {}
            Ok(_) => trouble = Some(io::Error::other(format!("`ping {address}` failed"))),
            Err(error) => trouble = Some(error),
        }
    }
    match trouble {
        None => Ok(answering),
        Some(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(anyhow!("--ping needs the program ping, which is not there; install iputils-ping"))
        }
        Some(error) => Err(anyhow!("--ping cannot ask the network: {error}")),
    }
}

fn ask(address: IpAddr) -> io::Result<Child> {
    let mut command = Command::new("ping");
    command.arg(if address.is_ipv4() { "-4" } else { "-6" });
    command.args(["-n", "-q", "-c", "1", "-W", "1"]).arg(address.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}
