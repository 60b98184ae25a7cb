//! Addresses from one to another.

use std::fmt;
use std::net::IpAddr;

/// DHCPv4 or DHCPv6: a server is one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Family {
    #[default]
    V4,
    V6,
}

impl Family {
    /// That of an address.
    pub fn of(address: IpAddr) -> Family {
        if address.is_ipv4() { Family::V4 } else { Family::V6 }
    }
}

/// Addresses from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The lowest one.
    pub low: IpAddr,
    /// The highest one, of the same family.
    pub high: IpAddr,
}

impl Span {
    /// The addresses of a prefix, whatever the bits behind it are.
    pub fn prefix(address: IpAddr, length: u8) -> Option<Span> {
        match address {
            IpAddr::V4(address) if length <= 32 => {
                let host = u32::MAX.checked_shr(length.into()).unwrap_or(0);
                let low = u32::from(address) & !host;
                Some(Span { low: IpAddr::V4(low.into()), high: IpAddr::V4((low | host).into()) })
            }
            IpAddr::V6(address) if length <= 128 => {
                let host = u128::MAX.checked_shr(length.into()).unwrap_or(0);
                let low = u128::from(address) & !host;
                Some(Span { low: IpAddr::V6(low.into()), high: IpAddr::V6((low | host).into()) })
            }
            _ => None,
        }
    }

    /// Whether an address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.low.is_ipv4() && self.low <= address && address <= self.high
    }

    /// Whether some of another span's addresses are among them.
    pub fn overlaps(&self, other: &Span) -> bool {
        self.low.is_ipv4() == other.low.is_ipv4() && self.low <= other.high && other.low <= self.high
    }

    /// How many there are; 2^128 counts as one less.
    pub fn size(&self) -> u128 {
        (number(self.high) - number(self.low)).saturating_add(1)
    }

    /// All of them, in order.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + use<> {
        let is_ipv4 = self.low.is_ipv4();
        let of = move |number: u128| match is_ipv4 {
            true => IpAddr::V4((number as u32).into()),
            false => IpAddr::V6(number.into()),
        };
        (number(self.low)..=number(self.high)).map(of)
    }

    /// Reads an address, `LOW-HIGH` or `ADDRESS/LENGTH`; `None` where a text is none of these.
    pub fn read(text: &str) -> Option<Result<Span, String>> {
        if let Some(address) = read_address(text) {
            return Some(Ok(Span { low: address, high: address }));
        }
        if let Some((address, length)) = text.split_once('/') {
            let address = read_address(address)?;
            let longest = if address.is_ipv4() { 32 } else { 128 };
            let span = length.parse().ok().and_then(|length| Span::prefix(address, length));
            return Some(span.ok_or_else(|| format!("`{length}` is no prefix length; it is from 0 to {longest}")));
        }
        let (low, high) = text.split_once('-')?;
        let (low, high) = (read_address(low)?, read_address(high)?);
        Some(match low.is_ipv4() == high.is_ipv4() {
            true => Ok(Span { low: low.min(high), high: low.max(high) }),
            false => Err(format!("{low} and {high} are not of one family")),
        })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.low == self.high {
            true => self.low.fmt(f),
            false => write!(f, "{}-{}", self.low, self.high),
        }
    }
}

/// Reads an address; octets may have leading zeros and are decimal, as for dhcpd.
fn read_address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| {
        let octets: Option<Vec<u8>> = text
            .split('.')
            .map(|octet| octet.parse().ok().filter(|_| octet.bytes().all(|byte| byte.is_ascii_digit())))
            .collect();
        <[u8; 4]>::try_from(octets?).ok().map(IpAddr::from)
    })
}

/// An address as a number, in the order of its family.
pub fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}
