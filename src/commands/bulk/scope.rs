//! Which hosts may be removed because nobody wants them.

use crate::commands::live::host::state::State;
use crate::dhcpd::Span;
use crate::dhcpd::inventory::Networks;
use crate::render::text::visible;

/// What all of them have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct Scope(Vec<Criterion>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Criterion {
    /// Its name is like this: `*` stands for any text, `?` for any character.
    Name(Vec<u8>),
    /// It has an address in this subnet or shared network, by address, prefix or name.
    Subnet(String, Vec<Span>),
    /// It has this group.
    Group(Vec<u8>),
}

impl Scope {
    /// Reads words: `name=PATTERN`, `subnet=SUBNET`, `group=NAME`.
    pub(in crate::commands) fn read(words: &[String]) -> Result<Scope, String> {
        words.iter().map(|word| Self::criterion(word)).collect::<Result<_, _>>().map(Scope)
    }

    fn criterion(word: &str) -> Result<Criterion, String> {
        let shown = visible(word.as_bytes());
        match word.split_once('=') {
            Some((_, "")) => Err(format!("there is nothing behind `{shown}`")),
            Some(("name", pattern)) => Ok(Criterion::Name(pattern.as_bytes().to_vec())),
            Some(("subnet", name)) => Ok(Criterion::Subnet(name.to_owned(), Vec::new())),
            Some(("group", name)) => Ok(Criterion::Group(name.as_bytes().to_vec())),
            _ => Err(format!("`{shown}` is none of name=PATTERN, subnet=SUBNET and group=NAME")),
        }
    }

    /// Makes the names of subnets into addresses.
    pub(in crate::commands) fn resolve(&mut self, networks: Option<&Networks>) -> Result<(), String> {
        for criterion in &mut self.0 {
            if let Criterion::Subnet(name, spans) = criterion {
                let shown = visible(name.as_bytes());
                let networks = networks
                    .ok_or_else(|| format!("subnet={shown} takes a dhcpd.conf to know: say where it is with --conf"))?;
                *spans = networks
                    .named(name)
                    .ok_or_else(|| format!("subnet={shown}: dhcpd.conf has no such subnet or shared network"))?;
            }
        }
        Ok(())
    }

    /// Whether all hosts are among them.
    pub(in crate::commands) fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a host is one of them.
    pub(in crate::commands) fn has(&self, host: &State) -> bool {
        self.0.iter().all(|criterion| match criterion {
            Criterion::Name(pattern) => is_like(&host.name, pattern),
            Criterion::Subnet(_, spans) => {
                host.addresses().any(|address| spans.iter().any(|span| span.low <= address && address <= span.high))
            }
            Criterion::Group(name) => host.group() == Some(name),
        })
    }
}

/// Whether a name is like a pattern, in any case of letters.
fn is_like(name: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where to go on when the last star has to stand for one character more.
    let mut again: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(place) {
            Some(b'*') => {
                again = Some((at, place + 1));
                place += 1;
            }
            Some(&sign) if sign == b'?' || sign.eq_ignore_ascii_case(&name[at]) => {
                at += 1;
                place += 1;
            }
            _ => match &mut again {
                Some((from, behind)) => {
                    *from += 1;
                    (at, place) = (*from, *behind);
                }
                None => return false,
            },
        }
    }
    pattern[place..].iter().all(|&sign| sign == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_what_they_should() {
        for (pattern, name, expected) in [
            ("web*", "web1", true),
            ("web*", "Web", true),
            ("web?", "web", false),
            ("*1", "web1", true),
            ("*a*b", "xaxxab", true),
            ("*a*b", "xaxxaby", false),
            ("", "web", false),
            ("*", "", true),
            ("rack?-*-mgmt", "rack7-node12-mgmt", true),
        ] {
            assert_eq!(is_like(name.as_bytes(), pattern.as_bytes()), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn words_that_mean_nothing_are_named() {
        let wrong = Scope::read(&["colour=red".to_owned()]).expect_err("there is no such word");
        assert!(wrong.contains("colour=red"), "{wrong}");
        assert!(Scope::read(&["name=".to_owned()]).is_err());
    }
}
