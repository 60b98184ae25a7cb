//! IP addresses: as people write them, and as OMAPI has them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};

use crate::dhcpd::Family;
use crate::render::text::visible;

use super::sign_shown;

/// An IPv4 address.
pub fn address(text: &str) -> Result<Ipv4Addr, String> {
    const FORM: &str = "give four numbers from 0 to 255 with dots between them, such as 10.1.1.77";
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let shown = visible(text.as_bytes());
    if text.parse::<Ipv6Addr>().is_ok() {
        return Err(format!("`{shown}` is an IPv6 address, and it takes one of IPv4 here; {FORM}"));
    }
    if let Some((at, wrong)) = text.chars().enumerate().find(|(_, sign)| !sign.is_ascii_digit() && *sign != '.') {
        return Err(format!(
            "`{shown}`: `{}` in column {} has no place in an IP address; {FORM}",
            sign_shown(wrong),
            at + 1
        ));
    }
    let mut column = 1;
    for part in text.split('.') {
        let why = match part.parse::<u32>() {
            _ if part.is_empty() => "there is no number",
            Ok(0..=255) if part.len() > 1 && part.starts_with('0') => {
                "a number begins with 0, which some take for octal,"
            }
            Ok(0..=255) => "",
            _ => "a number is above 255",
        };
        if !why.is_empty() {
            return Err(format!("`{shown}`: {why} in column {column}; {FORM}"));
        }
        column += part.len() + 1;
    }
    Err(format!("`{shown}` has {} numbers; {FORM}", text.split('.').count()))
}

/// An address of either family.
pub fn any_address(text: &str) -> Result<IpAddr, String> {
    match text.parse::<Ipv6Addr>() {
        Ok(address) => Ok(address.into()),
        Err(_) if text.contains(':') => {
            let shown = visible(text.as_bytes());
            Err(format!("`{shown}` is no IPv6 address; give one such as 2001:db8::77, or 10.1.1.77"))
        }
        Err(_) => address(text).map(IpAddr::V4),
    }
}

/// An address of either family, or with `resolve` a name that has one of IPv4.
pub fn any_address_or_name(text: &str, resolve: bool) -> Result<IpAddr, String> {
    match text.contains(':') {
        true => any_address(text),
        false => address_or_name(text, resolve).map(IpAddr::V4),
    }
}

/// An IPv4 address, or with `resolve` a name that has one.
pub fn address_or_name(text: &str, resolve: bool) -> Result<Ipv4Addr, String> {
    let why = match address(text) {
        Ok(address) => return Ok(address),
        Err(why) => why,
    };
    let shown = visible(text.as_bytes());
    let is_name = text.contains(|sign: char| sign.is_ascii_alphabetic()) && !text.contains(':');
    match (is_name, resolve) {
        (false, _) => Err(why),
        (true, false) => Err(format!("{why}; with --resolve a host's name is looked up")),
        (true, true) => {
            let found = (text, 0).to_socket_addrs().map_err(|error| format!("`{shown}` has no address: {error}"))?;
            let mut addresses: Vec<Ipv4Addr> = found
                .filter_map(|address| match address.ip() {
                    std::net::IpAddr::V4(address) => Some(address),
                    std::net::IpAddr::V6(_) => None,
                })
                .collect();
            addresses.sort_unstable();
            addresses.dedup();
            match addresses.as_slice() {
                [] => Err(format!("`{shown}` has no IPv4 address")),
                [one] => Ok(*one),
                several => Err(format!("`{shown}` has {} IPv4 addresses; give the one that is meant", several.len())),
            }
        }
    }
}

/// The octets of an address as OMAPI has them.
pub fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// The addresses of a host as OMAPI has them, and their family, where there are any.
///
/// # Errors
///
/// They are of both families.
pub fn of_one_family(all: &[IpAddr]) -> Result<(Vec<u8>, Option<Family>), String> {
    let family = all.first().map(|address| Family::of(*address));
    match all.iter().all(|address| Some(Family::of(*address)) == family) {
        true => Ok((all.iter().copied().flat_map(octets).collect(), family)),
        false => Err("a host has addresses of IPv4, or of IPv6 on a DHCPv6 server, and never both".to_owned()),
    }
}

/// The octets of an IPv6 address.
pub const IPV6_LENGTH: usize = 16;

/// Addresses of that family, as OMAPI has them.
pub fn addresses_of(octets: &[u8], family: Family) -> impl Iterator<Item = IpAddr> {
    let length = if family == Family::V6 { IPV6_LENGTH } else { 4 };
    octets.chunks_exact(length).filter_map(|part| {
        let v6 = <[u8; IPV6_LENGTH]>::try_from(part).map(IpAddr::from).ok();
        v6.or_else(|| <[u8; 4]>::try_from(part).map(IpAddr::from).ok())
    })
}

/// The family of addresses, as far as their octets show it: OMAPI has 16 octets of IPv6 and four addresses of IPv4 alike.
/// They are IPv6 where they begin as addresses of hosts do (2000::/3, fc00::/7, fe80::/10), and no host could have what
/// they would be of IPv4: an address in 0.0.0.0/8 or 127.0.0.0/8, or one from 224.0.0.0 on.
pub fn family_of_octets(octets: &[u8]) -> Family {
    let is_ipv6 = |address: &[u8]| {
        let begins =
            matches!(address[0], 0x20..=0x3f | 0xfc..=0xfd) || (address[0] == 0xfe && address[1] & 0xc0 == 0x80);
        begins && address.chunks_exact(4).any(|part| matches!(part[0], 0 | 127 | 224..))
    };
    let is_v6 =
        !octets.is_empty() && octets.len().is_multiple_of(IPV6_LENGTH) && octets.chunks_exact(IPV6_LENGTH).all(is_ipv6);
    if is_v6 { Family::V6 } else { Family::V4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_wrong_say_where() {
        for (text, part) in [
            ("10.1.1.256", "above 255 in column 8"),
            ("10.1..5", "no number in column 6"),
            ("10.1.1", "has 3 numbers"),
            ("10.1.1.05", "octal, in column 8"),
            ("10.1.1.x", "`x` in column 8"),
            ("10.1.1.99999999999", "above 255"),
            ("fe80::1", "IPv6"),
        ] {
            let why = address(text).unwrap_err();
            assert!(why.contains(part) && why.contains("10.1.1.77"), "{text}: {why}");
        }
        assert_eq!(address_or_name("10.1.1.5", false), Ok(Ipv4Addr::new(10, 1, 1, 5)));
        assert!(address_or_name("web1", false).unwrap_err().contains("--resolve"));
        assert_eq!(address_or_name("localhost", true), Ok(Ipv4Addr::LOCALHOST));
    }

    #[test]
    fn sixteen_octets_are_of_ipv6_where_no_host_could_have_them_as_four_addresses_of_ipv4() {
        let v6 = |text: &str| text.parse::<std::net::Ipv6Addr>().expect("an address").octets().to_vec();
        let [one, two] = ["2001:db8:1::5", "fd00:1:2::9"].map(v6);
        for (octets, family) in [
            (one.clone(), Family::V6),
            ([one.clone(), two].concat(), Family::V6),
            (v6("fe80::1:2"), Family::V6),
            // It could be 32.1.13.184, 18.52.86.120, 154.188.222.240, 17.34.51.68.
            (v6("2001:db8:1234:5678:9abc:def0:1122:3344"), Family::V4),
            ([10, 1, 1, 5, 10, 1, 1, 6, 10, 1, 1, 7, 10, 1, 1, 8].to_vec(), Family::V4),
            (vec![10, 1, 1, 5], Family::V4),
            ([one, vec![10, 1, 1, 5]].concat(), Family::V4),
            (Vec::new(), Family::V4),
        ] {
            assert_eq!(family_of_octets(&octets), family, "{octets:?}");
        }
    }
}
