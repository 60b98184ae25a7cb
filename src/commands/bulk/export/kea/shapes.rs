//! What Kea takes for a value of the options that it has definitions of: one that is otherwise makes it refuse the whole
//! configuration. dhcpd.conf may have such a value, because it may define an option anew.

/// What a value has to be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Pieces of so many octets.
    Pieces(usize),
    /// The same, one at least.
    SomePieces(usize),
    /// So many octets, and whatever follows.
    AtLeast(usize),
    Flag,
    /// A flag and whatever follows.
    FlagAnd(usize),
    /// Text that is not empty.
    Text,
    Domains,
    /// Enterprise numbers, each with a length and as many octets; in these so many octets before a length, and as many
    /// octets as that says.
    OfVendors(usize),
    /// A flag, two addresses and domains.
    NameServers,
}

/// The shape of an option's value; nothing where Kea takes any.
fn shape(code: u8) -> Option<Shape> {
    Some(match code {
        3..=11 | 21 | 33 | 41 | 42 | 44 | 45 | 48 | 49 | 65 | 68..=76 | 85 | 89 | 92 | 112 | 136 | 138 => {
            Shape::Pieces(4)
        }
        25 | 93 | 117 => Shape::SomePieces(2),
        1 | 2 | 16 | 24 | 28 | 32 | 35 | 38 | 54 | 91 | 108 | 118 | 159 => Shape::AtLeast(4),
        13 | 22 | 26 => Shape::AtLeast(2),
        23 | 37 | 46 | 97 | 116 => Shape::AtLeast(1),
        94 => Shape::AtLeast(3),
        212 => Shape::AtLeast(22),
        19 | 20 | 27 | 29..=31 | 34 | 36 | 39 => Shape::Flag,
        78 => Shape::FlagAnd(4),
        79 => Shape::FlagAnd(1),
        12 | 14 | 15 | 17 | 18 | 40 | 47 | 60 | 62 | 64 | 66 | 67 | 86 | 87 | 98 | 100 | 101 | 113 | 114 => Shape::Text,
        88 | 119 | 137 | 141 | 213 => Shape::Domains,
        124 => Shape::OfVendors(0),
        125 => Shape::OfVendors(1),
        146 => Shape::NameServers,
        _ => return None,
    })
}

/// Whether Kea takes that value for the option.
pub(super) fn takes(code: u8, value: &[u8]) -> bool {
    let is_flag = |octet: Option<&u8>| octet.is_some_and(|octet| *octet < 2);
    let are_domains = |wire: &[u8]| domains(wire).is_some_and(|names| !names.is_empty());
    match shape(code) {
        None => true,
        Some(Shape::Pieces(size)) => value.len().is_multiple_of(size),
        Some(Shape::SomePieces(size)) => !value.is_empty() && value.len().is_multiple_of(size),
        Some(Shape::AtLeast(size)) => value.len() >= size,
        Some(Shape::Flag) => value.len() == 1 && is_flag(value.first()),
        Some(Shape::FlagAnd(size)) => {
            is_flag(value.first()) && value.len() > size && (value.len() - 1).is_multiple_of(size)
        }
        Some(Shape::Text) => value.iter().any(|octet| *octet != 0),
        Some(Shape::Domains) => are_domains(value),
        Some(Shape::OfVendors(before)) => {
            let inner = |part: &[u8]| pieces(part, before).is_some_and(|parts| !parts.is_empty());
            pieces(value, 4).is_some_and(|parts| !parts.is_empty() && parts.into_iter().all(inner))
        }
        Some(Shape::NameServers) => value.len() > 9 && are_domains(&value[9..]),
    }
}

/// The pieces of a value, which have so many octets before their length.
fn pieces(mut value: &[u8], before: usize) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !value.is_empty() {
        let (head, rest) = value.split_at_checked(before + 1)?;
        let (part, behind) = rest.split_at_checked(usize::from(head[before]))?;
        parts.push(part);
        value = behind;
    }
    Some(parts)
}

/// Domain names as they are sent, ends of earlier ones named by their place.
pub(super) fn domains(wire: &[u8]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut at = 0;
    while at < wire.len() {
        let mut labels = Vec::new();
        let (mut place, mut behind, mut steps) = (at, None, 0);
        loop {
            let length = usize::from(*wire.get(place)?);
            steps += 1;
            if steps > wire.len() {
                return None;
            }
            match length {
                0 => break,
                0xc0.. => {
                    behind.get_or_insert(place + 2);
                    place = (length & 0x3f) << 8 | usize::from(*wire.get(place + 1)?);
                }
                1..=63 => {
                    let label = std::str::from_utf8(wire.get(place + 1..place + 1 + length)?).ok()?;
                    let is_plain =
                        label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
                    labels.push(label.to_owned());
                    if !is_plain {
                        return None;
                    }
                    place += 1 + length;
                }
                _ => return None,
            }
        }
        at = behind.unwrap_or(place + 1);
        if labels.is_empty() {
            return None;
        }
        names.push(labels.join("."));
    }
    Some(names)
}
