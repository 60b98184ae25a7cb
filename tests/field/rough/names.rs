//! Names of files are shown with what does something to a terminal escaped, wherever they are shown.

use std::fs;
use std::path::Path;

use crate::support::run::{End, Run};
use crate::support::scratch::Scratch;

/// A name with an escape sequence, a newline and a character that turns the direction of text.
const NAME: &str = "a\x1b[31m\n\u{202e}b";

/// Messages with a path: the words of a command, `NAME` being the path of something of that name, and what is there.
const CASES: &[(&str, &[&str], &str)] = &[
    ("no conf", &["subnets", "--conf", "NAME"], ""),
    ("a conf that is wrong", &["subnets", "--conf", "NAME"], "subnet 10.0.0.0 {\n}\n"),
    ("conf check of it", &["conf", "check", "--conf", "NAME"], "subnet 10.0.0.0 {\n}\n"),
    ("a conf that includes it", &["conf", "check", "--conf", "includes"], ""),
    ("a sound one", &["conf", "check", "--conf", "NAME"], "option domain-name \"x\";\n"),
    ("shown", &["conf", "show", "--conf", "NAME"], "option domain-name \"x\";\n"),
    ("no leases", &["leases", "--leases", "NAME"], ""),
    ("damaged leases", &["leases", "--leases", "NAME"], "lease 10.0.0.1 {\n  binding state odd;\n}\n"),
    ("half a lease", &["leases", "--leases", "NAME"], "lease 10.0.0.1 {\n"),
    ("found in it", &["find", "10.0.0.1", "--leases", "NAME"], "lease 10.0.0.1 {\n  ends never;\n}\n"),
    ("leases of a conf", &["pools", "--conf", "names"], ""),
    ("for Nagios", &["pools", "--warning", "5", "--conf", "NAME"], ""),
    ("figures", &["pools", "--output", "prometheus", "--conf", "conf", "--leases", "empty", "--to", "none/NAME"], ""),
    ("an export", &["export", "--conf", "NAME"], "subnet 10.0.0.0 {\n}\n"),
    ("an export of leases", &["export", "--leases", "NAME"], "lease 10.0.0.1 {\n  binding state odd;\n}\n"),
    ("a rehearsal", &["rehearse", "--conf", "NAME", "empty"], "subnet 10.0.0.0 {\n}\n"),
    ("one of a file that is not there", &["rehearse", "NAME"], ""),
    ("one with leases", &["rehearse", "--leases", "NAME", "empty"], "lease 10.0.0.1 {\n  binding state odd;\n}\n"),
    ("one that writes", &["rehearse", "--write-leases", "none/NAME", "empty"], ""),
    ("a script", &["-f", "NAME"], ""),
    ("a line of it", &["-f", "NAME"], "nonsense here\n"),
    ("a key file", &["host", "show", "x", "--key-file", "NAME"], ""),
    ("one that is none", &["host", "show", "x", "--key-file", "NAME"], "no key\n"),
    ("an input of apply", &["apply", "NAME", "--dry-run"], ""),
    ("one that is wrong", &["apply", "NAME", "--dry-run", "--format", "json"], "[{"),
    ("watch", &["watch", "--leases", "NAME"], ""),
];

#[test]
fn a_name_in_a_message_does_nothing_to_a_terminal() {
    let mut report = String::new();
    let mut named = 0;
    for (case, words, content) in CASES {
        let folder = Scratch::new();
        let path = folder.join(NAME);
        if !content.is_empty() {
            fs::write(&path, content).expect("a file of our own");
        }
        let quoted = path.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
        fs::write(folder.join("includes"), format!("include \"{quoted}\";\n")).expect("a file of our own");
        let conf = "subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n";
        fs::write(folder.join("names"), format!("lease-file-name \"{quoted}\";\n{conf}")).expect("a file of our own");
        fs::write(folder.join("conf"), conf).expect("a file of our own");
        fs::write(folder.join("empty"), "").expect("a file of our own");
        let words = words.iter().map(|word| match *word {
            "NAME" | "none/NAME" | "includes" | "names" | "conf" | "empty" => {
                folder.join(&word.replace("NAME", NAME)).into_os_string()
            }
            word => word.into(),
        });
        let outcome = Run::ours().named("omsh").arguments(words).environment("OMSH_SERVER", "127.0.0.1").alone();
        let said = [outcome.stdout, outcome.stderr].concat();
        let text = String::from_utf8_lossy(&said);
        let is_harmless = !text.contains('\x1b') && !text.contains('\u{202e}') && !text.contains("[31m\n");
        named += usize::from(text.contains("\\x1b[31m\\n"));
        if !is_harmless || outcome.end == End::Timeout {
            report += &format!("{case}: {}, {text:?}\n", outcome.end);
        }
    }
    assert!(report.is_empty(), "{report}");
    assert!(named > CASES.len() * 2 / 3, "only {named} of {} messages had the name in them", CASES.len());
}

/// The places that hand a path on to a program, and show it to nobody.
const HAND_ON: [&str; 5] = [
    "src/repl/run/commands.rs",
    "src/cli/terminal.rs",
    "src/commands/bulk/export/kea/mod.rs",
    "src/commands/setup/user.rs",
    "src/commands/setup/check.rs",
];

#[test]
fn no_message_is_made_of_a_path_as_it_is() {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("one").path()) {
            if entry.is_dir() {
                walk(&entry, found);
            } else if entry.extension().is_some_and(|extension| extension == "rs")
                && entry.file_stem().is_some_and(|stem| stem != "tests")
            {
                let text = fs::read_to_string(&entry).expect("text");
                let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                if text.contains(".display()") {
                    found.push(entry.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("within").display().to_string());
                }
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found.retain(|file| !HAND_ON.contains(&file.as_str()));
    assert!(found.is_empty(), "use ShowPath::shown in {found:?}");
}
