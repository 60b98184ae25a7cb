//! Hardware addresses as people type them: `02:00:5E`, `02-00-5e`.

/// The beginning of a hardware address, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// With colons, in lower case.
    pub(super) plain: String,
    separator: char,
    is_upper: bool,
}

impl Typed {
    /// Reads one. One octet by itself may be anything; it counts as one.
    pub(super) fn read(text: &str) -> Option<Typed> {
        let separator = if text.contains('-') { '-' } else { ':' };
        let mut octets = text.split(separator).peekable();
        while let Some(octet) = octets.next() {
            let is_last = octets.peek().is_none();
            let is_octet = octet.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_octet || octet.len() > 2 || (octet.len() < 2 && !is_last) {
                return None;
            }
        }
        let is_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
        Some(Typed { plain: text.replace('-', ":").to_ascii_lowercase(), separator, is_upper })
    }

    /// An address in the same spelling.
    pub(super) fn spell(&self, address: &str) -> String {
        let address = if self.separator == ':' { address.to_owned() } else { address.replace(':', "-") };
        if self.is_upper { address.to_ascii_uppercase() } else { address }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_completed_in_the_spelling_that_it_was_begun_in() {
        for (typed, plain, spelt) in [
            ("02", "02", "02:00:5e:00:00:0a"),
            ("02:00:5", "02:00:5", "02:00:5e:00:00:0a"),
            ("02-00-", "02:00:", "02-00-5e-00-00-0a"),
            ("02:00:5E", "02:00:5e", "02:00:5E:00:00:0A"),
        ] {
            let typed = Typed::read(typed).expect("it begins one");
            assert_eq!((typed.plain.as_str(), typed.spell("02:00:5e:00:00:0a").as_str()), (plain, spelt));
        }
        for typed in ["web", "020", "2:0", "10.1", "02:00-5e", "fe80::1"] {
            assert_eq!(Typed::read(typed), None, "{typed}");
        }
    }
}
