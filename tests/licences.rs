//! What omsh is made of, by `cargo metadata`: its licences are those that deny.toml allows, debian/copyright names all that
//! are linked in, and everything comes from the registry.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// A package that omsh is made of, or is tested with.
#[derive(Debug)]
struct Package {
    name: String,
    licence: String,
    source: Option<String>,
    requirements: Vec<String>,
    /// Part of the program, and not only of what makes or tests it.
    is_linked: bool,
}

fn file(name: &str) -> String {
    fs::read_to_string(format!("{ROOT}/{name}")).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform"];
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(cargo).current_dir(ROOT).args(arguments).arg(platform).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let linked = linked(&metadata);
    let package = |package: &Value| Package {
        name: text(&package["name"]),
        licence: text(&package["license"]),
        source: package["source"].as_str().map(str::to_owned),
        requirements: list(&package["dependencies"]).map(|dependency| text(&dependency["req"])).collect(),
        is_linked: linked.contains(&text(&package["id"])),
    };
    list(&metadata["packages"]).map(package).collect()
}

/// The identifiers of what is linked into the program. Macros only help to make it.
fn linked(metadata: &Value) -> BTreeSet<String> {
    let is_macro = |package: &&Value| list(&package["targets"]).any(|target| target["kind"][0] == "proc-macro");
    let macros: BTreeSet<String> =
        list(&metadata["packages"]).filter(is_macro).map(|macro_| text(&macro_["id"])).collect();
    let nodes: BTreeMap<String, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(&node["id"]), node)).collect();
    let mut found = BTreeSet::new();
    let mut left = vec![text(&metadata["resolve"]["root"])];
    while let Some(id) = left.pop() {
        if macros.contains(&id) || !found.insert(id.clone()) {
            continue;
        }
        let is_normal = |dependency: &&Value| list(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null());
        left.extend(list(&nodes[&id]["deps"]).filter(is_normal).map(|dependency| text(&dependency["pkg"])));
    }
    found
}

/// Whether an expression such as `(MIT OR Apache-2.0) AND Unicode-3.0` lets it be used under these licences.
fn is_covered(expression: &str, licences: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.as_slice();
    let covered = either(&mut words, licences);
    assert!(words.is_empty(), "{expression}: not understood from {words:?} on");
    covered
}

fn either(words: &mut &[&str], licences: &BTreeSet<&str>) -> bool {
    let mut covered = both(words, licences);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        covered |= both(words, licences);
    }
    covered
}

fn both(words: &mut &[&str], licences: &BTreeSet<&str>) -> bool {
    let mut covered = one(words, licences);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        covered &= one(words, licences);
    }
    covered
}

fn one(words: &mut &[&str], licences: &BTreeSet<&str>) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let covered = either(words, licences);
            assert_eq!(words.first(), Some(&")"));
            *words = &words[1..];
            covered
        }
        // An exception only adds to what is permitted.
        [licence, "WITH", _, rest @ ..] | [licence, rest @ ..] => {
            *words = rest;
            licences.contains(licence)
        }
        [] => panic!("an expression breaks off"),
    }
}

#[test]
fn expressions_are_covered_by_what_they_need() {
    let some = BTreeSet::from(["MIT", "Apache-2.0"]);
    for (expression, covered) in [
        ("MIT", true),
        ("Zlib", false),
        ("Unlicense/MIT", true),
        ("Zlib OR MIT AND BSD-2-Clause", false),
        ("MIT OR Zlib AND BSD-2-Clause", true),
        ("(MIT OR Zlib) AND Unicode-3.0", false),
        ("Apache-2.0 WITH LLVM-exception OR BSL-1.0", true),
        ("", false),
    ] {
        let got = !expression.is_empty() && is_covered(expression, &some);
        assert_eq!(got, covered, "{expression}");
    }
}

#[test]
fn all_licences_are_allowed_and_all_sources_known() {
    let deny: toml::Table = file("deny.toml").parse().expect("TOML");
    let allowed: BTreeSet<&str> =
        deny["licenses"]["allow"].as_array().expect("a list").iter().filter_map(toml::Value::as_str).collect();
    let packages = packages();
    assert!(packages.len() > 50, "only {} packages", packages.len());
    let mut wrong = Vec::new();
    for package in &packages {
        if package.licence.is_empty() || !is_covered(&package.licence, &allowed) {
            wrong.push(format!("{}: the licence `{}`", package.name, package.licence));
        }
        match package.source.as_deref() {
            Some(REGISTRY) => {}
            None if package.name == env!("CARGO_PKG_NAME") => {
                assert!(!package.requirements.iter().any(|requirement| requirement == "*"), "Cargo.toml has a `*`");
            }
            other => wrong.push(format!("{}: the source {other:?}", package.name)),
        }
    }
    assert!(wrong.is_empty(), "deny.toml does not allow\n{}", wrong.join("\n"));
    let used = |licence: &str| {
        let others: BTreeSet<&str> = allowed.iter().copied().filter(|other| *other != licence).collect();
        packages.iter().any(|package| !is_covered(&package.licence, &others))
    };
    let unused: Vec<&&str> = allowed.iter().filter(|licence| !used(licence)).collect();
    let usual = [&"Apache-2.0", &"MIT"];
    assert!(unused.iter().all(|licence| usual.contains(licence)), "deny.toml allows more than is needed: {unused:?}");
}

#[test]
fn the_package_names_every_licence_that_is_linked_in() {
    let copyright = file("debian/copyright");
    let named: BTreeSet<&str> = copyright
        .lines()
        .filter_map(|line| line.strip_prefix("License: "))
        .flat_map(|line| line.split(" or "))
        .map(|licence| if licence == "Expat" { "MIT" } else { licence })
        .collect();
    let ours = BTreeSet::from(["MIT", "Apache-2.0"]);
    let packages = packages();
    let linked: Vec<&Package> = packages.iter().filter(|package| package.is_linked).collect();
    assert!(linked.len() > 30, "only {} packages are linked in", linked.len());
    for package in &linked {
        assert!(is_covered(&package.licence, &named), "debian/copyright lacks {} of {}", package.licence, package.name);
        if !is_covered(&package.licence, &ours) {
            let is_named =
                copyright.lines().any(|line| line.trim() == format!("{}: {}", package.name, package.licence));
            assert!(is_named, "debian/copyright does not say that {} is under {}", package.name, package.licence);
        }
    }
    for licence in named.difference(&ours) {
        let is_needed = linked.iter().any(|package| package.licence.contains(licence));
        assert!(is_needed, "debian/copyright names {licence}, and nothing under it is linked in");
    }
}
