//! The commands that browse dhcpd's files, from end to end: what they print, what they say, and how they end.

#[path = "browse_commands/site.rs"]
mod site;
mod support;

use std::io::Write;

use site::{Site, check};
use support::net::Net;
use support::run::{End, Run};

/// Addresses that a filter lets through.
fn addresses(site: &Site, command: &str) -> String {
    let outcome = site.outcome(&format!("{command} --output plain --columns address"));
    assert!(outcome.stderr.is_empty(), "{command}: {}", site.text(&outcome.stderr));
    site.text(&outcome.stdout).lines().map(|line| line.trim_start_matches("10.")).collect::<Vec<_>>().join(" ")
}

#[test]
fn leases_are_filtered_by_all_that_is_known_of_them() {
    let site = Site::new();
    for (filter, expected) in [
        ("", "1.1.10 1.1.11 1.1.12 1.1.13 1.1.14 1.1.16 9.0.2 9.0.3 9.0.4"),
        ("10.1.1.12", "1.1.12"),
        ("ip=10.1.1.12", "1.1.12"),
        ("10.1.1.12/31", "1.1.12 1.1.13"),
        ("10.1.1.12-10.1.1.14", "1.1.12 1.1.13 1.1.14"),
        ("02:00:00:00:00:10", "1.1.10"),
        ("2-0-0-0-0-10", "1.1.10"),
        ("0200.0000.0010", "1.1.10"),
        ("020000000010", "1.1.10"),
        ("mac=02:00:00:00:00:1", ""),
        ("mac=02:00:00 state=active 10.9.0.0/16", "9.0.2 9.0.3 9.0.4"),
        ("ff:00:1b", "1.1.11"),
        ("client-id=ff:00", "1.1.11"),
        ("laptop", "1.1.10"),
        ("hostname=LAP", "1.1.10"),
        ("hostname=café", "1.1.14"),
        ("state=free,abandoned", "1.1.12 1.1.13 1.1.14"),
        ("state=expiring", "9.0.2"),
        ("reserved=yes", "1.1.16"),
        ("state=reserved", "1.1.16"),
        ("subnet=10.9.0.0/29", "9.0.2 9.0.3 9.0.4"),
        ("subnet=10.9.0.4 state=expiring", "9.0.2"),
        ("subnet=office state=active", "1.1.10 1.1.11 1.1.16"),
        ("'expires<90m'", "1.1.10 9.0.2"),
        ("'expires>1d'", "1.1.11 1.1.16"),
        ("'ended<3h'", "1.1.12"),
        ("'started>9h' 'started<11h'", "9.0.2 9.0.3 9.0.4"),
        ("'seen<2h'", "1.1.10"),
        ("--sort -ends --limit 2", "1.1.16 1.1.11"),
        ("--sort -expires_in --limit 2", "1.1.16 1.1.11"),
        ("--sort mac,address 10.9.0.0/29", "9.0.2 9.0.3 9.0.4"),
    ] {
        if expected.is_empty() {
            check(&site, &[(Box::leak(format!("leases {filter}").into_boxed_str()), 1, &[], "no lease is like that")]);
            continue;
        }
        assert_eq!(addresses(&site, &format!("leases {filter}")), expected, "{filter}");
    }
}

#[test]
fn each_command_answers() {
    check(
        &Site::new(),
        &[
            (
                "subnets --output plain",
                0,
                &["10.1.1.0/24\t21.429\t3\t14\t11\toffice\t10.1.1.1\t10.1.1.10-10.1.1.19,10.1.1.30-10.1.1.33"],
                "",
            ),
            ("subnets 10.9.0.3 --output plain", 0, &["10.9.0.0/29\t"], ""),
            ("subnets office --output plain --columns subnet", 0, &["10.1.1.0/24\n10.1.2.0/24\n"], ""),
            (
                "pools --output csv",
                0,
                &["\nshared-network,office,20,3,15,12,3,0,,1,11,", "\nall,all networks,31.579,6,19,13,3,0,,1,12,"],
                "",
            ),
            (
                "leases --history 10.1.1.10 --output plain --columns state,mac",
                0,
                &["free\t02:00:00:00:00:99\nactive\t02:00:00:00:00:10\n"],
                "",
            ),
            (
                "leases 10.1.1.10 --output plain --columns line,circuit_id,client_id",
                0,
                &["2\tport-7\t01:02:00:00:00:00:10\n"],
                "",
            ),
            (
                "hosts --output plain",
                0,
                &[
                    "web1\t02:00:00:00:00:01\t-\t10.1.1.5\tconf\tconf:14\n",
                    "omapi1\t02:00:00:00:00:07\t-\t10.1.1.7\tomapi\tleases:29\n",
                ],
                "",
            ),
            ("hosts web2", 1, &[], "no host is like that"),
            ("hosts 02:00:00:00:00:07 --output plain --columns name", 0, &["omapi1\n"], ""),
            (
                "free 10.9.0.0/29 --output plain --columns address",
                0,
                &["10.9.0.1\n10.9.0.6\n10.9.0.5\n"],
                "dhcpd may give out an address of a pool at any moment",
            ),
            (
                "free 10.9.0.0/29 --pool in --output plain --columns address",
                0,
                &["10.9.0.5\n"],
                "dhcpd may give out an address of a pool at any moment",
            ),
            (
                "free 10.1.1.0/24 --pool out -n 5 --output plain --columns address",
                0,
                &["10.1.1.2\n10.1.1.3\n10.1.1.4\n10.1.1.6\n10.1.1.8\n"],
                "",
            ),
            ("free 10.9.0.2 -n 9", 1, &["10.9.0.6"], "10.9.0.2 has 3 free addresses, 9 are wanted"),
            ("map 10.9.0.0/29", 0, &["10.9.0.0   eAA.", "A active        2   e expiring      1"], ""),
            ("map 10.1.2.10", 0, &["10.1.2.0/24 (office)"], ""),
            ("map 10.9.0.0/29 --output svg", 0, &["<svg", "</svg>"], ""),
            ("conf check", 0, &["conf: sound, for DHCPv4: 1 shared network, 3 subnets, 4 ranges, 2 hosts"], ""),
            ("conf show host web1", 0, &["host web1 {  # conf:14\n  hardware ethernet 02:00:00:00:00:01;\n"], ""),
            ("conf show subnet 10.9.0.0", 0, &["subnet 10.9.0.0 netmask 255.255.255.248 {  # conf:11\n"], ""),
            (
                "conf options web1 --output plain",
                0,
                &[
                    "option\thost-name\t\"web1\"\tgroup 1/host web1\tconf:14\n",
                    "routers\t10.1.1.1\tshared-network office/subnet 10.1.1.0\tconf:5\n",
                ],
                "",
            ),
            ("conf options 10.1.2.10 --output plain", 0, &["option\tdomain-name\t\"example.org\"\t/\tconf:1\n"], ""),
        ],
    );
}

#[test]
fn find_takes_each_kind_of_word_and_says_why() {
    check(
        &Site::new(),
        &[
            (
                "find 10.1.1.10",
                0,
                &[
                    "lease 10.1.1.10\n",
                    "range 10.1.1.10-10.1.1.19\n    conf:6\n",
                    "10.1.1.10-10.1.1.19",
                    "shared-network office\n",
                    "a client of the pool has it",
                ],
                "",
            ),
            ("find 10.1.1.5", 0, &["host web1\n", "web1", "conf:14", "web1 gets it always"], ""),
            ("find 10.1.1.13", 0, &["abandoned", "it was answered for by somebody who has no lease"], ""),
            ("find 10.1.1.12", 0, &["free; ", "the client that had it gets it again"], ""),
            ("find 10.1.1.19", 0, &["nobody has ever had it"], ""),
            ("find 10.1.1.50", 0, &["it is in no pool and reserved for nobody"], ""),
            ("find 10.77.0.1", 1, &["it lies in no subnet of the configuration"], ""),
            ("find 02-00-00-00-00-01", 0, &["web1", "it is a known client"], ""),
            ("find 0200.0000.0010", 0, &["hostname laptop-1", "no host is known; it has its address from a pool"], ""),
            ("find 0200000000aa", 1, &["no host and no lease is known"], ""),
            ("find ff:00:1b", 0, &["10.1.1.11"], ""),
            ("find APT", 0, &["10.1.1.10", "laptop-1"], ""),
            ("find omapi1", 0, &["omapi1", "leases:29"], ""),
            ("find office", 0, &["subnets 10.1.1.0/24, 10.1.2.0/24"], ""),
            ("find zzz", 1, &[], "omsh: nothing in the files is, or holds, `zzz`"),
        ],
    );
}

#[test]
fn what_cannot_be_answered_says_which_part_is_wrong() {
    check(
        &Site::new(),
        &[
            ("leases bogus=1", 2, &[], "the filter `bogus=1`: `bogus` is no criterion; there are ip, subnet, mac"),
            ("leases state=busy", 2, &[], "the filter `state=busy`: `busy` is no state; there are free, active"),
            ("leases mac=02:zz", 2, &[], "the filter `mac=02:zz`: `z` is no hexadecimal digit"),
            ("leases expires=1h", 2, &[], "`expires` is compared with < or >, as in `expires<1h`"),
            ("leases 'expires<1x'", 2, &[], "`x` is no unit of time"),
            ("leases 'state<active'", 2, &[], "`state` is compared with ="),
            ("leases state=", 2, &[], "there is nothing behind `state=`"),
            ("leases 10.1.1.0/33", 2, &[], "the filter `10.1.1.0/33`: `33` is no prefix length"),
            ("leases subnet=nope", 2, &[], "dhcpd.conf has no such subnet or shared network"),
            ("leases reserved=perhaps", 2, &[], "`perhaps` is neither yes nor no"),
            ("leases --columns address,nope", 2, &[], "--columns: `nope` is no column; there are address, state"),
            ("leases --sort nope", 2, &[], "--sort: `nope` is no column; there are address, state"),
            ("leases --output yaml", 2, &[], "yaml"),
            ("pools --warning many", 3, &["DHCP UNKNOWN - invalid value"], "give a percentage such as 80"),
            ("pools --conf nowhere", 2, &[], "nowhere"),
            ("leases --leases nowhere", 2, &[], "nowhere cannot be opened"),
            ("leases --conf - --leases -", 2, &[], "dhcpd.conf and dhcpd.leases cannot both be stdin"),
            ("leases 10.200.0.1", 1, &[], "omsh: 10.200.0.1 lies in no subnet of conf"),
            (
                "leases 10.1.1.200",
                1,
                &[],
                "10.1.1.200 has no lease: it lies in the subnet 10.1.1.0/24, outside of its pools",
            ),
            (
                "leases 10.1.1.17",
                1,
                &[],
                "10.1.1.17 has no lease: nobody has ever had it, and it is free in the range 10.1.1.10-10.1.1.19",
            ),
            (
                "free 10.77.0.0/24",
                2,
                &[],
                "10.77.0.0/24 lies in no subnet of dhcpd.conf; there are 10.1.1.0/24, 10.1.2.0/24, 10.9.0.0/29",
            ),
            ("map office", 2, &[], "office has several subnets; name one of them"),
            ("conf show nonsense", 2, &[], "`nonsense` names no scope"),
            ("conf options nobody", 2, &[], "dhcpd.conf has no host `nobody`"),
        ],
    );
}

#[test]
fn an_unsound_conf_is_shown_with_the_place() {
    let site = Site::new();
    std::fs::write(site.folder.join("conf"), "default-lease-time 5;\nsubnet 10.0.0.0 {\n}\n")
        .expect("a file of our own");
    check(
        &site,
        &[
            (
                "conf check",
                1,
                &[],
                "conf:2:17: expected `netmask`, found `{`\n    subnet 10.0.0.0 {\n                    ^",
            ),
            ("pools", 2, &[], "conf:2:17: expected `netmask`"),
        ],
    );
}

#[test]
fn a_damaged_block_is_reported_and_skipped() {
    let site = Site::with(
        "lease 10.1.1.17 {\n  binding state busy;\n}\nlease 10.1.1.18 { ends never; binding state active; }\n",
    );
    check(
        &site,
        &[
            (
                "leases 10.1.1.16-10.1.1.18 --output plain --columns address",
                1,
                &["10.1.1.16\n10.1.1.18\n"],
                "leases:32:17: expected one of free, active",
            ),
            ("pools --output plain", 1, &["all\tall networks\t36.842\t7\t19\t"], "leases:32:17: "),
            ("map 10.9.0.0/29", 1, &["eAA."], "leases:32:17: "),
            ("hosts --output plain", 1, &["web1"], "leases:32:17: "),
        ],
    );
}

#[test]
fn a_half_written_last_block_has_not_happened_yet() {
    let site = Site::with("lease 10.1.1.17 {\n  binding state act");
    check(
        &site,
        &[
            (
                "leases 10.1.1.16-10.1.1.18 --output plain --columns address",
                0,
                &["10.1.1.16\n"],
                "leases:31: the last block is only half written and was left out",
            ),
            ("pools --output plain", 0, &["all\tall networks\t31.579\t6\t19\t"], "half written"),
        ],
    );
}

#[test]
fn files_are_found_where_they_are_said_to_be() {
    let site = Site::new();
    let bare = |words: &str| Run::ours().named("omsh").arguments(words.split(' '));
    let out = |run: Run| {
        let outcome = run.alone();
        (outcome.end, site.text(&outcome.stdout), site.text(&outcome.stderr))
    };
    let (conf, leases) = (site.path("conf"), site.path("leases"));
    let wanted = (End::Exit(0), "10.1.1.10\n".to_owned(), String::new());
    let words = "leases hostname=laptop --output plain --columns address";
    let text = std::fs::read(&leases).expect("a file of our own");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).expect("memory");
    let gzip = gzip.finish().expect("memory");
    std::fs::write(site.folder.join("old.gz"), &gzip).expect("a file of our own");
    assert_eq!(out(bare(&format!("{words} --leases {leases}"))), wanted);
    assert_eq!(out(bare(words).environment("OMSH_LEASES", &leases)), wanted);
    assert_eq!(out(bare(&format!("{words} --leases -")).stdin(text.clone())), wanted, "stdin");
    assert_eq!(out(bare(&format!("{words} --leases {}", site.path("old.gz")))), wanted, ".gz");
    assert_eq!(out(bare(&format!("{words} --leases -")).stdin(gzip)), wanted, ".gz on stdin");
    let naming =
        format!("lease-file-name \"{leases}\";\n{}", std::fs::read_to_string(&conf).expect("a file of our own"));
    std::fs::write(site.folder.join("naming"), &naming).expect("a file of our own");
    assert_eq!(out(bare(&format!("{words} --conf {}", site.path("naming")))), wanted, "lease-file-name");
    assert_eq!(out(bare(&format!("{words} --conf -")).stdin(naming)), wanted, "lease-file-name on stdin");
    let config = site.folder.join("config/omsh");
    std::fs::create_dir_all(&config).expect("a folder of our own");
    let text = format!("[profiles.default]\nleases = \"{leases}\"\n[profiles.gone]\nleases = \"gone\"\n");
    std::fs::write(config.join("config.toml"), text).expect("a file of our own");
    let profiled = |words: &str| bare(words).environment("XDG_CONFIG_HOME", site.path("config"));
    assert_eq!(out(profiled(words)), wanted, "the profile");
    let both =
        format!("[profiles.default]\nconf = \"{conf}\"\nleases = \"{leases}\"\n[profiles.gone]\nleases = \"gone\"\n");
    std::fs::write(config.join("config.toml"), both).expect("a file of our own");
    let subnets = out(profiled("subnets --output plain"));
    assert_eq!(subnets, out(bare(&format!("subnets --output plain --conf {conf} --leases {leases}"))), "both files");
    assert_eq!(subnets.0, End::Exit(0), "{}", subnets.2);
    let (end, _, said) = out(profiled("leases").environment("OMSH_PROFILE", "gone"));
    assert!(end == End::Exit(2) && said.contains("/omsh/gone"), "{end:?} {said}");
    let (end, _, said) = out(profiled("leases").environment("OMSH_CONF", site.path("naming")));
    assert_eq!((end, said.as_str()), (End::Exit(0), ""));
    std::fs::write(site.folder.join("empty"), "").expect("a file of our own");
    let text = format!("[profiles.default]\nconf = \"{conf}\"\nleases = \"{}\"\n", site.path("empty"));
    std::fs::write(config.join("config.toml"), text).expect("a file of our own");
    let other = format!("{words} --conf {}", site.path("naming"));
    assert_eq!(out(profiled(&other)), wanted, "another configuration has its own leases");
    std::fs::write(config.join("config.toml"), "[").expect("a file of our own");
    assert_eq!(out(profiled(&format!("{words} --conf {conf} --leases {leases}"))), wanted, "the profile is not needed");
    std::fs::write(config.join("config.toml"), "[profiles.default]\n[profiles.gone]\n").expect("a file of our own");
    let (end, _, said) = out(profiled("leases").environment("OMSH_PROFILE", "lab"));
    assert!(end == End::Exit(2) && said.contains("it has default, gone"), "{end:?} {said}");
    let (end, _, said) = out(bare("leases -6"));
    assert_eq!(end, End::Exit(2), "a machine with a dhcpd6.leases of its own would answer: {said}");
    let places = "/var/lib/dhcp/dhcpd6.leases, /var/lib/dhcpd/dhcpd6.leases, ";
    assert!(said.contains(places) && said.contains("--leases FILE or OMSH_LEASES"), "{said}");
}

#[test]
fn an_address_that_answers_is_not_free() {
    let site = Site::new();
    std::fs::write(site.folder.join("conf"), "subnet 10.1.1.0 netmask 255.255.255.252 { range 10.1.1.1 10.1.1.2; }\n")
        .expect("a file of our own");
    let net = Net::new();
    let free = |words: &str| {
        let outcome = site.run(&format!("free 10.1.1.0/30 --output plain --columns address{words}")).within(&net);
        (outcome.end, site.text(&outcome.stdout))
    };
    std::fs::write(site.folder.join("leases"), "").expect("a file of our own");
    assert_eq!(free(""), (End::Exit(0), "10.1.1.2\n10.1.1.1\n".to_owned()));
    assert_eq!(free(" --ping"), (End::Exit(0), "10.1.1.2\n".to_owned()));
    assert_eq!(free(" --ping -n 2").0, End::Exit(1));
}

#[test]
fn a_look_at_one_address_does_not_hide_damage() {
    let site = Site::with(
        "lease 10.1.1.10 {\n  binding state busy;\n}\nlease 10.1.1.17 {\n  binding state busy;\n}\nlease 10.1.1.18 {\n  ends",
    );
    check(
        &site,
        &[
            ("leases 10.1.1.10", 1, &["10.1.1.10"], "leases:32:17: expected one of free, active"),
            ("leases 10.1.1.17", 1, &[], "no lease of 10.1.1.17 could be read; the file is damaged"),
            ("leases 10.1.1.18", 1, &[], "no lease of 10.1.1.18 could be read; the file is damaged"),
            ("leases 10.1.1.11", 0, &["10.1.1.11"], "leases:37: the last block is only half written"),
        ],
    );
}

#[test]
fn clients_are_found_by_what_they_are_known_by() {
    let site = Site::new();
    std::fs::write(
        site.folder.join("conf"),
        "subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.10 10.1.1.19; }\n\
         host byuid { option dhcp-client-identifier \"byuid-1\"; fixed-address 10.1.1.8; }\n\
         host deadbeefcafe { hardware ethernet 02:00:00:00:00:10; fixed-address files.example.org; }\n",
    )
    .expect("a file of our own");
    check(
        &site,
        &[
            ("hosts client-id=byuid-1", 0, &["byuid"], ""),
            ("find byuid-1", 0, &["host byuid", "client id byuid-1", "byuid gets it always"], ""),
            // A name that could be a hardware address, and the lease of the hardware that it has.
            ("find deadbeefcafe", 0, &["host deadbeefcafe", "lease 10.1.1.10"], ""),
            ("find files.example.org", 0, &["host deadbeefcafe"], ""),
            ("find 02.00.00.00.00.10", 0, &["host deadbeefcafe", "lease 10.1.1.10"], ""),
            ("find 010.001.001.010", 0, &["lease 10.1.1.10"], ""),
            ("find a=b", 1, &[], "nothing in the files is, or holds, `a=b`"),
            ("leases mac=020000 10.1.1.10", 0, &["10.1.1.10"], ""),
            ("leases 10.200.0.0/24 state=active", 1, &[], "10.200.0.0-10.200.0.255 lies in no subnet of conf"),
            ("hosts 10.200.0.1", 1, &[], "10.200.0.1 lies in no subnet of conf"),
        ],
    );
}

#[test]
fn values_of_the_configuration_are_shown_as_they_are_written() {
    let site = Site::new();
    std::fs::write(site.folder.join("conf"), "authoritative;\noption domain-name \"a\\\"b\\001c\";\n")
        .expect("a file of our own");
    check(
        &site,
        &[
            ("conf show", 0, &["option domain-name \"a\\\"b\\001c\";"], ""),
            (
                "conf options 10.1.1.1 --output json",
                0,
                &["\"value\":\"\\\"a\\\\\\\"b\\\\001c\\\"\"", "\"name\":\"authoritative\",\"value\":\"true\""],
                "10.1.1.1 lies in no subnet",
            ),
            ("conf options 10.1.1.1 --output plain", 0, &["authoritative\ttrue\t/\tconf:1\n"], "no subnet"),
        ],
    );
}

#[test]
fn a_configuration_may_be_compressed_and_one_that_was_named_has_to_be_sound() {
    let site = Site::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"subnet 10.1.1.0 netmask 255.255.255.0 { range 10.1.1.10 10.1.1.19; }\n").expect("memory");
    std::fs::write(site.folder.join("conf"), gzip.finish().expect("memory")).expect("a file of our own");
    check(&site, &[("subnets --output plain", 0, &["10.1.1.0/24"], ""), ("conf check", 0, &["1 subnet"], "")]);
    std::fs::write(site.folder.join("conf"), "subnet {").expect("a file of our own");
    check(
        &site,
        &[
            ("leases 10.1.1.10", 2, &[], "conf:1:8: "),
            ("hosts", 2, &[], "conf:1:8: "),
            ("hosts --leases nowhere --conf /dev/null", 2, &[], "nowhere cannot be opened"),
        ],
    );
}
