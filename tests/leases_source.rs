//! Where lease files come from: stdin as a pipe and as a file, named pipes, compressed or not.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use omsh::dhcpd::declarations::Context;
use omsh::dhcpd::leases::{Source, Table};

/// Set for the process that reads its stdin.
const CHILD: &str = "OMSH_TEST_READS_STDIN";

/// Longer than what a pipe holds.
const BLOCKS: usize = 20_000;

fn text() -> Vec<u8> {
    let lease = |number: usize| format!("lease 10.0.{}.{} {{\n  binding state free;\n}}\n", number >> 8, number & 255);
    (0..BLOCKS).map(lease).collect::<String>().into_bytes()
}

fn compressed() -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&text()).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn count(path: &Path) -> usize {
    let source = Source::open(path).expect("it can be read");
    let table = Table::read(&source, &Context::default(), 2, &|_| {}).expect("it can be read");
    assert_eq!(table.damage().count, 0);
    table.len()
}

/// Not a test by itself: it is run by others as a process of its own.
#[test]
fn child_that_reads_stdin() {
    if std::env::var_os(CHILD).is_some() {
        assert_eq!(count(Path::new("-")), BLOCKS);
    }
}

fn child(stdin: Stdio) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--exact", "child_that_reads_stdin"]).env(CHILD, "1").stdin(stdin).stdout(Stdio::null());
    command
}

#[test]
fn stdin_is_read_from_a_pipe() {
    for bytes in [text(), compressed()] {
        let mut child = child(Stdio::piped()).spawn().expect("this program runs");
        child.stdin.take().expect("it has one").write_all(&bytes).expect("the child reads");
        assert!(child.wait().expect("it was started").success());
    }
}

#[test]
fn stdin_is_read_from_a_file() {
    let folder = tempfile::tempdir().expect("a place for files");
    let path = folder.path().join("leases");
    for bytes in [text(), compressed()] {
        std::fs::write(&path, bytes).expect("there is room");
        let file = File::open(&path).expect("a file of our own");
        assert!(child(file.into()).status().expect("this program runs").success());
    }
}

#[test]
fn a_named_pipe_is_read() {
    let folder = tempfile::tempdir().expect("a place for files");
    let path: PathBuf = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo runs").success());
    for bytes in [text(), compressed(), Vec::new()] {
        let is_empty = bytes.is_empty();
        let to = path.clone();
        let writer = std::thread::spawn(move || File::create(to).and_then(|mut pipe| pipe.write_all(&bytes)));
        assert_eq!(count(&path), if is_empty { 0 } else { BLOCKS });
        writer.join().expect("it only writes").expect("the pipe is read");
    }
}
