//! A disk that takes its time, for a dhcpd whose files are in memory: what waits for the disk waits so long.

use super::scratch::Scratch;
use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

/// A library that is loaded into dhcpd, built by the C compiler that Rust links with.
pub struct SlowDisk {
    folder: Scratch,
    wait: Duration,
}

impl SlowDisk {
    /// One on which each `fsync` takes so long.
    pub fn new(wait: Duration) -> SlowDisk {
        let folder = Scratch::new();
        let source = folder.join("slow_disk.c");
        std::fs::write(&source, include_str!("slow_disk.c")).expect("a file in our own directory");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).arg(folder.join("slow_disk.so")).arg(&source);
        let status = compiler.status().expect("a C compiler: apt-get install -y gcc");
        assert!(status.success(), "{compiler:?}: {status}");
        SlowDisk { folder, wait }
    }

    /// The environment of a program that has it.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let microseconds = self.wait.as_micros().to_string();
        vec![("LD_PRELOAD", self.folder.join("slow_disk.so").into()), ("SLOW_DISK_MICROSECONDS", microseconds.into())]
    }
}
