//! What another program says of itself, within a bounded time.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long a program may take to tell what it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// The first bytes that a program prints to stdout or stderr with `--version`, no more than `enough`; none where it says
/// nothing for long.
pub(super) fn version_said_by(program: &Path, enough: usize) -> Vec<u8> {
    let Ok((mut reader, writer)) = std::io::pipe() else { return Vec::new() };
    let Ok(for_stderr) = writer.try_clone() else { return Vec::new() };
    let child = Command::new(program).arg("--version").stdin(Stdio::null()).stdout(writer).stderr(for_stderr).spawn();
    let Ok(mut child) = child else { return Vec::new() };
    let (tell, told) = mpsc::channel();
    // On a thread of its own, for what the program has started may hold the pipe for longer than it lives.
    thread::spawn(move || {
        let mut said = Vec::new();
        let outcome = reader.by_ref().take(enough as u64).read_to_end(&mut said);
        // Nobody listens any longer where it took too long.
        let _ = tell.send(outcome.map(|_| said).unwrap_or_default());
    });
    let said = told.recv_timeout(PATIENCE).unwrap_or_default();
    // It has ended by itself, most likely.
    let _ = child.kill();
    let _ = child.wait();
    said
}

#[cfg(test)]
pub(super) mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::time::Instant;

    use super::*;

    /// A program that is a shell script.
    pub(in crate::commands::setup) fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a program of ours");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program of ours");
        path
    }

    #[test]
    fn a_program_that_tells_nothing_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let program = |name: &str, text: &str| script(folder.path(), name, text);
        let says = |program: &Path| version_said_by(program, 5);
        let (ours, errors) = (program("ours", "echo omsh 0.1.0"), program("errors", "echo isc-dhcpd >&2"));
        // Another test's child may hold it open for writing right now, so that it cannot be executed yet.
        assert!((0..10).any(|_| says(&ours) == b"omsh "));
        assert!((0..10).any(|_| says(&errors) == b"isc-d"));
        assert_eq!(says(&program("nothing", "exit 0")), b"");
        let start = Instant::now();
        assert_eq!(says(&program("child", "sleep 30 & exit 0")), b"", "its child holds the pipe");
        assert_eq!(says(&program("slow", "exec sleep 30")), b"");
        assert!(start.elapsed() < Duration::from_secs(20));
    }
}
