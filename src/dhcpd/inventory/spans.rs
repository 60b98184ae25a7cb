//! Spans that may lie in each other, cut into parts that do not, so that an address is found by bisection
//! and addresses in order are walked without a look at each.

use std::net::IpAddr;

use crate::dhcpd::{Span, number};

/// Spans by address.
#[derive(Clone, Debug, Default)]
pub(super) struct Spans {
    /// Parts that do not overlap, by address, each with the number of the span that it is of.
    parts: Vec<(Span, usize)>,
}

impl Spans {
    /// Of several spans that have an address, it belongs to the one with the highest low end.
    pub(super) fn of(spans: impl Iterator<Item = Span>) -> Self {
        let mut sorted: Vec<_> = spans.enumerate().map(|(i, span)| (span.low, span.high, i)).collect();
        sorted.sort_unstable();
        let mut spans = Spans::default();
        // Spans that have begun, those that began last on top: these hide the others.
        let mut begun: Vec<(IpAddr, usize)> = Vec::new();
        let mut from = None;
        for (low, high, i) in sorted {
            spans.cut(&mut begun, from, Some(low));
            begun.push((high, i));
            from = Some(low);
        }
        spans.cut(&mut begun, from, None);
        spans
    }

    /// Cuts what has begun into parts, from an address up to the one before another.
    fn cut(&mut self, begun: &mut Vec<(IpAddr, usize)>, mut from: Option<IpAddr>, before: Option<IpAddr>) {
        while let (Some(low), Some((high, number))) = (from, begun.last().copied()) {
            if high < low {
                begun.pop();
                continue;
            }
            if before.is_some_and(|before| before <= low) {
                return;
            }
            let high = match before.and_then(below) {
                Some(last) if last < high => last,
                _ => high,
            };
            self.parts.push((Span { low, high }, number));
            from = above(high);
        }
    }

    /// The number of the span that an address belongs to.
    pub(super) fn find(&self, address: IpAddr) -> Option<usize> {
        let behind = self.parts.partition_point(|(part, _)| part.low <= address);
        let (part, number) = self.parts.get(behind.checked_sub(1)?)?;
        part.contains(address).then_some(*number)
    }

    /// The parts of a span that belong to one of these, in order, each with its number.
    pub(super) fn within(&self, span: Span) -> impl Iterator<Item = (Span, usize)> {
        let first = self.parts.partition_point(|(part, _)| part.high < span.low);
        let parts = self.parts[first..].iter().take_while(move |(part, _)| part.low <= span.high);
        parts
            .filter(move |(part, _)| part.overlaps(&span))
            .map(move |(part, number)| (Span { low: part.low.max(span.low), high: part.high.min(span.high) }, *number))
    }

    /// The parts of a span that belong to none of these, in order.
    pub(super) fn gaps(&self, span: Span) -> impl Iterator<Item = Span> {
        let mut next = Some(span.low);
        // Behind the last part there may be a gap as well: the end stands for a part there.
        let parts = self.within(span).map(|(part, _)| Some(part)).chain([None]);
        parts.filter_map(move |part| {
            let low = next?;
            let high = match part {
                Some(part) => {
                    next = above(part.high);
                    below(part.low)?
                }
                None => span.high,
            };
            (low <= high && low.is_ipv4() == high.is_ipv4()).then_some(Span { low, high })
        })
    }
}

/// The address behind another one.
fn above(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => Some(IpAddr::V4(u32::from(address).checked_add(1)?.into())),
        IpAddr::V6(_) => Some(IpAddr::V6(number(address).checked_add(1)?.into())),
    }
}

/// The address in front of another one.
fn below(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => Some(IpAddr::V4(u32::from(address).checked_sub(1)?.into())),
        IpAddr::V6(_) => Some(IpAddr::V6(number(address).checked_sub(1)?.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> Span {
        Span::read(text).expect("a span").expect("a good one")
    }

    fn spans(texts: &[&str]) -> Spans {
        Spans::of(texts.iter().map(|text| span(text)))
    }

    fn shown(parts: impl Iterator<Item = Span>) -> String {
        parts.map(|part| part.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn spans_in_each_other_are_cut_and_the_innermost_one_has_the_address() {
        let spans = spans(&["10.0.0.0/24", "10.0.0.8-10.0.0.19", "10.0.0.16-10.0.0.31", "::/127"]);
        let all = spans.parts.iter().map(|(part, number)| format!("{part}={number}")).collect::<Vec<_>>();
        assert_eq!(
            all.join(" "),
            "10.0.0.0-10.0.0.7=0 10.0.0.8-10.0.0.15=1 10.0.0.16-10.0.0.31=2 \
             10.0.0.32-10.0.0.255=0 ::-::1=3"
        );
    }

    #[test]
    fn any_spans_are_found_as_a_look_at_each_of_them_finds_them() {
        let mut seed = 1_u64;
        let mut pick = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let count = pick(8);
            let all: Vec<Span> = (0..count)
                .map(|_| {
                    let (a, b) = (pick(32) as u32, pick(32) as u32);
                    // Both ends of the family, so that nothing runs over.
                    let at = |n: u32| IpAddr::V4(if n < 16 { n } else { u32::MAX - 31 + n }.into());
                    Span { low: at(a.min(b)), high: at(a.max(b)) }
                })
                .collect();
            let spans = Spans::of(all.iter().copied());
            let whole = span("0.0.0.0/0");
            let (inside, outside): (Vec<_>, Vec<_>) = (spans.within(whole).collect(), spans.gaps(whole).collect());
            let size: u128 = inside.iter().map(|(part, _)| part.size()).chain(outside.iter().map(Span::size)).sum();
            assert_eq!(size, 1 << 32, "{all:?}");
            for n in (0..17).chain(u32::MAX - 16..=u32::MAX) {
                let address = IpAddr::V4(n.into());
                let holders = all.iter().enumerate().filter(|(_, span)| span.contains(address));
                let wanted = holders.max_by_key(|(i, span)| (span.low, span.high, *i)).map(|(i, _)| i);
                assert_eq!(spans.find(address), wanted, "{address} {all:?}");
                assert_eq!(outside.iter().any(|gap| gap.contains(address)), wanted.is_none(), "{address} {all:?}");
                let part = inside.iter().find(|(part, _)| part.contains(address));
                assert_eq!(part.map(|(_, number)| *number), wanted, "{address} {all:?}");
            }
        }
    }

    #[test]
    fn parts_and_gaps_end_where_the_span_does() {
        let spans = spans(&["10.0.0.10-10.0.0.19", "10.0.0.20-10.0.0.29", "2001:db8::/64"]);
        for (text, within, gaps) in [
            ("10.0.0.0/24", "10.0.0.10-10.0.0.19 10.0.0.20-10.0.0.29", "10.0.0.0-10.0.0.9 10.0.0.30-10.0.0.255"),
            ("10.0.0.15-10.0.0.22", "10.0.0.15-10.0.0.19 10.0.0.20-10.0.0.22", ""),
            ("10.0.0.29-10.0.0.30", "10.0.0.29", "10.0.0.30"),
            ("255.255.255.255", "", "255.255.255.255"),
            ("2001:db8::/64", "2001:db8::-2001:db8::ffff:ffff:ffff:ffff", ""),
            ("::a00:b", "", "::a00:b"),
        ] {
            assert_eq!(shown(spans.within(span(text)).map(|(part, _)| part)), within, "{text}");
            assert_eq!(shown(spans.gaps(span(text))), gaps, "{text}");
        }
        assert_eq!(shown(Spans::default().gaps(span("::/0"))), span("::/0").to_string());
        assert_eq!(shown(Spans::of([span("::/0")].into_iter()).gaps(span("::/0"))), "");
    }
}
