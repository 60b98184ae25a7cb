//! Says which commit is built, for `omsh --version`, in the variable `OMSH_BUILT_COMMIT`: what a packager
//! says in `OMSH_COMMIT`, or else what git has checked out, or else `unknown`. It never fails a build.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    // Said at least once, or Cargo takes any change of any file for a reason to run this again.
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=OMSH_COMMIT");
    let commit = said_by_packager().or_else(checked_out).unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env=OMSH_BUILT_COMMIT={commit}");
}

/// The first word of `OMSH_COMMIT`, if there is one: more than a line would be an instruction to Cargo.
fn said_by_packager() -> Option<String> {
    let words = std::env::var("OMSH_COMMIT").ok()?;
    words.split_whitespace().next().map(str::to_owned)
}

/// The commit of the work tree that this is the top of. An archive that was unpacked inside of another
/// repository has none.
fn checked_out() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    // HEAD names a branch, and the commit is in the branch's file, or packed with those of others.
    for name in ["HEAD", "packed-refs"] {
        if let Some(path) = path_of(name).filter(|path| path.exists()) {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    if let Some(branch) = git(&["symbolic-ref", "--quiet", "HEAD"]).and_then(|branch| path_of(&branch)) {
        // While it is packed, its own file is not there, and the folder is where that will appear. Cargo
        // takes a missing file for one that changes all the time.
        let watched = branch.ancestors().find(|path| path.exists()).unwrap_or(&branch);
        println!("cargo::rerun-if-changed={}", watched.display());
    }
    git(&["rev-parse", "--short=12", "HEAD"])
}

/// Where git keeps a file of its own: a work tree beside others has a HEAD to itself and shares the branches.
fn path_of(name: &str) -> Option<PathBuf> {
    git(&["rev-parse", "--git-path", name]).map(PathBuf::from)
}

/// What git answers, in one line, in this folder whatever the environment says of another repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").output().ok()?;
    let line = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !line.is_empty()).then_some(line)
}
