//! The types of objects that dhcpd has over OMAPI, and their attributes: what each is made of, when it can be set, what
//! becomes of it. Completion, hints, help, readable values, typed input, read-back and undo are made of this.
//!
//! Measured on dhcpd 4.4.3-P1.

use crate::dhcpd::failover::FailoverState;
use crate::dhcpd::hardware;
use crate::dhcpd::leases::State;

/// Numbers that have names.
pub type Names = &'static [(u32, &'static str)];

/// What an attribute's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, or octets where it is none.
    Text,
    /// Octets, which may be text.
    Identifier,
    /// A hardware address.
    Hardware,
    /// IP addresses, one behind the other.
    Addresses,
    /// A number; a negative one in two's complement.
    Number,
    /// A number, of which these have names.
    Named(Names),
    /// A number each of whose bits has a name.
    Flags(Names),
    /// Seconds since 1970; 0 where it is not set.
    Time,
    /// The handle of another object.
    Handle,
}

impl Kind {
    /// Whether it is sent as four octets of a number.
    pub fn is_number(self) -> bool {
        matches!(self, Kind::Number | Kind::Named(_) | Kind::Flags(_) | Kind::Time | Kind::Handle)
    }

    /// The names of its numbers.
    pub fn names(self) -> Names {
        match self {
            Kind::Named(names) | Kind::Flags(names) => names,
            _ => &[],
        }
    }

    /// The number of that name, in any case.
    pub fn number(self, name: &str) -> Option<u32> {
        let found = self.names().iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(number, _)| *number)
    }

    /// The name of a number; those of its bits, separated by commas.
    pub fn name(self, number: u32) -> Option<String> {
        match self {
            Kind::Flags(names) if number != 0 => {
                let set: Vec<&str> = names.iter().filter(|(bit, _)| number & bit != 0).map(|(_, name)| *name).collect();
                (!set.is_empty()).then(|| set.join(", "))
            }
            _ => self.names().iter().find(|(known, _)| *known == number).map(|(_, name)| (*name).to_owned()),
        }
    }
}

/// When an attribute can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// To look the object up, and to make it.
    Before,
    /// Of an object that is open.
    After,
    /// Both.
    Both,
    /// The server shows it, and it cannot be set.
    Told,
}

impl Use {
    /// When, in words.
    pub fn in_words(self) -> &'static str {
        match self {
            Use::Before => "before open and create",
            Use::After => "once it is open",
            Use::Both => "at any time",
            Use::Told => "only told",
        }
    }

    /// Whether the next request takes it, of an object that is open or of one that is not.
    pub fn fits(self, is_open: bool) -> bool {
        matches!((self, is_open), (Use::Both, _) | (Use::After, true) | (Use::Before, false))
    }
}

/// An attribute that objects of a type have.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: &'static str,
    /// When it can be set.
    pub used: Use,
    /// What its value is.
    pub kind: Kind,
    /// What it is about.
    pub about: &'static str,
    /// The server shows it when the object is opened.
    pub is_reported: bool,
    /// The server keeps it; otherwise it takes it and forgets it.
    pub is_kept: bool,
    /// The server cannot take it away again: the object has to be removed, and created without it.
    pub is_lasting: bool,
    /// The server changes it when it changes others, or when others do.
    pub is_following: bool,
}

const fn attribute(name: &'static str, used: Use, kind: Kind, about: &'static str) -> Attribute {
    Attribute { name, used, kind, about, is_reported: true, is_kept: true, is_lasting: false, is_following: false }
}

const fn told(name: &'static str, kind: Kind, about: &'static str) -> Attribute {
    attribute(name, Use::Told, kind, about)
}

impl Attribute {
    const fn unreported(self) -> Attribute {
        Attribute { is_reported: false, ..self }
    }

    const fn forgotten(self) -> Attribute {
        Attribute { is_reported: false, is_kept: false, ..self }
    }

    const fn lasting(self) -> Attribute {
        Attribute { is_lasting: true, ..self }
    }

    const fn following(self) -> Attribute {
        Attribute { is_following: true, ..self }
    }
}

/// A type of object.
#[derive(Clone, Copy, Debug)]
pub struct ObjectType {
    /// Its name behind `new`.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The attributes by one of which it is found again, the best one first. Each may have companions.
    pub keys: &'static [&'static [&'static str]],
    /// Its attributes.
    pub attributes: &'static [Attribute],
}

impl ObjectType {
    /// The attribute of that name.
    pub fn attribute(&self, name: &[u8]) -> Option<&'static Attribute> {
        self.attributes.iter().find(|known| known.name.as_bytes() == name)
    }
}

/// A flag of a lease: a BOOTP client has it, for ever.
pub const BOOTP: u32 = 2;

/// A flag of a lease: it is kept for its client.
pub const RESERVED: u32 = 4;

const HARDWARE_TYPE: Kind = Kind::Named(&hardware::TYPES);
const FAILOVER_STATE: Kind = Kind::Named(&FailoverState::NUMBERED);
const ROLE: Kind = Kind::Named(&[(0, "primary"), (1, "secondary")]);
const LEASE_FLAGS: Kind = Kind::Flags(&[(0, "none"), (RESERVED, "reserved"), (BOOTP, "bootp")]);
const KNOWN: Kind = Kind::Named(&[(1, "yes"), (0, "no")]);

/// The types of objects that dhcpd has.
pub const TYPES: [ObjectType; 8] = [
    ObjectType {
        name: "host",
        about: "a host's reservation",
        keys: &[&["name"], &["hardware-address", "hardware-type"], &["dhcp-client-identifier"]],
        attributes: &[
            attribute("name", Use::Before, Kind::Text, "its name"),
            attribute(
                "hardware-address",
                Use::Before,
                Kind::Hardware,
                "the hardware address, such as 52:54:00:aa:bb:cc",
            )
            .lasting(),
            attribute("hardware-type", Use::Before, HARDWARE_TYPE, "1 for Ethernet").lasting(),
            attribute("ip-address", Use::Both, Kind::Addresses, "its fixed address"),
            attribute(
                "dhcp-client-identifier",
                Use::Before,
                Kind::Identifier,
                "the client identifier, instead of a hardware address",
            )
            .lasting(),
            attribute("group", Use::Both, Kind::Text, "the name of its group").unreported().lasting(),
            attribute("statements", Use::Before, Kind::Text, "statements of dhcpd.conf, in quotes")
                .unreported()
                .lasting(),
            attribute("known", Use::Before, KNOWN, "1 for a known client").forgotten(),
        ],
    },
    ObjectType {
        name: "lease",
        about: "an address out of a range, and who has it",
        keys: &[&["ip-address"], &["dhcp-client-identifier"], &["hardware-address", "hardware-type"]],
        attributes: &[
            attribute("ip-address", Use::Before, Kind::Addresses, "its address"),
            attribute("dhcp-client-identifier", Use::Before, Kind::Identifier, "the client identifier"),
            attribute("hardware-address", Use::Before, Kind::Hardware, "the client's hardware address"),
            attribute("hardware-type", Use::Before, HARDWARE_TYPE, "1 for Ethernet"),
            attribute(
                "state",
                Use::After,
                Kind::Named(&State::NUMBERED),
                "1 free, 2 active, 3 expired, 4 released, 5 abandoned, 6 reset, 7 backup",
            ),
            attribute("ends", Use::After, Kind::Time, "when it ends, in seconds since 1970"),
            // dhcpd up to 4.3.3 does not show it.
            attribute("flags", Use::After, LEASE_FLAGS, "4 reserved, 2 BOOTP").unreported(),
            told("client-hostname", Kind::Text, "the name that the client gave"),
            told("starts", Kind::Time, "when it began"),
            told("cltt", Kind::Time, "when the client was last heard"),
            told("tstp", Kind::Time, "when the failover peer believes it to end").following(),
            told("tsfp", Kind::Time, "when the failover peer says that it ends").following(),
            told("atsfp", Kind::Time, "when the failover peer acknowledged that it ends").following(),
            told("subnet", Kind::Handle, "the handle of its subnet"),
            told("pool", Kind::Handle, "the handle of its pool"),
            told("billing-class", Kind::Handle, "the handle of the class that it counts for"),
        ],
    },
    ObjectType {
        name: "group",
        about: "statements that hosts share",
        keys: &[&["name"]],
        attributes: &[
            attribute("name", Use::Before, Kind::Text, "its name"),
            attribute("statements", Use::Both, Kind::Text, "statements of dhcpd.conf, in quotes").unreported(),
        ],
    },
    ObjectType {
        name: "class",
        about: "a class of clients, of dhcpd.conf",
        keys: &[&["name"]],
        attributes: &[
            attribute("name", Use::Before, Kind::Text, "its name"),
            told("lease-limit", Kind::Number, "how many leases its clients may have"),
            told("leases-used", Kind::Number, "how many they have"),
        ],
    },
    ObjectType {
        name: "subclass",
        about: "what a class recognises a client by",
        keys: &[&["name", "hashstring"]],
        attributes: &[
            attribute("name", Use::Before, Kind::Text, "the name of its class"),
            attribute("hashstring", Use::Before, Kind::Text, "what it stands for: text or octets"),
        ],
    },
    ObjectType {
        name: "failover-state",
        about: "a failover relation of dhcpd.conf",
        keys: &[&["name"]],
        attributes: &[
            attribute("name", Use::Before, Kind::Text, "its name behind `failover peer`"),
            attribute(
                "local-state",
                Use::After,
                FAILOVER_STATE,
                "the state to go to: 2 normal, 4 partner-down, 6 recover, 8 shutdown",
            ),
            told("partner-state", FAILOVER_STATE, "the partner's state"),
            told("local-stos", Kind::Time, "since when").following(),
            told("partner-stos", Kind::Time, "since when").following(),
            told("hierarchy", ROLE, "0 primary, 1 secondary"),
            told("partner-address", Kind::Addresses, "the partner's address"),
            told("partner-port", Kind::Number, "the partner's port"),
            told("local-address", Kind::Addresses, "its own address"),
            told("local-port", Kind::Number, "its own port"),
            told("mclt", Kind::Number, "the maximum client lead time, in seconds"),
            told("load-balance-max-secs", Kind::Number, "after how many seconds it answers the partner's clients"),
            told("max-outstanding-updates", Kind::Number, "how many updates may wait for an answer"),
            told("max-response-delay", Kind::Number, "after how many seconds of silence the partner counts as away"),
            told("cur-unacked-updates", Kind::Number, "how many updates wait for an answer").following(),
        ],
    },
    ObjectType {
        name: "control",
        about: "the server itself",
        keys: &[&[]],
        attributes: &[attribute("state", Use::After, Kind::Named(&[(2, "shutdown")]), "2 shuts the server down")],
    },
    ObjectType {
        name: "interface",
        about: "a network interface that the server answers on",
        keys: &[&["name"]],
        attributes: &[attribute("name", Use::Before, Kind::Text, "its name")],
    },
];

/// Their names.
pub const TYPE_NAMES: [&str; TYPES.len()] = {
    let mut names = [""; TYPES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = TYPES[at].name;
        at += 1;
    }
    names
};

/// The type of that name.
pub fn object_type(name: &[u8]) -> Option<&'static ObjectType> {
    TYPES.iter().find(|known| known.name.as_bytes() == name)
}

/// The attribute of that name, of objects of that type.
pub fn attribute_of(type_name: &[u8], name: &[u8]) -> Option<&'static Attribute> {
    object_type(type_name)?.attribute(name)
}

/// Whether an attribute of that name is a number, whatever has it.
pub fn is_number(name: &[u8]) -> bool {
    TYPES.iter().filter_map(|known| known.attribute(name)).any(|known| known.kind.is_number())
}

/// Whether the server changes an attribute when it changes others, or when others do.
pub fn is_following(type_name: &[u8], name: &[u8]) -> bool {
    // A connection's own number for the object.
    name == b"remote-handle" || attribute_of(type_name, name).is_some_and(|known| known.is_following)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_type_is_found_by_it_has() {
        for object_type in &TYPES {
            for name in object_type.keys.iter().copied().flatten() {
                let known = object_type.attribute(name.as_bytes());
                assert!(known.is_some_and(|known| known.used.fits(false)), "{} {name}", object_type.name);
            }
        }
    }

    #[test]
    fn a_name_is_a_number_of_every_type_or_of_none() {
        for known in TYPES.iter().flat_map(|known| known.attributes) {
            assert_eq!(is_number(known.name.as_bytes()), known.kind.is_number(), "{}", known.name);
        }
    }

    #[test]
    fn numbers_have_names_and_names_have_numbers() {
        let kind = |object_type: &str, name: &str| {
            attribute_of(object_type.as_bytes(), name.as_bytes()).map(|known| known.kind).expect(name)
        };
        assert_eq!(kind("lease", "state").number("Free"), Some(1));
        assert_eq!(kind("lease", "state").name(7).as_deref(), Some("backup"));
        assert_eq!(kind("lease", "flags").name(6).as_deref(), Some("reserved, bootp"));
        assert_eq!(kind("lease", "flags").name(0).as_deref(), Some("none"));
        assert_eq!(kind("lease", "flags").name(8), None);
        assert_eq!(kind("failover-state", "local-state").number("partner-down"), Some(4));
        assert_eq!(kind("host", "hardware-type").name(33), None);
        assert_eq!(kind("host", "name").number("free"), None);
    }
}
