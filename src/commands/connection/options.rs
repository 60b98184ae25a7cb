//! What options say of the connection.

use std::path::PathBuf;
use std::time::Duration;

use crate::shell::ShellConnection;

/// Which of two failover partners is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The profile's server.
    First,
    /// Its partner.
    Second,
    /// Both.
    Both,
}

/// What options say of the connection.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConnectionOptions {
    /// `--server`.
    pub server: Option<String>,
    /// `--port`.
    pub port: Option<u16>,
    /// `--key-file`.
    pub key_file: Option<PathBuf>,
    /// `--allow-readable-key`.
    pub allow_readable_key: bool,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--peer`.
    pub peer: Option<Peer>,
    /// `--timeout`.
    pub timeout: Option<Duration>,
    /// `--wait`.
    pub wait: Option<Duration>,
    /// `--trace`: a file, `-` for stderr.
    pub trace: Option<PathBuf>,
    /// `--explain`.
    pub explain: bool,
}

impl ConnectionOptions {
    /// What is left of them where the lines of a shell that was started with them have said other things since.
    pub fn behind(self, said: &ShellConnection) -> Self {
        ConnectionOptions {
            server: self.server.filter(|_| said.server.is_none()),
            port: self.port.filter(|_| said.port.is_none()),
            key_file: self.key_file.filter(|_| said.key.is_none()),
            ..self
        }
    }

    /// These, and where they say nothing of which server is meant, the others.
    pub fn or(self, others: &ConnectionOptions) -> Self {
        let others = others.clone();
        let is_own_server = self.server.is_some();
        ConnectionOptions {
            server: self.server.or(others.server.filter(|_| self.profile.is_none() && self.peer.is_none())),
            port: self.port.or(others.port.filter(|_| self.profile.is_none() && !is_own_server)),
            key_file: self.key_file.or(others.key_file.filter(|_| self.profile.is_none())),
            allow_readable_key: self.allow_readable_key || others.allow_readable_key,
            wait: self.wait.or(others.wait),
            profile: self.profile.or(others.profile),
            ..self
        }
    }

    /// Whether they say anything of which server is meant, or with which key.
    pub fn is_aimed(&self) -> bool {
        self.server.is_some() || self.port.is_some() || self.key_file.is_some() || self.profile.is_some()
    }
}
