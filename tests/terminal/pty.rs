//! A program on a pseudo-terminal.

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{InputModes, LocalModes, OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize};
use std::fs::File;
use std::io;
use std::process::{Child, Command};

/// Starts a command on a new terminal of so many columns and rows, and returns the terminal's other end with it.
///
/// The terminal is its controlling one. It is killed when this thread ends.
pub fn start(command: &Command, columns: u16, rows: u16) -> io::Result<(Child, File)> {
    // No program that another test starts meanwhile inherits one of these.
    let other_end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&other_end)?;
    unlockpt(&other_end)?;
    let name = ptsname(&other_end, Vec::new())?;
    let terminal = File::from(open(&name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?);
    let mut modes = tcgetattr(&terminal)?;
    modes.input_modes.insert(InputModes::IUTF8);
    tcsetattr(&terminal, OptionalActions::Now, &modes)?;
    let other_end = File::from(other_end);
    set_size(&other_end, columns, rows)?;

    let mut whole = Command::new("setpriv");
    whole.args(["--pdeathsig", "KILL", "--", "setsid", "--ctty"]);
    whole.arg(command.get_program()).args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        value.map(|value| whole.env(name, value));
    }
    command.get_current_dir().map(|folder| whole.current_dir(folder));
    whole.stdin(terminal.try_clone()?).stdout(terminal.try_clone()?).stderr(terminal);
    Ok((whole.spawn()?, other_end))
}

/// Gives the terminal another size, of which its program is told.
pub fn set_size(other_end: &File, columns: u16, rows: u16) -> io::Result<()> {
    Ok(tcsetwinsize(other_end, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })?)
}

/// Whether the terminal itself shows what is typed.
pub fn echoes(other_end: &File) -> io::Result<bool> {
    Ok(tcgetattr(other_end)?.local_modes.contains(LocalModes::ECHO))
}
