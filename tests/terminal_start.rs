//! How the interactive shell begins and ends, and what stands before the cursor.

mod support;
mod terminal;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::process::Command;

use rustix::process::Signal;
use support::OURS;
use support::confs;
use support::run::{End, Run};
use terminal::site::{Site, USUAL, create_host};
use terminal::{Terminal, assert_said, assert_unsaid, key};

const SECRET: &str = "2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==";

fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// A port on which nobody listens.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address").port()
}

#[test]
fn the_first_line_says_where_one_is_and_the_second_what_to_press() {
    let site = Site::new();
    let terminal = site.connected();
    let all = terminal.all();
    let mut lines = all.lines();
    let first = lines.next().expect("a first line");
    assert!(first.starts_with(&format!("omsh {}: 127.0.0.1 port {}", version(), site.port())), "{first}");
    for file in ["dhcpd.conf", "dhcpd.leases"] {
        assert_said(first, &site.path(file).display().to_string());
    }
    assert_eq!(lines.next(), Some("Tab completes, help explains, Ctrl-D leaves."));
    assert_eq!(lines.next(), Some(site.prompt("").trim_end()));
}

#[test]
fn a_key_is_named_and_its_secret_is_not() {
    let site = Site::with_conf(&confs::conf("key-md5"), b"");
    site.put("key", format!("key omapi_key {{ algorithm hmac-md5; secret \"{SECRET}\"; }};\n"));
    let key = site.path("key");
    let site = site.variable("OMSH_KEY_FILE", key);
    let mut terminal = site.connected();
    assert_said(terminal.all().lines().next().expect("a first line"), "key omapi_key (hmac-md5)");
    assert_said(&create_host(&mut terminal, "k1", 1), "hardware-address = 02:00:00:00:00:01");
    assert_unsaid(&terminal.all(), &SECRET[..16]);
}

#[test]
fn without_a_server_one_is_told_and_can_go_on() {
    let site = Site::without_server();
    let mut terminal = site.start();
    terminal.ready();
    terminal.wait_for_prompt("omsh> ");
    let all = terminal.all();
    let first = all.lines().next().expect("a first line").to_owned();
    assert!(first.starts_with(&format!("omsh {}: not connected", version())), "{first}");
    assert_said(&terminal.run("help"), "connect");
    terminal.leave();
}

#[test]
fn a_connection_that_fails_is_a_sentence_and_no_end() {
    let port = free_port();
    let site = Site::without_server().variable("OMSH_SERVER", "127.0.0.1").variable("OMSH_PORT", port.to_string());
    let mut terminal = site.start();
    terminal.ready();
    terminal.wait_for_prompt("omsh> ");
    let all = terminal.all();
    assert_said(&all, &format!("127.0.0.1 port {port}"));
    assert_said(&all.to_lowercase(), "refused");
    let said = terminal.run("connect");
    assert_said(&said.to_lowercase(), "refused");
    terminal.wait_for_prompt("omsh> ");
    terminal.leave();
}

#[test]
fn options_say_where_to_connect() {
    let site = Site::new();
    let port = site.port().to_string();
    let site = site.without("OMSH_SERVER").without("OMSH_PORT");
    let site = ["--server", "127.0.0.1", "--port", &port, "--timeout", "5"].into_iter().fold(site, Site::argument);
    site.connected().leave();
}

#[test]
fn a_profile_says_where_to_connect_and_with_which_key() {
    let site = Site::with_conf(&confs::conf("key-md5"), b"");
    site.put("home/.config/omsh/key", format!("key omapi_key {{ algorithm hmac-md5; secret \"{SECRET}\"; }};\n"));
    let profile = format!("[profiles.lab]\nserver = '127.0.0.1'\nport = {}\nkey_file = 'key'\n", site.port());
    site.put("home/.config/omsh/config.toml", profile);
    let site = site.without("OMSH_SERVER").without("OMSH_PORT");
    let site = site.variable("OMSH_PROFILE", "lab");
    let terminal = site.connected();
    assert_said(&terminal.all(), "key omapi_key (hmac-md5)");
    drop(terminal);
    let site = site.without("OMSH_PROFILE").argument("--profile").argument("lab");
    assert_said(&site.connected().all(), "key omapi_key (hmac-md5)");
}

#[test]
fn prompts_tell_the_server_the_object_and_what_is_not_sent() {
    let site = Site::new();
    let mut terminal = site.connected();
    let mut after = |line: &str, object: &str| {
        terminal.run(line);
        assert_eq!(terminal.prompt(), site.prompt(object), "after {line}");
    };
    after("new host", "host");
    after("set name = \"web1\"", "host:web1*");
    after("set hardware-address = 02:00:00:00:00:01", "host:web1*");
    after("set hardware-type = 1", "host:web1*");
    after("create", "host:web1");
    after("set ip-address = 10.1.1.77", "host:web1*");
    after("update", "host:web1");
    after("close", "");
    after("new lease", "lease");
    after("set ip-address = 10.1.1.20", "lease:10.1.1.20*");
    after("open", "lease:10.1.1.20");
    after("close", "");
    terminal.run("disconnect");
    assert_eq!(terminal.prompt(), "omsh> ");
    terminal.run("connect");
    assert_eq!(terminal.prompt(), site.prompt(""));
}

#[test]
fn ctrl_d_quit_and_exit_leave_a_terminal_as_it_was() {
    let site = Site::new();
    for end in [key::CTRL_D, "quit\r", "exit\r"] {
        let mut terminal = site.connected();
        terminal.keys(end);
        assert_eq!(terminal.wait_exit_status(), 0, "{end:?}");
        assert!(terminal.echoes(), "{end:?}");
        assert!(!terminal.look(|screen| screen.bracketed_paste() || screen.hide_cursor()), "{end:?}");
    }
}

#[test]
fn a_shell_that_is_told_to_end_leaves_the_terminal_as_it_was() {
    let site = Site::new();
    let mut terminal = site.connected();
    terminal.keys("set na");
    terminal.quiet();
    terminal.signal(Signal::TERM);
    terminal.wait_exit();
    assert!(terminal.echoes());
    assert!(!terminal.look(|screen| screen.bracketed_paste()));
}

#[test]
fn nothing_of_it_is_seen_without_a_terminal_under_the_old_name_or_with_a_script() {
    let site = Site::new();
    let piped = Run::ours().named("omsh").stdin("help\n").alone();
    assert_eq!(piped.end, End::Exit(0));
    assert!(piped.stdout.starts_with(b"> "), "{}", String::from_utf8_lossy(&piped.stdout));

    let link = site.path("omshell");
    symlink(OURS, &link).expect("a link of our own");
    let mut command = Command::new(&link);
    command.env("TERM", "xterm").env("HOME", site.path("home")).env("PATH", "/usr/bin:/bin");
    let mut omshell = Terminal::start(&command, USUAL);
    omshell.wait_for("> ");
    omshell.keys("quit\n");
    omshell.wait_exit_status();
    let all = omshell.all();
    assert_unsaid(&all, "Tab completes");
    assert_unsaid(&all, "omsh");
    assert!(!omshell.raw().contains(&b'\x1b'));

    fs::write(site.path("script"), "help\n").expect("a file of our own");
    let script = site.path("script").display().to_string();
    for arguments in [&["-c", "help"][..], &["-f", &script]] {
        let mut command = site.command();
        command.args(arguments);
        let mut terminal = Terminal::start(&command, USUAL);
        assert_eq!(terminal.wait_exit_status(), 0, "{arguments:?}");
        assert_unsaid(&terminal.all(), "Tab completes");
    }
}
