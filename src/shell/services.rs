//! TCP services by name, for `port`. omshell asks the C library, which reads the same file.

use std::fs;

/// The port of a TCP service, by its name or an alias, or `None` when `/etc/services` does not have
/// it or is not there.
pub fn tcp_port(name: &[u8]) -> Option<u16> {
    find(&fs::read("/etc/services").ok()?, name)
}

fn find(services: &[u8], name: &[u8]) -> Option<u16> {
    services.split(|&byte| byte == b'\n').find_map(|line| {
        let entry = line.split(|&byte| byte == b'#').next()?;
        let mut words = entry.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let (official, port) = (words.next()?, words.next()?.strip_suffix(b"/tcp")?);
        let port = std::str::from_utf8(port).ok()?.parse().ok()?;
        (official == name || words.any(|alias| alias == name)).then_some(port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_names_and_aliases() {
        let file = b"# comment\nhttp\t80/tcp\t\twww # web\ntftp 69/udp\nomapi 7911/tcp";
        assert_eq!(find(file, b"http"), Some(80));
        assert_eq!(find(file, b"www"), Some(80));
        assert_eq!(find(file, b"omapi"), Some(7911));
        assert_eq!(find(file, b"tftp"), None);
        assert_eq!(find(file, b"HTTP"), None);
    }
}
