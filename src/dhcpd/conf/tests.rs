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
    assert_eq!(a.addresses, [Address::Ip(Ipv4Addr::new(10, 0, 0, 5).into()), Address::Name(b"web".to_vec())]);
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

#[test]
fn networks_of_dhcpv6_have_pools_ranges_and_prefixes() {
    let conf = conf(
        "server-duid LL ethernet 0:1:2:3:4:5;
         subnet6 2001:db8::/32 {
           range6 2001:db8::20 2001:db8::10; range6 2001:db8:1::/64 temporary; range6 2001:db8:2:: temporary;
           pool6 { prefix6 2001:db8:100:: 2001:db8:100:ff00:: /56; deny unknown clients; }
           host a {
             host-identifier option dhcp6.client-id 1:2; fixed-address6 2001:db8::5, 2001:db8::6;
             fixed-prefix6 2001:db8:7::/48;
           }
         }",
    );
    assert_eq!((conf.family(), conf.subnets6.len(), conf.pools6.len()), (Some(Family::V6), 1, 2));
    let spans: Vec<String> = conf.ranges6.iter().map(|range| range.span().to_string()).collect();
    let expected = [
        "2001:db8::10-2001:db8::20",
        "2001:db8:1::-2001:db8:1:0:ffff:ffff:ffff:ffff",
        "2001:db8:2::-2001:db8:2:0:ffff:ffff:ffff:ffff",
    ];
    assert_eq!(spans, expected);
    assert_eq!(conf.ranges6.iter().map(|range| range.temporary).collect::<Vec<bool>>(), [false, true, true]);
    assert_eq!((conf.prefixes6[0].count(), conf.prefixes6[0].pool, conf.pools6[1].permits.len()), (256, 1, 1));
    assert_eq!(conf.server_duid, Some(ServerDuid::Ll(Some((1, vec![0, 1, 2, 3, 4, 5])))));
    let host = &conf.hosts[0];
    assert_eq!((host.addresses.len(), host.prefixes6[0].1), (2, 48));
    assert_eq!(host.identifier.as_ref().unwrap().value, [1, 2]);
    let network = conf.networks().next().unwrap();
    assert_eq!((network.address.to_string(), network.prefix_length), ("2001:db8::".to_owned(), Some(32)));
}

#[test]
fn a_configuration_is_of_one_family() {
    let read = |text: &str, family| {
        let options = ConfOptions { family, ..ConfOptions::default() };
        Conf::parse_with("conf", text.as_bytes(), options).map(|conf| conf.family()).map_err(|error| error.to_string())
    };
    let (v4, v6) = ("subnet 10.0.0.0 netmask 255.0.0.0 { }", "subnet6 2001:db8::/32 { }");
    assert_eq!(read("host a { }", None), Ok(None));
    assert_eq!(read(v4, None), Ok(Some(Family::V4)));
    assert_eq!(read(v6, None), Ok(Some(Family::V6)));
    assert!(read(v6, Some(Family::V4)).unwrap_err().contains("`subnet6` is for DHCPv6 only"));
    // dhcpd does not mind.
    assert_eq!(read(v4, Some(Family::V6)), Ok(Some(Family::V6)));
    assert!(read(&format!("{v4} {v6}"), None).unwrap_err().contains("cannot stand in one configuration"));
}

#[test]
fn what_stands_in_a_scope_is_kept_in_order_with_its_places() {
    let conf = conf(
        "authoritative; lease-file-name \"/x\";\ngroup {\n  option routers # why not\n    10.0.0.1;\n  host a {\n    \
         hardware ethernet 1:2:3:4:5:6; }\n  default-lease-time 5; }\n",
    );
    let mut lines = Vec::new();
    fn walk(conf: &Conf, scope: usize, lines: &mut Vec<String>) {
        for item in &conf.scopes[scope].items {
            match item {
                Item::Stated(stated) => {
                    let place = format!("{}:{}", conf.show(stated.place), stated.place.column);
                    lines.push(format!("{place} {}", String::from_utf8_lossy(&stated.text)));
                }
                Item::Scope(inner) => {
                    lines.push(format!("{} {}", conf.show(conf.scopes[*inner].place), conf.step_of(*inner)));
                    walk(conf, *inner, lines);
                }
            }
        }
    }
    walk(&conf, 0, &mut lines);
    let expected = [
        "conf:1:1 authoritative;",
        "conf:1:16 lease-file-name \"/x\";",
        "conf:2 group 1",
        "conf:3:3 option routers 10.0.0.1;",
        "conf:5 host a",
        "conf:6:5 hardware ethernet 1:2:3:4:5:6;",
        "conf:7:3 default-lease-time 5;",
    ];
    assert_eq!(lines, expected);
    assert_eq!(conf.lease_file(Family::V4), Some(&b"/x"[..]));
}

#[test]
fn a_value_is_known_with_all_that_it_overrides() {
    let conf = conf(
        "option domain-name \"root\"; default-lease-time 5; append root-path \"a\";
         if exists user-class { option host-name \"x\"; filename \"y\"; }
         subnet 10.0.0.0 netmask 255.0.0.0 {
           option domain-name \"subnet\"; prepend root-path \"b\"; default domain-name \"never\"; not authoritative;
           range 10.0.0.5; host a { fixed-address 10.0.0.7; deny booting; }
         }",
    );
    let effective = conf.effective_for(None, Some(0));
    let shown = |space: &[u8], name: &[u8]| {
        let setting = effective.get(space, name).unwrap();
        let origin =
            |origin: &Origin| format!("{} {}", conf.path_of(origin.scope), String::from_utf8_lossy(&origin.value));
        let parts: Vec<String> = setting.parts.iter().map(origin).collect();
        (parts, setting.overridden.iter().map(origin).collect::<Vec<String>>())
    };
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
    assert_eq!(
        shown(b"dhcp", b"domain-name"),
        (owned(&["subnet 10.0.0.0 \"subnet\""]), owned(&["/ \"root\"", "subnet 10.0.0.0 \"never\""]))
    );
    assert_eq!(shown(b"dhcp", b"root-path").0, owned(&["subnet 10.0.0.0 \"b\"", "/ \"a\""]));
    assert_eq!(effective.get(b"dhcp", b"root-path").unwrap().value(), b"\"b\", \"a\"");
    assert_eq!(shown(b"server", b"allow-booting").0, owned(&["subnet 10.0.0.0/host a deny"]));
    assert_eq!(effective.authoritative.map(|(authoritative, _)| authoritative), Some(false));
    let options: Vec<&[u8]> = effective.depending[0].options.iter().map(|option| &*option.name).collect();
    assert_eq!(options, [&b"host-name"[..], b"filename"]);
}
