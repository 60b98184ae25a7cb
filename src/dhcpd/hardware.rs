//! The types of hardware addresses, as dhcpd names and numbers them (`hardware` of dhcp.conf(5); numbers of RFC 1700).

/// Ethernet's number.
pub const ETHERNET: u8 = 1;

/// The octets of an Ethernet address.
pub const ETHERNET_LENGTH: usize = 6;

/// The longest hardware address that dhcpd has room for, in octets.
pub const MAX_LENGTH: usize = 20;

/// The types that have names.
pub const TYPES: [(u32, &str); 4] = [(ETHERNET as u32, "ethernet"), (6, "token-ring"), (8, "fddi"), (32, "infiniband")];

/// Their names.
pub const NAMES: [&str; TYPES.len()] = {
    let mut names = [""; TYPES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = TYPES[at].1;
        at += 1;
    }
    names
};

/// The number of a type by its name, in any case.
pub fn number(name: &[u8]) -> Option<u8> {
    let found = TYPES.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(name));
    found.and_then(|(number, _)| (*number).try_into().ok())
}

/// The name of a type by its number, where it has one.
pub fn name(number: u32) -> Option<&'static str> {
    TYPES.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_found_by_its_name_and_its_number() {
        for ((known, text), listed) in TYPES.into_iter().zip(NAMES) {
            assert_eq!(number(text.to_ascii_uppercase().as_bytes()).map(u32::from), Some(known));
            assert_eq!((name(known), listed), (Some(text), text));
        }
        assert_eq!((number(b"wifi"), name(33)), (None, None));
    }
}
