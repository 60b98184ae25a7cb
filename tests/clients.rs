//! The programs that drive omshell, each in its own manner: what they write, how they hold their end
//! of the pipes, and what they search for in the answer. Every one of them meets the real omshell too.

mod dialogue;
mod lab;
mod support;

use dialogue::Dialogue;
use lab::{Lab, SOON};
use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;
use support::{OMSHELL, OURS};

const BOTH: [&str; 2] = [OMSHELL, OURS];
const SECRET: &str = "2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==";

/// Lines that connect with a key; quoted, as Foreman writes it.
fn foreman_connects(secret: &str, port: u16) -> String {
    format!("key omapi_key \"{secret}\"\nserver localhost\nport {port}\nconnect\n")
}

fn foreman_adds(name: &str, mac: &str, ip: &str) -> String {
    let statements = r#"filename = \"pxelinux.0\"; next-server = 0a:01:01:01; option host-name = \"web1\";"#;
    format!(
        "new host\nset name = \"{name}\"\nset ip-address = {ip}\nset hardware-address = {mac}\n\
         set hardware-type = 1\nset statements = \"{statements}\"\ncreate\n"
    )
}

/// What Foreman's smart proxy makes of the answer; nothing when all is well.
fn foreman_reads(answer: &str) -> &'static str {
    let has = |text: &str| answer.lines().any(|line| line.contains(text));
    if !["can't", "no more", "not connected", "Syntax error"].into_iter().any(has) {
        ""
    } else if has("object: already exists") || has("object: key conflict") {
        "collision"
    } else if has("can't open object: not found") {
        "no such host"
    } else {
        "failed"
    }
}

#[test]
fn foreman_learns_what_became_of_each_record() {
    for program in BOTH {
        let lab = Lab::new(program, "key-md5");
        let tell = |start: &str, lines: &str| {
            let answer = lab.run("omshell 2>&1", &format!("{start}{lines}")).stdout;
            (foreman_reads(&answer), answer)
        };
        let start = foreman_connects(SECRET, 7911);
        let web = |ip| foreman_adds("web1.domain.com", "52:54:00:aa:bb:cc", ip);
        let same_mac = foreman_adds("web2.domain.com", "52:54:00:aa:bb:cc", "10.1.1.78");
        let delete = "new host\nset hardware-address = 52:54:00:aa:bb:cc\nopen\nremove\n";
        for (what, expected, (verdict, answer)) in [
            ("add", "", tell(&start, &web("10.1.1.77"))),
            ("add again", "collision", tell(&start, &web("10.1.1.77"))),
            ("add another with the same hardware", "collision", tell(&start, &same_mac)),
            ("delete", "", tell(&start, delete)),
            ("delete again", "no such host", tell(&start, delete)),
            ("wrong key", "failed", tell(&foreman_connects(&SECRET.replacen('2', "3", 1), 7911), delete)),
            ("server down", "failed", tell(&foreman_connects(SECRET, 7999), delete)),
        ] {
            assert_eq!(expected, verdict, "{program}, {what}: expected and got, out of\n{answer}");
        }
    }
}

#[test]
fn xcat_reads_addresses_out_of_the_status() {
    for program in BOTH {
        let lab = Lab::new(program, "key-md5");
        let start = format!("port 7911\nserver localhost\nkey-algorithm hmac-md5\nkey omapi_key {SECRET}\nconnect\n");
        let mut script = start.clone();
        for n in 1..=20 {
            let name = format!("new host\nset name = \"node{n}\"\n");
            let set = format!("set hardware-address = 52:54:00:00:00:{n:02x}\nset hardware-type = 1\n");
            script += &format!("{name}open\nremove\nclose\n{name}{set}set ip-address = 10.1.1.{n}\ncreate\nclose\n");
        }
        let made = lab.run("omshell 2>&1", &script).stdout;
        let missing = "can't open object: not found";
        assert_eq!(made.matches(missing).count(), 20, "{program}: each node looked for first, got\n{made}");

        let ask = (1..=20).map(|n| format!("new host\nset name = \"node{n}\"\nopen\nclose\n")).collect::<String>();
        let answer = lab.run("omshell 2>&1", &format!("{start}{ask}")).stdout;
        let addresses: Vec<&str> = answer.lines().filter_map(|line| line.strip_prefix("ip-address = ")).collect();
        let expected: Vec<String> = (1..=20).map(|n| format!("0a:01:01:{n:02x}")).collect();
        assert_eq!(expected, addresses, "{program}: expected and got");
        // Older ones count the lines that name the node and take the second: set, then answered.
        assert_eq!(answer.matches("name = \"node7\"\n").count(), 2, "{program}: of\n{answer}");
    }
}

#[test]
fn maas_and_icsw_find_their_sign_in_the_answer() {
    for program in BOTH {
        let lab = Lab::new(program, "key-md5");
        let start = format!("server 127.0.0.1\nport 7911\nkey omapi_key {SECRET}\nconnect\n");
        let host = "set ip-address = 10.1.1.80\nset hardware-address = 52:54:00:11:22:33\nset hardware-type = 1\n";
        let create = format!("{start}new host\n{host}set name = \"10.1.1.80\"\ncreate\n");
        let remove = format!("{start}new host\nset name = \"10.1.1.80\"\nopen\nremove\n");
        let answer = |script: &str| lab.run("omshell", script).stdout;
        let maas_is_content = |answer: &str| {
            let text = answer.trim_matches(['\n', ' ', '>']);
            text.lines().last().unwrap_or_default().contains("obj: <null")
        };
        // As the regular expression `can't (.*) object: (.*)`.
        let icsw = |answer: &str| {
            let (what, why) = answer.split_once("can't ")?.1.split_once(" object: ")?;
            Some((what.to_owned(), why.lines().next()?.to_owned()))
        };
        let made = answer(&create);
        assert!(made.contains("hardware-type = 00:00:00:01\n"), "{program}: an answer of dhcpd's, got\n{made}");
        assert_eq!(icsw(&made), None, "{program}");
        assert_eq!(icsw(&answer(&create)), Some(("open".into(), "already exists".into())), "{program}");
        let removed = answer(&remove);
        assert!(maas_is_content(&removed), "{program}: expected `obj: <null` in the last line of\n{removed}");
        let missing = answer(&remove);
        assert!(!maas_is_content(&missing), "{program}: expected no `obj: <null` in the last line of\n{missing}");
        assert_eq!(icsw(&missing), Some(("open".into(), "not found".into())), "{program}");
    }
}

const HOSTS: u32 = 300;

fn makes_hosts() -> String {
    let host = |n: u32| {
        let mac = format!("52:54:00:00:{:02x}:{:02x}", n / 256, n % 256);
        format!("new host\nset name = \"c{n}\"\nset hardware-address = {mac}\nset hardware-type = 1\ncreate\nclose\n")
    };
    format!("connect\n{}", (1..=HOSTS).map(host).collect::<String>())
}

fn missing_hosts(lab: &Lab) -> Vec<u32> {
    (1..=HOSTS).filter(|n| !lab.has_host(&format!("c{n}"))).collect()
}

#[test]
fn cobbler_need_not_stay_to_have_its_commands_run() {
    for program in BOTH {
        let lab = Lab::new(program, "base");
        let mut command = lab.sh("exec timeout 10 omshell");
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.expect("sh starts");
        drop((child.stdout.take(), child.stderr.take()));
        child.stdin.take().expect("piped").write_all(makes_hosts().as_bytes()).expect("all taken");
        let status = child.wait().expect("a child");
        assert_eq!(status.code(), Some(0), "{program}: {status}");
        assert_eq!(missing_hosts(&lab), [], "{program}: hosts that are missing");
    }
}

#[test]
fn commands_are_run_where_nothing_can_be_printed() {
    for output in [">&- 2>&-", ">/dev/full 2>/dev/full", "| true"] {
        let lab = Lab::new(OURS, "base");
        lab.run(&format!("omshell {output}"), &makes_hosts());
        assert_eq!(missing_hosts(&lab), [], "omshell {output}: hosts that are missing");
    }
}

#[test]
fn a_client_that_waits_for_each_prompt_gets_it_at_once() {
    for program in BOTH {
        let lab = Lab::new(program, "base");
        let shell = Dialogue::start(&mut lab.sh("exec omshell"));
        let mut prompts = 1;
        let mut say = |lines: &str, sign: &str| {
            for line in lines.split_inclusive('\n') {
                let took = shell.wait_for_prompts(prompts, SOON).unwrap_or_else(|why| panic!("{program}: {why}"));
                assert!(took < Duration::from_secs(5), "{program}: {line:?} waited {took:?} for its prompt");
                shell.say(line);
                prompts += 1;
            }
            shell.wait_for_prompts(prompts, SOON).unwrap_or_else(|why| panic!("{program}: {why}"));
            let heard = shell.stdout();
            assert!(heard.ends_with(sign), "{program}: expected {sign:?} at the end, got\n{heard}");
        };
        say("", "> ");
        say("server localhost\nport 7911\nconnect\n", "obj: <null>\n> ");
        say(
            "new host\nset name = \"i\"\nset hardware-address = 2:0:0:0:0:1\n",
            "hardware-address = 02:00:00:00:00:01\n> ",
        );
        say("set hardware-type = 1\ncreate\n", "hardware-type = 00:00:00:01\n> ");
        say("remove\nremove\n", "no object.\nobj: <null>\n> ");
        shell.end(SOON).unwrap_or_else(|why| panic!("{program}: {why}"));
    }
}

#[test]
fn a_terminal_shows_what_omshell_shows_on_one() {
    let lines = ["connect", "new host", "set name = \"t\"", "opne", "open", "close", "disconnect"];
    let shown = BOTH.map(|program| {
        let lab = Lab::new(program, "base");
        let shell = Dialogue::start(&mut lab.sh("exec script -qec omshell /dev/null"));
        for (n, line) in lines.iter().enumerate() {
            shell.wait_for_prompts(n + 1, SOON).unwrap_or_else(|why| panic!("{program}: {why}"));
            shell.say(&format!("{line}\n"));
        }
        shell.wait_for_prompts(lines.len() + 1, SOON).unwrap_or_else(|why| panic!("{program}: {why}"));
        shell.stdout()
    });
    assert!(shown[0].contains("can't open object: not found\r\n"), "got\n{}", shown[0]);
    assert_eq!(shown[0], shown[1], "expected (omshell) and got");
}

/// Net::ISC::DHCPd reads what is there, and takes `obj: <null>` for an answer that is over.
#[test]
fn a_raw_terminal_gets_each_answer_together_with_the_next_prompt() {
    let lab = Lab::new(OURS, "base");
    let shell = Dialogue::start(&mut lab.sh("exec script -qec 'stty raw -echo; exec omshell' /dev/null"));
    let mut prompts = 1;
    for line in ["connect", "new host", "set name = \"t\"", "open", "close"].repeat(30) {
        shell.wait_for_prompts(prompts, SOON).unwrap_or_else(|why| panic!("{why}"));
        shell.say(&format!("{line}\n"));
        prompts += 1;
    }
    shell.wait_for_prompts(prompts, SOON).unwrap_or_else(|why| panic!("{why}"));
    let torn: Vec<String> = shell.stdout_as_it_came().into_iter().filter(|part| !part.ends_with("> ")).collect();
    assert!(torn.is_empty(), "expected a prompt at the end of each read, got {torn:?}");
}

#[test]
fn files_for_input_and_output_do_as_well_as_pipes() {
    let script = "connect\nopne\nnew host\nset name = \"static1\"\nopen\nclose\nport 7999\ndisconnect\nconnect\n";
    let written = BOTH.map(|program| {
        let lab = Lab::new(program, "base");
        fs::write(lab.folder.join("script"), script).expect("our own file");
        lab.run("omshell <script >all 2>&1", "");
        fs::read_to_string(lab.folder.join("all")).expect("our own file")
    });
    assert!(written[0].contains("unknown token: opne"), "got\n{}", written[0]);
    assert_eq!(written[0], written[1], "expected (omshell) and got");
}

#[test]
fn lines_may_be_written_in_any_of_the_ways_that_are_about() {
    let script = "\n\n\tserver localhost\n  port 7911  \n\tconnect\n\n\tnew \"host\"\n\tset name=\"odd\"\n\
                  set ip-address=10.1.1.5\nset hardware-address=02:00:00:00:00:09\nset hardware-type=1\n\
                  set statements = \"if option host-name = \\\"a\\\" { filename \\\"b\\\"; } else { \
                  if known { filename \\\"c\\\"; } else { filename \\\"d\\\"; } }\"\n\
                  CREATE # as it is\n\nclose\r\nclose\n\nnew lease\r\nclose\nNew host\nset name=\"static1\"\r\nopen\r\nopen\n";
    let [omshell, ours] = BOTH.map(|program| {
        let lab = Lab::new(program, "base");
        let ended = lab.run("omshell", script);
        assert!(lab.has_host("odd"), "{program}: expected a host `odd`, got\n{}\n{}", ended.stdout, ended.stderr);
        ended
    });
    assert_eq!(omshell.stdout, ours.stdout, "expected (omshell) and got");
    assert_eq!(omshell.stderr, ours.stderr, "expected (omshell) and got");
}
