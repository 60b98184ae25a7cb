//! Values, names, filters and key files as people write them: what is taken is read again as the same.

use std::path::Path;

use omsh::commands::browse::filter::Filter;
use omsh::commands::browse::spelling::{duration, hardware_address};
use omsh::commands::connection::KeyFile;
use omsh::commands::live::values::{self, NameOf};
use omsh::dhcpd::statements::host_name;
use omsh::dhcpd::syntax::Lexer;
use omsh::render::text::colon_hex;

pub fn run(data: &[u8]) {
    // A key file is bytes, and what is said of it has none of its secret.
    if let Err(error) = KeyFile::parse(data, Path::new("Kname.+157+1.private")) {
        let _ = error.to_string();
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(octets) = values::hardware(text, values::ETHERNET) {
        assert_eq!(octets.len(), 6, "{text}");
        assert_eq!(values::hardware(&colon_hex(&octets), values::ETHERNET), Ok(octets), "{text}");
    }
    if let Some(octets) = hardware_address(text) {
        assert!(!octets.is_empty(), "{text}");
    }
    if let Ok(address) = values::address(text) {
        assert_eq!(address.to_string(), text, "one address has one spelling");
    }
    if let Ok(bytes) = values::identifier(text) {
        assert_eq!(values::identifier(&format!("hex:{}", colon_hex(&bytes))), Ok(bytes), "{text}");
    }
    let _ = (values::hex(text), values::typed(text), values::assignment(text), values::hardware_type(text));
    if let Ok(name) = values::name(text, NameOf::Host) {
        let written = format!("host {name} {{");
        let mut lexer = Lexer::for_file(written.as_bytes());
        lexer.next();
        assert_eq!(host_name(&mut lexer).as_deref(), Some(name.as_bytes()), "dhcpd reads another name");
    }
    for of in [NameOf::Group, NameOf::Class] {
        if let Ok(name) = values::name(text, of) {
            let written = format!("\"{name}\"");
            let mut lexer = Lexer::for_file(written.as_bytes());
            assert_eq!(lexer.next().text.as_ref(), name.as_bytes(), "dhcpd reads another name");
            assert!(lexer.is_at_end() || lexer.peek().text.is_empty(), "{name}");
        }
    }
    let _ = (Filter::read(&[text.to_owned()]), duration(text));
}
