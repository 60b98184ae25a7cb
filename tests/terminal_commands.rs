//! The shell's own commands, pipes and files, and what goes through a pager.

mod support;
mod terminal;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use terminal::site::{SMALL, Site, create_host};
use terminal::{Terminal, assert_said, assert_unsaid, key};

#[test]
fn source_runs_the_lines_of_a_file_and_stops_at_the_first_that_fails() {
    let site = Site::new();
    let lines = |name: &str, number: u8| {
        format!(
            "new host\nset name = \"{name}\"\nset hardware-address = 02:00:00:00:00:{number:02x}\n\
             set hardware-type = 1\ncreate\nclose\n"
        )
    };
    site.put("good", lines("one", 1) + &lines("two", 2));
    site.put("bad", lines("three", 3) + "nonsense\n" + &lines("four", 4));
    let mut terminal = site.connected();
    terminal.run("source good");
    assert!(site.has_host("one") && site.has_host("two"));
    let said = terminal.run("source bad");
    assert!(site.has_host("three") && !site.has_host("four"));
    assert_said(&said, "unknown command `nonsense`");
    assert_said(&said, "7");
    assert_said(&terminal.run("source none"), "none");
    assert_eq!(terminal.prompt(), site.prompt(""));
    // One that runs itself comes to an end.
    site.put("itself", "source itself\n");
    let said = terminal.run("source itself");
    assert!(!said.is_empty());
    assert_said(&terminal.run("help"), "connect");
}

#[test]
fn record_keeps_what_worked_to_be_run_again() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("record recorded");
    create_host(&mut terminal, "web1", 1);
    terminal.run("nonsense");
    terminal.run("close");
    terminal.run("key omapi_key c2VjcmV0c2VjcmV0");
    terminal.run("host add key --mac 02:00:00:00:00:07 --ip 10.1.1.77");
    terminal.run("host remove key --yes");
    terminal.run("record off");
    terminal.run("new lease");
    terminal.run("close");
    let recorded = site.text("recorded");
    let added = "host add key --mac 02:00:00:00:00:07 --ip 10.1.1.77";
    for line in ["new host", "set name = \"web1\"", "create", "close", "# key omapi_key SECRET", added] {
        assert!(recorded.lines().any(|recorded| recorded == line), "{line} in\n{recorded}");
    }
    for line in ["nonsense", "new lease", "record", "c2VjcmV0"] {
        assert_unsaid(&recorded, line);
    }
    assert_eq!(fs::metadata(site.path("recorded")).expect("it is there").permissions().mode() & 0o077, 0);
    // A shell without that key, which the server does not know.
    let mut terminal = site.connected();
    terminal.run("host remove web1 --yes");
    assert!(!site.has_host("web1"));
    terminal.run("source recorded");
    assert!(site.has_host("web1"));
    // What is there is not overwritten.
    site.put("precious", "mine\n");
    assert!(!terminal.run("record precious").is_empty());
    terminal.run("new host");
    terminal.run("record off");
    assert_eq!(site.text("precious"), "mine\n");
}

#[test]
fn an_exclamation_mark_runs_a_command_of_the_system() {
    let site = Site::new();
    let mut terminal = site.connected();
    assert_eq!(terminal.run("!echo hel''lo; echo two"), "hello\ntwo");
    assert_said(&terminal.run("!exit 3"), "3");
    assert_said(&terminal.run("!stty -a"), " echo");
    // It can read from the terminal, and Ctrl-C is for it.
    terminal.ready();
    terminal.line("!read answer; echo got \"$answer\"");
    terminal.quiet();
    terminal.keys("words\n");
    terminal.wait_for("got words");
    terminal.ready();
    terminal.line("!sleep 100");
    terminal.quiet();
    terminal.keys(key::CTRL_C);
    terminal.ready();
    assert_eq!(terminal.prompt(), site.prompt(""));
    assert_said(&terminal.run("host show static1"), "10.1.1.5");
}

#[test]
fn output_goes_through_pipes_and_into_files() {
    let site = Site::new();
    let mut terminal = site.connected();
    let said = terminal.run("leases | grep laptop20 | wc -l");
    assert_eq!(said.trim(), "1");
    assert_said(&terminal.run("host show static1 | tr a-z A-Z"), "STATIC1");
    assert_eq!(terminal.run("leases > leases"), "");
    assert_said(&site.text("leases"), "10.1.1.20");
    assert_eq!(terminal.run("host show static1 > host"), "");
    assert_said(&site.text("host"), "10.1.1.5");
    let before = site.text("host").len();
    terminal.run("host show static2 >> host");
    assert_said(&site.text("host"), "static2");
    assert!(site.text("host").len() > before);
    terminal.run("host show static2 > host");
    assert_unsaid(&site.text("host"), "static1");
    // Files are as a command line would have written them, without colours and widths of the terminal.
    assert!(!site.text("leases").contains('\x1b'));
    let said = terminal.run("leases > none/such");
    assert_said(&said, "none/such");
    // A command that does not read everything, and one that there is not.
    terminal.run("leases | head -n 1");
    assert!(!terminal.run("leases | nosuchcommand").is_empty());
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn ctrl_c_stops_what_is_piped_into() {
    let site = Site::new();
    let mut terminal = site.connected();
    for line in ["leases | sleep 100", "host show static1 | sleep 100"] {
        terminal.ready();
        terminal.line(line);
        terminal.quiet();
        assert!(!terminal.is_editing());
        terminal.keys(key::CTRL_C);
        terminal.ready();
    }
    assert_eq!(terminal.prompt(), site.prompt(""));
    assert_said(&terminal.run("host show static1"), "10.1.1.5");
}

#[test]
fn files_with_blanks_in_their_names_are_written_with_quotes() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("leases > \"two words\"");
    assert_said(&site.text("two words"), "10.1.1.20");
    site.put("three words", "new host\n");
    terminal.run("source \"three words\"");
    assert!(terminal.prompt().contains(" host"), "{}", terminal.prompt());
}

#[test]
fn redirections_in_quotes_are_text() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("new host");
    terminal.run("set name = \"a > b | c\"");
    assert_said(&terminal.run("show"), "a > b | c");
    assert!(!site.path("b").exists());
    assert!(fs::read_dir(site.folder.path()).expect("ours").flatten().all(|entry| {
        let name = entry.file_name();
        !name.to_string_lossy().starts_with('b')
    }));
}

#[test]
fn browsing_and_one_shot_commands_work_as_on_a_command_line() {
    let site = Site::new();
    let mut terminal = site.connected();
    for (line, expected) in [
        ("subnets", "10.1.1.0/24"),
        ("pools", "10.1.2.10"),
        ("leases", "10.1.1.20"),
        ("hosts", "static1"),
        ("find static1", "10.1.1.5"),
        ("map 10.1.1.0/24", "10.1.1"),
        ("free 10.1.1.0/24", "10.1.1."),
        ("conf", "dhcpd.conf"),
        ("host show static1", "10.1.1.5"),
        ("lease show 10.1.1.20", "active"),
        ("class show voip", "voip"),
        ("hosts --output json", "\"static1\""),
    ] {
        let said = terminal.run(line);
        // `conf` alone is asked which; that has words, too.
        if line != "conf" {
            assert_said(&said, expected);
        }
    }
    assert_said(&terminal.run("leases --no-such"), "--no-such");
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn watch_goes_on_until_a_key() {
    let site = Site::new();
    let mut terminal = site.connected();
    for end in ["q", " ", key::CTRL_C, key::ENTER] {
        terminal.ready();
        terminal.line("watch");
        terminal.quiet();
        assert!(!terminal.is_editing(), "{end:?}");
        let mut leases = fs::OpenOptions::new().append(true).open(site.path("dhcpd.leases")).expect("ours");
        let block = "lease 10.1.1.44 { starts epoch 1; ends never; cltt epoch 1; binding state active; \
                     hardware ethernet 02:00:00:00:00:44; client-hostname \"watched\"; }\n";
        std::io::Write::write_all(&mut leases, block.as_bytes()).expect("a file of our own");
        terminal.wait_for("10.1.1.44");
        terminal.keys(end);
        terminal.ready();
        assert_eq!(terminal.prompt(), site.prompt(""), "{end:?}");
        // The key that ended it is in no line.
        assert_said(&terminal.run("help"), "connect");
        terminal.run("!clear");
    }
}

#[test]
fn help_explains_every_word() {
    let site = Site::new();
    let mut terminal = site.connected();
    let all = terminal.run("help");
    for word in ["connect", "new", "set", "open", "leases", "host", "undo", "changes", "source", "alias"] {
        assert_said(&all, word);
    }
    for (topic, expected) in [
        ("open", "open"),
        ("set", "NAME = VALUE"),
        ("host", "host add"),
        ("leases", "--columns"),
        ("undo", "undo"),
        ("changes", "--reverse"),
        ("record", "FILE"),
        ("alias", "alias"),
    ] {
        terminal.run("set pager off");
        assert_said(&terminal.run(&format!("help {topic}")), expected);
    }
    assert_said(&terminal.run("help nonsense"), "nonsense");
}

#[test]
fn settings_are_listed_and_changed() {
    let site = Site::new();
    let mut terminal = site.connected();
    let listed = terminal.run("set");
    for name in ["confirm", "pager", "color", "hints", "times"] {
        assert_said(&listed, name);
    }
    let of = |listed: &str, name: &str| {
        listed.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name} in\n{listed}")).to_owned()
    };
    let before = of(&listed, "pager");
    terminal.run("set pager off");
    assert_ne!(of(&terminal.run("set"), "pager"), before);
    assert_said(&terminal.run("set pager maybe"), "maybe");
    assert_said(&terminal.run("set times nowhere"), "nowhere");
}

#[test]
fn aliases_stand_for_words() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.run("alias act=leases state=active");
    assert_said(&terminal.run("act"), "10.1.1.20");
    assert_unsaid(&terminal.run("act"), "10.1.1.22");
    assert_said(&terminal.run("act | grep -c laptop20"), "1");
    assert_said(&terminal.run("alias act"), "leases state=active");
    assert_said(&terminal.run("alias"), "act");
    terminal.run("unalias act");
    assert_said(&terminal.run("act"), "unknown command `act`");
    // One that means itself ends.
    terminal.run("alias loop=loop");
    terminal.run("alias one=two");
    terminal.run("alias two=one");
    for word in ["loop", "one"] {
        assert!(!terminal.run(word).is_empty());
    }
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn the_rc_file_is_run_at_the_start() {
    let site = Site::new().rc("set confirm off\nalias act=leases state=active\n# a remark\n\nset hints off\n");
    let mut terminal = site.connected();
    assert_said(&terminal.run("act"), "10.1.1.20");
    create_host(&mut terminal, "web1", 1);
    assert_unsaid(&terminal.run("remove"), "[y/N]");
    assert!(!site.has_host("web1"));
    assert_unsaid(&site.text(terminal::site::HISTORY), "alias");
    let site = Site::new().rc("set confirm off\nnonsense\nset times local\n");
    let mut terminal = site.connected();
    assert_said(&terminal.all(), "nonsense");
    assert_said(&terminal.run("help"), "connect");
    // Another place.
    let site = Site::new();
    fs::create_dir_all(site.path("config/omsh")).expect("a directory of our own");
    site.put("config/omsh/rc", "alias mine=leases\n");
    let config = site.path("config");
    let site = site.variable("XDG_CONFIG_HOME", config);
    assert_said(&site.connected().run("alias"), "mine");
}

#[test]
fn what_is_longer_than_the_screen_goes_through_the_pager() {
    let site = Site::with_many_hosts();
    let pager = site.program("pager", "cat > paged; echo the pager was here; read key < /dev/tty; echo it read $key");
    let site = site.variable("PAGER", pager);
    let mut terminal = site.connected();
    terminal.ready();
    terminal.line("hosts");
    terminal.wait_for("the pager was here");
    terminal.keys("something\n");
    terminal.wait_for("it read something");
    terminal.ready();
    let paged = site.text("paged");
    assert_said(&paged, "h00");
    assert_said(&paged, "h59");
    assert_unsaid(&terminal.contents(), "h30");
    // What fits is simply shown.
    let before = terminal.all().matches("the pager was here").count();
    assert_said(&terminal.run("host show h01"), "10.1.1.1");
    terminal.run("hosts | head -n 3");
    terminal.run("hosts > file");
    assert_eq!(terminal.all().matches("the pager was here").count(), before);
    terminal.run("set pager off");
    let said = terminal.run("hosts");
    assert_said(&said, "h00");
    assert_said(&said, "h59");
    assert_eq!(terminal.all().matches("the pager was here").count(), before);
}

#[test]
fn a_pager_that_stops_early_or_is_not_there_does_no_harm() {
    let site = Site::with_many_hosts();
    let pager = site.program("pager", "head -n 1 > /dev/null; echo enough");
    let site = site.variable("PAGER", pager);
    let mut terminal = site.start_sized(SMALL);
    for _ in 0..3 {
        let said = terminal.run("hosts");
        assert_said(&said, "enough");
        assert_unsaid(&said.to_lowercase(), "pipe");
    }
    let site = site.variable("PAGER", "/no/such/pager");
    let mut terminal = site.start_sized(SMALL);
    // It is simply shown then, all of it.
    let said = terminal.run("hosts");
    assert_said(&said, "h00");
    assert_said(&said, "h59");
    assert_said(&terminal.run("help"), "says more");
}

#[test]
fn ctrl_c_in_the_pager_is_for_the_pager() {
    let site = Site::with_many_hosts();
    let pager = site.program("pager", "cat > /dev/null; echo shown; read key < /dev/tty");
    let site = site.variable("PAGER", pager);
    let mut terminal = site.connected();
    terminal.line("hosts");
    terminal.wait_for("shown");
    terminal.keys(key::CTRL_C);
    terminal.ready();
    assert_eq!(terminal.prompt(), site.prompt(""));
    leave_in_peace(&mut terminal);
}

fn leave_in_peace(terminal: &mut Terminal) {
    terminal.leave();
    assert!(terminal.echoes());
}

#[test]
fn an_object_is_shown_to_files_and_programs_as_well() {
    let site = Site::new();
    let mut terminal = site.connected();
    create_host(&mut terminal, "web1", 1);
    assert_eq!(terminal.run("show > shown"), "");
    assert_said(&site.text("shown"), "hardware-address = 02:00:00:00:00:01\n");
    assert_eq!(terminal.run("show | grep -c ="), "3");
    assert_eq!(terminal.run("show raw >> shown"), "");
    assert_said(&site.text("shown"), "obj: host\n");
    assert_said(&terminal.run("undo > nothing"), "cannot be sent on");
}

#[test]
fn check_looks_at_the_files_that_the_shell_was_told() {
    let site = Site::new();
    let conf = site.path("dhcpd.conf").display().to_string();
    let site = site.without("OMSH_CONF").argument("--conf").argument(&conf);
    assert_said(&site.connected().run("check --output plain"), &conf);
}
