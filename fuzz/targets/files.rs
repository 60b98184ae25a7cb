//! What may be in dhcpd's files: they are read to the end or refused, never with a panic; what was
//! read can be loaded, and a mistake has its place within the file.

use omsh::dhcpd::conf::Conf;
use omsh::dhcpd::leases::{Entry, Reader};
use omsh::rehearsal::{LeaseFile, load};

/// The first byte chooses the file.
pub fn run(data: &[u8]) {
    let Some((choice, text)) = data.split_first() else { return };
    // Nothing is to be read from the disk of whoever runs this.
    if text.to_ascii_lowercase().windows(7).any(|window| window == b"include") {
        return;
    }
    if choice & 1 == 0 {
        if let Ok(conf) = Conf::parse("conf", text) {
            let _ = load(&conf, None);
        }
        return;
    }
    let conf = b"class \"c\" { } subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.10 10.1.1.30; }";
    let conf = Conf::parse("conf", conf).expect("a sound configuration");
    let mut count = 0;
    for entry in Reader::new(text, conf.context.clone()) {
        if let Entry::Mistake(error) = entry {
            assert!(error.offset <= text.len());
        }
        count += 1;
        assert!(count <= text.len(), "entries without end");
    }
    let file = LeaseFile { source: "leases", text, lenient: true };
    let (mut rehearsal, _) = load(&conf, Some(file)).expect("mistakes are left out");
    rehearsal.start(None);
}
