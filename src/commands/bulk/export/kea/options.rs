//! An option's value in Kea: as text where Kea's own definition is known to be that of dhcpd, otherwise as octets.

use std::net::Ipv4Addr;

use super::json::quoted;
use super::shapes::{domains, takes};

/// What an option's value is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Addresses,
    Text,
    /// Numbers of so many octets.
    Numbers(usize),
    /// A number of four octets with a sign.
    Signed,
    Domains,
}

/// Options that both have, by number, with their names in Kea.
#[rustfmt::skip]
const KNOWN: [(u8, &str, Kind); 44] = [
    (1, "subnet-mask", Kind::Addresses), (2, "time-offset", Kind::Signed), (3, "routers", Kind::Addresses),
    (4, "time-servers", Kind::Addresses), (5, "name-servers", Kind::Addresses),
    (6, "domain-name-servers", Kind::Addresses), (7, "log-servers", Kind::Addresses),
    (8, "cookie-servers", Kind::Addresses), (9, "lpr-servers", Kind::Addresses),
    (10, "impress-servers", Kind::Addresses), (11, "resource-location-servers", Kind::Addresses),
    (12, "host-name", Kind::Text), (13, "boot-size", Kind::Numbers(2)), (14, "merit-dump", Kind::Text),
    (15, "domain-name", Kind::Text), (16, "swap-server", Kind::Addresses), (17, "root-path", Kind::Text),
    (18, "extensions-path", Kind::Text), (22, "max-dgram-reassembly", Kind::Numbers(2)),
    (23, "default-ip-ttl", Kind::Numbers(1)), (24, "path-mtu-aging-timeout", Kind::Numbers(4)),
    (26, "interface-mtu", Kind::Numbers(2)), (28, "broadcast-address", Kind::Addresses),
    (35, "arp-cache-timeout", Kind::Numbers(4)), (37, "default-tcp-ttl", Kind::Numbers(1)),
    (38, "tcp-keepalive-interval", Kind::Numbers(4)), (40, "nis-domain", Kind::Text),
    (41, "nis-servers", Kind::Addresses), (42, "ntp-servers", Kind::Addresses),
    (44, "netbios-name-servers", Kind::Addresses), (45, "netbios-dd-server", Kind::Addresses),
    (46, "netbios-node-type", Kind::Numbers(1)), (47, "netbios-scope", Kind::Text),
    (48, "font-servers", Kind::Addresses), (49, "x-display-manager", Kind::Addresses),
    (64, "nisplus-domain-name", Kind::Text), (65, "nisplus-servers", Kind::Addresses),
    (66, "tftp-server-name", Kind::Text), (67, "boot-file-name", Kind::Text),
    (69, "smtp-server", Kind::Addresses), (70, "pop-server", Kind::Addresses), (71, "nntp-server", Kind::Addresses),
    (72, "www-server", Kind::Addresses), (119, "domain-search", Kind::Domains),
];

/// Options that are the server's own business in Kea.
const NOT_SET: [u8; 13] = [0, 50, 51, 52, 53, 55, 56, 57, 58, 59, 61, 81, 82];

/// An option with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OptionData {
    pub(super) code: u8,
    pub(super) value: Vec<u8>,
}

impl OptionData {
    /// An option, where Kea lets it be set.
    pub(super) fn new(code: u32, value: Vec<u8>) -> Result<OptionData, &'static str> {
        match u8::try_from(code) {
            Ok(255) | Err(_) => Err("DHCP has no option of that number"),
            Ok(code) if NOT_SET.contains(&code) => Err("Kea sets this option by itself"),
            Ok(_) if value.len() > usize::from(u8::MAX) => Err("it is longer than an option in Kea can be"),
            Ok(code) if !takes(code, &value) => Err("its value is not what Kea takes for an option of that number"),
            Ok(code) => Ok(OptionData { code, value }),
        }
    }

    /// As Kea has it.
    pub(super) fn json(&self) -> String {
        let known = KNOWN.iter().find(|(code, ..)| *code == self.code);
        let written = known.and_then(|(_, name, kind)| Some((name, self.written(*kind)?)));
        match written {
            Some((name, text)) => {
                format!("{{ \"code\": {}, \"name\": \"{name}\", \"data\": {} }}", self.code, quoted(&text))
            }
            None => {
                let octets: String = self.value.iter().map(|octet| format!("{octet:02X}")).collect();
                format!("{{ \"code\": {}, \"csv-format\": false, \"data\": \"{octets}\" }}", self.code)
            }
        }
    }

    fn written(&self, kind: Kind) -> Option<String> {
        if self.value.is_empty() {
            return None;
        }
        let whole = |size: usize| self.value.len().is_multiple_of(size).then(|| self.value.chunks_exact(size));
        let joined = |parts: Vec<String>| parts.join(", ");
        match kind {
            Kind::Addresses => {
                Some(joined(whole(4)?.map(|a| Ipv4Addr::new(a[0], a[1], a[2], a[3]).to_string()).collect()))
            }
            Kind::Numbers(size) => {
                let number = |part: &[u8]| part.iter().fold(0_u32, |number, octet| number << 8 | u32::from(*octet));
                Some(joined(whole(size)?.map(|part| number(part).to_string()).collect()))
            }
            Kind::Signed => Some(i32::from_be_bytes(self.value.as_slice().try_into().ok()?).to_string()),
            Kind::Text => {
                // A comma is a separator there, and a backslash an escape.
                let is_plain = |byte: &u8| matches!(byte, b'!'..=b'~' | b' ') && !matches!(byte, b',' | b'\\' | b'"');
                let text = std::str::from_utf8(&self.value).ok().filter(|text| text.trim() == *text)?;
                self.value.iter().all(is_plain).then(|| text.to_owned())
            }
            Kind::Domains => domains(&self.value).map(joined),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_text_where_kea_reads_the_same_octets_in_it() {
        for (code, value, json) in [
            (3, &[10, 1, 1, 1, 10, 1, 1, 2][..], r#"{ "code": 3, "name": "routers", "data": "10.1.1.1, 10.1.1.2" }"#),
            (15, b"example.org", r#"{ "code": 15, "name": "domain-name", "data": "example.org" }"#),
            (17, b"a,b", r#"{ "code": 17, "csv-format": false, "data": "612C62" }"#),
            (26, &[5, 220], r#"{ "code": 26, "name": "interface-mtu", "data": "1500" }"#),
            (2, &[255, 255, 255, 255], r#"{ "code": 2, "name": "time-offset", "data": "-1" }"#),
            (200, b"x", r#"{ "code": 200, "csv-format": false, "data": "78" }"#),
            (
                119,
                b"\x03eng\x07example\x00\x03ops\xc0\x04",
                r#"{ "code": 119, "name": "domain-search", "data": "eng.example, ops.example" }"#,
            ),
        ] {
            assert_eq!(OptionData::new(code, value.to_vec()).unwrap().json(), json);
        }
        for (code, value) in [(3, &[10][..]), (119, b"\xc0\x00"), (12, b""), (125, b"\0\0\0\x09\x02a")] {
            assert!(OptionData::new(code, value.to_vec()).is_err(), "{code}");
        }
        for code in [51, 255, 256] {
            assert!(OptionData::new(code, vec![1]).is_err());
        }
    }
}
