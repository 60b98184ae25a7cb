//! A server that several may use: connections on TCP, and clients in the same process, which need no
//! socket and no thread.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::omapi::Limits;
use crate::omapi::client::{InProcess, Peer};

use super::connection::Connection;
use super::dispatch::Server;
use super::store::Store;

/// A server that connections and clients in this process share.
#[derive(Debug)]
pub struct Local<S: Store>(Arc<Mutex<Server<S>>>);

impl<S: Store> Clone for Local<S> {
    fn clone(&self) -> Self {
        Local(self.0.clone())
    }
}

impl<S: Store> Local<S> {
    /// Takes a server.
    pub fn new(server: Server<S>) -> Self {
        Local(Arc::new(Mutex::new(server)))
    }

    /// Looks at the server, and keeps clients from it meanwhile.
    pub fn server(&self) -> MutexGuard<'_, Server<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct LocalPeer<S: Store> {
    connection: Connection,
    server: Local<S>,
}

impl<S> InProcess for Local<S>
where
    S: Store<Object: Send> + Send + std::fmt::Debug + 'static,
{
    fn connect(&self) -> io::Result<Box<dyn Peer>> {
        if self.server().store().shuts_down() {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        Ok(Box::new(LocalPeer { connection: Connection::new(Limits::default()), server: self.clone() }))
    }
}

impl<S> Peer for LocalPeer<S>
where
    S: Store<Object: Send> + Send + std::fmt::Debug,
{
    fn exchange(&mut self, bytes: &[u8], answers: &mut Vec<u8>) -> bool {
        self.connection.receive(bytes);
        loop {
            let served = self.connection.serve(&mut self.server.server());
            answers.extend_from_slice(self.connection.output());
            let size = self.connection.output().len();
            self.connection.sent(size);
            match served {
                Ok(true) => {}
                Ok(false) => return true,
                Err(_) => return false,
            }
        }
    }
}
