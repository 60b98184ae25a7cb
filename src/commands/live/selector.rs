//! By what an object is looked up: a word of a command line, read as [`crate::commands::browse::word`] has it.

use std::net::IpAddr;

use crate::commands::browse::word::{Shape, shape};
use crate::dhcpd::hardware;
use crate::render::text::visible;

use super::failure::Failure;
use super::usage;
use super::values;
use crate::omapi::Attributes;

/// The words before `=` that say what a word is.
const KEYS: [&str; 5] = ["name", "hostname", "ip", "mac", "client-id"];

/// All that a word can stand for. With a key before it, that is one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The word as it was written.
    pub word: String,
    /// A name: a host's, or the one that a lease's client gave.
    pub name: Option<String>,
    /// An address.
    pub address: Option<IpAddr>,
    /// The octets of a hardware address, of whatever type.
    pub hardware: Option<Vec<u8>>,
    /// A client identifier.
    pub client_id: Option<Vec<u8>>,
}

impl Selector {
    /// Reads a word.
    ///
    /// # Errors
    ///
    /// There is nothing behind a key, or what is there is not what the key says.
    pub fn read(word: &str) -> Result<Selector, Failure> {
        let none = Selector { word: word.to_owned(), ..Selector::default() };
        match word.split_once('=').filter(|(key, _)| KEYS.contains(key)) {
            Some((key @ ("name" | "hostname"), "")) => Err(usage(format!("there is no name behind `{key}=`"))),
            None if word.is_empty() => Err(usage(
                "there is nothing to look for: give a name, an IP address, a hardware address or a client identifier",
            )),
            Some(("name" | "hostname", name)) => Ok(Selector { name: Some(name.to_owned()), ..none }),
            Some(("ip", text)) => {
                let address = values::any_address(text).map_err(usage)?;
                Ok(Selector { address: Some(address), ..none })
            }
            Some(("mac", text)) => {
                let hardware = values::any_hardware(text).map_err(usage)?;
                Ok(Selector { hardware: Some(hardware), ..none })
            }
            Some((_, text)) => {
                let client_id = values::identifier(text).map_err(usage)?;
                Ok(Selector { client_id: Some(client_id), ..none })
            }
            None => Ok(Self::of_bare(word, none)),
        }
    }

    fn of_bare(word: &str, none: Selector) -> Selector {
        let name = Some(word.to_owned());
        match shape(word) {
            Shape::Address(address) => Selector { name, address: Some(address), ..none },
            Shape::Octets(octets) => {
                let hardware = Some(octets).filter(|octets| octets.len() <= hardware::MAX_LENGTH);
                Selector { name, hardware, client_id: values::identifier(word).ok(), ..none }
            }
            Shape::Text => Selector { name, client_id: values::identifier(word).ok(), ..none },
        }
    }

    /// The word in messages.
    pub fn shown(&self) -> String {
        visible(self.word.as_bytes())
    }
}

/// What finds an object by its hardware address, of each of these types; dhcpd wants to be told the type.
pub fn by_hardware<I: IntoIterator<Item = u32>>(
    octets: &[u8],
    types: I,
) -> impl Iterator<Item = Attributes> + use<'_, I> {
    types.into_iter().map(move |hardware_type| {
        Attributes::new().with("hardware-address", octets).with_integer("hardware-type", hardware_type)
    })
}

/// The hardware types that dhcpd.conf has words for. Others are known from the files only.
pub fn known_types() -> impl Iterator<Item = u32> {
    hardware::TYPES.iter().map(|(number, _)| *number)
}

/// Of the hardware types in the files those that have no words.
pub fn other_types(types: impl IntoIterator<Item = u8>) -> Vec<u32> {
    let mut others: Vec<u32> = types.into_iter().map(u32::from).collect();
    others.retain(|number| known_types().all(|known| known != *number));
    others.sort_unstable();
    others.dedup();
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_key_is_one_thing_and_one_without_whatever_it_looks_like() {
        let read = |word: &str| Selector::read(word).unwrap_or_else(|failure| panic!("{word}: {failure}"));
        let parts = |word: &str| {
            let one = read(word);
            (
                one.name.is_some(),
                one.address.is_some(),
                one.hardware.map(|octets| octets.len()),
                one.client_id.is_some(),
            )
        };
        for (word, expected) in [
            ("web1", (true, false, None, true)),
            ("10.1.1.5", (true, true, None, false)),
            ("2001:db8::5", (true, true, None, false)),
            ("02:00:00:00:00:01", (true, false, Some(6), true)),
            ("80:01:02:03:04:05:06:07", (true, false, Some(8), true)),
            ("01:02:03:04:05:06:07:08:09:10:11:12:13:14:15:16:17:18:19:20:21", (true, false, None, true)),
            ("name=10.1.1.5", (true, false, None, false)),
            ("hostname=laptop", (true, false, None, false)),
            ("ip=80:1:2:3:4:5:6:7", (false, true, None, false)),
            ("mac=80:1:2:3:4:5:6:7", (false, false, Some(8), false)),
            ("client-id=01:02", (false, false, None, true)),
            ("x=y", (true, false, None, true)),
        ] {
            assert_eq!(parts(word), expected, "{word}");
        }
        for (word, part) in [
            ("", "nothing to look for"),
            ("name=", "`name=`"),
            ("mac=", "empty"),
            ("client-id=", "empty"),
            ("ip=web", "`w`"),
            ("mac=0x", "`x` in column 2"),
        ] {
            let failure = Selector::read(word).expect_err(word);
            assert!(failure.message.contains(part), "{word}: {failure}");
        }
    }

    #[test]
    fn types_without_words_are_those_that_dhcpd_conf_calls_unknown() {
        assert_eq!(known_types().collect::<Vec<_>>(), [1, 6, 8, 32]);
        assert_eq!(other_types([33, 1, 32, 33, 27]), [27, 33]);
    }
}
