//! What may be in dhcpd's files: they are read to the end or refused, never with a panic; what was
//! read can be loaded, each scope's path leads back to it, what is in effect can be told for every host and
//! range, and a mistake has its place within the file.

use omsh::dhcpd::Family;
use omsh::dhcpd::conf::{Conf, ConfOptions};
use omsh::dhcpd::leases::{Entry, Reader};
use omsh::rehearsal::{LeaseFile, load};

/// The first byte chooses the file, and for dhcpd.conf the family.
pub fn run(data: &[u8]) {
    let Some((choice, text)) = data.split_first() else { return };
    // Nothing is to be read from the disk of whoever runs this.
    if text.to_ascii_lowercase().windows(7).any(|window| window == b"include") {
        return;
    }
    if choice & 1 == 0 {
        let family = [None, Some(Family::V4), Some(Family::V6)][usize::from(choice >> 1) % 3];
        if let Ok(conf) = Conf::parse_with("conf", text, ConfOptions { family, ..ConfOptions::default() }) {
            let _ = load(&conf, None);
            ask(&conf);
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

/// Asks a configuration all that there is to ask.
fn ask(conf: &Conf) {
    for scope in 0..conf.scopes.len() {
        let path = conf.path_of(scope);
        assert_eq!(conf.scope_at(&path), Ok(scope), "{path}");
        assert!(scope == 0 || conf.scopes[scope].parent.is_some_and(|parent| parent < scope));
        for stated in conf.scopes[scope].statements() {
            assert!(!stated.text.is_empty() && !stated.text.contains(&b'\n') || stated.text.contains(&b'"'));
            assert!(conf.show(stated.place).starts_with("conf:"));
        }
    }
    for (number, host) in conf.hosts.iter().enumerate() {
        let scopes = conf.effective_for(None, Some(number)).scopes;
        // A host with fixed addresses has its say only where its client gets one of these.
        assert!(host.scope.is_none_or(|scope| scopes.contains(&scope)) || !host.addresses.is_empty());
    }
    let lows = conf.ranges.iter().map(|range| range.span()).chain(conf.ranges6.iter().map(|range| range.span()));
    for span in lows {
        assert!(conf.network_of(span.low).is_some() && conf.pool_of(span.high).is_some());
        let effective = conf.effective_for(Some(span.low), None);
        assert!(effective.settings.iter().all(|setting| !setting.parts.is_empty()));
    }
    // A path may be anything.
    for host in conf.hosts.iter().take(1) {
        let _ = conf.scope_at(&String::from_utf8_lossy(&host.name));
    }
}
