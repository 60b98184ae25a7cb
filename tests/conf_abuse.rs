//! Configurations that nobody in their right mind has: they are read or refused in a time that grows with
//! their size, with a clear error, and never with a crash.

use std::fmt::Write;
use std::time::{Duration, Instant};

use omsh::dhcpd::conf::{Conf, ConfError, ConfOptions};

/// More than enough for what is tried here, without optimisation and on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(40);

fn read(conf: &[u8]) -> Result<Conf, String> {
    let started = Instant::now();
    let outcome = Conf::parse("conf", conf).map_err(|error| error.to_string());
    let took = started.elapsed();
    assert!(
        took < PATIENCE,
        "{took:?} for {} bytes that begin with {:.60}",
        conf.len(),
        conf.escape_ascii().to_string()
    );
    outcome
}

fn refused(conf: &[u8], why: &str) {
    let error = read(conf).expect_err("nobody can read this");
    assert!(error.contains(why), "{error:.400}");
    assert!(error.len() < 1000, "an error of {} bytes", error.len());
}

#[test]
fn what_is_nested_without_end_is_refused() {
    const MANY: usize = 1_000_000;
    for opening in ["group {", "if known {", "{", "on commit {", "set f(a) {", "switch (hardware) {"] {
        let conf = opening.repeat(MANY);
        let error = read(conf.as_bytes()).expect_err("too deep");
        assert!(error.contains("levels deep") || opening == "{", "{error:.300}");
    }
    for (before, opening) in [
        ("if ", "("),
        ("if ", "not "),
        ("set x = ", "fun("),
        ("option host-name = ", "concat(\"a\", "),
        ("if exists host-name and ", "not ("),
        ("option host-name = ", "pick-first-value("),
    ] {
        refused(format!("{before}{}", opening.repeat(MANY)).as_bytes(), "levels deep");
    }
    refused(&b"shared-network x { subnet 10.0.0.0 netmask 255.0.0.0 { ".repeat(100_000), "cannot stand in here");
}

#[test]
fn what_goes_on_without_end_is_refused_or_read_and_given_back() {
    const MANY: usize = 200_000;
    refused(format!("set x = {}known;", "known and ".repeat(MANY)).as_bytes(), "more than 1000 parts");
    refused(format!("option host-name = concat({}\"a\");", "\"a\", ".repeat(MANY)).as_bytes(), "more than 1000 parts");
    refused(format!("option routers {}10.0.0.1;", "10.0.0.1, ".repeat(MANY)).as_bytes(), "more than 1000 parts");
    refused(&[&b"filename \""[..], &vec![b'x'; 100 << 20], b"\";"].concat(), "larger than internal buffer");
    refused(&[&b"option domain-search \""[..], &b"x.".repeat(10 << 20), b"\";"].concat(), "larger than internal");
    refused(&[&vec![b'x'; 100 << 20], &b";"[..]].concat(), "larger than internal buffer");
    refused(
        &vec![b' '; 1 << 20].repeat(100).into_iter().chain(*b"}").collect::<Vec<u8>>(),
        "white space of 1500 bytes",
    );
    let long = [&b"# "[..], &vec![b'x'; 100 << 20], b"\nfilename \"a\";"].concat();
    assert_eq!(read(&long).expect("a comment").scopes[0].statements().count(), 1);
    let hex = format!("option dhcp-client-identifier {}1;", "a:".repeat(MANY));
    drop(read(hex.as_bytes()).expect("long, and all the same a value"));
    let branches = format!("if known {{ }} {}", "elsif known { } ".repeat(100_000));
    drop(read(branches.as_bytes()).expect("flat"));
}

#[test]
fn many_of_everything_take_a_time_that_grows_with_their_number() {
    const MANY: usize = 40_000;
    let many = |of: &dyn Fn(usize) -> String| (0..MANY).map(of).collect::<String>();
    let address = |i: usize| format!("10.{}.{}", i >> 8, i & 255);
    let subnets = many(&|i| format!("subnet {0}.0 netmask 255.255.255.0 {{ range {0}.5 {0}.9; }}\n", address(i)));
    let conf = read(subnets.as_bytes()).expect("subnets");
    assert_eq!((conf.subnets.len(), conf.pools.len()), (MANY, MANY));
    let path = conf.path_of(MANY);
    assert_eq!(conf.scope_at(&path), Ok(MANY), "{path}");
    let inside = many(&|i| format!("subnet {0}.0 netmask 255.255.255.0 {{ }} pool {{ range {0}.5; }}\n", address(i)));
    assert_eq!(read(format!("shared-network x {{ {inside} }}").as_bytes()).expect("pools").ranges.len(), MANY);
    let groups = many(&|i| format!("group g{i} {{ }} host h{i} {{ group \"g{i}\"; }}\n"));
    assert_eq!(read(groups.as_bytes()).expect("groups").groups.len(), MANY);
    let options =
        many(&|i| format!("option o{i} code {} = text; option o{i} \"x\"; option unknown-{i} \"y\";\n", i + 1));
    let options = options.replace("option unknown-0 \"y\";", "").replace("option unknown-255 \"y\";", "");
    let conf = read(options.as_bytes()).expect("options");
    let started = Instant::now();
    assert!(conf.effective_for(None, None).settings.len() >= MANY);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    let spaces = many(&|i| format!("option space s{i}; option s{i}.a code 1 = text; option s{i}.a \"x\";\n"));
    drop(read(spaces.as_bytes()).expect("spaces"));
    let keys = many(&|i| format!("key k{i} {{ algorithm hmac-md5; secret abcd; }}\n"));
    assert_eq!(read(keys.as_bytes()).expect("keys").keys.len(), MANY);
    let classes = many(&|i| format!("class \"c{i}\" {{ match hardware; }} subclass \"c{i}\" 1:{:x};\n", i & 255));
    assert_eq!(read(classes.as_bytes()).expect("classes").classes.len(), 2 * MANY);
    let mut prepends = String::from("filename \"x\";\n");
    (0..MANY).for_each(|i| writeln!(prepends, "prepend root-path \"{i}\"; append root-path \"{i}\";").expect("memory"));
    let conf = read(prepends.as_bytes()).expect("prepends");
    assert_eq!(conf.effective_for(None, None).get(b"dhcp", b"root-path").expect("it is set").parts.len(), 2 * MANY);
}

/// `cargo test --release --test conf_abuse -- --nocapture hosts` says how long.
#[test]
fn a_hundred_thousand_hosts_are_read_soon() {
    let mut conf = String::from("subnet 10.0.0.0 netmask 255.0.0.0 { option routers 10.0.0.1; }\n");
    for i in 0..100_000_u32 {
        let [_, a, b, c] = i.to_be_bytes();
        writeln!(
            conf,
            "host h{i} {{\n  hardware ethernet 52:54:00:{a:02x}:{b:02x}:{c:02x};\n  fixed-address 10.{a}.{b}.{c};\n  \
             option host-name \"h{i}\";\n}}"
        )
        .expect("memory");
    }
    let started = Instant::now();
    let conf = Conf::parse("conf", conf.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    let took = started.elapsed();
    println!("{took:?}");
    let last = &conf.hosts[99_999];
    let scope = &conf.scopes[last.scope.expect("its own")];
    assert_eq!(conf.show(scope.place), format!("conf:{}", 2 + 99_999 * 5));
    assert_eq!(scope.statements().map(|stated| stated.place.line).collect::<Vec<u32>>(), [499_998, 499_999, 500_000]);
    assert!(took < if cfg!(debug_assertions) { PATIENCE } else { Duration::from_secs(2) }, "{took:?}");
}

#[test]
fn files_that_include_one_another_are_named() {
    let folder = std::env::temp_dir().join(format!("omsh-abuse-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let file = |name: &str| folder.join(name);
    let write = |name: &str, text: &str| std::fs::write(file(name), text).expect("a file of our own");
    let options = ConfOptions { include_beside: true, ..ConfOptions::default() };
    write("a", "\ninclude \"omsh-abuse-b\";");
    write("omsh-abuse-b", "group { include \"omsh-abuse-c\"; }");
    write("omsh-abuse-c", "\n\n include \"a\";");
    let error = Conf::read_with(&file("a"), options).expect_err("a circle");
    let ConfError::Includes { chain } = &error else { panic!("{error}") };
    let shown = |name: &str| file(name).display().to_string();
    assert_eq!(chain[0], shown("a"));
    assert_eq!(chain[1], format!("{} (included at {}:2:9)", shown("omsh-abuse-b"), shown("a")));
    assert_eq!(chain[3], format!("{} (included at {}:3:10)", shown("a"), shown("omsh-abuse-c")));
    // Only dhcpd's working directory is looked in, unless it is asked for more.
    assert!(Conf::read(&file("a")).expect_err("not there").to_string().contains("cannot read the included file"));
    // Each file includes the next one twice: what is read is bounded, and not only how deeply.
    for i in 0..30 {
        write(&format!("omsh-bomb-{i}"), &format!("include \"omsh-bomb-{0}\"; include \"omsh-bomb-{0}\";", i + 1));
    }
    write("omsh-bomb-30", "");
    let error = Conf::read_with(&file("omsh-bomb-0"), options).expect_err("too much").to_string();
    assert!(error.contains("too large"), "{error}");
    write("device", "include \"/dev/zero\"; filename \"x\";");
    assert_eq!(Conf::read(&file("device")).expect("read as by dhcpd").scopes[0].statements().count(), 1);
    std::fs::remove_dir_all(&folder).expect("it is ours");
}
