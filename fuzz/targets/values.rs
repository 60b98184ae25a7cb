//! Values, names, filters and key files as people write them: what is taken is read again as the same.

use std::path::Path;

use omsh::commands::browse::filter::Filter;
use omsh::commands::browse::spelling::{duration, hardware_address};
use omsh::commands::connection::KeyFile;
use omsh::commands::live::values::{self, NameOf};
use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Block, Entry, Reader};
use omsh::render::text::colon_hex;

pub fn run(data: &[u8]) {
    // A key file is bytes, and what is said of it has none of its secret.
    if let Err(error) = KeyFile::parse(data, Path::new("Kname.+157+1.private")) {
        let _ = error.to_string();
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    for hardware_type in [values::ETHERNET, 8] {
        if let Ok(octets) = values::hardware(text, hardware_type) {
            assert!(hardware_type != values::ETHERNET || octets.len() == 6, "{text}");
            // A single octet would look like something else.
            if octets.len() > 1 {
                assert_eq!(values::hardware(&colon_hex(&octets), hardware_type), Ok(octets), "{text}");
            }
        }
    }
    if let Some(octets) = hardware_address(text) {
        assert!(!octets.is_empty(), "{text}");
        assert!(octets.len() == 1 || hardware_address(&colon_hex(&octets)) == Some(octets), "{text}");
    }
    if let Ok(address) = values::address(text) {
        assert_eq!(address.to_string(), text, "one address has one spelling");
    }
    if let Ok(bytes) = values::identifier(text) {
        assert_eq!(values::identifier(&format!("hex:{}", colon_hex(&bytes))), Ok(bytes), "{text}");
    }
    let _ = (values::hex(text), values::typed(text), values::assignment(text), values::hardware_type(text));
    if let Ok(name) = values::name(text, NameOf::Host) {
        let block = format!("host {name} {{\n  dynamic;\n}}\n");
        let is_it = |block: &Block| matches!(block, Block::Host(host) if host.name == name.as_bytes());
        assert!(reads_as(&block, "", is_it), "dhcpd reads another host: {name}");
    }
    if let Ok(name) = values::name(text, NameOf::Group) {
        let block = format!("group {name} {{\n  dynamic;\n}}\n");
        let is_it = |block: &Block| matches!(block, Block::Group(group) if group.name == name.as_bytes());
        assert!(reads_as(&block, "", is_it), "dhcpd reads another group: {name}");
    }
    if let Ok(name) = values::name(text, NameOf::GroupOfHost) {
        let block = format!("host h {{\n  dynamic;\n  group \"{name}\";\n}}\n");
        let is_it =
            |block: &Block| matches!(block, Block::Host(host) if host.group.as_deref() == Some(name.as_bytes()));
        assert!(reads_as(&block, "", is_it), "dhcpd reads another group of a host: {name}");
    }
    let prints = !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    for (name, hash) in [(values::name(text, NameOf::Class).ok(), "x"), (Some("x"), text)] {
        let Some(name) = name.filter(|_| prints && values::hash_string(hash.as_bytes()).is_ok()) else { continue };
        let block = format!("subclass \"{name}\" \"{hash}\" {{\n  dynamic;\n}}\n");
        let is_it = |block: &Block| {
            matches!(block, Block::Class(class) if class.name == name.as_bytes()
                && class.hash_string.as_deref() == Some(hash.as_bytes()))
        };
        assert!(reads_as(&block, name, is_it), "dhcpd reads another subclass: {block}");
    }
    let _ = (Filter::read(&[text.to_owned()]), duration(text));
}

/// Whether a lease file with that block has that in it, and nothing else, where there is that class.
fn reads_as(text: &str, class: &str, is_it: impl Fn(&Block) -> bool) -> bool {
    let mut context = Context::default();
    context.classes.insert(class.as_bytes().to_vec());
    let entries: Vec<Entry> = Reader::new(text.as_bytes(), context).collect();
    matches!(entries.as_slice(), [Entry::Block(_, block)] if is_it(block))
}
