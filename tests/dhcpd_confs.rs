//! dhcpd.conf as dhcpd itself judges it: `dhcpd -4 -t` and `dhcpd -6 -t` say what is sound, and where a mistake
//! is, and we have to agree: on configurations that were written for it, and on random changes of sound ones.
//!
//! - `OMSH_CONF_MUTANTS=N`: how many changed ones (600).
//! - `OMSH_DIFF_SEED=N`: those of that seed again; each run prints its seed.

#[path = "random_scripts/random.rs"]
#[allow(dead_code, reason = "every test file uses its own part of this")]
mod random;
mod support;

use std::time::SystemTime;

use omsh::dhcpd::Family;
use omsh::dhcpd::conf::{Conf, ConfOptions};
use random::Random;
use support::judge::{Judgement, judge, texts};
use support::{confs, workers};

/// Configurations, sound and not, between lines of `====`.
const CONFS: &str = include_str!("judged/confs.txt");
/// Statements, a line each; each is tried as a configuration.
const STATEMENTS: &str = include_str!("statements.txt");

/// Configurations about which we and dhcpd do not agree, by a text that is in them, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("include \"x\";", "a file that is not there is for us no mistake of the file"),
    ("key k { algorithm hmac-md5; secret abcd; }", "dhcpd warns of a secret that is too short for it"),
    ("omapi-key k;", "dhcpd looks for the key only when it starts for good"),
    ("omapi-key none;", "dhcpd looks for the key only when it starts for good"),
    (
        "subnet 10.0.0.0 netmask 255.0.0.0 { prefix6 2001:db8:100:: 2001:db8:200:: /56; }",
        "prefixes of DHCPv6 in a subnet of DHCPv4 are of no use to anybody, though `dhcpd -6` does not mind",
    ),
];

/// The same for what comes up by chance: by a text of the report.
const KNOWN_REPORTS: &[(&str, &str)] = &[
    ("is unknown; known are hmac-md5", "dhcpd finds out that it cannot sign with an algorithm when a client comes"),
    (", found `;`", "an option without a value is a mistake for us wherever it stands"),
    ("expected an expression, found the end", "the same"),
];

const FAMILIES: [(&str, Family); 2] = [("-4", Family::V4), ("-6", Family::V6)];

#[test]
fn what_dhcpd_starts_with_is_read_and_nothing_else() {
    let mut all: Vec<String> = texts(CONFS).into_iter().map(str::to_owned).collect();
    all.extend(STATEMENTS.lines().map(|line| format!("{line}\n")));
    all.extend(confs::NAMES.map(confs::conf));
    let reports = workers::share(&all, |conf, [_net]| {
        if EXCEPTIONS.iter().any(|(text, _)| conf.trim() == *text) {
            return None;
        }
        FAMILIES.into_iter().find_map(|(option, family)| disagreement(conf, option, family))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), all.len(), failures.join("\n"));
    assert!(all.len() >= 300, "only {} configurations", all.len());
}

#[test]
fn what_is_left_of_a_sound_configuration_is_judged_as_by_dhcpd() {
    let seed = number("OMSH_DIFF_SEED").unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a time after 1970");
        now.subsec_nanos().into()
    });
    println!("OMSH_DIFF_SEED={seed}");
    let written: Vec<String> = texts(CONFS)
        .into_iter()
        .map(str::to_owned)
        .chain([confs::conf("base"), confs::conf("failover")])
        // Nothing is to be read that is not there by chance.
        .filter(|conf| !conf.contains("include"))
        .filter(|conf| Conf::parse("conf", conf.as_bytes()).is_ok())
        .collect();
    let words: Vec<&str> =
        written.iter().flat_map(|conf| tokens(conf)).filter(|token| !token.trim().is_empty()).collect();
    let count = number("OMSH_CONF_MUTANTS").unwrap_or(600);
    let numbers: Vec<u64> = (0..count).collect();
    let reports = workers::share(&numbers, |number, [_net]| {
        let mut random = Random::new(seed, *number);
        let conf = &written[random.below(written.len())];
        let (option, family) = random.of(&FAMILIES);
        let changed = change(conf, &words, &mut random);
        let report = disagreement(&changed, option, family);
        let is_known = |report: &String| {
            let ours = report.contains("dhcpd reads it") && KNOWN_REPORTS.iter().any(|(text, _)| report.contains(text));
            ours && report.lines().any(|line| line.starts_with("conf:"))
        };
        let report = report.filter(|report| !is_known(report));
        report.map(|report| format!("mutant {number} of\n{conf}\n{report}"))
    });
    let failures: Vec<String> = reports.into_iter().flatten().collect();
    assert!(failures.is_empty(), "{} of {count}, seed {seed}:\n{}", failures.len(), failures.join("\n----\n"));
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|number| number.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

/// How our judgement differs from dhcpd's, if it does.
fn disagreement(conf: &str, option: &str, family: Family) -> Option<String> {
    let judgement = judge(option, conf, None);
    if judgement.stopped {
        return None;
    }
    let ours = Conf::parse_with("conf", conf.as_bytes(), ConfOptions { family: Some(family), ..Default::default() });
    match (ours, judgement.sound) {
        (Ok(_), true) => None,
        (Ok(_), false) => Some(format!("{option}: {conf}\n  we read it, and dhcpd says\n{}", said(&judgement))),
        (Err(error), true) => Some(format!("{option}: {conf}\n  dhcpd reads it, and we say\n{error}")),
        (Err(error), false) => differing_place(conf, &error.to_string(), &judgement),
    }
}

/// What dhcpd says, without its greeting.
fn said(judgement: &Judgement) -> String {
    judgement.log.lines().skip(4).take(6).collect::<Vec<&str>>().join("\n")
}

/// dhcpd names lines in the form `conf line N:`; ours has to be one of them.
fn differing_place(conf: &str, error: &str, judgement: &Judgement) -> Option<String> {
    let line = error.strip_prefix("conf:")?.split(':').next()?.to_owned();
    let named = judgement.lines("conf");
    let agrees = named.is_empty() || named.contains(&"0") || {
        // Where something is missing, dhcpd blames the token before the place or behind it.
        let ours: usize = line.parse().unwrap_or_default();
        named.iter().filter_map(|line| line.parse().ok()).any(|line: usize| line.abs_diff(ours) <= 2)
    };
    (!agrees).then(|| format!("{conf}\n  we say\n{error}\n  and dhcpd\n{}", said(judgement)))
}

/// A configuration in pieces: words, strings, white space, and single characters.
fn tokens(conf: &str) -> Vec<&str> {
    let is_word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let mut tokens = Vec::new();
    let mut rest = conf;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            first if first.is_whitespace() => rest.find(|next: char| !next.is_whitespace()).unwrap_or(rest.len()),
            first if is_word(first) => rest.find(|next: char| !is_word(next)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        tokens.push(token);
        rest = behind;
    }
    tokens
}

/// A configuration with one to three tokens taken out, doubled, exchanged, or replaced by `words`.
fn change(conf: &str, words: &[&str], random: &mut Random) -> String {
    let mut tokens = tokens(conf);
    for _ in 0..1 + random.below(3) {
        let places: Vec<usize> = (0..tokens.len()).filter(|&i| !tokens[i].trim().is_empty()).collect();
        if places.is_empty() {
            break;
        }
        let at = random.of(&places);
        match random.below(6) {
            0 | 1 => drop(tokens.remove(at)),
            2 => tokens.insert(at, tokens[at]),
            3 => {
                let other = random.of(&places);
                tokens.swap(at, other);
            }
            4 => tokens[at] = random.of(words),
            _ => tokens.splice(at..at, [random.of(words), " "]).for_each(drop),
        }
    }
    tokens.concat()
}
