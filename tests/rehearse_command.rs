//! `omsh rehearse` as a command: what it prints, how it ends, and what it says about mistakes.

mod support;

use omsh::omapi::client::Options;
use omsh::omapi::message::NamedValue;
use omsh::omapi::{Client, Request};
use std::net::TcpListener;
use std::path::PathBuf;
use support::confs;
use support::rehearsal::RehearsalServer;
use support::run::{End, Outcome, Run};
use support::scratch::Scratch;

/// A directory with the files `conf` (`base`), `leases` (`in-use`) and `script`.
struct Files(Scratch);

impl Files {
    fn with(script: &str) -> Files {
        let folder = Scratch::new();
        std::fs::write(folder.join("conf"), confs::conf("base")).expect("a file of our own");
        std::fs::write(folder.join("leases"), confs::leases("in-use")).expect("a file of our own");
        std::fs::write(folder.join("script"), script).expect("a file of our own");
        Files(folder)
    }

    fn put(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.0.join(name), text).expect("a file of our own");
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Runs `omsh rehearse`; a word that begins with `@` is one of the files.
    fn rehearse(&self, words: &str) -> Outcome {
        let arguments = words.split_whitespace().map(|word| match word.strip_prefix('@') {
            Some(name) => self.path(name).into_os_string(),
            None => word.into(),
        });
        Run::ours().named("omsh").arguments([std::ffi::OsString::from("rehearse")].into_iter().chain(arguments)).alone()
    }

    /// The same with all three files and nothing else; stdout without what the script printed.
    fn summary(&self, more: &str) -> (String, End) {
        let outcome = self.rehearse(&format!("--conf @conf --leases @leases @script {more}"));
        let stdout = String::from_utf8(outcome.stdout).expect("text");
        let start = stdout.rfind("\n> \n").map_or(0, |at| at + 4);
        (stdout[start..].to_owned(), outcome.end)
    }
}

fn stderr(outcome: &Outcome) -> String {
    String::from_utf8_lossy(&outcome.stderr).into_owned()
}

#[test]
fn a_script_without_mistakes_changes_and_succeeds() {
    let files = Files::with(
        "connect\nnew host\nset name = \"web1\"\nset hardware-address = 2:0:0:0:0:1\nset hardware-type = 1\ncreate\n\
         close\nnew host\nset name = \"byuid\"\nopen\nset ip-address = 10.1.1.8\nupdate\nremove\nnew host\n\
         set name = \"static2\"\nopen\nset ip-address = 10.1.1.9\nupdate\n",
    );
    let (summary, end) = files.summary("");
    assert_eq!(
        summary,
        "3 objects would change:\n  added host web1\n      hardware ethernet 02:00:00:00:00:01;\n  removed host byuid\n  \
         changed host static2\n    - fixed-address 10.1.1.6;\n    + fixed-address 10.1.1.9;\nEvery line would succeed.\n"
    );
    assert_eq!(end, End::Exit(0));
}

#[test]
fn lines_that_would_fail_are_named_and_so_is_why() {
    let files = Files::with("connect\nnew host\nset name = \"none\"\nopen\nnonsense\n");
    let (summary, end) = files.summary("");
    let script = files.path("script");
    let script = script.display();
    assert_eq!(
        summary,
        format!(
            "Nothing would change.\n2 lines would fail:\n  {script}:4: can't open object: not found\n  \
             {script}:5: unknown token: nonsense\n      nonsense\n      ^\n"
        ),
    );
    assert_eq!(end, End::Exit(1));
}

#[test]
fn json_is_one_document() {
    let files = Files::with("connect\nnew lease\nset ip-address = 10.1.1.20\nopen\nset state = 1\nupdate\nbogus\n");
    let outcome = files.rehearse("--conf @conf --leases @leases --output json @script");
    assert_eq!((outcome.end, stderr(&outcome).as_str()), (End::Exit(1), ""));
    let document: serde_json::Value = serde_json::from_slice(&outcome.stdout).expect("JSON");
    assert!(document["output"].as_str().unwrap().starts_with("> obj: <null>\n> obj: lease\n"));
    assert!(document["errors"].as_str().unwrap().contains("unknown token: bogus"));
    let change = &document["changes"][0];
    assert_eq!([&change["kind"], &change["name"], &change["change"]], ["lease", "10.1.1.20", "changed"]);
    assert!(change["before"].as_str().unwrap().contains("\n  binding state active;\n"));
    assert!(change["declaration"].as_str().unwrap().contains("\n  binding state free;\n"));
    assert_eq!(document["refusals"][0]["line"], 7);
}

#[test]
fn files_that_cannot_be_used_are_one_clear_sentence() {
    let files = Files::with("help\n");
    files.put("odd.conf", "subnet 10.0.0.0 {\n}\n").put("odd.leases", "lease 10.1.1.20 {\n  binding state odd;\n}\n");
    files.put("key.conf", "key k { algorithm hmac-none; secret abcd; }\n");
    let place = |name: &str| files.path(name).display().to_string();
    for (arguments, said) in [
        (
            "--conf @none @script",
            format!("omsh: cannot read {}: No such file or directory (os error 2)\n", place("none")),
        ),
        (
            "--conf @conf @none",
            format!("omsh: cannot read {}: No such file or directory (os error 2)\n", place("none")),
        ),
        ("--conf @conf --leases @none -", format!("omsh: cannot read {}: No such file", place("none"))),
        (
            "--conf @odd.conf -",
            format!("omsh: {}:1:17: expected `netmask`, found `{{`\n    subnet 10.0.0.0 {{\n", place("odd.conf")),
        ),
        (
            "--conf @conf --leases @odd.leases -",
            format!("omsh: {}:2:17: expected one of free, active,", place("odd.leases")),
        ),
        (
            "--conf @key.conf -",
            format!("omsh: {}:1:19: the algorithm `hmac-none` is unknown; known are hmac-md5", place("key.conf")),
        ),
        ("--listen nowhere", "omsh: cannot listen on nowhere: ".to_owned()),
        ("--conf @conf --write-leases - -", "omsh: --write-leases takes a file's name, and - is none\n".to_owned()),
        ("--conf @conf --write-leases @none/x -", format!("omsh: cannot write {}: No such file", place("none/x"))),
    ] {
        let outcome = files.rehearse(arguments);
        assert!(stderr(&outcome).starts_with(&said), "{arguments}: {}\nexpected {said}", stderr(&outcome));
        assert_eq!(outcome.end, End::Exit(2), "{arguments}");
    }
}

#[test]
fn files_that_are_read_are_never_written() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = taken.local_addr().unwrap();
    let files = Files::with("help\n");
    let including = format!("include \"{}\";\n", files.path("conf").display());
    files.put("outer", &including).put("log", "kept\n").put("blocks", "kept\n");
    let names = ["conf", "leases", "script", "outer", "log", "blocks"];
    let before = names.map(|name| std::fs::read(files.path(name)).unwrap());
    for (arguments, said) in [
        ("--conf @conf --leases @leases --write-leases @leases @script".to_owned(), "--write-leases would overwrite"),
        ("--conf @conf --write-leases @conf @script".to_owned(), "--write-leases would overwrite"),
        ("--conf @conf --write-leases @script @script".to_owned(), "--write-leases would overwrite"),
        ("--conf @outer --write-leases @conf @script".to_owned(), "--write-leases would overwrite"),
        ("--conf @conf --listen 127.0.0.1:0 --log @conf".to_owned(), "--log would overwrite"),
        (
            "--conf @conf --listen 127.0.0.1:0 --log @log --write-leases @log".to_owned(),
            "--write-leases would overwrite",
        ),
        (format!("--conf @conf --listen {busy} --log @log --write-leases @blocks"), "cannot listen on"),
        ("--conf @conf --write-leases @blocks @none".to_owned(), "cannot read"),
    ] {
        let outcome = files.rehearse(&arguments);
        assert!(stderr(&outcome).starts_with(&format!("omsh: {said}")), "{arguments}: {}", stderr(&outcome));
        assert_eq!(outcome.end, End::Exit(2), "{arguments}");
        assert_eq!(names.map(|name| std::fs::read(files.path(name)).unwrap()), before, "{arguments}");
    }
}

#[test]
fn a_script_that_cannot_be_read_to_its_end_is_no_success() {
    let files = Files::with("");
    let folder = files.path("").display().to_string();
    let outcome = files.rehearse(&format!("--conf @conf {folder}"));
    assert!(stderr(&outcome).contains("cannot be read beyond line 0: Is a directory"), "{}", stderr(&outcome));
    assert_eq!(outcome.end, End::Exit(2));
}

#[test]
fn an_outcome_that_cannot_be_shown_is_no_success() {
    let files = Files::with("help\n");
    let script = format!(
        "exec {} rehearse --conf {} {} >/dev/full",
        support::OURS,
        files.path("conf").display(),
        files.path("script").display()
    );
    let outcome = Run::program("/bin/sh").named("sh").arguments(["-c", &script]).alone();
    assert!(stderr(&outcome).contains("cannot write the outcome"), "{}", stderr(&outcome));
    assert_eq!(outcome.end, End::Exit(2));
}

#[test]
fn a_server_that_would_be_shut_down_is_said() {
    let files = Files::with("connect\nnew control\nopen\nset state = 2\nupdate\n");
    let (summary, end) = files.summary("");
    // dhcpd hangs up instead of an answer, and so does a rehearsal.
    let refusal = format!(
        "1 line would fail:\n  {}:5: can't update object: 127.0.0.1 port 7911: the server closed the connection\n",
        files.path("script").display()
    );
    assert_eq!(summary, format!("Nothing would change.\nThe server would shut down.\n{refusal}"));
    assert_eq!(end, End::Exit(1));
    let outcome = files.rehearse("--conf @conf --output json @script");
    let document: serde_json::Value = serde_json::from_slice(&outcome.stdout).expect("JSON");
    assert_eq!(document["shut_down"], true);
}

#[test]
fn a_server_without_omapi_is_said() {
    let files = Files::with("help\n");
    files.put("quiet.conf", "subnet 10.1.1.0 netmask 255.255.255.0 { }\n");
    let outcome = files.rehearse("--conf @quiet.conf @script");
    assert!(stderr(&outcome).contains("has no omapi-port"), "{}", stderr(&outcome));
    assert_eq!(outcome.end, End::Exit(0));
    let outcome = files.rehearse("@script");
    assert!(
        stderr(&outcome).starts_with("omsh: no --conf: the rehearsal begins with an empty"),
        "{}",
        stderr(&outcome)
    );
}

#[test]
fn a_lenient_rehearsal_goes_on_without_bad_blocks_and_says_so() {
    let files = Files::with("connect\nnew lease\nset ip-address = 10.1.1.21\nopen\n");
    files.put(
        "odd.leases",
        "lease 10.1.1.20 { binding state odd; }\nlease 10.1.1.21 { binding state active; }\n\
         lease 10.1.1.22 { hardwar ethernet 2:0:0:0:0:1; }\nlease 10.1",
    );
    let outcome = files.rehearse("--conf @conf --leases @odd.leases --lenient @script");
    let odd = files.path("odd.leases");
    let said = stderr(&outcome);
    assert!(said.starts_with(&format!("{}:1:33: expected one of free", odd.display())), "{said}");
    assert!(said.contains(&format!("{}:3:19: dhcpd knows no such statement", odd.display())), "{said}");
    assert!(said.ends_with(&format!("{}:4: the last block has no end and was left out\n", odd.display())), "{said}");
    assert!(String::from_utf8_lossy(&outcome.stdout).contains("state = 00:00:00:02"));
    assert_eq!(outcome.end, End::Exit(0));
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let outcome = Files::with("").rehearse(&format!("--listen {address} --conf @conf"));
    let said = stderr(&outcome);
    assert!(said.starts_with(&format!("omsh: cannot listen on {address}: Address already in use")), "{said}");
    assert!(said.contains("give another port or 0 for any free one"), "{said}");
    assert_eq!(outcome.end, End::Exit(2));
}

#[test]
fn a_server_tells_at_its_end_what_has_changed() {
    let log = Scratch::new();
    let log_file = log.join("log");
    let log_name = log_file.display().to_string();
    let server = RehearsalServer::start_here(&confs::conf("base"), b"", &["--log", &log_name]);
    let address = server.address();
    let mut client = Client::connect("127.0.0.1", address.port(), None, Options::default()).unwrap();
    let values = vec![NamedValue::new(b"name", b"web1"), NamedValue::new(b"hardware-address", &[2, 0, 0, 0, 0, 1])];
    client.request(&Request::create(b"host", values)).unwrap().outcome().unwrap();
    let block = "host web1 {\n  dynamic;\n  hardware unknown-0 02:00:00:00:00:01;\n}\n";
    assert_eq!(String::from_utf8_lossy(&server.leases_written()), block);
    let (said, status) = server.stop();
    assert_eq!(said, "1 object has changed:\n  added host web1\n      hardware unknown-0 02:00:00:00:00:01;\n");
    assert_eq!(status, Some(0));
    let log = std::fs::read_to_string(&log_file).unwrap();
    for line in
        ["greeting, version 100", "open id", "message create = 00:00:00:01", "object name = \"web1\"", "update id"]
    {
        assert!(log.contains(line), "no {line} in\n{log}");
    }
}
