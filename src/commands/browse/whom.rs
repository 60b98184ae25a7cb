//! Whom a pool is for, in words.

use crate::dhcpd::conf::{Conf, Permit, Permitted};
use crate::render::text::visible;

/// Whom the pool of an address is for; nothing where it is open to all.
pub(super) fn pool_is_for(conf: &Conf, address: std::net::IpAddr) -> Option<String> {
    let number = conf.pool_of(address)?;
    let permits = match address.is_ipv4() {
        true => &conf.pools[number].permits,
        false => &conf.pools6[number].permits,
    };
    sentence(permits)
}

fn sentence(permits: &[Permit]) -> Option<String> {
    let all = |allowed: bool| -> Vec<String> {
        permits.iter().filter(|permit| permit.allowed == allowed).filter_map(|permit| whom(&permit.whom)).collect()
    };
    // Who is allowed among others is no restriction where all are.
    let is_open = permits.iter().any(|permit| permit.allowed && permit.whom == Permitted::All);
    let allowed = if is_open { Vec::new() } else { all(true) };
    let denied = all(false);
    let and = |names: Vec<String>| names.join(" and ");
    match (allowed.is_empty(), denied.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("for {} only", and(allowed))),
        (true, false) => Some(format!("for all but {}", and(denied))),
        (false, false) => Some(format!("for {} only, but not for {}", and(allowed), and(denied))),
    }
}

fn whom(whom: &Permitted) -> Option<String> {
    Some(match whom {
        Permitted::Known => "clients that a host is declared for".to_owned(),
        Permitted::Unknown => "clients that no host is declared for".to_owned(),
        Permitted::Authenticated => "authenticated clients, of which there are none,".to_owned(),
        Permitted::Unauthenticated => "all clients".to_owned(),
        Permitted::All => "all clients".to_owned(),
        Permitted::DynamicBootp => "BOOTP clients".to_owned(),
        Permitted::MembersOf(class) => format!("members of the class `{}`", visible(class)),
        Permitted::After(time) => format!("clients after {}", visible(time)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_says_whom_it_is_for() {
        for (permits, expected) in [
            ("", None),
            ("allow all clients;", None),
            ("allow members of \"a\";", Some("for members of the class `a` only")),
            (
                "allow members of \"a\"; allow known-clients;",
                Some("for members of the class `a` and clients that a host is declared for only"),
            ),
            ("deny unknown-clients;", Some("for all but clients that no host is declared for")),
            (
                "allow members of \"a\"; deny dynamic bootp clients;",
                Some("for members of the class `a` only, but not for BOOTP clients"),
            ),
        ] {
            let text = format!(
                "class \"a\" {{ match hardware; }} subnet 10.0.0.0 netmask 255.0.0.0 {{ pool {{ range 10.0.0.5; {permits} }} }}"
            );
            let conf = Conf::parse("conf", text.as_bytes()).expect("it is sound");
            let got = pool_is_for(&conf, "10.0.0.5".parse().expect("an address"));
            assert_eq!(got.as_deref(), expected, "{permits}");
        }
    }
}
