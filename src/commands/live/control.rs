//! `control`: the server itself.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Error, Result};

use crate::render::Value;
use crate::shell::ExitStatus;

use super::answer::{Done, Outcome};
use super::{Session, usage};

/// What is to be done with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlRequest {
    /// `control shutdown`.
    Shutdown {
        /// Without asking first.
        yes: bool,
    },
}

pub(super) fn run(request: &ControlRequest, session: &mut Session<'_, '_>) -> Result<ExitStatus, Error> {
    let ControlRequest::Shutdown { yes } = request;
    session.begin_change()?;
    let names: Vec<String> = session.servers.iter().map(super::server::Server::name).collect();
    if !yes && !session.dry_run && !is_confirmed(&names)? {
        return Err(usage("nothing was shut down").into());
    }
    let mut done = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if !session.dry_run {
            let outcome = session.servers[at].shut_down("cannot shut the server down");
            outcome.map_err(|mut failure| {
                let gone = names[..at].iter().map(|name| format!("{name} is shut down, and stays so"));
                failure.aftermath.one_sided.extend(gone);
                failure
            })?;
        }
        let state = |name: &'static str| Some(vec![("state", Value::text(name))]);
        let (before, after) = (state("running"), state("shut down"));
        let server = session.servers[at].name();
        done.push(Done {
            outcome: Outcome::Changed,
            kind: "control",
            name: name.clone().into(),
            server,
            before,
            after,
        });
    }
    session.finish(done)
}

/// What is asked before a server is shut down.
pub fn question(server: &str) -> String {
    format!("Shut down dhcpd on {server}? Nobody gets an address until somebody starts it again.")
}

/// Asks the person at the terminal.
fn is_confirmed(names: &[String]) -> Result<bool, Error> {
    let (stdin, mut stderr) = (io::stdin(), io::stderr());
    if !stdin.is_terminal() || !stderr.is_terminal() {
        return Err(usage("shutting dhcpd down needs --yes where there is nobody at a terminal to ask").into());
    }
    write!(stderr, "{} [y/N] ", question(&names.join(" and ")))?;
    stderr.flush()?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
