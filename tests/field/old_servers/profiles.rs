//! A `config.toml` that cannot be used, and scripts that begin with a byte order mark.

use super::Place;
use crate::old_dhcpd::{OldDhcpd, Version};

const SUBNET: &str = "subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.1.10 10.1.1.20; }\n";

#[test]
fn a_config_that_nobody_asks_for_is_no_obstacle_to_what_reads_files() {
    let server = OldDhcpd::start(Version::V443);
    let port = server.port.to_string();
    // Not understood; and not to be read, for root as well.
    for broken in ["text", "folder"] {
        let place = Place::new();
        match broken {
            "text" => drop(place.put(".config/omsh/config.toml", "[profiles\n")),
            _ => std::fs::create_dir_all(place.path(".config/omsh/config.toml")).expect("a folder of ours"),
        }
        let conf = place.put("files/dhcpd.conf", SUBNET);
        let leases = place.put("files/dhcpd.leases", "");
        let only_conf = |words: &[&str]| {
            // The lease file is named by the configuration, so that the profile might say another one.
            let words = [words, &["--conf", &conf]].concat();
            Place::said(place.prepared(&words, "").environment("OMSH_LEASES", "").alone())
        };
        only_conf(&["conf", "check"]).is(0, &["sound", "config.toml", "going on without a profile"]);
        only_conf(&["export", "--format", "csv"]).is(0, &["config.toml"]);
        place
            .run(&["subnets", "--conf", &conf, "--leases", &leases], "")
            .is(0, &["10.1.0.0/16"])
            .lacks(&["config.toml"]);
        // Asked for, it is an error.
        only_conf(&["conf", "check", "--profile", "p"]).is(2, &["config.toml"]).lacks(&["going on"]);
        let asked = place.prepared(&["conf", "check", "--conf", &conf], "").environment("OMSH_PROFILE", "p");
        Place::said(asked.environment("OMSH_LEASES", "").alone()).is(2, &["config.toml"]);
        // A connection has to know where it goes.
        place.run(&["host", "show", "a", "--port", &port], "").is(2, &["config.toml"]);
        place.run(&["check", "--port", &port], "").is(2, &["config.toml"]);
        place
            .run(&["host", "show", "a", "--server", "127.0.0.1", "--port", &port], "")
            .is(5, &["config.toml", "no host a"]);
        place.run(&["-c", "connect\n", "--port", &port], "").is(2, &["config.toml"]);
        place.run(&["-c", "connect\n", "--server", "127.0.0.1", "--port", &port], "").is(0, &["config.toml"]);
        // The drop-in connects to where its lines say.
        place.run(&["--port", &port], "connect\n").is(0, &["config.toml", "obj: <null>"]);
        place.run(&[], &format!("port {port}\nconnect\n")).is(0, &["obj: <null>"]).lacks(&["config.toml"]);
        let browsed = place.prepared(&[], &format!("conf check --conf {conf}\n")).environment("OMSH_LEASES", "");
        Place::said(browsed.alone()).is(0, &["sound", "config.toml"]);
        place
            .run(&["keygen", "--for-version", "4.4.3", "--key-file", &place.path("k").display().to_string()], "")
            .is(0, &[]);
    }
}

#[test]
fn a_byte_order_mark_is_named() {
    let place = Place::new();
    let server = OldDhcpd::start(Version::V443);
    let lines = format!("port {}\nconnect\nnew host\nset name = \"a\"\n", server.port);
    let script = place.put("script", [&b"\xef\xbb\xbf"[..], lines.as_bytes()].concat());
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(lines.bytes().flat_map(|byte| [byte, 0])).collect();
    let wide = place.put("wide", utf16);
    let with_mark = format!("\u{feff}{lines}");
    place.run(&["-f", &script], "").is(2, &["script:1: ", "byte order mark", "nothing was run"]);
    place.run(&["-f", &wide], "").is(2, &["wide:1: ", "byte order mark of UTF-16"]);
    place.run(&["-f", "-"], &with_mark).is(2, &["byte order mark"]);
    place.run(&["-c", &with_mark], "").is(2, &["byte order mark"]);
    assert_eq!(server.connections(), 0);
    place.run(&["rehearse", &script], "").is(1, &["byte order mark"]);
    place.run(&["rehearse", "--output", "json", &script], "").is(1, &["byte order mark"]);
    // The drop-in is as omshell is.
    use crate::support::run::Run;
    let real = Run::omshell().stdin(with_mark.as_str()).merged().alone();
    let ours = Run::ours().stdin(with_mark.as_str()).merged().alone();
    assert_eq!(String::from_utf8_lossy(&ours.stdout), String::from_utf8_lossy(&real.stdout));
    // A mark elsewhere is a mistake like any other.
    place.run(&["-c", "help\n\u{feff}help\n"], "").is(2, &["-c:2: "]);
    // At a terminal.
    use crate::terminal::site::Site;
    let site = Site::without_server();
    site.put("marked", "\u{feff}help\n");
    let marked = site.path("marked").display().to_string();
    let mut terminal = site.start();
    terminal.ready();
    let said = terminal.run(&format!("source {marked}"));
    assert!(said.contains("byte order mark"), "{said}");
    terminal.leave();
}
