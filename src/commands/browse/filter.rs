//! What is wanted of leases and hosts: `10.1.1.0/24`, `02:00:5e:00:00:01`, `state=active`, `expires<1h`.
//!
//! A word is one criterion, and all of them have to hold. What a bare word is shows in its shape
//! ([`super::word`]): an address, a range or a prefix, octets of a hardware address or an identifier, or else a text
//! that is looked for in names and identifiers.

use std::fmt;
use std::net::IpAddr;

use crate::dhcpd::Span;
use crate::dhcpd::inventory::Networks;

use super::spelling::{duration, hardware_address, hardware_prefix};
use super::word::{Shape, shape};

/// A time of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// From now to its end.
    Expires,
    /// From its end to now.
    Ended,
    /// From its start to now.
    Started,
    /// From the last time that its client was heard to now.
    Seen,
}

/// One criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// One of its addresses is among these, which are in order and do not overlap.
    Within(Vec<Span>),
    /// It lies in this subnet or shared network, by address, prefix or name.
    Subnet(String),
    /// Its hardware address is this one, or begins like this.
    Hardware(Vec<u8>),
    /// Its client identifier, IAID or DUID has these bytes in it.
    Identifier(Vec<u8>),
    /// Its hardware address is this one, or one of its identifiers has these bytes in it.
    Octets(Vec<u8>),
    /// Its name or the client's has this text in it, in any case.
    Name(String),
    /// One of its names or identifiers has this text in it, in any case.
    Text(String),
    /// It is in one of these states.
    State(Vec<String>),
    /// It is kept for its client, or it is not.
    Reserved(bool),
    /// A time is below, or else above, so many seconds.
    Time {
        /// Which one.
        moment: Moment,
        /// Below it rather than above.
        below: bool,
        /// The bound, in seconds.
        seconds: i64,
    },
}

/// A criterion that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// The word.
    pub word: String,
    /// Which part of it is wrong, and what would be right.
    pub why: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the filter `{}`: {}", self.word.escape_debug(), self.why)
    }
}

impl std::error::Error for FilterError {}

/// The states that a lease can be asked for by.
pub const STATES: [&str; 9] =
    ["free", "active", "expired", "released", "abandoned", "reset", "backup", "expiring", "reserved"];

/// The octets of an Ethernet address.
const ETHERNET_LENGTH: usize = 6;

const KEYS: &str =
    "ip, subnet, mac, client-id, hostname, name, state, reserved; expires, ended, started, seen with < or >";

/// What is wanted of each lease, and of what comes about when it holds.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its addresses; a prefix counts as its first and its last one.
    pub addresses: &'a [Span],
    /// Its hardware address.
    pub hardware: Option<&'a [u8]>,
    /// Its identifiers.
    pub identifiers: &'a [&'a [u8]],
    /// Its names.
    pub names: &'a [&'a [u8]],
    /// Its states: the one in effect, and what else can be said of it.
    pub states: &'a [&'a str],
    /// Whether it is kept for its client.
    pub reserved: bool,
    /// Seconds since 1970, where there are any; `i64::MAX` for never.
    pub ends: Option<i64>,
    /// Seconds since 1970.
    pub starts: Option<i64>,
    /// Seconds since 1970.
    pub seen: Option<i64>,
}

/// All that is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// All of these have to hold.
    pub criteria: Vec<Criterion>,
}

impl Filter {
    /// Reads words.
    pub fn read(words: &[String]) -> Result<Filter, FilterError> {
        let criteria = words.iter().map(|word| criterion(word).map_err(|why| FilterError { word: word.clone(), why }));
        Ok(Filter { criteria: criteria.collect::<Result<_, _>>()? })
    }

    /// The one address that is wanted, where that is all there is to know about it.
    pub fn single_address(&self) -> Option<IpAddr> {
        match self.criteria.as_slice() {
            [Criterion::Within(spans)] => match spans.as_slice() {
                [Span { low, high }] if low == high => Some(*low),
                _ => None,
            },
            _ => None,
        }
    }

    /// Makes the names of subnets and shared networks into addresses.
    pub fn resolve(&mut self, networks: &Networks) -> Result<(), FilterError> {
        for criterion in &mut self.criteria {
            if let Criterion::Subnet(name) = criterion {
                let Some(spans) = networks.named(name) else {
                    let word = format!("subnet={name}");
                    let why = "dhcpd.conf has no such subnet or shared network".to_owned();
                    return Err(FilterError { word, why });
                };
                *criterion = Criterion::Within(apart(spans));
            }
        }
        Ok(())
    }

    /// Whether subnets are asked for, which takes a configuration to know.
    pub fn names_subnets(&self) -> bool {
        self.criteria.iter().any(|criterion| matches!(criterion, Criterion::Subnet(_)))
    }

    /// Whether an address can be one that is wanted, as far as that is known without more.
    pub fn may_match_address(&self, address: IpAddr) -> bool {
        self.criteria.iter().all(|criterion| match criterion {
            Criterion::Within(spans) => has_address(spans, address),
            _ => true,
        })
    }

    /// Whether everything holds at that time, in seconds since 1970.
    pub fn matches(&self, subject: &Subject<'_>, now: i64) -> bool {
        self.criteria.iter().all(|criterion| criterion.holds(subject, now))
    }
}

fn criterion(word: &str) -> Result<Criterion, String> {
    let operator = word
        .find(['=', '<', '>'])
        .filter(|at| *at > 0 && word[..*at].bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-'));
    if let Some(at) = operator {
        let (key, rest) = word.split_at(at);
        return keyed(&key.to_ascii_lowercase(), rest.as_bytes()[0], &rest[1..]);
    }
    if word.is_empty() {
        return Err("it is empty".to_owned());
    }
    let key = word.split(|c: char| !c.is_ascii_alphabetic() && c != '-').next().unwrap_or_default();
    if word.contains(['=', '<', '>']) && !key.is_empty() && KEYS.split([',', ';', ' ']).any(|known| known == key) {
        return Err(format!("write `{key}`, then = or < or >, then a value, without blanks between them"));
    }
    let shape = shape(word);
    if let Some(span) = Span::read(word).filter(|_| !matches!(shape, Shape::Octets(_))) {
        return span.map(|span| Criterion::Within(vec![span]));
    }
    if shape == Shape::Text
        && word.contains('.')
        && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'/' | b'-'))
    {
        return Err("it is no IP address".to_owned());
    }
    Ok(match shape {
        // An Ethernet address stands for its interface and for nothing else.
        Shape::Octets(octets) if octets.len() == ETHERNET_LENGTH => Criterion::Hardware(octets),
        Shape::Octets(octets) => Criterion::Octets(octets),
        Shape::Address(_) | Shape::Text => Criterion::Text(word.to_owned()),
    })
}

fn keyed(key: &str, operator: u8, value: &str) -> Result<Criterion, String> {
    let moment = match key {
        "expires" | "ends" => Some(Moment::Expires),
        "ended" | "expired" => Some(Moment::Ended),
        "started" | "starts" => Some(Moment::Started),
        "seen" | "cltt" => Some(Moment::Seen),
        _ => None,
    };
    if let Some(moment) = moment {
        return match operator {
            b'=' => Err(format!("`{key}` is compared with < or >, as in `{key}<1h`")),
            _ => {
                let seconds = duration(value).map_err(|error| error.why)?;
                Ok(Criterion::Time { moment, below: operator == b'<', seconds })
            }
        };
    }
    let known = matches!(
        key,
        "ip" | "address"
            | "subnet"
            | "mac"
            | "hardware"
            | "client-id"
            | "uid"
            | "duid"
            | "hostname"
            | "name"
            | "state"
            | "reserved"
    );
    if !known {
        return Err(format!("`{key}` is no criterion; there are {KEYS}"));
    }
    if operator != b'=' {
        return Err(format!("`{key}` is compared with =, as in `{key}=VALUE`"));
    }
    if value.is_empty() {
        return Err(format!("there is nothing behind `{key}=`"));
    }
    match key {
        "ip" | "address" => match Span::read(value) {
            Some(span) => span.map(|span| Criterion::Within(vec![span])),
            None => Err(format!("`{value}` is no IP address, no prefix such as 10.1.1.0/24 and no range LOW-HIGH")),
        },
        "subnet" => Ok(Criterion::Subnet(value.to_owned())),
        "mac" | "hardware" => hardware_prefix(value).map(Criterion::Hardware).ok_or_else(|| wrong_address(value)),
        "client-id" | "uid" | "duid" => Ok(match hardware_address(value) {
            Some(bytes) => Criterion::Identifier(bytes),
            None => Criterion::Identifier(value.as_bytes().to_vec()),
        }),
        "hostname" | "name" => Ok(Criterion::Name(value.to_owned())),
        "state" => value.split(',').map(state).collect::<Result<_, _>>().map(Criterion::State),
        _ => match value {
            "yes" | "true" => Ok(Criterion::Reserved(true)),
            "no" | "false" => Ok(Criterion::Reserved(false)),
            _ => Err(format!("`{value}` is neither yes nor no")),
        },
    }
}

fn wrong_address(text: &str) -> String {
    let wrong = text.chars().find(|c| !c.is_ascii_hexdigit() && !matches!(c, ':' | '-' | '.'));
    let accepted = "write it like 02:00:5e:00:00:01, 02-00-5e-00-00-01, 0200.5e00.0001 or 02005e000001, or its beginning \
                    like 02:00:5e";
    match wrong {
        Some(wrong) => format!("`{}` is no hexadecimal digit; {accepted}", wrong.escape_debug()),
        None => format!("`{text}` is no hardware address; {accepted}"),
    }
}

fn state(name: &str) -> Result<String, String> {
    let lower = name.to_ascii_lowercase();
    match STATES.contains(&lower.as_str()) {
        true => Ok(lower),
        false => Err(format!("`{name}` is no state; there are {}", STATES.join(", "))),
    }
}

impl Criterion {
    fn holds(&self, subject: &Subject<'_>, now: i64) -> bool {
        match self {
            Criterion::Within(spans) => subject.addresses.iter().any(|addresses| has_some_of(spans, addresses)),
            // Made into spans by `Filter::resolve`.
            Criterion::Subnet(_) => false,
            Criterion::Hardware(wanted) => subject.hardware.is_some_and(|address| address.starts_with(wanted)),
            Criterion::Identifier(wanted) => subject.identifiers.iter().any(|bytes| holds_bytes(bytes, wanted)),
            Criterion::Octets(wanted) => {
                subject.hardware == Some(wanted.as_slice())
                    || subject.identifiers.iter().any(|bytes| holds_bytes(bytes, wanted))
            }
            Criterion::Name(wanted) => subject.names.iter().any(|name| holds_text(name, wanted)),
            Criterion::Text(wanted) => {
                subject.names.iter().chain(subject.identifiers).any(|text| holds_text(text, wanted))
            }
            Criterion::State(wanted) => subject.states.iter().any(|state| wanted.iter().any(|wanted| wanted == state)),
            Criterion::Reserved(wanted) => subject.reserved == *wanted,
            Criterion::Time { moment, below, seconds } => {
                let distance = match moment {
                    Moment::Expires => subject.ends.filter(|ends| *ends >= now).map(|ends| ends.saturating_sub(now)),
                    Moment::Ended => subject.ends.filter(|ends| *ends < now).map(|ends| now.saturating_sub(ends)),
                    Moment::Started => subject.starts.map(|starts| now.saturating_sub(starts)),
                    Moment::Seen => subject.seen.map(|seen| now.saturating_sub(seen)),
                };
                distance.is_some_and(|distance| if *below { distance < *seconds } else { distance > *seconds })
            }
        }
    }
}

/// The same addresses in spans that are in order and do not overlap.
fn apart(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable_by_key(|span| span.low);
    spans.dedup_by(|next, span| {
        let overlaps = span.overlaps(next);
        if overlaps {
            span.high = span.high.max(next.high);
        }
        overlaps
    });
    spans
}

/// Whether some addresses are in one of the spans, of which a shared network may have thousands.
fn has_some_of(spans: &[Span], addresses: &Span) -> bool {
    let first = spans.partition_point(|span| span.high < addresses.low);
    spans.get(first).is_some_and(|span| span.overlaps(addresses))
}

/// The same of one address.
pub(super) fn has_address(spans: &[Span], address: IpAddr) -> bool {
    has_some_of(spans, &Span { low: address, high: address })
}

fn holds_bytes(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

fn holds_text(bytes: &[u8], wanted: &str) -> bool {
    let wanted = wanted.as_bytes();
    bytes.len() >= wanted.len() && bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(word: &str) -> Criterion {
        criterion(word).unwrap_or_else(|why| panic!("{word}: {why}"))
    }

    #[test]
    fn the_shape_of_a_bare_word_tells_what_it_is() {
        let span = |low: &str, high: &str| Span { low: low.parse().unwrap(), high: high.parse().unwrap() };
        assert_eq!(one("10.1.1.5"), Criterion::Within(vec![span("10.1.1.5", "10.1.1.5")]));
        assert_eq!(one("10.1.1.77/24"), Criterion::Within(vec![span("10.1.1.0", "10.1.1.255")]));
        assert_eq!(one("10.1.1.9-10.1.1.2"), Criterion::Within(vec![span("10.1.1.2", "10.1.1.9")]));
        assert_eq!(one("0.0.0.0/0"), Criterion::Within(vec![span("0.0.0.0", "255.255.255.255")]));
        assert_eq!(one("2001:db8::/126"), Criterion::Within(vec![span("2001:db8::", "2001:db8::3")]));
        assert_eq!(one("0200.5e00.0001"), Criterion::Hardware(vec![2, 0, 0x5e, 0, 0, 1]));
        assert_eq!(one("01:02:00:00:00:00:01"), Criterion::Octets(vec![1, 2, 0, 0, 0, 0, 1]));
        assert_eq!(one("80:01:02:03:04:05:06:07"), Criterion::Octets(vec![0x80, 1, 2, 3, 4, 5, 6, 7]));
        assert_eq!(one("ip=80:1:2:3:4:5:6:7"), Criterion::Within(vec![span("80:1:2:3:4:5:6:7", "80:1:2:3:4:5:6:7")]));
        for text in ["web-1", "laptop", "cafe", "a.b.c", "web1.example.org"] {
            assert_eq!(one(text), Criterion::Text(text.to_owned()));
        }
        assert_eq!(one("010.001.001.020"), Criterion::Within(vec![span("10.1.1.20", "10.1.1.20")]));
    }

    #[test]
    fn addresses_are_looked_for_in_spans_that_are_apart() {
        let span = |text: &str| Span::read(text).unwrap().unwrap();
        let all = ["10.1.3.0/24", "2001:db8::/64", "10.1.1.0/24", "10.1.1.0-10.1.1.9", "10.1.1.200-10.1.2.9"].map(span);
        let spans = apart(all.to_vec());
        assert_eq!(spans, ["10.1.1.0-10.1.2.9", "10.1.3.0/24", "2001:db8::/64"].map(span));
        for (text, is_in) in [
            ("10.1.0.255", false),
            ("10.1.1.0", true),
            ("10.1.2.9", true),
            ("10.1.2.10", false),
            ("10.1.2.10-10.1.3.0", true),
            ("10.1.0.0/16", true),
            ("10.1.3.255", true),
            ("10.1.4.0", false),
            ("255.255.255.255", false),
            ("2001:db8::9", true),
            ("2001:db8:0:1::", false),
        ] {
            assert_eq!(has_some_of(&spans, &span(text)), is_in, "{text}");
            assert_eq!(all.iter().any(|one| one.overlaps(&span(text))), is_in, "{text}");
        }
        assert!(!has_some_of(&[], &span("::/0")));
    }

    #[test]
    fn a_filter_that_cannot_be_read_says_which_part() {
        for (word, part) in [
            ("expires<1x", "`x` is no unit"),
            ("expires=1h", "< or >"),
            ("state=actve", "`actve` is no state"),
            ("state=active,", "`` is no state"),
            ("ip=web", "`web` is no IP address"),
            ("10.1.1.0/33", "`33` is no prefix length"),
            ("colour=red", "`colour` is no criterion"),
            ("mac=02:zz", "`z` is no hexadecimal digit"),
            ("mac<1", "compared with ="),
            ("state!=active", "without blanks"),
            ("300.1.1.1", "no IP address"),
            ("10.1.1.", "no IP address"),
            ("subnet=", "nothing behind `subnet=`"),
            ("reserved=maybe", "neither yes nor no"),
            ("10.0.0.1-::1", "not of one family"),
            ("", "empty"),
        ] {
            let error = Filter::read(&[word.to_owned()]).unwrap_err();
            assert!(error.why.contains(part), "{word}: {error}");
        }
    }

    #[test]
    fn all_criteria_have_to_hold() {
        let address = Span { low: "10.1.1.20".parse().unwrap(), high: "10.1.1.20".parse().unwrap() };
        let subject = Subject {
            addresses: &[address],
            hardware: Some(&[2, 0, 0x5e, 0, 0, 1]),
            identifiers: &[b"\x01\x02\0^\0\0\x01"],
            names: &[b"Laptop20"],
            states: &["active", "expiring"],
            reserved: false,
            ends: Some(1_100),
            starts: Some(500),
            seen: None,
        };
        for (words, holds) in [
            ("10.1.1.0/24 laptop", true),
            ("10.1.1.0/24 desktop", false),
            ("mac=02:00:5e", true),
            ("mac=2", true),
            ("mac=02:01", false),
            ("state=free,active", true),
            ("state=expiring", true),
            ("state=free", false),
            ("expires<2m", true),
            ("expires>2m", false),
            ("ended<1w", false),
            ("started>8m", true),
            ("seen<1h", false),
            ("reserved=no", true),
            ("client-id=01:02:00:5e", true),
            ("hostname=LAP", true),
        ] {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            assert_eq!(Filter::read(&words).unwrap().matches(&subject, 1_000), holds, "{words:?}");
        }
    }
}
