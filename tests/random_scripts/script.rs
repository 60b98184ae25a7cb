//! Random scripts: mostly sessions that make sense, with a good many that do not.

use super::alike;
use super::random::Random;
use super::vocabulary::*;
use crate::support::case::Case;
use crate::support::confs;

/// A script as lines without their newlines, and all that its run depends on besides.
#[derive(Clone)]
pub struct Script {
    pub conf: &'static str,
    pub seed: Option<&'static str>,
    pub lines: Vec<Vec<u8>>,
    pub ends_with_newline: bool,
}

impl Script {
    pub fn random(random: &mut Random) -> Script {
        let conf = if random.one_in(2) { "base" } else { random.of(&confs::NAMES) };
        let mut session = Session { random, conf, connects: false, lines: Vec::new() };
        session.opening();
        for _ in 0..1 + session.random.below(9) {
            session.step();
        }
        let mut lines = session.lines;
        for line in &mut lines {
            *line = varied(std::mem::take(line), random);
        }
        let seed = random.one_in(3).then_some("in-use");
        let mut script = Script { conf, seed, lines, ends_with_newline: !random.one_in(8) };
        let mut objects = alike::Objects::default();
        script.lines.retain(|line| alike::must_agree(std::slice::from_ref(line), true) && objects.is_comparable(line));
        script.ends_with_newline |= !alike::must_agree(&script.lines, false);
        script
    }

    pub fn must_agree(&self) -> bool {
        alike::must_agree(&self.lines, self.ends_with_newline)
    }

    pub fn to_case(&self, name: &str) -> Case {
        let mut text = self.lines.join(&b'\n');
        if self.ends_with_newline && !self.lines.is_empty() {
            text.push(b'\n');
        }
        Case { seed: self.seed.map(str::to_owned), ..Case::unrecorded(name, self.conf, text) }
    }
}

/// A session while it is made up.
struct Session<'r> {
    random: &'r mut Random,
    conf: &'static str,
    /// Whether there has been a `connect`. From then on there is nothing that lets another one fail: not comparable.
    connects: bool,
    lines: Vec<Vec<u8>>,
}

impl Session<'_> {
    fn put(&mut self, line: impl Into<Vec<u8>>) {
        self.lines.push(line.into());
    }

    fn opening(&mut self) {
        while self.random.one_in(5) {
            self.settings();
        }
        if !self.random.one_in(12) {
            self.right_key();
        }
        if !self.random.one_in(20) {
            self.connect();
        }
    }

    fn connect(&mut self) {
        self.put("connect");
        self.connects = true;
    }

    /// The key that this dhcpd wants.
    fn right_key(&mut self) {
        let Some(algorithm) = self.conf.strip_prefix("key-") else { return };
        if algorithm == "md5" {
            self.put(format!("key omapi_key {MD5_SECRET}"));
        } else {
            self.put(format!("key-algorithm hmac-{algorithm}"));
            self.put(format!("key {algorithm}-key {SHA_SECRET}"));
        }
    }

    /// Anything that a later `connect` goes by, right or wrong.
    fn settings(&mut self) {
        let random = &mut *self.random;
        let line = match random.below(6) {
            0 => format!("port {}", random.of(&PORT_ARGUMENTS)),
            1 => format!("server {}", random.of(&SERVER_ARGUMENTS)),
            2 => format!("key {} {}", random.of(&KEY_NAMES), random.of(&SECRETS)),
            3 => format!("key-algorithm {}", random.of(&ALGORITHMS)),
            4 => "disconnect".into(),
            _ => format!("{} {}", random.of(&["key", "connect", "disconnect", "key-algorithm"]), random.of(&TOKENS)),
        };
        self.put(line);
    }

    fn step(&mut self) {
        match self.random.below(12) {
            0..5 => self.object(),
            5 | 6 => self.command(),
            7 => self.junk(),
            8 if !self.connects => self.settings(),
            8 => self.reconnect(),
            9 => self.long_line(),
            10 => self.idle(),
            _ => {
                let line = self.assignment();
                self.put(line);
            }
        }
    }

    fn reconnect(&mut self) {
        match self.random.below(4) {
            0 => self.put("port 7911"),
            1 => self.idle(),
            2 => {
                self.put("disconnect");
                self.connect();
            }
            _ => self.connect(),
        }
    }

    /// What programs do: a new object, some attributes, a request, and perhaps more of each.
    fn object(&mut self) {
        if self.random.one_in(2) {
            self.put("close");
        }
        let kind = self.random.of(&TYPES);
        let quote = if self.random.one_in(4) { "\"" } else { "" };
        self.put(format!("new {quote}{kind}{quote}"));
        for _ in 0..self.random.below(5) {
            let line = match self.random.below(4) {
                0 => self.assignment(),
                _ => fitting(kind, self.random),
            };
            self.put(line);
        }
        for _ in 0..1 + self.random.below(3) {
            let request =
                self.random.of(&["open", "open", "open", "create", "create", "update", "refresh", "remove", "close"]);
            self.put(request);
            if self.random.one_in(3) {
                let line = fitting(kind, self.random);
                self.put(line);
            }
        }
    }

    fn command(&mut self) {
        let random = &mut *self.random;
        let verb =
            random.of(&["open", "create", "update", "refresh", "remove", "close", "new", "unset", "help", "?", "set"]);
        let argument = match random.below(6) {
            0 => random.of(&TYPES),
            1 => random.of(&ATTRIBUTES),
            2 => random.of(&TOKENS),
            3 => random.of(&KEYWORDS),
            _ => "",
        };
        self.put(format!("{verb} {argument}"));
    }

    fn idle(&mut self) {
        let line = self.random.of(&IDLE_LINES);
        self.put(line);
    }

    fn assignment(&mut self) -> Vec<u8> {
        let random = &mut *self.random;
        let attribute = if random.one_in(8) { random.of(&KEYWORDS) } else { random.of(&ATTRIBUTES) };
        if random.one_in(6) {
            return format!("unset {attribute}").into();
        }
        let mut line = format!("set {attribute} = ").into_bytes();
        line.extend(value(random));
        if random.one_in(10) {
            line.extend(format!(" {}", random.of(&TOKENS)).bytes());
        }
        line
    }

    /// Tokens in no order at all.
    fn junk(&mut self) {
        let mut line = Vec::new();
        for _ in 0..1 + self.random.below(6) {
            let token = if self.random.one_in(4) { self.random.of(&KEYWORDS) } else { self.random.of(&TOKENS) };
            line.extend(token.bytes());
            if !self.random.one_in(3) {
                line.push(b' ');
            }
        }
        self.put(line);
    }

    /// Up to the longest line on which both agree.
    fn long_line(&mut self) {
        let random = &mut *self.random;
        let mut line = random.of(&LONG_BEGINNINGS).as_bytes().to_vec();
        let part = random.of(&LONG_PARTS);
        let end = random.of(&[79, 80, 81, 160, 700, alike::LONGEST_LINE]);
        while line.len() + part.len() < end {
            line.extend(part.bytes());
        }
        line.extend(random.of(&LONG_ENDS).bytes());
        self.put(line);
    }
}

/// An assignment such as this type of object takes.
fn fitting(kind: &str, random: &mut Random) -> Vec<u8> {
    let (name, statements) = (random.of(&NAMES), random.of(&STATEMENTS));
    let (address, hardware) = (random.of(&ADDRESSES), random.of(&HARDWARE));
    let number = random.of(&NUMBERS);
    let line = match (kind, random.below(7)) {
        ("control", _) => format!("state = {}", random.of(&STATES)),
        ("lease", 0..4) | ("host", 0) => format!("ip-address = {address}"),
        ("lease", 4) => format!("state = {}", random.of(&STATES)),
        ("lease", 5) => format!("{} = {number}", random.of(&["flags", "tstp", "ends"])),
        (_, 0 | 1) => format!("name = \"{name}\""),
        (_, 2 | 3) => format!("hardware-address={hardware}"),
        (_, 4) => "hardware-type = 1".into(),
        (_, 5) => format!("statements = \"{statements}\""),
        _ => format!("dhcp-client-identifier = \"{}\"", random.of(&["byuid-1", "new-1", "\\001RT", ""])),
    };
    format!("set {line}").into()
}

fn value(random: &mut Random) -> Vec<u8> {
    match random.below(8) {
        0 => format!("\"{}\"", random.of(&NAMES)).into(),
        1 => random.of(&ADDRESSES).into(),
        2 => random.of(&HARDWARE).into(),
        3 => random.of(&NUMBERS).into(),
        4 => random.of(&KEYWORDS).into(),
        5 => {
            let mut text = vec![b'"'];
            for _ in 0..random.below(12) {
                text.push(if random.one_in(3) { random.of(&ODD_BYTES) } else { random.byte() });
            }
            text.push(b'"');
            text.retain(|&byte| byte != b'\n');
            text
        }
        _ => random.of(&TOKENS).into(),
    }
}

/// The same line as another hand would write it: other letters, other white space; or mistyped.
fn varied(mut line: Vec<u8>, random: &mut Random) -> Vec<u8> {
    if random.one_in(8) {
        let verb = line.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(line.len());
        line[..verb].iter_mut().filter(|_| !random.one_in(3)).for_each(u8::make_ascii_uppercase);
    }
    if random.one_in(10) {
        line.splice(0..0, random.of(&[" ", "\t", "   ", "\t \t", "\r"]).bytes());
    }
    if random.one_in(10) {
        line.extend(random.of(&[" ", "\t", "\r", " # end", ";", "; open", " }", "\x0b"]).bytes());
    }
    if random.one_in(10) {
        let white = random.of(&["", "\t", "  "]);
        if let Some(at) = line.iter().position(|&byte| byte == b'=') {
            let from = line[..at].trim_ascii_end().len();
            line.splice(from..at, white.bytes());
        }
    }
    if random.one_in(25) && !line.is_empty() {
        let at = random.below(line.len());
        let byte = if random.one_in(2) { random.of(&ODD_BYTES) } else { random.byte() };
        match random.below(3) {
            0 => line[at] = byte,
            1 => line.insert(at, byte),
            _ => drop(line.remove(at)),
        }
    }
    line.retain(|&byte| byte != b'\n');
    line.truncate(alike::LONGEST_LINE);
    line
}
