//! Why there is no connection, or no longer one.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::omapi::key::{Algorithm, Unusable};
use crate::omapi::session::SessionError;
use crate::omapi::status::ResultCode;

/// Why there is no connection, or no longer one.
#[derive(Debug)]
pub enum ClientError {
    /// The server's name has no address.
    HostUnknown {
        /// What the resolver says, when it says anything.
        cause: Option<io::Error>,
    },
    /// No connection to any of the server's addresses; the error of the last one.
    Connect(io::Error),
    /// The server does not know our key.
    AuthenticatorRefused(ResultCode),
    /// The key cannot sign.
    UnusableKey(Unusable),
    /// The server closed or reset the connection.
    Closed,
    /// The server does not accept our signature: it says so, or closes the connection instead of
    /// answering our first signed request.
    KeyRejected,
    /// The server accepted the authenticator, and closed the connection without a status instead of answering our first
    /// request, which was signed with this algorithm, not hmac-md5. So does dhcpd before 4.4.3, whose OMAPI knows hmac-md5
    /// only; one that knows the algorithm answers a wrong secret with a status.
    OnlyMd5(Algorithm),
    /// Reading or writing failed for another reason.
    Io(io::Error),
    /// What was waited for did not come in time.
    TimedOut(Duration),
    /// Whoever waited gave up.
    GivenUp,
    /// The server said something that it may not say.
    Session(SessionError),
}

impl ClientError {
    /// Whether the connection was closed instead of an answer to the first signed request. A server that goes at that
    /// moment does the same.
    pub fn is_closed_unproven(&self) -> bool {
        matches!(self, ClientError::KeyRejected | ClientError::OnlyMd5(_))
    }

    /// Whether the trouble is with keys and signatures rather than with the connection.
    pub fn is_authentication(&self) -> bool {
        match self {
            ClientError::AuthenticatorRefused(_)
            | ClientError::UnusableKey(_)
            | ClientError::KeyRejected
            | ClientError::OnlyMd5(_) => true,
            ClientError::Session(error) => error.is_authentication(),
            _ => false,
        }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::HostUnknown { cause: None } => f.write_str("the name has no address"),
            ClientError::HostUnknown { cause: Some(cause) } => write!(f, "the name has no address: {cause}"),
            ClientError::Connect(error) => {
                write!(f, "{error}; is dhcpd running there, with omapi-port set to this port?")
            }
            ClientError::AuthenticatorRefused(code) => write!(
                f,
                "the server refused the key: {code}; compare its name and algorithm with omapi-key in dhcpd.conf"
            ),
            ClientError::UnusableKey(why) => why.fmt(f),
            ClientError::Closed => f.write_str("the server closed the connection"),
            ClientError::KeyRejected => SessionError::KeyRejected.fmt(f),
            ClientError::OnlyMd5(algorithm) => write!(
                f,
                "the server closed the connection at the first request signed with {}: its OMAPI knows hmac-md5 only, as \
                 does dhcpd before 4.4.3; make its key in dhcpd.conf, and the clients' key files, one of hmac-md5",
                algorithm.name()
            ),
            ClientError::Io(error) => error.fmt(f),
            ClientError::TimedOut(limit) => write!(f, "no answer within {} s", limit.as_secs_f64()),
            ClientError::GivenUp => f.write_str("interrupted before the answer came"),
            ClientError::Session(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ClientError {}

impl From<SessionError> for ClientError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::KeyRejected => ClientError::KeyRejected,
            error => ClientError::Session(error),
        }
    }
}
