//! dhcpd before 4.4.3, played by [`crate::old_dhcpd`]: which keys it takes, how it numbers what it refuses, and what it does
//! not have.

use crate::old_dhcpd::{OldDhcpd, SECRET, Version};
use crate::support::run::Run;

/// The player is a dhcpd to the real omshell: with hmac-md5 on every version, with another algorithm on none that is old.
#[test]
fn the_player_is_a_dhcpd_to_omshell() {
    for version in Version::OLD.into_iter().chain([Version::V443]) {
        let server = OldDhcpd::with_key(version);
        let script = |first: &str| {
            format!(
                "{first}port {}\nkey k {SECRET}\nconnect\nnew host\nset name = \"a\"\nset hardware-address = \
                 02:00:00:00:00:01\nset hardware-type = 1\ncreate\nclose\nnew host\nset name = \"a\"\nopen\n",
                server.port
            )
        };
        let said = |script: String| {
            String::from_utf8_lossy(&Run::omshell().stdin(script).merged().alone().stdout).into_owned()
        };
        let md5 = said(script(""));
        assert_eq!(server.objects("host").len(), 1, "{}: {md5}", version.name());
        assert!(md5.ends_with("hardware-type = 00:00:00:01\n> "), "{}: {md5}", version.name());
        let before = server.asked().len();
        let sha = said(script("key-algorithm hmac-sha256\n"));
        let is_new = version == Version::V443;
        assert_eq!(server.asked().len() > before, is_new, "{}: {sha}", version.name());
    }
}
