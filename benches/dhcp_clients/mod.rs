//! DHCP clients: ISC's perfdhcp, in a network of its own at the other end of a test network's cable.

use std::io::{BufRead, BufReader};
use std::ops::Range;
use std::process::{Child, Command, Stdio};

use crate::support::net::Net;

/// What ends, counts and times exchanges.
const PROGRAM: &str = "perfdhcp";

/// A place for clients.
pub struct Clients<'a> {
    net: &'a Net,
    holder: Child,
    place: String,
}

/// Clients at work.
pub struct Running(Child);

/// What they got.
#[derive(Clone, Copy, Debug, Default)]
pub struct Served {
    pub sent: f64,
    /// Those without an answer within a second.
    pub lost: f64,
    /// Of the answers of the time in question, in milliseconds.
    pub median: f64,
    pub longest: f64,
}

impl<'a> Clients<'a> {
    /// Takes the far end of the network's cable.
    pub fn new(net: &'a Net) -> Result<Clients<'a>, String> {
        let mut holder = net
            .command("unshare")
            .args(["-n", "sh", "-c", "echo $$; read end || exit 0"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("no network for clients: {error}"))?;
        let mut place = String::new();
        let stdout = holder.stdout.take().ok_or("no pipe")?;
        BufReader::new(stdout).read_line(&mut place).map_err(|error| error.to_string())?;
        let clients = Clients { net, holder, place: place.trim().to_owned() };
        let moved = net.command("ip").args(["link", "set", "v1", "netns", &clients.place]).status();
        let set_up =
            "PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && ip addr add 10.1.1.2/16 dev v1 && ip link set v1 up";
        let is_up = clients.command("sh").args(["-c", set_up]).status();
        match (moved, is_up) {
            (Ok(moved), Ok(up)) if moved.success() && up.success() => Ok(clients),
            failed => Err(format!("no network for clients: {failed:?}")),
        }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.net.command("nsenter");
        command.args(["-t", &self.place, "-n", "--", program]);
        command
    }

    /// Starts so many exchanges a second, for so many seconds.
    pub fn start(&self, rate: u32, seconds: u32) -> Result<Running, String> {
        let (rate, seconds) = (rate.to_string(), seconds.to_string());
        // After the last request answers are waited for, for 1.5 s.
        let options = ["-4", "-l", "v1", "-R", "20000", "-d", "1", "-x", "t", "-W", "1500000"];
        let mut command = self.command(PROGRAM);
        command.args(options).args(["-r", &rate, "-p", &seconds, "10.1.1.1"]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        child.map(Running).map_err(|error| format!("{PROGRAM}: {error}; apt-get install -y kea-admin"))
    }
}

impl Drop for Clients<'_> {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

impl Running {
    /// Waits until their time is over. Delays are those of requests that were sent in `during`, in seconds since the
    /// start; losses are those of the whole time.
    pub fn served(self, during: Range<f64>) -> Result<Served, String> {
        let output = self.0.wait_with_output().map_err(|error| error.to_string())?;
        let said = String::from_utf8_lossy(&output.stdout);
        let sum = |name: &str| {
            let of = |line: &str| line.strip_prefix(name)?.trim().parse::<f64>().ok();
            said.lines().filter_map(of).sum::<f64>()
        };
        let mut delays: Vec<f64> = said.lines().filter_map(|line| delay(line, &during)).collect();
        delays.sort_by(f64::total_cmp);
        match (delays.get(delays.len() / 2), delays.last()) {
            (Some(median), Some(longest)) => {
                Ok(Served { sent: sum("sent packets:"), lost: sum("drops:"), median: *median, longest: *longest })
            }
            _ => Err(format!("{PROGRAM} got no answer; it says\n{said:.2000}")),
        }
    }
}

/// How many milliseconds an answer took, by a line with two times in seconds.
fn delay(line: &str, during: &Range<f64>) -> Option<f64> {
    let (sent, received) = line.strip_prefix("sent / received:")?.split_once('/')?;
    let (sent, received): (f64, f64) = (sent.trim().parse().ok()?, received.trim().parse().ok()?);
    during.contains(&sent).then_some((received - sent) * 1e3)
}
