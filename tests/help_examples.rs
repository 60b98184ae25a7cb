//! Every command's `--help` has examples, and each of them works as it stands, beside a real dhcpd with the
//! files in `tests/help_examples`.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Command;
use support::dhcpd::Dhcpd;
use support::run::{End, Run};
use support::scratch::Scratch;
use support::{OURS, workers};

const CONF: &str = include_str!("help_examples/dhcpd.conf");
const LEASES: &str = include_str!("help_examples/dhcpd.leases");

/// Those that make what the lease file has already.
const MAKE: [&str; 4] = ["host add", "host ensure", "group add", "subclass add"];

/// Those that do not end by themselves, or that something answers which is not there.
const ENDLESS: [&str; 1] = ["watch"];

fn without_failover() -> String {
    let peer = "failover peer \"dhcp-failover\"";
    let (before, rest) = CONF.split_once(peer).expect("a peer");
    let (_, after) = rest.split_once("}\n").expect("its end");
    format!("{before}{after}").replace(&format!("{peer}; "), "")
}

/// The examples in a command's help.
fn examples_of(command: &Command) -> Vec<String> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let lines = help.lines().skip_while(|line| *line != "Examples:").skip(1).map(|line| line.trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

/// Every command that does something, with its examples.
fn examples(command: &Command, path: &str, found: &mut Vec<(String, Vec<String>)>) {
    if !command.has_subcommands() {
        found.push((path.to_owned(), examples_of(command)));
    }
    for command in command.get_subcommands() {
        examples(command, format!("{path} {}", command.get_name()).trim(), found);
    }
}

#[test]
fn a_noun_has_an_example_of_each_of_its_verbs() {
    let all = omsh::cli::command();
    let nouns: Vec<&Command> = all.get_subcommands().filter(|command| command.has_subcommands()).collect();
    assert!(nouns.len() > 5, "only {} nouns", nouns.len());
    for noun in nouns {
        let expected: Vec<String> =
            noun.get_subcommands().filter_map(|verb| examples_of(verb).first().cloned()).collect();
        assert_eq!(examples_of(noun), expected, "{}", noun.get_name());
    }
}

#[test]
fn every_help_has_examples_that_work() {
    let mut found = Vec::new();
    examples(&omsh::cli::command(), "", &mut found);
    let without: Vec<&String> = found.iter().filter(|(_, lines)| lines.is_empty()).map(|(path, _)| path).collect();
    assert!(without.is_empty(), "these have no examples: {without:?}");
    let lines: Vec<(String, String)> =
        found.into_iter().flat_map(|(path, lines)| lines.into_iter().map(move |line| (path.clone(), line))).collect();
    assert!(lines.len() > 40, "only {} examples", lines.len());
    let reports = workers::share(&lines, |(path, line), [net]| {
        // One that ends soon.
        let ends = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock that goes right").as_secs() + 1800;
        let soon = format!("lease 10.1.1.21 {{\n  ends epoch {ends};\n  binding state active;\n}}\n");
        let leases = if MAKE.contains(&path.as_str()) { "" } else { LEASES };
        let leases = if path == "host add" || path == "host ensure" {
            // With the group, but without the host.
            &LEASES[..LEASES.find("host web1").expect("it is there")]
        } else {
            leases
        };
        let conf = match path.as_str() {
            "conf options" => format!("{CONF}host web1 {{ hardware ethernet 52:54:00:aa:bb:cc; }}\n"),
            // Without a failover peer, whose addresses this server could not give out.
            "pools" => without_failover(),
            _ => CONF.to_owned(),
        };
        let leases = match path.as_str() {
            "leases" => leases.to_owned() + &soon,
            // It would be there twice.
            "conf options" => String::new(),
            _ => leases.to_owned(),
        };
        let dhcpd = Dhcpd::start(net, &conf, leases.as_bytes());
        let folder = Scratch::new();
        symlink(OURS, folder.join("omsh")).expect("a link");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file of our own");
        write("new.conf", CONF);
        // As it is there already.
        let wanted = "name,mac,addresses\nweb1,52:54:00:aa:bb:cc,10.1.1.77\n";
        write("hosts.csv", wanted);
        write("rack7.csv", "name,mac\nrack7-1,52:54:00:07:00:01\n");
        write("back.jsonl", "{\"kind\": \"host\", \"name\": \"web1\", \"absent\": true, \"undo\": true}\n");
        write("yesterday.jsonl", include_str!("help_examples/all.jsonl"));
        write("script.oms", "help\n");
        write("new-rack.oms", "help\n");
        write(
            "dhcp_isc.yml",
            "---\n:config: /etc/dhcp/dhcpd.conf\n:omapi_port: 7911\n:key_name: k\n:key_secret: c2VjcmV0\n",
        );
        if path.starts_with("profile") && !path.ends_with("import") {
            fs::create_dir_all(folder.join(".config/omsh")).expect("a folder");
            write(".config/omsh/config.toml", "[profiles.default]\nport = 7911\n");
        }
        let bounded = if ENDLESS.contains(&path.as_str()) { "timeout 0.5 " } else { "" };
        let outcome = Run::program("/bin/sh")
            .named("sh")
            .arguments(["-c", &format!("cd {}; {bounded}{line}", folder.path().display())])
            .merged()
            .environment("PATH", format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default()))
            .environment("HOME", folder.path().as_os_str())
            .environment("OMSH_LEASES", dhcpd.lease_file().as_os_str())
            .environment("OMSH_CONF", dhcpd.lease_file().with_file_name("dhcpd.conf").as_os_str())
            .limit(Duration::from_secs(60))
            .within(net);
        let is_right = match (outcome.end, bounded) {
            (End::Exit(0), _) => true,
            // A server that is alone is not in the state normal.
            (End::Exit(1), _) => line.starts_with("omsh failover show") && line.contains("--nagios"),
            // `timeout` has ended it.
            (End::Exit(124), "timeout 0.5 ") => true,
            _ => false,
        };
        (!is_right).then(|| format!("{line}: exit {}\n{}", outcome.end, String::from_utf8_lossy(&outcome.stdout)))
    });
    let reports: Vec<String> = reports.into_iter().flatten().collect();
    assert!(reports.is_empty(), "{}", reports.join("\n"));
}
