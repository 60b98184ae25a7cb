//! The Debian package, built by cargo-deb around the omsh of this test run, and installed, upgraded and removed
//! in copies of this machine's file system.

mod support;

use std::env::{var, var_os};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use support::machine_copy::{MachineCopy, said};
use support::run::Run;
use support::{OMSHELL, OURS};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const INSTALL: &str = "dpkg --install /tmp/omsh_1.deb";
const UPGRADE: &str = "dpkg --install /tmp/omsh_2.deb";
const DIVERSIONS: &str = "dpkg-divert --list | grep omshell || :";
const COMPLAINTS: &str = "dpkg --audit | grep omsh || :";
const VERSION: &str = "omshell --version || :";

/// A package as ISC's, with omshell and its page and nothing else, of a later version than the machine's. The
/// real one is not on every machine that it was once installed on.
const MAKE_ISCS: &str = "
    mkdir -p /tmp/isc/DEBIAN /tmp/isc/usr/bin /tmp/isc/usr/share/man/man1
    cp -p /usr/bin/omshell /tmp/isc/usr/bin
    cp -p /usr/share/man/man1/omshell.1.gz /tmp/isc/usr/share/man/man1
    package=$(dpkg-query --search /usr/bin/omshell | cut -d: -f1)
    {
        dpkg-query --show --showformat 'Package: ${Package}\\nVersion: ${Version}+later\\n' $package
        dpkg-query --show --showformat 'Architecture: ${Architecture}\\nMaintainer: ${Maintainer}\\n' $package
        echo 'Description: stands for the package with omshell'
    } >/tmp/isc/DEBIAN/control
    dpkg-deb --build --root-owner-group -Znone /tmp/isc /tmp/isc.deb
    echo $package >/tmp/isc.name";
const INSTALL_ISCS: &str = "dpkg --install /tmp/isc.deb";
const REMOVE_ISCS: &str = "dpkg --force-depends --remove $(cat /tmp/isc.name)";

/// The package in two revisions, the second one to upgrade to, built once for all tests here.
fn packages() -> &'static [PathBuf; 2] {
    static PACKAGES: OnceLock<[PathBuf; 2]> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        require_tools();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package");
        // A release build would be some minutes more of the same. With `--no-build` cargo-deb takes what it finds
        // where a release build would be, in a target directory that no other Cargo has locked.
        fs::create_dir_all(folder.join("release")).expect("a directory of our own");
        let stripped = Command::new("strip").args(["-o"]).arg(folder.join("release/omsh")).arg(OURS).status();
        assert!(stripped.expect("strip runs").success());
        ["1", "2"].map(|revision| {
            let package = folder.join(format!("omsh_{revision}.deb"));
            let mut cargo = cargo_deb();
            cargo.args(["--no-build", "--fast", "--locked", "--offline", "--deb-revision", revision, "--output"]);
            let output = cargo.arg(&package).current_dir(ROOT).env("CARGO_TARGET_DIR", &folder).output();
            let output = output.expect("Cargo runs");
            assert!(output.status.success(), "{}", said(&output));
            package
        })
    })
}

fn cargo_deb() -> Command {
    let mut cargo = Command::new(var_os("CARGO").unwrap_or("cargo".into()));
    cargo.arg("deb");
    cargo
}

/// Fails, with the remedy, when the machine lacks a program that makes packages.
fn require_tools() {
    let output = cargo_deb().arg("--version").output().expect("Cargo runs");
    assert!(output.status.success(), "cargo-deb is missing; cargo install cargo-deb --locked");
    let path = var("PATH").unwrap_or_default();
    let found = |name: &str| path.split(':').any(|folder| Path::new(folder).join(name).exists());
    let missing: Vec<_> = ["dpkg-deb", "dpkg-shlibdeps", "strip"].into_iter().filter(|name| !found(name)).collect();
    assert!(
        missing.is_empty(),
        "{} is missing; on Debian or Ubuntu: apt-get install -y dpkg-dev binutils",
        missing.join(", ")
    );
}

/// A copy of this machine, which has ISC's omshell, with the packages in its `/tmp`.
fn copy() -> MachineCopy {
    let packages = packages();
    let copy = MachineCopy::new(&packages[0]);
    packages.iter().for_each(|package| copy.bring(package));
    copy
}

/// A copy without ISC's omshell, and with a package of it in its `/tmp`.
fn copy_without_iscs() -> MachineCopy {
    let copy = copy();
    copy.print(MAKE_ISCS);
    copy.print(REMOVE_ISCS);
    assert_no_omshell(&copy);
    copy
}

/// Who answers to the name: omsh tells, and omshell only its usage.
fn assert_omshell_is_ours(copy: &MachineCopy) {
    assert_eq!(copy.tell("readlink --canonicalize /usr/bin/omshell"), "/usr/bin/omsh\n");
    assert_eq!(copy.tell("readlink --canonicalize /usr/share/man/man1/omshell.1.gz"), page("omsh"));
    let commit = env!("OMSH_BUILT_COMMIT");
    let version = format!("omsh {} (commit {commit}, OMAPI protocol version 100)\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(copy.tell(VERSION), version);
}

fn assert_omshell_is_iscs_alternative(copy: &MachineCopy) {
    assert_eq!(copy.tell("readlink --canonicalize /usr/bin/omshell"), "/usr/bin/omshell.isc\n");
    assert_eq!(copy.tell("readlink --canonicalize /usr/share/man/man1/omshell.1.gz"), page("omshell.isc"));
    assert_eq!(copy.tell(VERSION), "");
}

/// Nothing tells that omsh was ever there.
fn assert_omshell_is_iscs_own(copy: &MachineCopy) {
    for path in [OMSHELL, "/usr/share/man/man1/omshell.1.gz"] {
        assert_eq!(copy.tell(&format!("stat --format %F {path}")), "regular file\n");
        assert!(copy.print(&format!("cat {path}")) == fs::read(path).unwrap(), "{path} is as it was");
    }
    assert_eq!(copy.tell("ls /usr/bin/omsh*"), "/usr/bin/omshell\n");
    assert_nothing_is_left(copy);
}

fn assert_no_omshell(copy: &MachineCopy) {
    assert_eq!(copy.tell("ls /usr/bin /usr/share/man/man1 | grep ^omsh || :"), "");
    assert_nothing_is_left(copy);
}

fn assert_nothing_is_left(copy: &MachineCopy) {
    assert_eq!(copy.tell(DIVERSIONS), "");
    assert_eq!(copy.tell("ls /etc/alternatives /var/lib/dpkg/alternatives | grep omsh || :"), "");
}

fn page(name: &str) -> String {
    format!("/usr/share/man/man1/{name}.1.gz\n")
}

/// The alternatives as `update-alternatives --query` tells them: `STATUS VALUE: PATH PRIORITY, ...`.
fn alternatives(copy: &MachineCopy) -> String {
    let answer = copy.tell("update-alternatives --query omshell");
    let values = |name: &str| -> Vec<String> {
        answer.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned).collect()
    };
    let offered = values("Alternative").into_iter().zip(values("Priority"));
    let offered: Vec<_> = offered.map(|(path, priority)| format!("{path} {priority}")).collect();
    format!("{} {}: {}", values("Status").concat(), values("Value").concat(), offered.join(", "))
}

#[test]
fn beside_iscs_omshell() {
    let copy = copy();
    copy.print(MAKE_ISCS);
    copy.print(INSTALL);

    assert_omshell_is_ours(&copy);
    let answer = Run::omshell().stdin("help\n").alone().stdout;
    assert!(answer.starts_with(b"> Commands:"));
    for name in ["omshell", "omsh", "omshell.isc"] {
        assert!(copy.print(&format!("echo help | {name}")) == answer, "{name}");
    }
    assert!(copy.print("cat /usr/bin/omshell.isc") == fs::read(OMSHELL).unwrap());
    let diversions = copy.tell("dpkg-divert --list | grep omshell | sort");
    assert_eq!(
        diversions,
        "diversion of /usr/bin/omshell to /usr/bin/omshell.isc by omsh\n\
         diversion of /usr/share/man/man1/omshell.1.gz to /usr/share/man/man1/omshell.isc.1.gz by omsh\n"
    );
    assert_eq!(alternatives(&copy), "auto /usr/bin/omsh: /usr/bin/omsh 60, /usr/bin/omshell.isc 40");

    // A choice by hand stays, whoever is upgraded.
    copy.print("update-alternatives --set omshell /usr/bin/omshell.isc");
    assert_omshell_is_iscs_alternative(&copy);
    for upgrade in [INSTALL, UPGRADE, INSTALL_ISCS] {
        copy.print(upgrade);
        assert_omshell_is_iscs_alternative(&copy);
        let expected = "manual /usr/bin/omshell.isc: /usr/bin/omsh 60, /usr/bin/omshell.isc 40";
        assert_eq!(alternatives(&copy), expected, "{upgrade}");
    }
    copy.print("update-alternatives --auto omshell");
    assert_omshell_is_ours(&copy);

    copy.print("dpkg --remove omsh");
    assert_omshell_is_iscs_own(&copy);
    copy.print("dpkg --purge omsh");
    assert_omshell_is_iscs_own(&copy);
    assert_eq!(copy.tell("ls /var/lib/dpkg/info | grep ^omsh || :"), "");
    // And all over again, at once to the end.
    copy.print(INSTALL);
    assert_omshell_is_ours(&copy);
    copy.print("dpkg --purge omsh");
    assert_omshell_is_iscs_own(&copy);
}

#[test]
fn without_iscs_omshell_or_before_it() {
    let copy = copy_without_iscs();
    copy.print(INSTALL);
    let alone = "auto /usr/bin/omsh: /usr/bin/omsh 60";
    let both = "auto /usr/bin/omsh: /usr/bin/omsh 60, /usr/bin/omshell.isc 40";
    assert_omshell_is_ours(&copy);
    assert_eq!(alternatives(&copy), alone);
    copy.print(UPGRADE);
    assert_eq!(alternatives(&copy), alone);
    copy.print("dpkg --remove omsh");
    assert_no_omshell(&copy);

    copy.print(INSTALL);
    copy.print(INSTALL_ISCS);
    assert_omshell_is_ours(&copy);
    assert!(copy.print("cat /usr/bin/omshell.isc") == fs::read(OMSHELL).unwrap());
    assert_eq!(alternatives(&copy), both);
    // One that was chosen and goes does not take the name along.
    copy.print("update-alternatives --set omshell /usr/bin/omshell.isc");
    copy.print(REMOVE_ISCS);
    assert_omshell_is_ours(&copy);
    assert_eq!(alternatives(&copy), alone);

    copy.print(INSTALL_ISCS);
    assert_eq!(alternatives(&copy), both);
    copy.print("dpkg --remove omsh");
    assert_omshell_is_iscs_own(&copy);
}

#[test]
fn given_up_halfway() {
    let copy = copy();
    // What was unpacked but never configured is removed without its prerm.
    copy.print(INSTALL);
    copy.print("dpkg --unpack /tmp/omsh_2.deb && dpkg --remove omsh");
    assert_omshell_is_iscs_own(&copy);
    copy.print("dpkg --unpack /tmp/omsh_1.deb && dpkg --remove omsh");
    assert_omshell_is_iscs_own(&copy);

    // A file of another package is in the way, and dpkg aborts the installation.
    copy.print("echo other >/tmp/other && mkdir -p /tmp/other-package/DEBIAN /tmp/other-package/usr/bin");
    copy.print(
        "cd /tmp/other-package && cp /bin/true usr/bin/omsh
        printf 'Package: other\\nVersion: 1\\nArchitecture: all\\nMaintainer: x\\nDescription: x\\n' >DEBIAN/control
        dpkg-deb --build --root-owner-group -Znone . /tmp/other.deb && dpkg --install /tmp/other.deb",
    );
    let output = copy.run(INSTALL);
    assert!(!output.status.success() && said(&output).contains("trying to overwrite"), "{}", said(&output));
    assert_eq!(copy.tell(COMPLAINTS), "");
    copy.print("dpkg --purge other");
    assert_omshell_is_iscs_own(&copy);

    // Somebody else has diverted omshell, which stays so.
    let diverted = "local diversion of /usr/bin/omshell to /usr/bin/omshell.mine\n";
    copy.print("dpkg-divert --local --rename --divert /usr/bin/omshell.mine --add /usr/bin/omshell");
    let output = copy.run(INSTALL);
    assert!(!output.status.success() && said(&output).contains("clashes with"), "{}", said(&output));
    assert_eq!(copy.tell(DIVERSIONS), diverted);
    assert_eq!(copy.tell(COMPLAINTS), "");
    copy.print("dpkg-divert --local --rename --remove /usr/bin/omshell");
    assert_omshell_is_iscs_own(&copy);
}

#[test]
fn what_is_in_it() {
    let copy = copy();
    copy.print(INSTALL);
    let root = Path::new(ROOT);

    let mut pages = 0;
    for entry in fs::read_dir(root.join("man")).unwrap() {
        let entry = entry.unwrap();
        let installed = copy.print(&format!("gunzip -c /usr/share/man/man1/{}.gz", entry.file_name().display()));
        assert!(installed == fs::read(entry.path()).unwrap(), "{:?}", entry.file_name());
        pages += 1;
    }
    assert!(pages > 10, "{pages}");
    for (source, installed) in [
        ("completions/omsh.bash", "/usr/share/bash-completion/completions/omsh"),
        ("completions/_omsh", "/usr/share/zsh/vendor-completions/_omsh"),
        ("completions/omsh.fish", "/usr/share/fish/vendor_completions.d/omsh.fish"),
        ("README.md", "/usr/share/doc/omsh/README.md"),
        ("debian/copyright", "/usr/share/doc/omsh/copyright"),
    ] {
        assert!(copy.print(&format!("cat {installed}")) == fs::read(root.join(source)).unwrap(), "{installed}");
    }
    let changelog = fs::read(root.join("CHANGELOG.md")).unwrap();
    assert!(copy.print("gunzip -c /usr/share/doc/omsh/changelog.gz") == changelog);

    // The licence's own words, and the version, are in two places each.
    let words = |text: &str| text.split_whitespace().filter(|word| *word != ".").collect::<Vec<_>>().join(" ");
    let licence = fs::read_to_string(root.join("LICENSE-MIT")).unwrap();
    let (_, licence) = licence.split_once("developers").unwrap();
    let copyright = fs::read_to_string(root.join("debian/copyright")).unwrap();
    assert!(words(&copyright).contains(&words(licence)));
    let changelog = fs::read_to_string(root.join("debian/changelog")).unwrap();
    let version = concat!("omsh (", env!("CARGO_PKG_VERSION"), "-1) ");
    assert!(changelog.starts_with(version), "debian/changelog begins with {version}");
    let installed = "dpkg-query --show --showformat '${Version} ${Status}' omsh";
    assert_eq!(copy.tell(installed), concat!(env!("CARGO_PKG_VERSION"), "-1 install ok installed"));
    assert_eq!(copy.tell(COMPLAINTS), "");
}
