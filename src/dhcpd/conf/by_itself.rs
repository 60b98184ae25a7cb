//! A host of dhcpd.conf as it would be if it stood in nothing, as those do that a client of OMAPI makes.

use crate::dhcpd::declarations::Host;
use crate::dhcpd::statements::Statement;

use super::{Conf, ScopeKind};

/// What a host has by itself, and from the groups that it stands in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ByItself {
    /// The group that it names, or the one with a name that it stands in.
    pub group: Option<Vec<u8>>,
    /// The statements of groups without a name, the outermost first, and then its own.
    pub statements: Vec<Statement>,
    /// The scope that it stands in, where that is none of a group: what that one says, it has in dhcpd.conf only.
    pub within: Option<usize>,
}

impl ByItself {
    /// That of a host of these files; without a dhcpd.conf it is all that the host has.
    pub fn of(conf: Option<&Conf>, host: &Host) -> ByItself {
        match conf {
            Some(conf) => conf.by_itself(host),
            None => ByItself { group: host.group.clone(), statements: host.statements.clone(), ..ByItself::default() },
        }
    }
}

impl Conf {
    /// The statements that the hosts of a group have of it: those of the groups around it, the outermost first, and then
    /// its own.
    pub fn statements_of_group(&self, scope: usize) -> Vec<Statement> {
        let around = std::iter::successors(Some(scope), |scope| self.scopes[*scope].parent);
        let groups = around.filter(|scope| matches!(self.scopes[*scope].kind, ScopeKind::Group(_)));
        let mut scopes: Vec<usize> = groups.collect();
        scopes.reverse();
        scopes.into_iter().flat_map(|scope| self.statements_of(scope)).cloned().collect()
    }

    /// What a host would have if it stood in nothing. The group that a host names counts in place of those that it stands
    /// in, and of those the innermost one with a name in place of all around it, whose statements are its own as well.
    pub fn by_itself(&self, host: &Host) -> ByItself {
        let mut by_itself = ByItself { group: host.group.clone(), ..ByItself::default() };
        let Some(own) = host.scope else {
            by_itself.statements = host.statements.clone();
            return by_itself;
        };
        let mut scopes = vec![own];
        let mut next = self.scopes[own].parent;
        while let Some(scope) = next {
            match self.scopes[scope].kind {
                ScopeKind::Group(number) if by_itself.group.is_none() => match number {
                    Some(number) => by_itself.group = Some(self.groups[number].name.clone()),
                    None => scopes.push(scope),
                },
                ScopeKind::Group(_) | ScopeKind::Outermost => {}
                _ => by_itself.within = by_itself.within.or(Some(scope)),
            }
            next = self.scopes[scope].parent;
        }
        by_itself.statements = scopes.iter().rev().flat_map(|scope| self.statements_of(*scope)).cloned().collect();
        by_itself
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_takes_what_its_groups_say_with_it() {
        let text = "group { filename \"outer\"; group { server-name \"s\"; host a { next-server 10.1.1.1; } } }
            group named { group { filename \"in\"; host b { hardware ethernet 02:00:00:00:00:01; } } }
            group other { filename \"o\"; host c { group \"named\"; } }
            subnet 10.1.1.0 netmask 255.255.255.0 { option routers 10.1.1.1; group { filename \"g\"; host d { } } }
            host e { filename \"e\"; }";
        let conf = Conf::parse("dhcpd.conf", text.as_bytes()).expect("it is sound");
        for (name, group, statements, is_within) in [
            ("a", None, 3, false),
            ("b", Some("named"), 1, false),
            ("c", Some("named"), 0, false),
            ("d", None, 1, true),
            ("e", None, 1, false),
        ] {
            let host = conf.hosts.iter().find(|host| host.name == name.as_bytes()).expect("it is declared");
            let by_itself = conf.by_itself(host);
            assert_eq!(by_itself.group.as_deref(), group.map(str::as_bytes), "{name}");
            assert_eq!(by_itself.statements.len(), statements, "{name}");
            assert_eq!(by_itself.within.is_some(), is_within, "{name}");
        }
        let text =
            "group { filename \"outer\"; group around { server-name \"s\"; subnet 10.1.1.0 netmask 255.255.255.0 {
            option routers 10.1.1.1; group within { next-server 10.1.1.1; } } } }";
        let nested = Conf::parse("dhcpd.conf", text.as_bytes()).expect("it is sound");
        for (group, statements) in nested.groups.iter().zip([2, 3]) {
            let scope = group.scope.expect("it has one");
            assert_eq!(nested.statements_of_group(scope).len(), statements, "{group:?}");
        }
        let a = conf.by_itself(&conf.hosts[0]);
        let own: Vec<Statement> = conf.statements_of(conf.hosts[0].scope.expect("it has one")).cloned().collect();
        assert_eq!(a.statements.last(), own.last(), "what stands further in comes last, and counts");
    }
}
