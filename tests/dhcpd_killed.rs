//! A dhcpd that is killed or stopped in the middle of a script: what it acknowledged is in its lease file
//! and was said, whatever else was asked got a line that says so, and once dhcpd is back the same
//! shell can connect again and go on.

mod dialogue;
mod lab;
mod support;

use dialogue::Dialogue;
use lab::{Lab, SOON};
use std::process::Command;
use std::time::Duration;
use support::OURS;

/// The five lines that make the host `kN`.
fn host(n: usize) -> String {
    let mac = format!("02:00:00:00:{:02x}:{:02x}", n / 256, n % 256);
    format!("new host\nset name = \"k{n}\"\nset hardware-address = {mac}\nset hardware-type = 1\ncreate\nclose\n")
}

/// Lines in [`host`].
const LINES: usize = 6;

/// A shell that ours is, and the prompts that it owes us.
struct Shell {
    dialogue: Dialogue,
    prompts: usize,
}

impl Shell {
    fn start(lab: &Lab) -> Shell {
        let mut command = lab.sh("exec omshell");
        let shell = Shell { dialogue: Dialogue::start(command.env("OMSH_TIMEOUT", "1")), prompts: 1 };
        shell.dialogue.wait_for_prompts(1, SOON).unwrap_or_else(|why| panic!("{why}"));
        shell
    }

    /// Says `lines`, waits for the prompt after the last, and returns what came on stdout meanwhile.
    fn say(&mut self, lines: &str) -> String {
        let before = self.dialogue.stdout().len();
        self.dialogue.say(lines);
        self.prompts += lines.lines().count();
        self.dialogue.wait_for_prompts(self.prompts, SOON).unwrap_or_else(|why| panic!("{why}"));
        self.dialogue.stdout().split_off(before)
    }
}

/// dhcpd says its own type for the hardware in the answer, as bytes.
fn acknowledged(heard: &str) -> bool {
    heard.contains("hardware-type = 00:00:00:01\n")
}

#[test]
fn after_a_kill_the_shell_has_said_what_was_done_and_goes_on_when_dhcpd_is_back() {
    let mut lab = Lab::new(OURS, "base");
    let mut shell = Shell::start(&lab);
    shell.say("connect\n");
    for n in 0..20 {
        let heard = shell.say(&host(n));
        assert!(acknowledged(&heard), "expected an answer for k{n}, got\n{heard}");
    }
    lab.dhcpd.kill();
    let heard = shell.say(&host(20));
    assert!(heard.contains("> can't open object: connection reset by peer\nobj: host\n"), "got\n{heard}");
    let heard = shell.say(&host(21));
    assert!(heard.contains("> can't open object: invalid argument\nobj: host\n"), "got\n{heard}");
    assert_eq!(shell.dialogue.stderr(), "", "stderr after a plain loss");
    for n in 0..22 {
        assert_eq!(lab.has_host(&format!("k{n}")), n < 20, "expected (the host was acknowledged) and got, k{n}");
    }

    shell.say("connect\n");
    shell.dialogue.wait_for_stderr("dhcpctl_connect: no more\n", SOON).unwrap_or_else(|why| panic!("{why}"));
    lab.dhcpd.restart();
    let heard = shell.say("connect\nnew host\nset name = \"k19\"\nopen\nclose\n");
    assert!(heard.contains("hardware-address = 02:00:00:00:00:13\n"), "expected k19 as it was made, got\n{heard}");
    let heard = shell.say(&host(20));
    assert!(acknowledged(&heard), "expected an answer for k20, got\n{heard}");
    assert!(lab.has_host("k20"));
}

#[test]
fn a_kill_in_the_midst_of_a_batch_leaves_no_record_in_doubt() {
    const HOSTS: usize = 2000;
    let mut lab = Lab::new(OURS, "base");
    let mut shell = Shell::start(&lab);
    shell.say("connect\n");
    let before = shell.dialogue.stdout().len();
    shell.dialogue.say(&(0..HOSTS).map(host).collect::<String>());
    shell.dialogue.wait_for_prompts(shell.prompts + 100 * LINES, SOON).unwrap_or_else(|why| panic!("{why}"));
    lab.dhcpd.kill();
    shell.prompts += HOSTS * LINES;
    shell.dialogue.wait_for_prompts(shell.prompts, SOON).unwrap_or_else(|why| panic!("{why}"));
    let heard = shell.dialogue.stdout().split_off(before);
    // A host's part begins with the status that `new` leads to, which has no attributes yet.
    let parts: Vec<&str> = heard.split("obj: host\n> ").skip(1).collect();
    assert_eq!(parts.len(), HOSTS, "parts of the answer, a host each");
    let done = parts.iter().filter(|part| acknowledged(part)).count();
    assert!((100..HOSTS).contains(&done), "killed too early or too late: {done} of {HOSTS} were done");
    for (n, part) in parts.iter().enumerate() {
        let refused = part.contains("> can't open object: ");
        assert_eq!(acknowledged(part), !refused, "k{n}: either acknowledged or refused, got\n{part}");
        assert!(!acknowledged(part) || lab.has_host(&format!("k{n}")), "k{n} was acknowledged and is not there");
    }
    lab.dhcpd.restart();
    let heard = shell.say(&format!("connect\n{}", host(HOSTS)));
    assert!(acknowledged(&heard), "expected an answer after the restart, got\n{heard}");
}

#[test]
fn a_dhcpd_that_hangs_is_given_up_after_the_time_out_and_taken_up_again() {
    let lab = Lab::new(OURS, "base");
    let signal = |name: &str| {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", lab.dhcpd.id())]).status();
        assert!(sent.expect("sh starts").success(), "kill -{name}");
    };
    let mut shell = Shell::start(&lab);
    assert!(acknowledged(&shell.say(&format!("connect\n{}", host(1)))));
    signal("STOP");
    let start = std::time::Instant::now();
    let heard = shell.say(&format!("{}{}", host(2), host(3)));
    let took = start.elapsed();
    signal("CONT");
    assert!(took < Duration::from_secs(3), "expected one time-out of 1 s for both lines, got {took:?}");
    assert!(heard.contains("> can't open object: connection reset by peer\n"), "for k2, got\n{heard}");
    assert!(heard.contains("> can't open object: invalid argument\n"), "for k3, got\n{heard}");
    // The create of k3 was on its way behind that of k2, and a dhcpd that goes on may carry out both.
    let reason = "omshell: 127.0.0.1 port 7911: no answer within 1 s\n\
        omshell: 127.0.0.1 port 7911: the next create of the script had been sent as well; \
        whether it was carried out is not known\n";
    shell.dialogue.wait_for_stderr(reason, SOON).unwrap_or_else(|why| panic!("{why}"));
    let heard = shell.say(&format!("connect\n{}", host(4)));
    assert!(acknowledged(&heard), "expected an answer after the pause, got\n{heard}");
    assert!(lab.has_host("k1") && lab.has_host("k4"));
}
