//! One at a time: commands of one machine that change the same server wait for each other, for a moment.
//!
//! dhcpd 4.4 keeps a removed host for as long as another client has it open, and a change to it would count for the
//! host that has its name now. So nobody else must remove a host between the look at it and its change: that is
//! true of those who take turns, and likely of all others.

use std::time::{Duration, Instant};

/// The longest wait for those before us: rather out of turn than not at all.
const LONGEST: Duration = Duration::from_secs(5);

/// Held for as long as it is our turn.
#[derive(Debug)]
pub struct Turn {
    #[cfg(target_os = "linux")]
    _held: Option<std::os::unix::net::UnixListener>,
}

impl Turn {
    /// Waits for our turn with the server of that name.
    ///
    /// A socket in Linux's abstract namespace is a lock that needs no file and ends with the process.
    #[cfg(target_os = "linux")]
    pub fn wait(server: &str) -> Turn {
        use std::io::ErrorKind;
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::{SocketAddr, UnixListener};

        // There is room for 107 bytes.
        let name: Vec<u8> = format!("omsh: {server}").bytes().take(100).collect();
        let limit = Instant::now() + LONGEST;
        let Ok(address) = SocketAddr::from_abstract_name(name) else { return Turn { _held: None } };
        loop {
            match UnixListener::bind_addr(&address) {
                Ok(listener) => return Turn { _held: Some(listener) },
                Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < limit => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(_) => return Turn { _held: None },
            }
        }
    }

    /// Elsewhere nobody waits.
    #[cfg(not(target_os = "linux"))]
    pub fn wait(_server: &str) -> Turn {
        Turn {}
    }
}
