//! Completion in bash, zsh and fish: what is offered, what never is, how long it takes, and the cache.

#[path = "completion/site.rs"]
mod site;
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use site::{Site, completion};
use support::run::{End, Run};

/// What a whole answer may take. A machine that runs other tests too is granted as much again.
const LIMIT: Duration = Duration::from_millis(600);

#[test]
fn bash_is_offered_commands_options_and_what_the_files_have() {
    let site = Site::new();
    for (line, expected) in [
        ("omsh host remove ", "boot1 omapi1 web1"),
        ("omsh host show w", "web1"),
        ("omsh host show 10.1.1.", "10.1.1.5 10.1.1.7"),
        // readline completes what is behind the last colon.
        ("omsh host show 02:00:00:00:00:0", "01 03 07"),
        ("omsh host show '02:00:00:00:00:01", "02:00:00:00:00:01"),
        ("omsh host rename --dry-run web", "web1"),
        ("omsh find lap", "laptop"),
        ("omsh lease release 10.1.1.2", "10.1.1.20 10.1.1.21"),
        ("omsh map ", "10.1.1.0/24 10.2.0.0/24"),
        ("omsh pools o", "office"),
        ("omsh host add x --group ", "made pxe"),
        ("omsh host add x --group=p", "pxe"),
        ("omsh group remove ", "made pxe"),
        ("omsh subclass add p", "phones"),
        ("omsh failover set-state ", "pair"),
        ("omsh failover set-state pair pa", "partner-down"),
        ("omsh profile show l", "lab lobby"),
        ("omsh leases --profile ", "lab lobby"),
        ("omsh leases state=active,ab", "active,abandoned"),
        ("omsh leases --columns address,exp", "address,expires_in address,expiring"),
        ("omsh leases --sort -ex", "-expires_in -expiring"),
        ("omsh keygen --algorithm hmac-sha2", "hmac-sha224 hmac-sha256"),
        ("omsh hosts --output j", "json jsonl"),
        ("omsh diff ser", "server"),
        ("omsh diff server f", "files"),
        ("omsh fa", "failover"),
        ("omsh fail", "failover"),
        ("omsh host sh", "show"),
        ("omsh host remove --mi", "--missing-ok"),
        ("omsh host remove -- -", ""),
        ("omsh host remove web1 --dry-run --dry", ""),
    ] {
        let expected: Vec<&str> = expected.split(' ').filter(|word| !word.is_empty()).collect();
        assert_eq!(site.bash(line), expected, "{line}");
    }
}

#[test]
fn fish_is_told_what_a_host_is() {
    let site = Site::new();
    assert_eq!(
        site.fish("omsh host remove "),
        ["boot1\t02:00:00:00:00:03", "omapi1\t02:00:00:00:00:07 10.1.1.7", "web1\t02:00:00:00:00:01 10.1.1.5"]
    );
    assert_eq!(site.fish("omsh host show 02:00:00:00:00:01"), ["02:00:00:00:00:01\tweb1 10.1.1.5"]);
    assert_eq!(site.fish("omsh host show 02-00-00-00-00-01"), ["02-00-00-00-00-01\tweb1 10.1.1.5"]);
    assert_eq!(site.fish("omsh lease show 10.1.1.20"), ["10.1.1.20\tactive 02:00:00:00:00:20 laptop"]);
    assert_eq!(site.fish("omsh leases --profile la"), ["lab\tdhcp.example.org"]);
    assert!(
        site.fish("omsh ho").contains(&"host\tAdd, show, change, rename and remove hosts on a live server".to_owned())
    );
    assert_eq!(site.fish("omsh diff serv"), ["server"]);
    for line in ["omsh pools --conf co", "omsh pools --conf=co", "omsh diff server co"] {
        let offered = site.fish(line);
        assert!(
            offered.iter().any(|word| word.starts_with(line.rsplit(' ').next().unwrap()) && word.contains("conf")),
            "{offered:?}"
        );
    }
}

#[test]
fn zsh_is_told_the_same_from_the_first_key_press_on() {
    let site = Site::new();
    let folder = completion("");
    let load = format!("fpath=({folder} $fpath); autoload -Uz compinit; compinit -u -D; bindkey -e; PS1='rea''dy> '\n");
    let screen = site.type_into(
        &["zsh", "-f", "-i"],
        &[
            (&load, "ready> "),
            ("omsh host remove \t", "02:00:00:00:00:01 10.1.1.5"),
            ("w\t\u{1}printf '<%s>' \n", "<omsh><host><remove><web1>"),
            ("omsh host show 02:00:00:00:00:01\t\u{1}printf '<%s>' \n", "<show><02:00:00:00:00:01>"),
            ("omsh host show 02:00:00:00:00:07\t\u{1}printf '<%s>' \n", "<show><02:00:00:00:00:07>"),
            ("omsh host add x --group=px\t\u{1}printf '<%s>' \n", "<x><--group=pxe>"),
            ("omsh leases --profile lob\t\u{1}printf '<%s>' \n", "<--profile><lobby>"),
            // No blank follows `=`.
            ("omsh leases sta\tact\t\u{1}printf '<%s>' \n", "<leases><state=active>"),
            ("omsh pools --conf=con\t\u{1}printf '<%s>' \n", "<--conf=conf>"),
            // Either a word or a file.
            ("omsh diff fil\tcon\t\u{1}printf '<%s>' \n", "<diff><files><conf>"),
        ],
    );
    assert!(!screen.contains("evil"), "{screen}");
}

#[test]
fn a_whole_line_comes_out_right_on_a_bash_terminal() {
    let site = Site::new();
    let load = format!("source {}; PS1='rea''dy> '\n", completion("omsh.bash"));
    site.type_into(
        &["bash", "--norc", "--noprofile", "-i"],
        &[
            (&load, "ready> "),
            ("omsh host remove \t\t", "omapi1"),
            ("w\t\u{1}printf '<%s>' \n", "<omsh><host><remove><web1>"),
            ("omsh host show 02:00:00:00:00:07\t\u{1}printf '<%s>' \n", "<show><02:00:00:00:00:07>"),
            ("omsh lease show 02:00:00:00:00:20\t\u{1}printf '<%s>' \n", "<show><02:00:00:00:00:20>"),
            ("omsh find 02:00:00:00:00:2\t0\t\u{1}printf '<%s>' \n", "<find><02:00:00:00:00:20>"),
            ("omsh host add x --group=px\t\u{1}printf '<%s>' \n", "<x><--group=pxe>"),
            ("omsh leases sta\tact\t\u{1}printf '<%s>' \n", "<leases><state=active>"),
            ("omsh pools --conf=con\t\u{1}printf '<%s>' \n", "<--conf=conf>"),
            // Either a word or a file.
            ("omsh diff fil\tcon\t\u{1}printf '<%s>' \n", "<diff><files><conf>"),
            ("omsh pools --conf con\t\u{1}printf '<%s>' \n", "<--conf><conf>"),
        ],
    );
}

#[test]
fn hostile_names_and_secrets_are_never_offered() {
    let site = Site::new();
    let shown = |words: &[&str]| {
        let output = site.command(&site.path("bin/omsh")).args(words).output().expect("it runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(
        shown(&["leases"]).contains("$(touch owned)") && shown(&["conf", "show"]).contains("evil`id`"),
        "they are there"
    );
    for (words, expected) in [
        (&["group", "show", ""][..], &["made", "pxe"][..]),
        (&["group", "show", "evil"], &[]),
        (&["class", "show", ""], &["phones"]),
        (&["pools", "e"], &[]),
        (&["find", "$"], &[]),
        (&["leases", "name="], &["name=laptop"]),
    ] {
        assert_eq!(site.words(words), expected, "{words:?}");
    }
    assert!(!site.folder.join("owned").exists());
    site.words(&["host", "remove", ""]);
    let cache = fs::read_to_string(site.cache()).expect("text");
    for part in ["evil", "touch", "secret", "c2Vj"] {
        assert!(!cache.contains(part), "{part}: {cache}");
    }
}

#[test]
fn files_are_those_of_the_line_and_of_the_profile_and_not_those_of_another_machine() {
    let site = Site::new();
    let other = site.path("other");
    fs::write(&other, "host other { }").expect("a file of our own");
    fs::write(site.path("empty"), "").expect("a file of our own");
    let options = ["host", "show", "--conf", &other, "--leases", &site.path("empty"), ""];
    assert_eq!(site.words(&options), ["other"]);
    let text =
        format!("[profiles.one]\nconf = '{other}'\nleases = '{}'\n[profiles.far]\nserver = 'far'", site.path("empty"));
    fs::write(site.path("home/.config/omsh/config.toml"), text).expect("a file of our own");
    assert_eq!(
        site.words(&["host", "show", "--profile", "one", ""]),
        ["boot1", "omapi1", "web1"],
        "variables come first"
    );
    let site = site.without_variables();
    assert_eq!(site.words(&["host", "show", "--profile", "one", ""]), ["other"]);
    assert_eq!(site.words(&["host", "show", "--profile", "one", "--server", "far", ""]), ["other"], "they are named");
    assert!(site.words(&["host", "show", "--profile", "far", ""]).is_empty());
    assert!(site.words(&["host", "show", "--profile", "none", ""]).is_empty());
}

#[test]
fn whatever_is_wrong_is_quick_and_says_nothing() {
    let dead = ["host", "show", "--server", "192.0.2.1", "w"];
    assert_eq!(Site::new().words(&dead), ["web1"], "nobody is asked");
    let mut site = Site::new();
    fs::write(site.path("broken"), "subnet {{{ \u{0} host").expect("a file of our own");
    fs::write(site.path("home/.config/omsh/config.toml"), "[[[").expect("a file of our own");
    let cases: [(&str, &str); 6] = [
        ("none", "none"),
        ("broken", "leases"),
        ("conf", "broken"),
        ("bin", "bin"),
        ("/dev/zero", "/dev/zero"),
        ("-", "-"),
    ];
    for (conf, leases) in cases {
        site = site.with_files(conf, leases);
        for words in [&["host", "remove", ""][..], &["leases", "--profile", ""], &["map", ""], &["find", "w"], &["--"]]
        {
            let (_, took) = site.answer(words);
            assert!(took < site.limit(LIMIT), "{conf}, {leases}, {words:?}: {took:?}");
        }
    }
    for words in [&[""][..], &["nonsense", "x", ""], &["host", "show", "a", "b", ""], &["--trace=", "x"], &["\u{e9}"]] {
        site.answer(words);
    }
}

#[test]
fn a_pipe_is_not_read_for_a_key_press() {
    let site = Site::new();
    let made = site.command("mkfifo").arg(site.path("pipe")).status().expect("mkfifo runs");
    assert!(made.success());
    let site = site.with_files("conf", "pipe");
    let (offered, took) = site.answer(&["host", "remove", ""]);
    assert_eq!(offered, ["boot1", "web1", "web2"], "what dhcpd.conf has");
    assert!(took < site.limit(LIMIT), "{took:?}");
    let site = site.with_files("pipe", "leases");
    let (offered, took) = site.answer(&["host", "remove", ""]);
    assert_eq!(offered, ["omapi1"], "what the lease file has");
    assert!(took < site.limit(LIMIT), "{took:?}");
}

#[test]
fn a_huge_lease_file_is_answered_in_time_and_by_the_cache_afterwards() {
    let site = Site::new();
    let mut leases = String::new();
    for host in 0..400_000 {
        let [_, a, b, c] = u32::to_be_bytes(host);
        leases += &format!("host h{host:06} {{ dynamic; hardware ethernet 02:00:00:{a:02x}:{b:02x}:{c:02x}; }}\n");
    }
    fs::write(site.path("leases"), leases).expect("a file of our own");
    let (offered, took) = site.answer(&["host", "remove", ""]);
    assert_eq!(offered, ["boot1", "web1", "web2"], "what is known in time");
    assert!(took < site.limit(LIMIT), "{took:?}");
    site.cache();
    let (offered, took) = site.quickest(&["host", "remove", "h39999"]);
    assert_eq!(offered.len(), 10);
    assert!(took < site.limit(LIMIT / 2), "{took:?}");
    assert_eq!(site.words(&["host", "remove", ""]).len(), 4000);
    // dhcpd writes on: what was there is good enough.
    let mut file = fs::OpenOptions::new().append(true).open(site.path("leases")).expect("ours");
    std::io::Write::write_all(&mut file, b"host new { dynamic; }\n").expect("a file of our own");
    let (offered, took) = site.quickest(&["host", "remove", "h39999"]);
    assert_eq!(offered.len(), 10);
    assert!(took < site.limit(LIMIT / 2), "{took:?}");
}

#[test]
fn the_second_time_is_served_by_the_cache_unless_that_is_stale_torn_or_not_ours() {
    let site = Site::new();
    let wanted = &["host", "remove", "web"][..];
    assert_eq!(site.words(wanted), ["web1"]);
    let cache = site.cache();
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&cache), mode(cache.parent().unwrap())), (0o600, 0o700));
    let whole = fs::read(&cache).expect("ours");
    let changed = |name: &str| {
        let text = String::from_utf8(whole.clone()).expect("text").replace("hweb1", &format!("h{name}"));
        fs::write(&cache, text).expect("ours");
    };
    changed("webX");
    assert_eq!(site.words(wanted), ["webX"], "out of the cache");
    changed("we;1");
    assert!(site.words(&["host", "remove", "we"]).is_empty(), "nothing hostile out of the cache either");
    let still = |what: &str| assert_eq!(site.words(wanted), ["web1"], "{what}");
    changed("webX");
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o644)).expect("ours");
    still("others can write it");
    fs::remove_file(&cache).expect("ours");
    fs::write(site.path("elsewhere"), String::from_utf8(whole.clone()).unwrap().replace("hweb1", "hwebX"))
        .expect("ours");
    fs::set_permissions(site.path("elsewhere"), fs::Permissions::from_mode(0o600)).expect("ours");
    let link = || {
        let _ = fs::remove_file(&cache);
        std::os::unix::fs::symlink(site.path("elsewhere"), &cache).expect("a link of our own");
    };
    link();
    still("it is a link");
    for torn in [&whole[..whole.len() - 1], &whole[..10], b"", &[0; 700]] {
        let _ = fs::remove_file(&cache);
        fs::write(&cache, torn).expect("ours");
        fs::set_permissions(&cache, fs::Permissions::from_mode(0o600)).expect("ours");
        still("it is torn");
    }
    changed("webX");
    fs::write(site.path("leases"), "host web3 { dynamic; }").expect("ours");
    assert_eq!(site.words(wanted), ["web1", "web2", "web3"], "the files have changed");
    let limit = Instant::now() + Duration::from_secs(20);
    while !fs::read_to_string(site.cache()).expect("text").contains("web3") {
        assert!(Instant::now() < limit, "nobody has written it anew");
        site.words(wanted);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn without_a_home_and_without_a_place_for_the_cache_there_are_candidates_still() {
    let site = Site::new();
    fs::remove_dir_all(site.path("home")).expect("ours");
    assert_eq!(site.words(&["host", "remove", "web"]), ["web1"]);
    fs::create_dir(site.path("home")).expect("ours");
    fs::write(site.path("home/.cache"), "a file").expect("ours");
    assert_eq!(site.words(&["host", "remove", "web"]), ["web1"]);
}

#[test]
fn nothing_else_has_to_do_with_it() {
    let shell = ["bash", "zsh", "fish", "refresh", "1", "", "powershell"];
    for value in shell {
        let run = |name: &str, words: &[&str]| {
            Run::ours().named(name).arguments(words).environment("OMSH_COMPLETE", value).stdin("quit\n").alone()
        };
        let plain = |name: &str, words: &[&str]| Run::ours().named(name).arguments(words).stdin("quit\n").alone();
        for (name, words) in [
            ("omshell", &[][..]),
            ("omshell", &["--", "host", ""]),
            ("omshell", &["--"]),
            ("omsh", &[]),
            ("omsh", &["--version"]),
            ("omsh", &["host", "--"]),
        ] {
            assert_eq!(run(name, words), plain(name, words), "{value} {name} {words:?}");
        }
    }
    let script = Run::ours().named("omsh").arguments(["--"]).environment("OMSH_COMPLETE", "bash").alone();
    assert_eq!(script.end, End::Exit(0));
    assert_eq!(script.stdout, fs::read(completion("omsh.bash")).expect("it is there"));
}
