//! Runs that something happens to on the way: the program is killed, or its connection is cut, after so many bytes.

use super::site::Site;
use crate::support::run::{Outcome, Run};
use crate::support::{OURS, PYTHON};

/// Starts a program that is to talk to port 7950, and carries that to dhcpd until so many bytes have gone by.
const CARRIER: &str = r#"
import os, signal, socket, subprocess, sys, threading
what, side, left, words = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
listener = socket.create_server(("127.0.0.1", 7950))
def carry(a, b, is_counted):
    global left
    try:
        while True:
            piece = a.recv(65536)
            if not piece: break
            if is_counted and left is not None:
                if len(piece) < left:
                    left -= len(piece)
                elif what == "interrupt":
                    child.send_signal(signal.SIGINT)
                    left = None
                else:
                    b.sendall(piece[:left])
                    left = None
                    if what == "kill":
                        child.kill()
                    break
            b.sendall(piece)
    except OSError: pass
    for end in (a, b):
        try: end.shutdown(socket.SHUT_RDWR)
        except OSError: pass
def serve():
    while True:
        client, _ = listener.accept()
        server = socket.create_connection(("127.0.0.1", 7911))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=carry, args=(client, server, side == "requests"), daemon=True).start()
        threading.Thread(target=carry, args=(server, client, side == "answers"), daemon=True).start()
child = subprocess.Popen(words)
threading.Thread(target=serve, daemon=True).start()
status = child.wait()
sys.exit(status if status >= 0 else 128 - status)
"#;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The program is killed.
    Killed,
    /// The connection is cut; another one goes well.
    Cut,
    /// Somebody presses Ctrl-C.
    Interrupted,
}

/// Bytes of which side are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Requests,
    Answers,
}

/// Something that happens to a run after so many bytes.
#[derive(Clone, Copy, Debug)]
pub struct Mishap {
    pub fault: Fault,
    pub side: Side,
    pub bytes: usize,
}

/// The exit status of a run whose program was killed.
pub const KILLED: i32 = 137;

impl Site {
    /// `omsh apply` with these words, to which that happens unless it ends before.
    pub fn apply_with(&self, mishap: Mishap, words: &[String]) -> Outcome {
        let fault = match mishap.fault {
            Fault::Killed => "kill",
            Fault::Cut => "cut",
            Fault::Interrupted => "interrupt",
        };
        let side = if mishap.side == Side::Requests { "requests" } else { "answers" };
        let bytes = mishap.bytes.to_string();
        let own = ["-c", CARRIER, fault, side, &bytes, OURS, "apply"];
        let port = ["--yes", "--port", "7950"];
        let words = own.into_iter().chain(words.iter().map(String::as_str)).chain(port);
        self.knowing_files(Run::program(PYTHON).named("python3").arguments(words)).within(&self.net)
    }
}
