//! A throw-away copy of this machine's file system, in which packages can be installed and removed without
//! the machine, or another test, noticing.

use super::namespace::{Namespace, is_root};
use super::require_programs;
use super::scratch::Scratch;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// `/usr` is the machine's with changes kept in memory; `/etc` and dpkg's database are copied, and the rest of
/// `/var` is empty. Any user but root may change no file in `/usr` that is the real root's, nor any folder, so
/// what packages will change there is copied beforehand: the files of the package with omshell, and the
/// folders of the package to install.
const SET_UP: &str = r#"
    folder=$1 package=$2 options=$3
    mount -t tmpfs copy "$folder"
    cd "$folder"
    mkdir -p changes/usr work root/usr root/dev root/proc root/run root/tmp root/var/lib root/var/log \
        root/var/cache/man
    dpkg-deb --fsys-tarfile "$package" | tar -t | grep '/$' | (cd changes && xargs mkdir -p)
    for path in $(dpkg-query --listfiles "$(dpkg-query --search /usr/bin/omshell | cut -d: -f1)" | grep ^/usr/); do
        if [ -d "$path" ]; then
            mkdir -p "changes$path"
        else
            cp -d --preserve=mode,timestamps --parents "$path" changes
        fi
    done
    mount -t overlay -o "lowerdir=/usr,upperdir=changes/usr,workdir=work$options" copy root/usr
    for path in /bin /sbin /lib*; do
        if [ -L "$path" ]; then
            cp -d "$path" root
        else
            mkdir "root$path" && mount --rbind "$path" "root$path"
        fi
    done
    # Not everybody may read all of it, and nothing here needs that: locks, and passwords.
    cp -dR --preserve=mode,timestamps /etc root 2>/dev/null || :
    cp -dR --preserve=mode,timestamps /var/lib/dpkg root/var/lib 2>/dev/null || :
    mount --rbind /dev root/dev
    mount --rbind /proc root/proc
    # The machine's own services are not to be stopped.
    rm -f root/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >root/usr/sbin/policy-rc.d
    chmod 755 root/usr/sbin/policy-rc.d"#;

/// The copy; it ends when it is dropped.
pub struct MachineCopy {
    namespace: Namespace,
    root: PathBuf,
    /// Where the copy is mounted, which only those in the namespace see.
    _folder: Scratch,
}

impl MachineCopy {
    /// Makes one, as root or, where the kernel permits, as any user, in which that package can be installed.
    pub fn new(package: &Path) -> MachineCopy {
        require_programs();
        let folder = Scratch::new();
        // What an overlay has to remember of a folder, not everybody may write down where root does.
        let options = if is_root() { "" } else { ",userxattr" };
        let namespace = Namespace::new('m', SET_UP, [folder.path(), package, Path::new(options)]);
        MachineCopy { namespace, root: folder.join("root"), _folder: folder }
    }

    /// Puts a file into the copy's `/tmp`, under its own name.
    pub fn bring(&self, file: &Path) {
        let mut command = self.namespace.command("cp");
        assert!(command.arg(file).arg(self.root.join("tmp")).status().expect("cp runs").success());
    }

    /// What came of these lines of a shell script, run in the copy. It ends at the first failure.
    pub fn run(&self, lines: &str) -> Output {
        let mut command: Command = self.namespace.command("chroot");
        command.arg(&self.root).args(["sh", "-ec", lines]).env_clear().env("LC_ALL", "C").env("HOME", "/tmp");
        command.env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        command.env("DEBIAN_FRONTEND", "noninteractive").output().expect("chroot runs")
    }

    /// What these lines print, all of which have to succeed.
    pub fn print(&self, lines: &str) -> Vec<u8> {
        let output = self.run(lines);
        assert!(output.status.success(), "{lines}: {}\n{}", output.status, said(&output));
        output.stdout
    }

    /// The same as text.
    pub fn tell(&self, lines: &str) -> String {
        String::from_utf8(self.print(lines)).expect("text")
    }
}

/// Everything that was printed, for a person to read.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
