//! What a word stands for that names a host, a lease or a client: one rule for all commands.
//!
//! | word | is |
//! |---|---|
//! | `10.1.1.5`, `2001:db8::5` | an IP address |
//! | `02:00:5e:00:00:01`, `02-00-…`, `0200.5e00.0001`, `02005e000001` | octets: a hardware address, or else a client identifier |
//! | `80:01:02:03:04:05:06:07` | eight octets, not an IPv6 address: no network has addresses that begin with eight zero bits |
//! | octets with colons, of any other number | the same: InfiniBand has 20, a client identifier as many as it likes |
//! | anything else | text: a name, or a client identifier |

use std::net::IpAddr;

use crate::dhcpd::Span;

use super::spelling::hardware_address;

/// Lengths of hardware addresses, in octets: Ethernet, Token Ring and FDDI have 6, EUI-64 8, and InfiniBand 16 or 20.
pub const HARDWARE_LENGTHS: [usize; 4] = [6, 8, 16, 20];

/// What a word is by its looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An IP address. Octets may have leading zeros and are decimal, as for dhcpd.
    Address(IpAddr),
    /// Octets: two or more.
    Octets(Vec<u8>),
    /// Anything else.
    Text,
}

/// What a word is by its looks.
pub fn shape(word: &str) -> Shape {
    if let Some(octets) = eight_octets(word) {
        return Shape::Octets(octets);
    }
    if let Some(Ok(Span { low, high })) = Span::read(word)
        && low == high
        && !word.contains(['/', '-'])
    {
        return Shape::Address(low);
    }
    match hardware_address(word) {
        Some(octets) if HARDWARE_LENGTHS.contains(&octets.len()) => Shape::Octets(octets),
        Some(octets) if octets.len() > 1 && word.contains(':') => Shape::Octets(octets),
        _ => Shape::Text,
    }
}

/// Eight groups of one or two digits with colons between them.
fn eight_octets(word: &str) -> Option<Vec<u8>> {
    let octets = hardware_address(word).filter(|_| word.contains(':'))?;
    <[u8; 8]>::try_from(octets).ok().map(Vec::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_an_address_octets_or_text() {
        for (word, address) in
            [("10.1.1.5", "10.1.1.5"), ("010.001.001.020", "10.1.1.20"), ("2001:db8::5", "2001:db8::5")]
        {
            assert_eq!(shape(word), Shape::Address(address.parse().unwrap()), "{word}");
        }
        for word in ["::1", "fe80::1", "2001:db8:0:1:2:3:4:5", "::ffff:10.1.1.1", "1:2:3:4:5:6:7:800"] {
            assert_eq!(shape(word), Shape::Address(word.parse().unwrap()), "{word}");
        }
        for (word, count) in [
            ("02:00:5e:00:00:01", 6),
            ("2-0-5e-0-0-1", 6),
            ("0200.5e00.0001", 6),
            ("02005e000001", 6),
            ("80:01:02:03:04:05:06:07", 8),
            ("1:2:3:4:5:6:7:8", 8),
            ("02-00-5e-00-00-01-02-03", 8),
            ("0200.5e00.0001.0002", 8),
            ("a0:00:02:20:fe:80:00:00:00:00:00:00:02:00:00:03", 16),
            ("a0:00:02:20:fe:80:00:00:00:00:00:00:02:00:00:03:00:4a:68:aa", 20),
            ("a000.0220.fe80.0000.0000.0000.0200.0003.004a.68aa", 20),
            ("01:02:00:00:00:00:01", 7),
            ("02:00", 2),
        ] {
            assert!(matches!(shape(word), Shape::Octets(octets) if octets.len() == count), "{word}");
        }
        for word in ["web-1", "laptop", "cafe", "ab-cd", "10.1.1.5-10.1.1.5", "10.1.1.0/24", "10.1.1.5/32", "1.2.3", ""]
        {
            assert_eq!(shape(word), Shape::Text, "{word}");
        }
    }
}
