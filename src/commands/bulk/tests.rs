//! Plans of random files for random servers, carried out step by step on a model of dhcpd's rules: none is refused, and
//! what comes out is what is wanted.

mod model;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::commands::live::host::state::{State, Untold};
use crate::commands::live::host::wish::Wish;
use crate::commands::live::values::ETHERNET;
use crate::dhcpd::conf::Conf;
use crate::dhcpd::inventory::Networks;

use model::{Model, shown_steps};

use super::order::stand_in;
use super::plan::{Rules, plan};
use super::present::{GroupState, Present};
use super::scope::Scope;
use super::wanted::{Wanted, WantedGroup, WantedHost};

/// A file, a line each when it is shown.
struct Lines(Wanted);

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in &self.0.groups {
            writeln!(f, "{} group {}: {:?}", group.line, group.name.escape_ascii(), group.statements)?;
        }
        for host in &self.0.hosts {
            writeln!(f, "{} host {}: {:?}", host.line, host.name.escape_ascii(), host.wish)?;
        }
        Ok(())
    }
}

fn group_name(number: u8) -> Vec<u8> {
    format!("g{number}").into_bytes()
}

fn hardware(number: u8) -> (u32, Vec<u8>) {
    (ETHERNET, vec![2, 0, 0, 0, 0, number])
}

fn addresses(numbers: &[u8]) -> Vec<u8> {
    numbers.iter().flat_map(|number| [10, 1, 1, *number]).collect()
}

fn client_id(number: u8) -> Vec<u8> {
    vec![0, number]
}

const STATEMENTS: [&str; 3] = ["", "supersede host-name = \"a\";", "supersede host-name = \"b\";"];

/// Statements of groups.
fn group_statements(number: u8) -> String {
    format!("supersede server.filename = \"{number}\";")
}

/// What a random host has, by number.
type Numbers = (u8, Option<u8>, Option<u8>, Vec<u8>, Option<u8>, u8);

prop_compose! {
    fn any_numbers()(
        name in 0..10_u8,
        hardware in prop::option::weighted(0.8, 0..12_u8),
        client_id in prop::option::weighted(0.4, 0..8_u8),
        addresses in prop::collection::vec(0..14_u8, 0..3),
        group in prop::option::weighted(0.4, 0..3_u8),
        statements in 0..3_u8,
    ) -> Numbers {
        (name, hardware, client_id, addresses, group, statements)
    }
}

fn host_of((name, mac, id, ips, group, statements): &Numbers) -> State {
    let distinct: BTreeSet<u8> = ips.iter().copied().collect();
    State {
        name: vec![b'a' + name],
        hardware: mac.map(hardware),
        addresses: addresses(&distinct.into_iter().collect::<Vec<_>>()),
        client_id: id.map(client_id),
        untold: Some(Untold {
            group: group.map(group_name),
            statements: STATEMENTS[usize::from(*statements)].to_owned(),
        }),
        ..State::default()
    }
}

prop_compose! {
    /// A state that dhcpd can be in; what an interrupted run has left of groups may be in it.
    fn any_model(with_stand_ins: bool)(
        numbers in prop::collection::vec(any_numbers(), 0..12),
        groups in prop::collection::vec(0..3_u8, 3),
        stand_ins in prop::collection::vec(prop::bool::weighted(0.1), 3),
        may_share in any::<bool>(),
    ) -> Model {
        let mut model = Model::default();
        for (number, statements) in (0..3).zip(groups) {
            if statements > 0 {
                model.groups.insert(group_name(number), group_statements(statements));
            }
        }
        for (number, is_there) in (0..3).zip(stand_ins) {
            if with_stand_ins && is_there {
                model.groups.insert(stand_in(&group_name(number)), group_statements(2));
            }
        }
        for numbers in numbers {
            let mut host = host_of(&numbers);
            if let Some(untold) = &mut host.untold
                && let Some(group) = untold.group.clone()
            {
                // One that was being given another group has the stand-in.
                let stand_in = stand_in(&group);
                if model.groups.contains_key(&stand_in) && numbers.5 < 2 {
                    untold.group = Some(stand_in);
                } else if !model.groups.contains_key(&group) {
                    untold.group = None;
                }
            }
            if host.hardware.is_none() && host.client_id.is_none() {
                continue;
            }
            let mut with_it = model.clone();
            if with_it.add(&host).is_ok() && (may_share || with_it.shared_addresses().is_empty()) {
                model = with_it;
            }
        }
        model
    }
}

/// Which of its fields a line of a file says.
type Said = [bool; 5];

/// A host that is wanted, or one that is not to be there.
fn wanted_host(line: u64, numbers: &Numbers, said: Said, is_absent: bool) -> WantedHost {
    let host = host_of(numbers);
    let untold = host.untold.clone().unwrap_or_default();
    let [mac, id, ips, group, statements] = said;
    let wish = Wish {
        hardware: mac.then(|| host.hardware.clone()),
        client_id: id.then(|| host.client_id.clone()),
        addresses: ips.then(|| host.addresses.clone()),
        group: group.then(|| untold.group.clone()),
        statements: statements.then(|| untold.statements.clone()),
        ..Wish::default()
    };
    WantedHost { line, name: host.name, wish: (!is_absent).then_some(wish) }
}

prop_compose! {
    fn any_wanted()(
        hosts in prop::collection::vec((any_numbers(), any::<Said>(), prop::bool::weighted(0.5), prop::bool::weighted(0.1)), 0..12),
        groups in prop::collection::vec(prop::option::weighted(0.5, 0..3_u8), 3),
        with_repeated_names in prop::bool::weighted(0.05),
    ) -> Lines {
        let mut wanted = Wanted::default();
        for (number, statements) in (0..3).zip(groups) {
            if let Some(statements) = statements {
                let line = wanted.groups.len() as u64 + 1;
                let statements = (statements > 0).then(|| group_statements(statements));
                wanted.groups.push(WantedGroup { line, name: group_name(number), statements });
            }
        }
        let mut names = BTreeSet::new();
        for (place, (numbers, said, says_all, is_absent)) in hosts.iter().enumerate() {
            if names.insert(numbers.0) || with_repeated_names {
                let said = if *says_all { [true; 5] } else { *said };
                wanted.hosts.push(wanted_host(100 + place as u64, numbers, said, *is_absent));
            }
        }
        Lines(wanted)
    }
}

/// A file that wants a state, whole.
fn wanted_of(model: &Model, before: &Model) -> Wanted {
    let mut wanted = Wanted::default();
    for (name, statements) in &model.groups {
        wanted.groups.push(WantedGroup { line: 1, name: name.clone(), statements: Some(statements.clone()) });
    }
    for name in before.groups.keys().filter(|name| !model.groups.contains_key(*name)) {
        wanted.groups.push(WantedGroup { line: 1, name: name.clone(), statements: None });
    }
    for host in model.hosts.values() {
        let untold = host.untold.clone().unwrap_or_default();
        let wish = Wish {
            hardware: Some(host.hardware.clone()),
            client_id: Some(host.client_id.clone()),
            addresses: Some(host.addresses.clone()),
            group: Some(untold.group),
            statements: Some(untold.statements),
            ..Wish::default()
        };
        wanted.hosts.push(WantedHost { line: 2, name: host.name.clone(), wish: Some(wish) });
    }
    for name in before.hosts.keys().filter(|name| !model.hosts.contains_key(*name)) {
        wanted.hosts.push(WantedHost { line: 3, name: name.clone(), wish: None });
    }
    wanted
}

/// What a file makes of a state by the plain meaning of its lines; nothing where it cannot be.
fn expected(before: &Model, wanted: &Wanted, rules: &Rules) -> Option<Model> {
    let mut after = before.clone();
    for group in &wanted.groups {
        match &group.statements {
            Some(statements) => {
                after.groups.insert(group.name.clone(), statements.clone());
                // What an interrupted run has left is tidied up.
                let stand_in = stand_in(&group.name);
                after.groups.remove(&stand_in);
                for untold in after.hosts.values_mut().filter_map(|host| host.untold.as_mut()) {
                    if untold.group.as_ref() == Some(&stand_in) {
                        untold.group = Some(group.name.clone());
                    }
                }
            }
            None => {
                after.groups.remove(&group.name);
            }
        }
    }
    let mut names = BTreeSet::new();
    for host in &wanted.hosts {
        if !names.insert(host.name.clone()) {
            return None;
        }
        match &host.wish {
            None => {
                after.hosts.remove(&host.name);
            }
            Some(wish) => {
                let fresh = State { name: host.name.clone(), untold: Some(Untold::default()), ..State::default() };
                let was = after.hosts.get(&host.name).cloned();
                let becomes = wish.applied_to(was.as_ref().unwrap_or(&fresh));
                if becomes.hardware.is_none() && becomes.client_id.is_none() {
                    return None;
                }
                after.hosts.insert(host.name.clone(), becomes);
            }
        }
    }
    if let Some(scope) = &rules.prune {
        after.hosts.retain(|name, host| names.contains(name) || !scope.has(host));
    }
    let mut checked = Model { groups: after.groups.clone(), ..Model::default() };
    for host in after.hosts.values() {
        checked.add(host).ok()?;
    }
    let is_new = |address: &Vec<u8>| {
        let had = |host: &State| host.addresses.chunks(4).any(|own| own == address);
        let owners = after.hosts.values().filter(|host| had(host));
        owners.filter(|host| !before.hosts.get(&host.name).is_some_and(had)).count() > 0
    };
    let newly_shared = after.shared_addresses().iter().any(is_new);
    (rules.share_addresses || !newly_shared).then_some(after)
}

fn rules() -> impl Strategy<Value = Rules> {
    let scopes = prop::sample::select(vec![
        None,
        Some(Vec::new()),
        Some(vec!["name=[a-e]".to_owned(), "name=?".to_owned()]),
        Some(vec!["group=g1".to_owned()]),
    ]);
    (scopes, any::<bool>()).prop_map(|(words, share_addresses)| Rules {
        prune: words.map(|words| Scope::read(&words).expect("words that mean something")),
        share_addresses,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn any_state_becomes_any_other_one(before in any_model(false), after in any_model(false), prune in any::<bool>()) {
        let wanted = wanted_of(&after, &before);
        let share_addresses = !before.shared_addresses().is_empty() || !after.shared_addresses().is_empty();
        let rules = Rules { prune: prune.then(Scope::default), share_addresses };
        let plan = plan(&wanted, &before.as_files_tell(), &rules);
        prop_assert!(plan.faults.is_empty(), "{:?}", plan.faults);
        let mut model = before.clone();
        model.carry_out_all(&plan, share_addresses);
        prop_assert_eq!(&model, &after);
        // And back again, as the undo file has it.
        let back = super::plan::plan(&wanted_of(&before, &after), &after.as_files_tell(), &rules);
        prop_assert!(back.faults.is_empty(), "{:?}", back.faults);
        model.carry_out_all(&back, share_addresses);
        prop_assert_eq!(&model, &before);
    }

    #[test]
    fn what_a_file_wants_is_done_or_is_wrong(before in any_model(true), Lines(wanted) in any_wanted(), rules in rules()) {
        let expected = expected(&before, &wanted, &rules);
        let plan = plan(&wanted, &before.as_files_tell(), &rules);
        match expected {
            None => prop_assert!(!plan.faults.is_empty() && plan.steps.is_empty(), "{}", shown_steps(&plan)),
            Some(expected) => {
                prop_assert!(plan.faults.is_empty(), "{:?}", plan.faults);
                let mut model = before.clone();
                model.carry_out_all(&plan, rules.share_addresses);
                prop_assert_eq!(&model, &expected);
                // Whoever stops on the way and begins again comes to the same.
                let mut again = before.clone();
                for step in &plan.steps[..plan.steps.len() / 2] {
                    again.carry_out(&step.action).expect("it was not refused before");
                }
                if wanted.hosts.iter().all(|host| host.wish.as_ref().is_none_or(says_all)) {
                    let gone = before.hosts.iter().filter(|(name, _)| !again.hosts.contains_key(*name));
                    let away = gone.map(|(name, host)| (name.clone(), Arc::new(host.clone()))).collect();
                    let rest = super::plan::plan(&wanted, &Present { away, ..again.as_files_tell() }, &rules);
                    prop_assert!(rest.faults.is_empty(), "{:?}", rest.faults);
                    again.carry_out_all(&rest, true);
                    prop_assert_eq!(&again, &expected);
                }
            }
        }
    }

    #[test]
    fn what_a_server_does_not_tell_is_not_lost(before in any_model(true), Lines(wanted) in any_wanted(), share_addresses: bool) {
        let rules = Rules { prune: None, share_addresses };
        let plan = plan(&wanted, &before.as_it_tells(&wanted), &rules);
        if !plan.faults.is_empty() {
            prop_assert!(plan.steps.is_empty());
            return Ok(());
        }
        let mut model = before.clone();
        model.carry_out_all(&plan, true);
        let lines: BTreeMap<&[u8], &WantedHost> =
            wanted.hosts.iter().map(|host| (host.name.as_slice(), host)).collect();
        for (name, was) in &before.hosts {
            if !lines.contains_key(name.as_slice()) {
                prop_assert_eq!(model.hosts.get(name), Some(was));
            }
        }
        for (name, host) in lines {
            let now = model.hosts.get(name);
            let Some(wish) = &host.wish else {
                prop_assert_eq!(now, None);
                continue;
            };
            let now = now.expect("it is wanted");
            let fresh = State { name: name.to_vec(), untold: Some(Untold::default()), ..State::default() };
            let was = before.hosts.get(name).unwrap_or(&fresh);
            let becomes = wish.applied_to(was);
            prop_assert_eq!(
                (&now.hardware, &now.client_id, &now.addresses),
                (&becomes.hardware, &becomes.client_id, &becomes.addresses)
            );
            prop_assert!(now.untold == becomes.untold || now.untold == was.untold, "{:?} {:?} {:?}", was, wish, now);
        }
    }
}

#[test]
fn a_host_that_shared_an_address_comes_back_to_it_when_a_run_was_interrupted() {
    let host = |name: u8, mac: u8| host_of(&(name, Some(mac), None, vec![6], None, 0));
    let (a, b) = (host(0, 1), host(1, 2));
    let wish = Wish { hardware: Some(Some(hardware(3))), addresses: Some(a.addresses.clone()), ..Wish::default() };
    let wanted =
        Wanted { hosts: vec![WantedHost { line: 1, name: a.name.clone(), wish: Some(wish) }], ..Wanted::default() };
    let away = HashMap::from([(a.name.clone(), Arc::new(a))]);
    let present = Present { hosts: vec![Arc::new(b)], away, is_complete: true, ..Present::default() };
    let again = plan(&wanted, &present, &Rules::default());
    assert_eq!((again.faults.len(), again.steps.len()), (0, 1), "{:?}", again.faults);
    // Nobody else may have it as well.
    let fresh = plan(&wanted, &Present { away: HashMap::new(), ..present }, &Rules::default());
    assert_eq!(fresh.faults.len(), 1, "{:?}", fresh.faults);
}

#[test]
fn an_address_outside_every_subnet_is_wrong_unless_the_host_has_it_already() {
    let before = host_of(&(0, Some(1), None, vec![6], None, 0));
    let conf = Conf::parse("dhcpd.conf", b"subnet 10.9.0.0 netmask 255.255.0.0 { }").expect("a configuration");
    let networks = Some(Networks::of(&conf));
    let present = Present { hosts: vec![Arc::new(before.clone())], networks, ..Present::default() };
    for (own, faults) in [(&[6][..], 0), (&[7], 1), (&[6, 7], 1)] {
        let said = (Some(Some(hardware(2))), Some(addresses(own)));
        let wish = Wish { hardware: said.0, addresses: said.1, ..Wish::default() };
        let hosts = vec![WantedHost { line: 1, name: before.name.clone(), wish: Some(wish) }];
        let plan = plan(&Wanted { hosts, ..Wanted::default() }, &present, &Rules::default());
        assert_eq!(plan.faults.len(), faults, "{own:?}: {:?}", plan.faults);
    }
}

/// Hosts that each name a group of its own, and a file that changes all of these groups and removes as many others.
fn many_groups(count: usize) -> (Wanted, Present) {
    let group = |number: usize, text: &str| {
        let statements = Some(format!("supersede server.filename = \"{text}\";"));
        Arc::new(GroupState { name: format!("g{number}").into_bytes(), statements })
    };
    let host = |number: usize| {
        let untold = Some(Untold { group: Some(format!("g{number}").into_bytes()), statements: String::new() });
        let mac = (ETHERNET, (number as u64).to_be_bytes()[2..].to_vec());
        Arc::new(State { name: format!("h{number}").into_bytes(), hardware: Some(mac), untold, ..State::default() })
    };
    let present = Present {
        hosts: (0..count).map(host).collect(),
        groups: (0..2 * count).map(|number| group(number, "a")).collect(),
        is_complete: true,
        ..Present::default()
    };
    let of = |number: usize| WantedGroup {
        line: number as u64 + 1,
        name: format!("g{number}").into_bytes(),
        statements: (number < count).then(|| group(number, "b").statements.clone()).flatten(),
    };
    (Wanted { groups: (0..2 * count).map(of).collect(), ..Wanted::default() }, present)
}

#[test]
fn plans_for_many_groups_take_linear_time() {
    let count = 20_000;
    let (wanted, present) = many_groups(count);
    let start = Instant::now();
    let plan = plan(&wanted, &present, &Rules::default());
    assert!(plan.faults.is_empty(), "{:?}", plan.faults);
    // A stand-in, its host to it and back, the group removed and made, the stand-in removed; and the others removed.
    assert_eq!(plan.steps.len(), 6 * count + count);
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

fn says_all(wish: &Wish) -> bool {
    wish.hardware.is_some()
        && wish.client_id.is_some()
        && wish.addresses.is_some()
        && wish.group.is_some()
        && wish.statements.is_some()
}
