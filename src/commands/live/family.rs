//! Whether a server is one of DHCPv4 or of DHCPv6. OMAPI does not tell: it has 16 octets of an IPv6 address where a
//! DHCPv4 dhcpd has four addresses of IPv4.
//!
//! In this order: `-4` or `-6`; the server's dhcpd.conf, if it can be read here and says the OMAPI port that the server is
//! asked at, since a machine may run one dhcpd of each; what the server says of the host that is looked at.

use std::net::IpAddr;

use crate::commands::browse::server_of;
use crate::dhcpd::Family;

use super::failure::{Failure, Kind};
use super::{Session, usage};

impl Session<'_, '_> {
    /// The family of a server, by its place among the servers; `None` where it is not known.
    pub(super) fn family_of(&mut self, at: usize) -> Option<Family> {
        if let Some((_, family)) = self.families.iter().find(|(known, _)| *known == at) {
            return *family;
        }
        let family = self.files.family.or_else(|| self.family_in_files(at));
        self.families.push((at, family));
        family
    }

    fn family_in_files(&mut self, at: usize) -> Option<Family> {
        let port = self.settings_of(at).port.value;
        let files = self.files_of(at)?;
        let (family, omapi_port) = server_of(&files).ok()?;
        family.filter(|_| omapi_port == Some(port))
    }

    /// Refuses an address of the other family than the server's: it would take one as something else than was meant.
    /// `now` are the addresses that the object has.
    pub(super) fn check_family(
        &mut self,
        at: usize,
        wanted: Option<Family>,
        now: impl IntoIterator<Item = IpAddr>,
    ) -> Result<(), Failure> {
        let Some(wanted) = wanted else { return Ok(()) };
        let has_ipv6 = now.into_iter().any(|address| address.is_ipv6());
        match self.wrong_family(at, wanted, has_ipv6) {
            None => Ok(()),
            Some((why, advice)) => {
                let server = Some(self.settings_of(at).name());
                Err(Failure { server, ..usage(format!("--ip: {why}")).advise(advice) })
            }
        }
    }

    /// Why a server takes no addresses of that family, and what to do about it. It has addresses of IPv6 already, as far as
    /// is known.
    pub(super) fn wrong_family(&mut self, at: usize, wanted: Family, has_ipv6: bool) -> Option<(String, &'static str)> {
        let family = self.family_of(at).or(has_ipv6.then_some(Family::V6));
        let server = self.settings_of(at).name();
        match (wanted, family) {
            (Family::V6, Some(Family::V6)) | (Family::V4, None | Some(Family::V4)) => None,
            (Family::V4, Some(Family::V6)) => Some((
                format!("{server} is a DHCPv6 server, whose hosts have no IPv4 addresses"),
                "give an IPv6 address, or ask the DHCPv4 server with --port or --profile",
            )),
            (Family::V6, Some(Family::V4)) => Some((
                format!("{server} is a DHCPv4 server, whose hosts have no IPv6 addresses"),
                "give an IPv4 address, or ask the DHCPv6 server with --port or --profile",
            )),
            (Family::V6, None) => Some((
                format!("it is not known whether {server} is a DHCPv6 server, which alone has IPv6 addresses"),
                "say so with -6, or where its dhcpd.conf is with --conf",
            )),
        }
    }

    /// Refuses to look for leases on a DHCPv6 server.
    pub(super) fn check_has_leases(&mut self, at: usize, address: Option<IpAddr>) -> Result<(), Failure> {
        let is_ipv6 = address.is_some_and(|address| address.is_ipv6());
        let server = self.settings_of(at).name();
        let message = match is_ipv6 {
            true => "a lease of DHCPv6 cannot be looked up over OMAPI".to_owned(),
            false if self.family_of(at) == Some(Family::V6) => {
                format!("{server} is a DHCPv6 server, whose leases cannot be looked up over OMAPI")
            }
            false => return Ok(()),
        };
        let failure = Failure { server: Some(server), ..Failure::new(Kind::NotFound, message) };
        Err(failure.advise("`omsh leases -6` and `omsh find -6` show those of the server's lease file"))
    }
}
