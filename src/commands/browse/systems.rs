//! The usual places of dhcpd's files, a system a row. What one system has belongs together: its configuration is never read
//! with the leases of another one.

use std::path::{Path, PathBuf};

use crate::dhcpd::Family;

use super::files::{Kind, Machine};

/// Where a system has dhcpd's files, for one family.
struct System {
    family: Family,
    confs: &'static [&'static str],
    leases: &'static [&'static str],
}

const fn v4(confs: &'static [&'static str], leases: &'static [&'static str]) -> System {
    System { family: Family::V4, confs, leases }
}

const fn v6(confs: &'static [&'static str], leases: &'static [&'static str]) -> System {
    System { family: Family::V6, confs, leases }
}

/// In the order in which they are looked at.
static SYSTEMS: [System; 14] = [
    // Debian, Ubuntu, Red Hat, and what ISC's own installation takes for its leases.
    v4(
        &["/etc/dhcp/dhcpd.conf"],
        &[
            "/var/lib/dhcp/dhcpd.leases",
            "/var/lib/dhcpd/dhcpd.leases",
            "/var/db/dhcpd.leases",
            "/var/state/dhcp/dhcpd.leases",
        ],
    ),
    // SUSE, older ones, ISC.
    v4(
        &["/etc/dhcpd.conf"],
        &[
            "/var/lib/dhcp/db/dhcpd.leases",
            "/var/lib/dhcp/dhcpd.leases",
            "/var/lib/dhcpd/dhcpd.leases",
            "/var/db/dhcpd.leases",
            "/var/state/dhcp/dhcpd.leases",
        ],
    ),
    // FreeBSD, pkgsrc.
    v4(&["/usr/local/etc/dhcpd.conf"], &["/var/db/dhcpd/dhcpd.leases", "/var/db/dhcpd.leases"]),
    // pfSense, OPNsense.
    v4(&["/var/dhcpd/etc/dhcpd.conf"], &["/var/dhcpd/var/db/dhcpd.leases"]),
    // VyOS 1.2 and 1.3.
    v4(&["/run/dhcp-server/dhcpd.conf"], &["/config/dhcpd.leases"]),
    // EdgeOS, UniFi gateways.
    v4(&["/opt/vyatta/etc/dhcpd.conf"], &["/var/run/dhcpd.leases", "/config/dhcpd.leases"]),
    // MAAS, as a package and as a snap.
    v4(&["/var/lib/maas/dhcpd.conf"], &["/var/lib/maas/dhcp/dhcpd.leases"]),
    v4(&["/var/snap/maas/common/maas/dhcpd.conf"], &["/var/snap/maas/common/maas/dhcp/dhcpd.leases"]),
    // pkgsrc on SmartOS.
    v4(&["/opt/local/etc/dhcp/dhcpd.conf"], &["/var/db/isc-dhcp/dhcpd.leases"]),
    // Solaris 11.
    v4(&["/etc/inet/dhcpd4.conf"], &["/var/db/isc-dhcp/dhcpd4.leases"]),
    v6(
        &["/etc/dhcp/dhcpd6.conf"],
        &[
            "/var/lib/dhcp/dhcpd6.leases",
            "/var/lib/dhcpd/dhcpd6.leases",
            "/var/db/dhcpd6.leases",
            "/var/state/dhcp/dhcpd6.leases",
        ],
    ),
    v6(
        &["/etc/dhcpd6.conf"],
        &[
            "/var/lib/dhcp6/db/dhcpd6.leases",
            "/var/lib/dhcp/dhcpd6.leases",
            "/var/lib/dhcpd/dhcpd6.leases",
            "/var/db/dhcpd6.leases",
            "/var/state/dhcp/dhcpd6.leases",
        ],
    ),
    v6(&["/usr/local/etc/dhcpd6.conf"], &["/var/db/dhcpd6/dhcpd6.leases", "/var/db/dhcpd6.leases"]),
    // VyOS; it has no configuration for DHCPv6 in a place that is known.
    v6(&[], &["/config/dhcpdv6.leases"]),
];

impl System {
    fn places(&self, kind: Kind) -> &'static [&'static str] {
        match kind {
            Kind::Conf => self.confs,
            Kind::Leases => self.leases,
        }
    }

    fn has(&self, kind: Kind, path: &Path) -> bool {
        self.places(kind).iter().any(|place| Path::new(place) == path)
    }

    fn first(&self, kind: Kind, machine: &dyn Machine) -> Option<&'static str> {
        self.places(kind).iter().copied().find(|place| machine.exists(Path::new(place)))
    }
}

/// The file of a kind in its usual place, or else where it was looked for. `other` is where somebody says that the file of the
/// other kind is: where that is a system's, the file has to be that system's, too.
///
/// A system both of whose files are there comes first, then one whose configuration is, then one whose leases are.
pub(super) fn usual_place(
    kind: Kind,
    other: Option<&Path>,
    family: Option<Family>,
    machine: &dyn Machine,
) -> Result<PathBuf, Vec<PathBuf>> {
    let mut systems: Vec<&System> =
        SYSTEMS.iter().filter(|system| family.is_none_or(|family| system.family == family)).collect();
    let is_said = other.is_some();
    if let Some(other) = other
        && systems.iter().any(|system| system.has(kind.other(), other))
    {
        systems.retain(|system| system.has(kind.other(), other));
    }
    let has = |system: &System, kind| system.first(kind, machine).is_some();
    let chosen = match is_said {
        true => systems.iter().find(|system| has(system, kind)),
        false => {
            let both = systems.iter().find(|system| has(system, Kind::Conf) && has(system, Kind::Leases));
            both.or_else(|| systems.iter().find(|system| has(system, Kind::Conf)))
                .or_else(|| systems.iter().find(|system| has(system, kind)))
        }
    };
    let looked_at = || {
        let all = chosen.map_or(systems.as_slice(), std::slice::from_ref);
        let mut places: Vec<PathBuf> = Vec::new();
        for place in all.iter().flat_map(|system| system.places(kind)) {
            if !places.iter().any(|known| known == Path::new(place)) {
                places.push(PathBuf::from(place));
            }
        }
        places
    };
    chosen.and_then(|system| system.first(kind, machine)).map(PathBuf::from).ok_or_else(looked_at)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    struct Files(Vec<&'static str>);

    impl Machine for Files {
        fn variable(&self, _name: &str) -> Option<OsString> {
            None
        }
        fn exists(&self, path: &Path) -> bool {
            self.0.iter().any(|file| Path::new(file) == path)
        }
    }

    fn found(files: &[&'static str]) -> [Option<String>; 2] {
        let machine = Files(files.to_vec());
        let at = |kind| usual_place(kind, None, Some(Family::V4), &machine).ok();
        [Kind::Conf, Kind::Leases].map(|kind| at(kind).map(|path| path.display().to_string()))
    }

    #[test]
    fn every_system_is_found_with_its_own_files() {
        let v4 = || SYSTEMS.iter().filter(|system| system.family == Family::V4);
        for system in v4() {
            for (conf, leases) in
                system.confs.iter().flat_map(|conf| system.leases.iter().map(move |file| (conf, file)))
            {
                assert_eq!(found(&[conf, leases]), [Some((*conf).to_owned()), Some((*leases).to_owned())]);
            }
            // Each file alone is found as well, and nothing of another system with it.
            for conf in system.confs {
                assert_eq!(found(&[conf]), [Some((*conf).to_owned()), None]);
            }
            for leases in system.leases {
                assert_eq!(found(&[leases]), [None, Some((*leases).to_owned())]);
            }
        }
        assert_eq!(v4().count(), 10);
    }

    #[test]
    fn files_of_two_systems_are_not_mixed() {
        let (debian, leases) = ("/etc/dhcp/dhcpd.conf", "/var/lib/dhcp/dhcpd.leases");
        let (maas, maas_leases) = ("/var/lib/maas/dhcpd.conf", "/var/lib/maas/dhcp/dhcpd.leases");
        let some = |path: &str| Some(path.to_owned());
        // The second one is whole, and the first one is not.
        assert_eq!(found(&[debian, maas, maas_leases]), [some(maas), some(maas_leases)]);
        assert_eq!(found(&[leases, maas, maas_leases]), [some(maas), some(maas_leases)]);
        assert_eq!(found(&[debian, leases, maas, maas_leases]), [some(debian), some(leases)]);
        // Neither is whole: the leases are another system's.
        assert_eq!(found(&[debian, maas_leases]), [some(debian), None]);
        assert_eq!(found(&[leases, maas]), [some(maas), None]);
        // What is said binds the other file.
        let machine = Files(vec![debian, leases, maas, maas_leases]);
        let at = |kind, other: &str| usual_place(kind, Some(Path::new(other)), None, &machine).ok();
        assert_eq!(at(Kind::Leases, maas), Some(PathBuf::from(maas_leases)));
        assert_eq!(at(Kind::Conf, maas_leases), Some(PathBuf::from(maas)));
        assert_eq!(
            at(Kind::Leases, "/srv/dhcpd.conf"),
            Some(PathBuf::from(leases)),
            "a place of nobody's binds nothing"
        );
        let machine = Files(vec![leases, maas]);
        let error = usual_place(Kind::Leases, Some(Path::new(maas)), None, &machine).expect_err("it has none");
        assert_eq!(error, [PathBuf::from(maas_leases)]);
    }
}
