//! Statements, `tests/statements.txt` line by line, given to hosts in dhcpd and in a rehearsal: the
//! same ones are refused, and the same is written to the lease file.

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use support::case::{Behaviour, Case};
use support::{OMSHELL, mask, net::Net, observe};

/// Lines that go into one script.
const BATCH: usize = 12;
const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn statements_are_taken_refused_and_written_as_by_dhcpd() {
    let text = include_str!("statements.txt");
    let wanted = std::env::var("OMSH_STATEMENT").unwrap_or_default();
    let statements: Vec<&str> = text.lines().filter(|line| line.contains(&wanted)).collect();
    let net = Net::new();
    let mut differing = Vec::new();
    let mut compared = 0;
    for batch in statements.chunks(BATCH) {
        let (real, ours) = both(batch, &net);
        if real == ours {
            compared += batch.len();
            continue;
        }
        for statement in batch {
            let (real, ours) = both(&[statement], &net);
            if real != ours {
                differing.push(format!("{statement}\n  dhcpd {}\n  ours  {}", shown(&real), shown(&ours)));
            } else {
                compared += 1;
            }
        }
    }
    println!("{compared} statements compared");
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

fn both(statements: &[&str], net: &Net) -> (Behaviour, Behaviour) {
    let mut script = b"connect\n".to_vec();
    for (number, statement) in statements.iter().enumerate() {
        let escaped = statement.replace('\\', "\\\\").replace('"', "\\\"");
        let lines = format!(
            "new host\nset name = \"s{number}\"\nset hardware-address = 02:00:00:00:00:{number:02x}\n\
             set hardware-type = 1\nset statements = \"{escaped}\"\ncreate\nclose\n"
        );
        script.extend_from_slice(lines.as_bytes());
    }
    let case = Case::unrecorded("statements", "base", script);
    let real = observe::behaviour(&case, Path::new(OMSHELL), net, LIMIT);
    (real, observe::behaviour_in_rehearsal(&case, Path::new(OMSHELL), net, LIMIT))
}

/// What a single statement came to.
fn shown(behaviour: &Behaviour) -> String {
    let leases = mask::times(&behaviour.leases);
    let refused = String::from_utf8_lossy(&behaviour.stdout).lines().filter(|line| line.contains("can't")).count();
    let fields = BTreeMap::from([
        ("refused", refused.to_string()),
        ("wrote", format!("{:?}", String::from_utf8_lossy(&leases))),
    ]);
    format!("{fields:?}")
}
