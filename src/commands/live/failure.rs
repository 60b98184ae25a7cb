//! Why a command did not do what it was told, in words for people and for programs.

use std::fmt;

use crate::omapi::{ClientError, ResultCode};
use crate::render::Value;
use crate::render::object::json_object;
use crate::render::text::visible_line;
use crate::shell::ExitStatus;

/// Of which kind a failure is; scripts may rely on the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The server refused.
    Refused,
    /// What was asked for makes no sense, and was not sent.
    Usage,
    /// No connection, a lost one, or a time-out.
    Connection,
    /// The key is not accepted, or the answers cannot be believed.
    Authentication,
    /// There is no such thing.
    NotFound,
    /// There is one already.
    Exists,
    /// There is one with the same hardware address or client identifier.
    Conflict,
    /// It is done, and what came of it cannot be written.
    Output,
}

impl Kind {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Refused => "refused",
            Kind::Usage => "usage",
            Kind::Connection => "connection",
            Kind::Authentication => "authentication",
            Kind::NotFound => "not-found",
            Kind::Exists => "exists",
            Kind::Conflict => "conflict",
            Kind::Output => "output",
        }
    }

    /// The exit status that it deserves.
    pub fn status(self) -> ExitStatus {
        match self {
            Kind::Refused | Kind::Output => ExitStatus::Refused,
            Kind::Usage => ExitStatus::Usage,
            Kind::Connection => ExitStatus::Connection,
            Kind::Authentication => ExitStatus::Authentication,
            Kind::NotFound => ExitStatus::NotFound,
            Kind::Exists | Kind::Conflict => ExitStatus::Exists,
        }
    }
}

/// What became of the edits that a command had made before it failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aftermath {
    /// What had been done on which server and was taken back.
    pub taken_back: Vec<String>,
    /// What stands on one server only, or may: a sentence each.
    pub one_sided: Vec<String>,
    /// The commands that would take it back.
    pub repairs: Vec<String>,
}

/// A command that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Of which kind it is.
    pub kind: Kind,
    /// What was being done, and what happened.
    pub message: String,
    /// The server that it is about, if any.
    pub server: Option<String>,
    /// The server's result code, if it gave one.
    pub code: Option<ResultCode>,
    /// What to do now.
    pub advice: Option<String>,
    /// What became of edits that were made before.
    pub aftermath: Box<Aftermath>,
    /// It is not known whether the server did what was asked for.
    pub is_uncertain: bool,
    /// The key's algorithm is one that the server does not know.
    pub is_about_algorithm: bool,
}

impl Failure {
    /// One of that kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
            server: None,
            code: None,
            advice: None,
            aftermath: Box::default(),
            is_uncertain: false,
            is_about_algorithm: false,
        }
    }

    /// The same with what to do now.
    pub fn advise(self, advice: impl Into<String>) -> Self {
        Failure { advice: Some(advice.into()), ..self }
    }

    /// What a server's refusal means, which answered to `what`.
    pub fn refused(what: &str, server: &str, code: ResultCode, has_key: bool) -> Self {
        let code = code.of_today();
        let kind = match code {
            ResultCode::NOT_FOUND => Kind::NotFound,
            ResultCode::ALREADY_EXISTS => Kind::Exists,
            ResultCode::KEY_CONFLICT => Kind::Conflict,
            ResultCode::NO_KEY_SPECIFIED if !has_key => Kind::Authentication,
            ResultCode::KEY_UNKNOWN | ResultCode::INVALID_TSIG_KEY => Kind::Authentication,
            _ => Kind::Refused,
        };
        let failure = Failure {
            server: Some(server.to_owned()),
            code: Some(code),
            ..Failure::new(kind, format!("{what}: {server} says: {code}"))
        };
        match meaning(code, has_key) {
            Some(advice) => failure.advise(advice),
            None => failure,
        }
    }

    /// What became of a connection, while `what` was being done.
    pub fn client(what: &str, server: &str, error: &ClientError) -> Self {
        let kind = if error.is_authentication() { Kind::Authentication } else { Kind::Connection };
        let code = match error {
            ClientError::AuthenticatorRefused(code) => Some(*code),
            _ => None,
        };
        let failure = Failure {
            server: Some(server.to_owned()),
            code,
            ..Failure::new(kind, format!("{what}: {server}: {error}"))
        };
        if let ClientError::OnlyMd5(_) = error {
            let advice = "`omsh keygen --algorithm hmac-md5` makes such a key, and shows the lines for dhcpd.conf";
            return Failure { is_about_algorithm: true, ..failure.advise(advice) };
        }
        if kind == Kind::Authentication {
            return failure.advise("`omsh check` compares the key with the server's");
        }
        match error {
            ClientError::TimedOut(_) => failure.advise("--timeout gives it more time; `omsh check` looks further"),
            _ => failure,
        }
    }

    /// The exit status that it deserves.
    pub fn status(&self) -> ExitStatus {
        self.kind.status()
    }

    /// What is said of it to people: lines, the first one without a name before it.
    pub fn text(&self) -> Vec<String> {
        // A mistake in a file has its line below it.
        let mut lines: Vec<String> = self.message.lines().map(str::to_owned).collect();
        lines.extend(self.aftermath.taken_back.iter().map(|what| format!("taken back: {what}")));
        lines.extend(self.aftermath.one_sided.iter().cloned());
        lines.extend(self.aftermath.repairs.iter().map(|command| format!("this would take it back: {command}")));
        lines.extend(self.advice.iter().cloned());
        lines.iter().map(|line| visible_line(line.as_bytes())).collect()
    }

    /// The same as one JSON object on a line.
    pub fn json(&self) -> Vec<u8> {
        let list = |texts: &[String]| Value::List(texts.iter().map(|text| Value::text(text.clone())).collect());
        let text = |text: &Option<String>| Value::of(text.clone(), Value::text);
        let error = vec![
            ("kind", Value::text(self.kind.name())),
            ("status", Value::Number(self.status().code().into())),
            ("message", Value::text(self.message.clone())),
            ("server", text(&self.server)),
            ("server_says", Value::of(self.code, |code| Value::text(code.text()))),
            ("advice", text(&self.advice)),
            ("taken_back", list(&self.aftermath.taken_back)),
            ("one_sided", list(&self.aftermath.one_sided)),
            ("repairs", list(&self.aftermath.repairs)),
        ];
        json_object(&[("error", Value::Record(error))])
    }
}

/// What a code means here, and what to do about it.
fn meaning(code: ResultCode, has_key: bool) -> Option<&'static str> {
    match code {
        ResultCode::NO_KEY_SPECIFIED if !has_key => Some(
            "the server wants a key, the one that omapi-key in its dhcpd.conf names: give it with --key-file or \
             OMSH_KEY_FILE, or let the profile say it",
        ),
        ResultCode::NO_KEY_SPECIFIED => Some("dhcpd was not told by what to find it"),
        ResultCode::IO_ERROR => {
            Some("dhcpd could not write it to its lease file: look into its log, and at the file system's free space")
        }
        ResultCode::BAD_PARSE => Some("dhcpd does not understand the statements; its log says where it stopped"),
        ResultCode::MULTIPLE => Some("several leases are like that; name the one that is meant by its address"),
        ResultCode::NOT_IMPLEMENTED => Some("dhcpd does not offer that over OMAPI"),
        ResultCode::PERMISSION_DENIED => Some("dhcpd lets nobody change that over OMAPI"),
        ResultCode::UNKNOWN_ATTRIBUTE => Some("dhcpd(8) lists the attributes of each type of object"),
        _ => None,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
