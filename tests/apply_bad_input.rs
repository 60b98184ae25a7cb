//! Files that cannot be applied, and command lines that mean nothing: each says what is wrong, all of it at once and with
//! its lines, and leaves the server as it is; and odd files that can be applied.

mod bulk;
mod support;

use std::fs;

use bulk::site::Site;
use support::net::Net;
use support::run::{End, Outcome};

const CONF: &str = "omapi-port 7911;\nddns-update-style none;\n\
    subnet 10.1.0.0 netmask 255.255.0.0 { }\n\
    host declared { hardware ethernet 02:00:00:00:00:d1; fixed-address 10.1.0.201; }\n";

/// What dhcpd has before.
const LEASES: &str = "group green {\n  dynamic;\n  supersede server.filename = \"green\";\n}\n\
    host one {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:01;\n  fixed-address 10.1.0.11;\n}\n\
    host two {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:02;\n  uid \"two\";\n  group \"green\";\n}\n";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A dhcpd that is not to change, and how many cases it has seen.
struct Unchanged {
    site: Site,
    leases: Vec<u8>,
    failures: Vec<String>,
}

impl Unchanged {
    fn start() -> Unchanged {
        let site = Site::start(&Net::new(), CONF, LEASES.as_bytes());
        let leases = site.dhcpd.leases();
        Unchanged { site, leases, failures: Vec::new() }
    }

    /// Expects that exit status of `omsh apply` with these words, all of these texts on stderr, with `HERE` for the folder
    /// of the files, that many faults, and that nothing has changed.
    fn expect(&mut self, what: &str, outcome: &Outcome, status: i32, said: &[&str], faults: Option<usize>) {
        let stderr = text(&outcome.stderr).replace(&self.site.path("").display().to_string(), "HERE/");
        let mut wrong = Vec::new();
        if outcome.end != End::Exit(status) {
            wrong.push(format!("expected exit status {status}, got {}", outcome.end));
        }
        for words in said {
            if !stderr.contains(words) {
                wrong.push(format!("expected {words:?}"));
            }
        }
        if let Some(count) = faults {
            let sum = if count == 1 { "1 thing is wrong".to_owned() } else { format!("{count} things are wrong") };
            // A mistake in a dhcpd.conf has its line below it.
            let lines = stderr.lines().filter(|line| !line.starts_with("omsh:  ")).count();
            if !stderr.contains(&sum) || lines != count + 1 {
                wrong.push(format!("expected {count} lines, and that {sum}"));
            }
        }
        if self.site.dhcpd.leases() != self.leases {
            wrong.push("the lease file is another one".to_owned());
            self.leases = self.site.dhcpd.leases();
        }
        if !wrong.is_empty() {
            self.failures.push(format!("{what}: {}; it said:\n{stderr}{}", wrong.join("; "), text(&outcome.stdout)));
        }
    }

    /// A file that is wrong: what is said of its lines.
    fn refuses(&mut self, name: &str, contents: impl AsRef<[u8]>, said: &[&str]) {
        self.site.put(name, contents.as_ref());
        let outcome = self.site.apply(name, &[]);
        let said: Vec<String> = said.iter().map(|words| format!("HERE/{name}:{words}")).collect();
        let what = format!("{name} {:.300}", contents.as_ref().escape_ascii().to_string());
        self.expect(&what, &outcome, 2, &said.iter().map(String::as_str).collect::<Vec<_>>(), Some(said.len()));
    }

    /// Words after `omsh` that mean nothing.
    fn refuses_words(&mut self, words: &[&str], status: i32, said: &[&str]) {
        let here = self.site.path("").display().to_string();
        let all = words.iter().map(|word| word.replace("HERE/", &here));
        let outcome = self.site.run(all).within(&self.site.net);
        self.expect(&words.join(" "), &outcome, status, said, None);
    }

    #[track_caller]
    fn finish(self) {
        assert!(self.failures.is_empty(), "{} are wrong:\n\n{}", self.failures.len(), self.failures.join("\n\n"));
    }
}

#[test]
fn tables_that_are_wrong_are_refused_with_all_that_is_wrong_and_its_lines() {
    let mut server = Unchanged::start();
    server.refuses("empty.csv", "", &["1: there is nothing in it"]);
    server.refuses("blank.csv", "\n\n\n", &["1: there is nothing in it"]);
    server.refuses(
        "nameless.csv",
        "mac,addresses\n02:00:00:00:00:05,10.1.0.5\n",
        &["1: the head names no field `name`"],
    );
    server.refuses("lonely.csv", "name\nweb\n", &["1: the head names nothing beside `name`"]);
    server.refuses(
        "unknown.csv",
        "name,mac,colour,size\nweb,02:00:00:00:00:05,red,1\n",
        &["1: no field is called `colour`", "1: no field is called `size`"],
    );
    server.refuses(
        "twice.csv",
        "name,mac,MAC-Address\nweb,02:00:00:00:00:05,\n",
        &["1: the head names the field mac twice"],
    );
    server.refuses(
        "fields.csv",
        "name,mac,addresses\na,02:00:00:00:00:05\nb,02:00:00:00:00:06,10.1.0.6,10.1.0.7\nc,02:00:00:00:00:07,10.1.0.8\n",
        &[
            "2: it has 2 fields, and the head names 3; an empty field needs its separator too",
            "3: it has 4 fields, and the head names 3; text with a separator in it needs quotes",
        ],
    );
    server.refuses(
        "unclosed.csv",
        "name,mac\n\"a,02:00:00:00:00:05\n",
        &["2: it has 1 fields, and the head names 2; a quote is perhaps not closed"],
    );
    server.refuses(
        "values.csv",
        "name,mac,addresses,client_id,group,hardware_type,statements,absent\n\
         a,02:00:00:00:00,,,,,,\n\
         b,02:00:00:00:00:05,10.1.0.256,,,,,\n\
         c,02:00:00:00:00:06,2001:db8::1,,,,,\n\
         d,02:00:00:00:00:07,,hex:0,,,,\n\
         e,02:00:00:00:00:08,,,,avian-carrier,,\n\
         f,02:00:00:00:00:09,,,,,colour red;,\n\
         g,02:00:00:00:00:0a,,,,,,perhaps\n\
         ,02:00:00:00:00:0b,,,,,,\n\
         \"two words\",02:00:00:00:00:0c,,,,,,\n\
         i{,02:00:00:00:00:0d,,,,,,\n\
         j,,10.1.0.9,,,,,\n",
        &[
            "2: mac: ",
            "3: addresses: ",
            "4: the host c: 127.0.0.1 port",
            "5: client_id: ",
            "6: hardware_type: ",
            "7: statements: ",
            "8: absent: ",
            "9: name: ",
            "10: name: ",
            "11: name: ",
            "12: the host j needs mac or client_id",
        ],
    );
    server.refuses(
        "clashes.csv",
        "name,mac,addresses,client_id\n\
         a,02:00:00:00:00:05,10.1.0.5,id\n\
         b,02:00:00:00:00:05,10.1.0.6,\n\
         c,02:00:00:00:00:07,10.1.0.5,\n\
         d,02:00:00:00:00:08,10.1.0.8,id\n\
         a,02:00:00:00:00:09,10.1.0.9,\n\
         e,02-00-00-00-00-0A,10.9.0.1,\n\
         f,02:00:00:00:00:01,10.1.0.10,\n\
         g,02:00:00:00:00:0b,10.1.0.11,two\n\
         h,02:00:00:00:00:d1,10.1.0.201,\n",
        &[
            "3: the hardware address 02:00:00:00:00:05 is in line 2 already",
            "4: the address 10.1.0.5 is in line 2 already",
            "5: the client identifier is in line 2 already",
            "6: the host a is in line 2 already",
            "7: the address 10.9.0.1 lies in no subnet",
            "8: the hardware address 02:00:00:00:00:01 belongs to the host one",
            "9: the address 10.1.0.11 belongs to the host one",
            "9: the client identifier belongs to the host two",
            "10: the hardware address 02:00:00:00:00:d1 belongs to the host declared",
            "10: the address 10.1.0.201 belongs to the host declared",
        ],
    );
    server.refuses(
        "groups.csv",
        "kind,name,mac,group,statements,absent\n\
         group,red,,,,\n\
         group,blue,,,nonsense,\n\
         group,green,02:00:00:00:00:05,,filename \"a\";,\n\
         host,a,02:00:00:00:00:06,red,,\n\
         host,b,02:00:00:00:00:07,nowhere,,\n\
         lease,c,,,,\n\
         network,d,,,,\n",
        &[
            "2: statements: a group needs at least one",
            "3: statements: ",
            "4: mac: a group has none",
            "6: there is no group nowhere",
            "7: kind: a lease is its client's",
            "8: kind: `network` is neither host nor group",
        ],
    );
    server.refuses(
        "removal.csv",
        "kind,name,absent\ngroup,green,yes\n",
        &["2: the group green cannot be removed: the host two has it"],
    );
    server.refuses(
        "removal-for-new.csv",
        "kind,name,mac,group,absent\ngroup,green,,,yes\nhost,two,,,yes\nhost,x,02:00:00:00:00:07,green,\n",
        &["2: the group green cannot be removed: the host x has it", "4: there is no group green"],
    );
    server.refuses(
        "latin1.csv",
        b"name,mac\nw\xe4b,02:00:00:00:00:05\nok,02:00:00:00:00:zz\n",
        &["2: name: `w\\xe4b` is not UTF-8", "3: mac: "],
    );
    server.refuses("quotes.csv", "name,mac\n\"a,02:00:00:00:00:05\nb,02:00:00:00:00:06\n", &["2: "]);
    server.refuses(
        "utf16.csv",
        "name,mac\nweb,02:00:00:00:00:05\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        &["1: no field is called `n", "1: no field is called `", "1: the head names no field `name`"],
    );
    server.refuses("utf16-marked.csv", b"\xff\xfen\0a\0m\0e\0", &["1: this is UTF-16: save it as UTF-8"]);
    server.refuses("script", "connect\nnew host\n", &["1: this is a script for omshell, which `omsh -f` runs"]);
    server.refuses(
        "nameless.csv",
        "name,mac,\na,02:00:00:00:00:05,\nb,02:00:00:00:00:06,office\n",
        &["3: `office` stands in a column that the head has no name for"],
    );
    // A mistake is told once, and not again with every line that has to do with it.
    server.refuses(
        "one-mistake.csv",
        "kind,name,mac,addresses,group,statements\n\
         group,red,,,,nonsense\n\
         host,a,02:00:00:00:00:06,,red,\n\
         host,one,02:00:00:00:00:0z,10.1.0.12,,\n\
         host,b,02:00:00:00:00:01,10.1.0.11,,\n\
         host,one,02:00:00:00:00:07,,,\n",
        &["2: statements: ", "4: mac: ", "6: the host one is in line 4 already"],
    );
    let long = format!("name,mac\nx{},02:00:00:00:00:05\n", "y".repeat(3_000_000));
    server.refuses("long.csv", long, &["2: name: "]);
    server.finish();
}

#[test]
fn an_endless_line_is_not_shown_as_a_whole() {
    let site = Site::start(&Net::new(), CONF, b"");
    let long = "ä".repeat(1_000_000);
    for text in [
        long.clone(),
        format!("name,mac\n{long},02:00:00:00:00:05\n"),
        format!("[{{\"name\":\"x\",\"mac\":\"{long}\"}}]"),
    ] {
        site.put("long", text);
        let outcome = site.apply("long", &[]);
        let said = self::text(&outcome.stderr);
        assert_eq!(outcome.end, End::Exit(2), "{said:.3000}");
        assert!(
            said.len() < 10_000 && said.contains("äää") && said.contains("so that nothing was changed"),
            "{said:.3000}"
        );
    }
}

#[test]
fn json_that_is_wrong_is_refused_with_its_lines() {
    let mut server = Unchanged::start();
    server.refuses(
        "broken.jsonl",
        "{\"name\":\"a\",\"mac\":\"02:00:00:00:00:05\"}\n{\"name\":\"b\",\"ma",
        &["2: this is no JSON: "],
    );
    server.refuses(
        "broken.json",
        "[\n{\"name\":\"a\",\"mac\":\"02:00:00:00:00:05\"},\n{\"name\":\"b\"",
        &["3: this is no JSON: "],
    );
    server.refuses("number.json", "17\n", &["1: `17` is no entry"]);
    server.refuses("behind.json", "[{\"name\":\"a\",\"mac\":\"02:00:00:00:00:05\"}]\n[]", &["2: this is no JSON: "]);
    server.refuses(
        "latin1.json",
        b"{\"name\":\"a\",\"mac\":\"02:00:00:00:00:05\"}\n{\"name\":\"\xe4\"}",
        &["2: this is no JSON: it is not UTF-8"],
    );
    server.refuses(
        "types.json",
        "[\n 1,\n {\"name\": [\"a\"], \"mac\": \"02:00:00:00:00:05\"},\n {\"name\": \"b\", \"addresses\": [5]},\n\
         {\"name\": \"c\", \"mac\": {}},\n {\"name\": \"d\", \"colour\": 1},\n \"text\",\n {\"name\": \"e\", \"mac\": true},\n\
         {}\n]",
        &[
            "2: `1` is no entry",
            "3: name: text or null is wanted",
            "4: addresses: addresses are text",
            "5: mac: text or null is wanted",
            "6: no field is called `colour`",
            "7: `\"text\"` is no entry",
            "8: mac: ",
            "9: name: ",
        ],
    );
    server.refuses(
        "twice.json",
        "{\"name\":\"a\",\"mac\":\"02:00:00:00:00:05\",\"mac\":\"02:00:00:00:00:06\"}\n",
        &["1: mac: it is there twice"],
    );
    server.refuses(
        "alias.json",
        "{\"name\":\"a\",\"mac\":\"02:00:00:00:00:05\",\"hwaddr\":null}\n",
        &["1: hwaddr: it is there twice"],
    );
    server.refuses(
        "type.json",
        "{\"name\":\"a\",\"hardware_type\":6}\n",
        &["1: hardware_type: it belongs to mac, which is missing"],
    );
    server.finish();
}

#[test]
fn files_of_dhcpd_that_want_what_cannot_be_are_refused_with_their_lines() {
    let mut server = Unchanged::start();
    server.refuses(
        "other.conf",
        "subnet 10.1.0.0 netmask 255.255.0.0 { }\nhost a { hardware ethernet 02:00:00:00:00:05; fixed-address ns.example.org; }\n\
         host b { fixed-address 10.1.0.6; }\ngroup named { host c { hardware ethernet 02:00:00:00:00:07; } }\n",
        &["2: the host a has its address by the name", "3: the host b needs mac", "4: the group named: a group needs at least one statement", "4: there is no group named"],
    );
    server.refuses(
        "broken.conf",
        "host a {\n hardware ethernet 02:00:00:00:00:05;\n fixed-address;\n}\n",
        &["3:15: expected an IP address"],
    );
    server.refuses(
        "statements.conf",
        "option mine code 200 = text;\nhost a { hardware ethernet 02:00:00:00:00:05; option mine \"x\"; }\n\
         host b { hardware ethernet 02:00:00:00:00:06; option host-name \"of \\\"b\\\"\"; }\n\
         group named { option mine \"x\"; }\nhost one { hardware ethernet 02:00:00:00:00:01; option host-name \"\\\\\"; }\n",
        &[
            "2: the host a: the statements `supersede mine = \"x\";` are not as dhcpd wants them: there is no option `mine`",
            "3: the host b: the lease file cannot keep the statements `supersede host-name = \"of \\\\\"b\\\\\"\";`: text",
            "4: the group named: the statements ",
            "5: the host one: the lease file cannot keep the statements ",
        ],
    );
    server.site.put(
        "included.conf",
        "# hosts\nhost far { hardware ethernet 02:00:00:00:00:08; fixed-address 10.9.0.1; }\n\
         host new { hardware ethernet 02:00:00:00:00:09; fixed-address 10.1.0.9; }\n",
    );
    server.site.put(
        "includes.conf",
        "include \"included.conf\";\nhost own { hardware ethernet 02:00:00:00:00:0a; fixed-address 10.9.0.2; }\n\
         host same { hardware ethernet 02:00:00:00:00:09; }\n",
    );
    let outcome = server.site.apply("includes.conf", &[]);
    let said = [
        "HERE/includes.conf:2: the address 10.9.0.2 lies in no subnet",
        "HERE/included.conf:2: the address 10.9.0.1 lies in no subnet",
        "HERE/includes.conf:3: the hardware address 02:00:00:00:00:09 is in line 3 of HERE/included.conf already",
    ];
    server.expect("includes.conf", &outcome, 2, &said, Some(3));
    server.refuses("broken.leases", "host a {\n  dynamic;\n  hardware ethernet zz;\n}\n", &["3: "]);
    server.finish();
}

#[test]
fn command_lines_that_mean_nothing_are_refused() {
    let mut server = Unchanged::start();
    let good = "name,mac\nnew,02:00:00:00:00:05\n";
    server.site.put("good.csv", good);
    server.refuses_words(&["apply", "HERE/good.csv", "--scope", "name=n*", "--yes"], 2, &["--prune is missing"]);
    server.refuses_words(
        &["apply", "HERE/good.csv", "--prune", "--scope", "size=3", "--yes"],
        2,
        &["--scope: `size=3`"],
    );
    server.refuses_words(
        &["apply", "HERE/good.csv", "--prune", "--scope", "subnet=10.9.0.0", "--yes"],
        2,
        &["no such subnet"],
    );
    server.refuses_words(
        &["apply", "HERE/good.csv", "--undo", "HERE/good.csv", "--yes"],
        2,
        &["--undo: that is the file"],
    );
    server.refuses_words(&["apply", "HERE/good.csv", "--undo", "HERE/../HERE/good.csv", "--yes"], 2, &[]);
    server.refuses_words(&["apply", "HERE/good.csv", "--undo", "-", "--yes"], 2, &["--undo: `-` is no file"]);
    server.site.put("groups.csv", "kind,name,statements\ngroup,only,filename \"x\";\n");
    let words = ["apply", "HERE/groups.csv", "--prune", "--yes"];
    server.refuses_words(&words, 2, &["--prune: the file wants no host"]);
    server.refuses_words(&["apply", "HERE/good.csv"], 2, &["it needs --yes"]);
    server.refuses_words(&["apply", "HERE/missing.csv", "--yes"], 2, &["cannot read HERE/missing.csv"]);
    server.refuses_words(&["apply", "HERE/", "--yes"], 2, &["cannot read HERE/"]);
    server.refuses_words(&["apply", "--yes"], 2, &["FILE"]);
    server.refuses_words(&["apply", "HERE/good.csv", "--from", "xml", "--yes"], 2, &["xml"]);
    server.refuses_words(
        &["apply", "HERE/good.csv", "--undo", "HERE/no/such/folder", "--yes"],
        2,
        &["--undo: cannot write to HERE/no/such/folder"],
    );
    server.site.put("notes.txt", "Dear diary,\n");
    server.refuses_words(
        &["apply", "HERE/good.csv", "--undo", "HERE/notes.txt", "--yes"],
        2,
        &["--undo: cannot write to HERE/notes.txt"],
    );
    assert_eq!(fs::read_to_string(server.site.path("notes.txt")).expect("still there"), "Dear diary,\n");
    server.refuses_words(
        &["apply", "HERE/good.csv", "--undo", "/dev/full", "--yes"],
        1,
        &["cannot write to /dev/full, so that no more is changed"],
    );
    server.refuses_words(
        &["apply", "HERE/good.csv", "--prune", "--yes", "--leases", "HERE/none"],
        2,
        &["--prune takes the server's files, which cannot be read: HERE/none cannot be opened"],
    );
    server.refuses_words(
        &["apply", "HERE/good.csv", "--plan", "--leases", "HERE/none"],
        0,
        &["the server is asked, as its files cannot be read: HERE/none cannot be opened"],
    );
    server.refuses_words(&["apply", "HERE/good.csv", "--yes", "--port", "7999"], 3, &["127.0.0.1 port 7999"]);
    for (name, nothing) in
        [("a.json", ""), ("b.json", "[]"), ("c.jsonl", "\n"), ("d.conf", ""), ("e.leases", ""), ("f.csv", "name,mac\n")]
    {
        server.site.put(name, nothing);
        let file = format!("HERE/{name}");
        server.refuses_words(&["apply", &file, "--prune", "--yes"], 2, &["--prune: the file wants no host"]);
        server.refuses_words(&["apply", &file, "--yes"], 0, &[]);
    }
    let outcome = server.site.run(["apply", "-"]).stdin(good).within(&server.site.net);
    server.expect("stdin without --yes", &outcome, 2, &["it needs --yes"], None);
    let outcome = server.site.run(["apply", "-", "--yes"]).stdin("name,mac\nnew,1\n").within(&server.site.net);
    server.expect("stdin", &outcome, 2, &["stdin:2: mac: "], Some(1));
    // Nobody can read the beginning of that, root as little as others.
    server.refuses_words(&["apply", "/proc/self/mem", "--yes"], 2, &["cannot read /proc/self/mem"]);
    let outcome = server
        .site
        .run(["apply", &server.site.path("good.csv").display().to_string(), "--plan"])
        .within(&server.site.net);
    server.expect("--plan", &outcome, 0, &[], None);
    server.finish();
}

/// What a host of the server is, as `omsh host show` tells it.
fn shown(site: &Site, name: &str) -> serde_json::Value {
    let by = format!("name={name}");
    let outcome = site.run(["host", "show", &by, "--output", "json", "--columns", "all"]).within(&site.net);
    assert_eq!(outcome.end, End::Exit(0), "{name}: {}", text(&outcome.stderr));
    let rows: serde_json::Value = serde_json::from_slice(&outcome.stdout).expect("JSON");
    rows[0].clone()
}

#[test]
fn tables_may_be_written_in_many_ways() {
    let site = Site::start(&Net::new(), CONF, b"");
    let cases: [(&str, &[u8]); 13] = [
        ("bom.csv", b"\xef\xbb\xbfname,mac,addresses\nweb,02:00:00:00:00:05,10.1.0.5 10.1.0.6\n"),
        ("bom.json", b"\xef\xbb\xbf[{\"name\":\"web\",\"mac\":\"02:00:00:00:00:05\",\"ip\":[\"10.1.0.5\",\"10.1.0.6\"]}]\r\n"),
        ("bom", b"\xef\xbb\xbf{\"name\":\"web\",\"mac\":\"02:00:00:00:00:05\",\"ip\":\"10.1.0.5,10.1.0.6\"}"),
        ("crlf.csv", b"name,mac,addresses\r\nweb,02:00:00:00:00:05,10.1.0.5 10.1.0.6\r\n"),
        ("no-end.csv", b"name,mac,addresses\nweb,02:00:00:00:00:05,\"10.1.0.5,10.1.0.6\""),
        ("semicolons.csv", b"name;mac;addresses\nweb;02:00:00:00:00:05;10.1.0.5,10.1.0.6\n"),
        ("excel.csv", b"\xef\xbb\xbfsep=;\r\nname;mac;addresses\r\nweb;02:00:00:00:00:05;10.1.0.5,10.1.0.6\r\n"),
        ("tabs.tsv", b"name\tmac\taddresses\nweb\t02:00:00:00:00:05\t10.1.0.5 10.1.0.6\n"),
        ("quotes.csv", b"\"name\",\"mac\",\"addresses\"\n\"web\",\"0200.0000.0005\",\"10.1.0.5 10.1.0.6\"\n"),
        ("comments.csv", b"# made by hand\nName , MAC Address , IP-Address\n# the first\n web , 02-00-00-00-00-05 , 10.1.0.5 10.1.0.6 \n\n"),
        ("columns.csv", b"addresses,subnet,name,mac\n10.1.0.5 10.1.0.6,10.1.0.0/16,web,020000000005\n"),
        ("empty-cells.csv", b"Host Name;MAC;IP;Kind;Absent;;\r\n;;;;;;\r\nweb;020000000005;10.1.0.5 10.1.0.6;Host;FALSE;;\r\n;;;;;;\r\n"),
        ("table", b"name,mac,addresses\nweb,02:00:00:00:00:05,10.1.0.5|10.1.0.6\n"),
    ];
    for (name, contents) in cases {
        site.put(name, contents);
        site.applied(name, &[]);
        let host = shown(&site, "web");
        assert_eq!(host["mac"], "02:00:00:00:00:05", "{name}");
        assert_eq!(host["addresses"], serde_json::json!(["10.1.0.5", "10.1.0.6"]), "{name}");
        site.put("away.csv", "name,absent\nweb,yes\n");
        let said = site.applied("away.csv", &[]);
        assert!(said.contains("1 removed"), "{name}: {said}");
    }
}

#[test]
fn files_of_another_dhcpd_are_applied_with_what_stands_around_their_hosts() {
    let mut site = Site::start(&Net::new(), CONF, b"");
    site.put("included.conf", "host four { hardware ethernet 02:00:00:00:00:04; fixed-address 10.1.0.4; }\n");
    site.put(
        "other.conf",
        "option routers 10.1.0.254;\nsubnet 10.1.0.0 netmask 255.255.0.0 { option domain-name \"example.org\"; }\n\
         group { filename \"around\"; default-lease-time 60;\n\
         host one { hardware ethernet 02:00:00:00:00:01; filename \"own\"; }\n\
         group { next-server 10.1.0.9; host two { option dhcp-client-identifier \"two\"; fixed-address 10.1.0.2, 10.1.0.22; } } }\n\
         group kept { filename \"kept\"; host three { hardware ethernet 02:00:00:00:00:03; } }\ninclude \"included.conf\";\n",
    );
    site.applied("other.conf", &[]);
    let state = site.rewritten();
    let of = |name: &str| state.hosts.get(name).unwrap_or_else(|| panic!("no {name} in {state:?}")).clone();
    let statements = of("one").statements;
    assert!(statements.contains("supersede server.filename = \"own\";"), "{statements}");
    assert!(statements.contains("default-lease-time = "), "{statements}");
    assert!(!statements.contains("routers") && !statements.contains("domain-name"), "{statements}");
    // Of several values the one of the host itself counts: it is the last one.
    assert!(statements.find("around").is_none_or(|outer| outer < statements.find("own").expect("it is there")));
    assert_eq!(of("two").client_id.as_deref(), Some(&b"two"[..]));
    assert_eq!(of("two").addresses.len(), 2);
    assert!(of("two").statements.contains("server.next-server = "), "{:?}", of("two"));
    assert_eq!((of("three").group.as_deref(), of("three").statements.as_str()), (Some("kept"), ""));
    assert_eq!(state.groups["kept"], "supersede server.filename = \"kept\";");
    assert_eq!(of("four").addresses.len(), 1);
    // The same again wants nothing.
    let said = site.applied("other.conf", &[]);
    assert!(said.contains("5 as they should be already") && !said.contains("changed"), "{said}");

    // What it has written itself wants nothing either, nor what it has written over.
    let leases = text(&site.dhcpd.leases())
        + "host gone {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:07;\n}\nhost gone {\n  dynamic;\n  deleted;\n}\n";
    site.put("other.leases", &leases);
    let said = site.applied("other.leases", &[]);
    assert!(!said.contains("added") && !said.contains("changed") && !said.contains("removed"), "{said}");
    let half = leases.replace("host gone", "host new").replace("  deleted;\n}\n", "  hardware eth");
    site.put("half.leases", half);
    site.applied("half.leases", &[]);
    assert_eq!(site.rewritten().hosts.len(), 5);
}

#[test]
fn a_lease_file_may_name_the_options_that_the_server_defines() {
    let conf = format!("option mine code 200 = text;\n{CONF}");
    let site = Site::start(&Net::new(), &conf, b"");
    site.put(
        "other.leases",
        "host web {\n  dynamic;\n  hardware ethernet 02:00:00:00:00:05;\n        supersede mine = \"x\";\n}\n",
    );
    let said = site.applied("other.leases", &[]);
    assert!(said.contains("1 added"), "{said}");
    let said = site.applied("other.leases", &[]);
    assert!(said.contains("1 as they should be already"), "{said}");
}
