//! A server to make requests of: what the client does, with failures in words.

use std::time::Duration;

use crate::commands::connection::ServerSettings;
use crate::omapi::client::{Options, Pipeline};
use crate::omapi::{Client, ClientError, Request, ResultCode};
use crate::shell::print::NO_CLASSES;

use super::failure::{Failure, Kind};
use crate::omapi::Attributes;

/// dhcpd 4.4.3 closes its connections 11 s after it was asked to shut down, and until then it is silent.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(20);

/// The name of an object that there is none of.
const NOBODY: &str = "omsh-check";

/// What to do about [`NO_CLASSES`].
const NO_CLASSES_ADVICE: &str = "declare the subclass in dhcpd.conf and restart dhcpd, or use dhcpd 4.3 or newer";

/// An object that the server has opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its handle on this connection.
    pub handle: u32,
    /// What the server says of it.
    pub attributes: Attributes,
}

/// A connection to a server.
#[derive(Debug)]
pub struct Server {
    settings: ServerSettings,
    options: Options,
    client: Option<Client>,
}

impl Server {
    /// Connects, and shows the server the key.
    pub fn connect(settings: &ServerSettings, options: &Options) -> Result<Server, Failure> {
        let mut server = Server { settings: settings.clone(), options: options.clone(), client: None };
        server.reconnect()?;
        // It has started. When it goes, whoever works with it knows what to do.
        server.options.wait = None;
        Ok(server)
    }

    /// Connects anew.
    pub fn reconnect(&mut self) -> Result<(), Failure> {
        self.client = None;
        let ServerSettings { host, port, key, .. } = &self.settings;
        let key = key.as_ref().map(|key| key.value.clone());
        let client = Client::connect(&host.value, port.value, key, self.options.clone())
            .map_err(|error| Failure::client("cannot connect", &self.settings.name(), &error))?;
        self.client = Some(client);
        Ok(())
    }

    /// The connection, for many requests at once. It is given back by [`Server::put_back`].
    pub fn pipeline(&mut self) -> Result<Pipeline, Failure> {
        if self.client.is_none() {
            self.reconnect()?;
        }
        let lost = || Failure::new(Kind::Connection, format!("{}: the connection is lost", self.settings.name()));
        self.client.take().map(Pipeline::new).ok_or_else(lost)
    }

    /// Takes the connection back, if nothing is under way on it.
    pub fn put_back(&mut self, pipeline: Pipeline) {
        self.client = pipeline.into_client();
    }

    /// Why a connection was lost. A server that is gone before its first signed answer looks like one that does not accept the
    /// key; where it is away by now, the key was not to blame.
    pub fn why_lost(&mut self, what: &str, error: &ClientError) -> Failure {
        let failure = Failure::client(what, &self.settings.name(), error);
        match error.is_closed_unproven() {
            true => match self.reconnect() {
                Err(again) if again.kind == Kind::Connection => again,
                _ => failure,
            },
            false => failure,
        }
    }

    /// The longest wait for a connection, and for each answer.
    pub fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// How it was reached.
    pub fn settings(&self) -> &ServerSettings {
        &self.settings
    }

    /// The server in messages.
    pub fn name(&self) -> String {
        self.settings.name()
    }

    fn request(&mut self, what: &str, request: &Request<'_>) -> Result<Opened, Failure> {
        self.request_within(self.options.timeout, what, request)
    }

    fn request_within(&mut self, limit: Duration, what: &str, request: &Request<'_>) -> Result<Opened, Failure> {
        let name = self.settings.name();
        let has_key = self.settings.key.is_some();
        let Some(client) = &mut self.client else {
            return Err(Failure {
                server: Some(name.clone()),
                ..Failure::new(Kind::Connection, format!("{what}: {name}: the connection is lost"))
            });
        };
        match client.request_within(limit, request, &mut || {}) {
            Ok(answer) => match answer.outcome() {
                Ok(()) => Ok(Opened { handle: answer.handle, attributes: Attributes::of(answer.object_values) }),
                Err(code) => Err(Failure::refused(what, &name, code, has_key)),
            },
            Err(error) => {
                self.client = None;
                // A connection that is lost before the first answer passes for a key that is not accepted.
                let is_uncertain = !matches!(error, ClientError::UnusableKey(_));
                Err(Failure { is_uncertain, ..Failure::client(what, &name, &error) })
            }
        }
    }

    /// Looks an object up.
    pub fn open(&mut self, what: &str, object_type: &str, by: &Attributes) -> Result<Opened, Failure> {
        let outcome = self.request(what, &Request::open(object_type.as_bytes(), by.as_values()));
        outcome.map_err(|failure| self.without_classes(failure, object_type))
    }

    /// The failure with its reason where the server has no classes: it refuses every look-up of one then.
    fn without_classes(&mut self, failure: Failure, object_type: &str) -> Failure {
        let is_refused = |failure: &Failure| failure.code == Some(ResultCode::INVALID_ARGUMENT);
        if !matches!(object_type, "class" | "subclass") || !is_refused(&failure) {
            return failure;
        }
        let nobody = Attributes::new().with("name", NOBODY);
        match self.request("", &Request::open(b"class", nobody.as_values())) {
            Err(again) if is_refused(&again) => Failure {
                message: format!("{}; {NO_CLASSES}", failure.message),
                advice: Some(NO_CLASSES_ADVICE.to_owned()),
                ..failure
            },
            _ => failure,
        }
    }

    /// The same; that there is none is no failure.
    pub fn find(&mut self, what: &str, object_type: &str, by: &Attributes) -> Result<Option<Opened>, Failure> {
        match self.open(what, object_type, by) {
            Ok(opened) => Ok(Some(opened)),
            Err(failure) if failure.kind == Kind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Makes an object, which must not be there yet.
    pub fn create(&mut self, what: &str, object_type: &str, attributes: &Attributes) -> Result<Opened, Failure> {
        let outcome = self.request(what, &Request::create(object_type.as_bytes(), attributes.as_values()));
        outcome.map_err(|failure| self.without_classes(failure, object_type))
    }

    /// Changes an object.
    pub fn update(&mut self, what: &str, handle: u32, attributes: &Attributes) -> Result<(), Failure> {
        self.request(what, &Request::update(handle, attributes.as_values())).map(|_| ())
    }

    /// Asks for an object's attributes anew.
    pub fn refresh(&mut self, what: &str, handle: u32) -> Result<Opened, Failure> {
        self.request(what, &Request::refresh(handle))
    }

    /// Removes an object.
    pub fn remove(&mut self, what: &str, handle: u32) -> Result<(), Failure> {
        self.request(what, &Request::delete(handle)).map(|_| ())
    }

    /// Makes a signed request that changes nothing, so that the server shows whether it takes the key.
    pub fn try_key(&mut self) -> Result<(), Failure> {
        let nobody = Attributes::new().with("name", NOBODY);
        self.find("cannot use the key", "host", &nobody).map(|_| ())
    }

    /// Tells the server to shut down: its `control` object is updated, and the connection goes instead of
    /// an answer.
    pub fn shut_down(&mut self, what: &str) -> Result<(), Failure> {
        let control = self.open(what, "control", &Attributes::new())?;
        let shutdown = Attributes::new().with_integer("state", 2);
        let request = Request::update(control.handle, shutdown.as_values());
        match self.request_within(self.options.timeout.max(SHUTDOWN_TIMEOUT), what, &request) {
            // A connection that is closed is what was asked for.
            Err(failure) if failure.is_uncertain && self.is_gone() => Ok(()),
            outcome => outcome.map(|_| ()),
        }
    }

    /// Whether nobody listens there any longer.
    fn is_gone(&mut self) -> bool {
        let ServerSettings { host, port, .. } = &self.settings;
        match Client::connect(&host.value, port.value, None, self.options.clone()) {
            Err(ClientError::Connect(error)) => error.kind() == std::io::ErrorKind::ConnectionRefused,
            _ => false,
        }
    }
}
