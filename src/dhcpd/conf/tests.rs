use super::*;
use crate::dhcpd::declarations::Address;
use std::net::Ipv4Addr;

fn conf(text: &str) -> Conf {
    Conf::parse("conf", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn networks_have_subnets_pools_and_ranges() {
    let conf = conf(
        "shared-network office {
           subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.20 10.1.1.10; pool { deny known-clients; range 10.1.1.30; } }
           subnet 10.1.2.0 netmask 255.255.255.0 { range 10.1.2.10 10.1.2.20; }
         }
         subnet 10.2.0.0 netmask 255.255.0.0 { range 10.2.0.1; }",
    );
    assert_eq!(conf.subnets.len(), 3);
    let ranges: Vec<(String, String, usize, usize)> = conf
        .ranges
        .iter()
        .map(|range| (range.low.to_string(), range.high.to_string(), range.subnet, range.pool))
        .collect();
    let range = |low: &str, high: &str, subnet, pool| (low.to_owned(), high.to_owned(), subnet, pool);
    // The ranges outside of pools share one, throughout the shared network.
    assert_eq!(
        ranges,
        [
            range("10.1.1.10", "10.1.1.20", 0, 0),
            range("10.1.1.30", "10.1.1.30", 0, 1),
            range("10.1.2.10", "10.1.2.20", 1, 0),
            range("10.2.0.1", "10.2.0.1", 2, 2),
        ]
    );
    assert!(conf.pools[1].restricted());
}

#[test]
fn hosts_are_global_wherever_they_stand() {
    let conf = conf(
        "group boot { filename \"x\"; }
         group { option routers 10.0.0.1; host a { hardware ethernet 0:1:2:3:4:A; fixed-address 10.0.0.5, web; } }
         subnet 10.0.0.0 netmask 255.0.0.0 { host b { uid 1:ff; group \"boot\"; filename \"y\"; } }",
    );
    let [a, b] = &conf.hosts[..] else { panic!("{:?}", conf.hosts) };
    assert_eq!(a.hardware, Some((1, vec![0, 1, 2, 3, 4, 10])));
    assert_eq!(a.addresses, [Address::Ip(Ipv4Addr::new(10, 0, 0, 5)), Address::Name(b"web".to_vec())]);
    assert_eq!((b.client_identifier.as_deref(), b.group.as_deref()), (Some(&[1, 255][..]), Some(&b"boot"[..])));
    let statements = |host: &Host| conf.statements_of(host.scope.unwrap()).count();
    assert_eq!((statements(a), statements(b), conf.groups.len()), (0, 1, 1));
}

#[test]
fn keys_are_found_and_their_secrets_are_not_printed() {
    let conf = conf("key k { algorithm hmac-sha256; secret \"c2VzYW1l\"; }; omapi-key k; omapi-port 7912;");
    assert_eq!((conf.omapi_key.as_deref(), conf.omapi_port), (Some(&b"k"[..]), Some(7912)));
    assert_eq!(&**conf.keys[0].secret, b"sesame");
    let printed = format!("{conf:?}");
    let bytes = |secret: &[u8]| format!("{secret:?}").trim_matches(['[', ']']).to_owned();
    assert!(!printed.contains(&bytes(b"sesame")) && !printed.contains(&bytes(b"c2VzYW1l")));
    let shown = conf.scopes[0].statements().next().unwrap();
    assert_eq!(&*shown.text, b"key k { algorithm hmac-sha256; secret [secret]; }");
}

#[test]
fn an_included_file_is_read_in_place_and_blamed_by_its_own_name() {
    let folder = std::env::temp_dir().join(format!("omsh-conf-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let inner = folder.join("inner.conf");
    let include = format!("group {{\n  include \"{}\";\n}}\n", inner.display());

    std::fs::write(&inner, "host a { hardware ethernet 1:2:3:4:5:6; }").unwrap();
    assert_eq!(conf(&include).hosts.len(), 1);

    std::fs::write(&inner, "host a {\n  nonsense\n}").unwrap();
    let error = Conf::parse("outer", include.as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with(&format!("{}:3:1: expected a semicolon", inner.display())), "{error}");

    std::fs::write(&inner, format!("include \"{}\";", inner.display())).unwrap();
    let error = Conf::parse("outer", include.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("files include one another without end"), "{error}");

    std::fs::remove_dir_all(&folder).unwrap();
    let error = Conf::parse("outer", include.as_bytes()).unwrap_err().to_string();
    assert!(error.starts_with("outer:2:11: cannot read the included file "), "{error}");
}
