//! What Tab offers in the interactive shell, position by position: out of dhcpd's files, before any server is asked.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use omsh::cli::TerminalCommands;
use omsh::commands::browse::FileOptions;
use omsh::commands::connection::ConnectionOptions;
use omsh::commands::live::Journal;
use omsh::repl::complete::complete;
use omsh::repl::scene::{Scene, SceneObject};

/// What the line stands in.
#[derive(Clone, Copy)]
enum Object {
    /// No object.
    None,
    /// One that was begun.
    New(&'static str),
    /// One that is open.
    Open(&'static str),
}
use Object::{New, None as Nothing, Open};

/// What is to be offered.
enum Expected {
    /// These words and no others.
    Exactly(&'static [&'static str]),
    /// These words among others, and not those.
    With(&'static [&'static str], &'static [&'static str]),
}
use Expected::{Exactly, With};

const POSITIONS: &[(Object, &str, Expected)] = &[
    // Verbs.
    (Nothing, "", With(&["connect", "new", "host", "leases", "undo", "help"], &["!"])),
    (Nothing, "con", Exactly(&["conf", "connect", "control"])),
    (Nothing, "CON", Exactly(&["conf", "connect", "control"])),
    (Nothing, "  disc", Exactly(&["disconnect"])),
    (Nothing, "un", Exactly(&["unalias", "undo", "unset"])),
    (Nothing, "le", Exactly(&["lease", "leases"])),
    (Nothing, "sho", Exactly(&["show"])),
    (Nothing, "act", Exactly(&["active"])),
    (Nothing, "zzz", Exactly(&[])),
    // Objects.
    (
        Nothing,
        "new ",
        Exactly(&["host", "lease", "group", "class", "subclass", "failover-state", "control", "interface"]),
    ),
    (Nothing, "new f", Exactly(&["failover-state"])),
    (Nothing, "new host ", Exactly(&[])),
    (Nothing, "open ", Exactly(&[])),
    (Nothing, "remove ", Exactly(&["--yes"])),
    // Attributes that the type has and the operation takes.
    (New("host"), "set ", With(&["name", "hardware-address", "statements", "confirm"], &["state", "ends"])),
    (New("lease"), "set ", With(&["ip-address", "hardware-address"], &["state", "name", "starts"])),
    (Open("lease"), "set ", With(&["state", "ends", "flags"], &["ip-address", "starts"])),
    (Open("host"), "set ", With(&["ip-address", "group"], &["name", "hardware-address"])),
    (New("group"), "set st", Exactly(&["statements"])),
    (Open("failover-state"), "set l", Exactly(&["local-state"])),
    (Open("control"), "set s", Exactly(&["state"])),
    (New("host"), "set na", Exactly(&["name"])),
    (New("host"), "set name ", Exactly(&["="])),
    (Nothing, "set na", Exactly(&[])),
    (Open("host"), "unset ", Exactly(&["name", "ip-address"])),
    (Open("host"), "unset i", Exactly(&["ip-address"])),
    // Values.
    (New("host"), "set name = ", With(&["\"static1\"", "\"byuid\""], &["static1"])),
    (New("host"), "set name = \"stat", Exactly(&["\"static1\"", "\"static2\""])),
    (New("host"), "set name=\"byu", Exactly(&["\"byuid\""])),
    (New("host"), "set hardware-address = 00:11", Exactly(&["00:11:22:33:44:02", "00:11:22:33:44:55"])),
    (New("host"), "set hardware-type = ", With(&["1", "32"], &[])),
    (New("host"), "set hardware-type = eth", Exactly(&["1"])),
    (New("host"), "set ip-address = 10.1.1.5", Exactly(&["10.1.1.5"])),
    (New("lease"), "set ip-address = 10.1.1.2", Exactly(&["10.1.1.20", "10.1.1.21", "10.1.1.22", "10.1.1.23"])),
    (New("lease"), "set hardware-address = 52:54:00:00:00:2", With(&["52:54:00:00:00:20"], &[])),
    (Open("lease"), "set state = ", Exactly(&["1", "2", "3", "4", "5", "6", "7"])),
    (Open("lease"), "set state = rel", Exactly(&["4"])),
    (Open("lease"), "set flags = ", Exactly(&["0", "4", "2"])),
    (Open("failover-state"), "set local-state = part", Exactly(&["4"])),
    (Open("control"), "set state = ", Exactly(&["2"])),
    (New("class"), "set name = \"v", Exactly(&["\"voip\""])),
    (New("subclass"), "set name = \"by", Exactly(&["\"by-mac\""])),
    (New("host"), "set name = \"web\" ", Exactly(&[])),
    // The connection.
    (Nothing, "key-algorithm ", With(&["hmac-md5", "hmac-sha256", "hmac-sha512"], &[])),
    (Nothing, "key-algorithm hmac-sha2", Exactly(&["hmac-sha224", "hmac-sha256"])),
    (Nothing, "server ", With(&["127.0.0.1"], &[])),
    (Nothing, "port ", Exactly(&["7911"])),
    // The shell's own.
    (Nothing, "show ", Exactly(&["raw"])),
    (Nothing, "changes --", Exactly(&["--script", "--reverse"])),
    (Nothing, "undo -", Exactly(&["--yes"])),
    (Nothing, "set ", Exactly(&["confirm", "pager", "color", "hints", "times"])),
    (Nothing, "set confirm ", Exactly(&["on", "off"])),
    (Nothing, "set times l", Exactly(&["local"])),
    (Nothing, "unalias ", Exactly(&["active"])),
    (Nothing, "help und", Exactly(&["undo"])),
    (Nothing, "help ho", Exactly(&["host", "hosts"])),
    (Nothing, "help host s", Exactly(&["show", "set"])),
    (Nothing, "source tests/confs/ba", With(&["tests/confs/base.conf"], &[])),
    (Nothing, "record of", Exactly(&["off"])),
    (Nothing, "leases > tests/confs/in-u", With(&["tests/confs/in-use.leases"], &[])),
    (Nothing, "!cat tests/confs/bas", With(&["tests/confs/base.conf"], &[])),
    (Nothing, "leases | cat tests/confs/bas", With(&["tests/confs/base.conf"], &[])),
    // One-shot and browsing commands.
    (Nothing, "host ", With(&["add", "show", "remove", "rename"], &[])),
    (Nothing, "host show st", Exactly(&["static1", "static2"])),
    (Nothing, "HOST show st", Exactly(&["static1", "static2"])),
    (Nothing, "host remove 10.1.1.5", Exactly(&["10.1.1.5"])),
    (Nothing, "host add x --mac", Exactly(&["--mac"])),
    (Nothing, "lease release 10.1.1.2", With(&["10.1.1.20"], &[])),
    (Nothing, "class show v", Exactly(&["voip"])),
    (Nothing, "find stat", With(&["static1", "static2"], &[])),
    (Nothing, "map 10", Exactly(&["10.1.1.0/24", "10.1.2.0/24"])),
    (Nothing, "leases state=ab", Exactly(&["state=abandoned"])),
    (Nothing, "app", Exactly(&["apply"])),
    (Nothing, "apply tests/confs/bas", With(&["tests/confs/base.conf"], &[])),
    (Nothing, "apply hosts.csv --sc", Exactly(&["--scope"])),
    (Nothing, "apply hosts.csv --scope ", Exactly(&["name=", "subnet=", "group="])),
    (Nothing, "apply hosts.csv --from ", With(&["csv", "json", "leases"], &[])),
    (Nothing, "diff server tests/confs/bas", With(&["tests/confs/base.conf"], &[])),
    (Nothing, "diff se", Exactly(&["server"])),
    (Nothing, "diff server fi", With(&["files"], &["server"])),
    (Nothing, "leases --output ", With(&["json", "csv"], &[])),
    (Nothing, "leases --columns address,st", With(&["address,state"], &[])),
    (Nothing, "active st", With(&["state="], &[])),
    (Nothing, "profile ", With(&["list", "show"], &[])),
    (Nothing, "conf ", With(&["check", "show"], &[])),
];

fn scene(object: Object) -> Scene {
    let path = |name: &str| Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/confs").join(name));
    let files = FileOptions { conf: path("base.conf"), leases: path("in-use.leases"), ..FileOptions::default() };
    let commands = TerminalCommands::new(Journal::default(), ConnectionOptions::default(), files.clone());
    let mut scene = Scene::new(Rc::new(commands));
    scene.files = files;
    scene.aliases.insert("active".to_owned(), "leases state=active".to_owned());
    scene.object = match object {
        Object::None => None,
        New(object_type) | Open(object_type) => Some(SceneObject {
            object_type: object_type.to_owned(),
            is_open: matches!(object, Open(_)),
            attributes: vec!["name".to_owned(), "ip-address".to_owned()],
        }),
    };
    scene
}

#[test]
fn every_position_offers_what_can_stand_there() {
    assert!(POSITIONS.len() >= 60);
    let mut wrong = Vec::new();
    for (object, line, expected) in POSITIONS {
        let completion = complete(line, &scene(*object), Instant::now() + Duration::from_secs(20));
        let words: Vec<&str> = completion.candidates.iter().map(|candidate| candidate.word.as_str()).collect();
        let is_right = match expected {
            Exactly(all) => words == *all,
            With(these, not) => {
                these.iter().all(|word| words.contains(word)) && not.iter().all(|word| !words.contains(word))
            }
        };
        // A candidate stands in the place of what was typed of it.
        let typed = &line[completion.start..];
        let is_in_place = typed.is_empty() || completion.start > 0 || !line.starts_with(' ');
        if !is_right || !is_in_place {
            wrong.push(format!("`{line}` offers {words:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
