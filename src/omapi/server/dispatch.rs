//! A request to an answer. The order of the checks is dhcpd's: a client can tell from the code and
//! the text of a refusal which of them failed first.

use crate::omapi::message::{Message, NamedValue, Operation, Values, integer};
use crate::omapi::status::ResultCode;

use super::handles::{Handles, Named};
use super::keys::Keys;
use super::store::{LookUp, ObjectType, Store, ValueList};

/// The type under which a key is opened.
const AUTHENTICATOR: &[u8] = b"authenticator";

/// Names of a message's own fields: a client that sends one as a value is hung up on.
const FIELDS: [&[u8]; 7] = [b"object", b"notify-object", b"authid", b"op", b"handle", b"id", b"rid"];

/// A store with the handles and keys that its clients share.
#[derive(Debug)]
pub struct Server<S: Store> {
    store: S,
    handles: Handles<S::Object>,
    keys: Keys,
}

/// What a request comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A status message with a result and, often, a sentence.
    Status(ResultCode, Option<&'static str>),
    /// An object's values, in the form of the wire.
    Object { handle: u32, values: Vec<u8> },
    /// The same for an authenticator, under which the client may sign from now on.
    Authenticator { handle: u32, key: usize },
    /// The request may not be made; the connection ends.
    HangUp,
    /// The server shuts down; the connection ends.
    ShutDown,
}

type Refusal = (ResultCode, Option<&'static str>);

fn because(code: ResultCode, text: &'static str) -> Refusal {
    (code, Some(text))
}

impl<S: Store> Server<S> {
    /// A server that answers from that store.
    pub fn new(store: S, keys: Keys) -> Self {
        Server { store, handles: Handles::new(), keys }
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The store, to be changed by others than clients.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Gives the store back.
    pub fn into_store(self) -> S {
        self.store
    }

    pub(super) fn answer(&mut self, request: &Message<'_>) -> Answer {
        if names_fields(request) {
            return Answer::HangUp;
        }
        let signed = request.authid != 0;
        if self.keys.are_required() && !signed && !self.opens_authenticator(request) {
            let (code, text) = because(ResultCode::NO_KEY_SPECIFIED, "No authenticator on message");
            return Answer::Status(code, text);
        }
        let outcome = match request.operation {
            Operation::Open => self.open(request),
            Operation::Refresh => self.refresh(request),
            Operation::Update => self.update(request),
            Operation::Delete => self.delete(request.handle),
            Operation::Notify => Err(because(ResultCode::NOT_IMPLEMENTED, "notify not implemented yet")),
            Operation::Status | Operation::Unknown(_) => return Answer::HangUp,
        };
        outcome.unwrap_or_else(|(code, text)| Answer::Status(code, text))
    }

    fn opens_authenticator(&self, request: &Message<'_>) -> bool {
        request.operation == Operation::Open && request.message_values.get(b"type") == Some(AUTHENTICATOR)
    }

    fn open(&mut self, request: &Message<'_>) -> Result<Answer, Refusal> {
        let flags = request.message_values;
        let create = flag(flags, b"create", "invalid create flag value")?;
        let update = flag(flags, b"update", "invalid update flag value")?;
        let exclusive = flag(flags, b"exclusive", "invalid exclusive flag value")?;
        let object_type = flags.get(b"type").unwrap_or_default();
        if object_type == AUTHENTICATOR {
            return self.open_authenticator(request, create, update, exclusive);
        }
        match self.store.object_type(object_type) {
            ObjectType::Unknown if create => {
                return Err(because(ResultCode::INVALID_ARGUMENT, "type required on create"));
            }
            ObjectType::Unknown => return self.refresh(request),
            ObjectType::Unsearchable => {
                return Err(because(ResultCode::NOT_IMPLEMENTED, "unsearchable object type"));
            }
            ObjectType::Searchable => {}
        }
        let found = self.look_up(object_type, request.object_values);
        let found = allow(found, create, exclusive)?;
        let object = match found {
            Some(object) => object,
            None => self.store.create(object_type).map_err(|code| because(code, "can't create new object"))?,
        };
        if create || update {
            if let Err(code) = self.change(object, request) {
                self.let_go(object);
                return Err(because(code, "can't update object"));
            }
            if self.store.shuts_down() {
                return Ok(Answer::ShutDown);
            }
        }
        let answer = self.describe(object, request.id);
        // One that was found, and not changed, is kept for sure.
        if found.is_none() || update {
            self.let_go(object);
        }
        Ok(answer)
    }

    fn open_authenticator(
        &mut self,
        request: &Message<'_>,
        create: bool,
        update: bool,
        exclusive: bool,
    ) -> Result<Answer, Refusal> {
        let found = allow(self.keys.look_up(request.object_values), create, exclusive)?;
        let key = found.ok_or(because(ResultCode::NOT_IMPLEMENTED, "can't create new object"))?;
        if create || update {
            // dhcpd reports the success of the look-up here, with this text.
            return Err(because(ResultCode::SUCCESS, "can't update object"));
        }
        if !self.keys.may_sign(key) {
            return Err(because(ResultCode::INVALID_TSIG_KEY, "can't select authenticator"));
        }
        Ok(Answer::Authenticator { handle: self.handles.of_authenticator(key), key })
    }

    fn look_up(&self, object_type: &[u8], values: Values<'_>) -> Result<S::Object, ResultCode> {
        let handle = values.get(b"handle").map(|handle| self.object_of(handle)).transpose();
        self.store.look_up(object_type, LookUp { handle, values })
    }

    fn object_of(&self, handle: &[u8]) -> Result<S::Object, ResultCode> {
        match self.handles.get(integer(handle).ok_or(ResultCode::INVALID_ARGUMENT)?) {
            None => Err(ResultCode::NOT_FOUND),
            Some(Named::Authenticator(_)) => Err(ResultCode::INVALID_ARGUMENT),
            Some(Named::Object(object)) => Ok(object),
        }
    }

    fn refresh(&mut self, request: &Message<'_>) -> Result<Answer, Refusal> {
        match self.named(request.handle)? {
            Named::Object(object) => Ok(self.describe(object, request.id)),
            Named::Authenticator(key) => {
                let mut list = ValueList::new(&mut self.handles);
                list.bytes(b"name", self.keys.get(key).name());
                list.bytes(b"algorithm", self.keys.get(key).algorithm_name());
                Ok(Answer::Object { handle: request.handle, values: list.into_bytes() })
            }
        }
    }

    fn update(&mut self, request: &Message<'_>) -> Result<Answer, Refusal> {
        let Named::Object(object) = self.named(request.handle)? else {
            // dhcpd reports the success of the look-up here, with this text.
            return Err(because(ResultCode::SUCCESS, "cannot update authenticator"));
        };
        self.change(object, request).map_err(|code| because(code, "can't update object"))?;
        if self.store.shuts_down() {
            return Ok(Answer::ShutDown);
        }
        Ok(Answer::Status(ResultCode::SUCCESS, None))
    }

    fn delete(&mut self, handle: u32) -> Result<Answer, Refusal> {
        let Named::Object(object) = self.named(handle)? else {
            return Err(because(ResultCode::NOT_IMPLEMENTED, "no remove method for object"));
        };
        let removed = self.store.remove(object);
        self.let_go(object);
        removed.map_err(|code| (code, None))?;
        Ok(Answer::Status(ResultCode::SUCCESS, None))
    }

    fn change(&mut self, object: S::Object, request: &Message<'_>) -> Result<(), ResultCode> {
        let mut values: Vec<NamedValue<'_>> = Vec::with_capacity(8);
        for pair in request.object_values {
            // A name that comes again has the last value, in the first one's place.
            match values.iter_mut().find(|earlier| earlier.name == pair.name) {
                Some(earlier) => earlier.value = pair.value,
                None => values.push(pair),
            }
        }
        if values.is_empty() {
            return Err(ResultCode::INVALID_ARGUMENT);
        }
        self.store.update(object, &values, request.handle)
    }

    fn named(&self, handle: u32) -> Result<Named<S::Object>, Refusal> {
        self.handles.get(handle).ok_or(because(ResultCode::NOT_FOUND, "no matching handle"))
    }

    /// Ends an object that nothing refers to.
    fn let_go(&mut self, object: S::Object) {
        let mut candidates: Vec<S::Object> = std::iter::from_fn(|| self.store.also_let_go()).collect();
        if !candidates.contains(&object) {
            candidates.push(object);
        }
        for object in candidates {
            if !self.store.is_kept(object) {
                self.handles.clear(object);
                self.store.discard(object);
            }
        }
    }

    fn describe(&mut self, object: S::Object, id: u32) -> Answer {
        // Number 0 means "none", and dhcpd gives handles out only in answer to a request of some number.
        let handle = match id {
            0 => self.handles.given(object).unwrap_or(0),
            _ => self.handles.of_object(object),
        };
        let mut list = ValueList::new(&mut self.handles);
        self.store.values(object, &mut list);
        Answer::Object { handle, values: list.into_bytes() }
    }
}

/// Whether a client tries to set what the header has set, which is found while a message is read: also
/// in one with a wrong signature.
pub(super) fn names_fields(request: &Message<'_>) -> bool {
    request.message_values.into_iter().any(|pair| FIELDS.contains(&pair.name))
}

/// Whether the outcome of a look-up goes together with the flags of the request; `None` when there
/// is an object to create.
fn allow<O>(found: Result<O, ResultCode>, create: bool, exclusive: bool) -> Result<Option<O>, Refusal> {
    match found {
        Ok(_) if create && exclusive => Err(because(ResultCode::ALREADY_EXISTS, "specified object already exists")),
        Ok(object) => Ok(Some(object)),
        Err(ResultCode::NOT_FOUND) if !create => Err(because(ResultCode::NOT_FOUND, "no object matches specification")),
        // Without anything to look for dhcpd goes on to create, asked to or not.
        Err(ResultCode::NOT_FOUND | ResultCode::NO_KEY_SPECIFIED) => Ok(None),
        Err(code) => Err(because(code, "object lookup failed")),
    }
}

fn flag(values: Values<'_>, name: &[u8], complaint: &'static str) -> Result<bool, Refusal> {
    match values.get(name) {
        None => Ok(false),
        Some(value) => match integer(value) {
            Some(number) => Ok(number != 0),
            None => Err(because(ResultCode::INVALID_ARGUMENT, complaint)),
        },
    }
}
