//! The interactive shell beside a real dhcpd.

use super::Terminal;
use super::site::{Site, USUAL};
use crate::support::confs;
use crate::support::dhcpd::Dhcpd;
use crate::support::net::Net;

/// A dhcpd in a network of its own, and what omsh is told about it.
pub struct Lab {
    pub net: Net,
    pub dhcpd: Dhcpd,
    pub site: Site,
}

impl Lab {
    /// Starts one with this dhcpd.conf and some leases.
    pub fn new(conf: &str) -> Lab {
        let net = Net::new();
        let dhcpd = Dhcpd::start(&net, conf, &confs::leases("in-use"));
        let site = Site::without_server();
        site.put("dhcpd.conf", conf);
        let files = [site.path("dhcpd.conf"), dhcpd.lease_file()];
        let [conf, leases] = files;
        let site = site.variable("OMSH_SERVER", "127.0.0.1").variable("OMSH_CONF", conf);
        Lab { net, dhcpd, site: site.variable("OMSH_LEASES", leases) }
    }

    /// The shell, connected.
    pub fn start(&self) -> Terminal {
        let mut terminal = Terminal::start(&self.site.command_within(&self.net), USUAL);
        terminal.ready();
        terminal.wait_for_prompt(&prompt(""));
        terminal
    }

    /// Ends dhcpd as an init script does.
    pub fn stop(&mut self) {
        self.dhcpd.stop();
    }

    /// Starts it again.
    pub fn restart(&mut self) {
        self.dhcpd.restart();
    }

    /// The last block of a host in the lease file, if it is not deleted.
    pub fn host(&self, name: &str) -> Option<String> {
        let leases = String::from_utf8_lossy(&self.dhcpd.leases()).into_owned();
        let (_, rest) = leases.rsplit_once(&format!("host {name} {{"))?;
        let block = rest.split('}').next().unwrap_or_default().to_owned();
        (!block.contains("deleted;")).then_some(block)
    }
}

/// The prompt with an object, such as `host:web1*`, or with none.
pub fn prompt(object: &str) -> String {
    let blank = if object.is_empty() { "" } else { " " };
    format!("omsh 127.0.0.1{blank}{object}> ")
}
