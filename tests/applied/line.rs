//! A network of the client's own, and the line from it to the server's, which can be slow, lose packets and be cut.
//!
//! `tc netem` would do it where the kernel has that; packet sockets are everywhere.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use crate::support::PYTHON;
use crate::support::net::Net;

/// The server's address on the line.
pub const SERVER: &str = "10.9.0.1";

/// The ends of the line, for the server, for the client and, with nothing in between but the line, in a network by
/// themselves. What is sent needs its checksums when packet sockets carry it.
const SET_UP: &str = "
PATH=$PATH:/usr/sbin:/sbin
set -e
ip link add line-s type veth peer name line-a
ip link add line-c type veth peer name line-b
\"$4\" -c \"$3\" line-s line-c
ip link set line-a netns $1
ip link set line-b netns $1
ip link set line-c netns $2
ip addr add 10.9.0.1/24 dev line-s
ip link set line-s up
nsenter -t $1 -n ip link set line-a up
nsenter -t $1 -n ip link set line-b up
nsenter -t $2 -n ip addr add 10.9.0.2/24 dev line-c
nsenter -t $2 -n ip link set line-c up";

/// ETHTOOL_STXCSUM with 0, for each interface.
const WITH_CHECKSUMS: &str = "
import array, fcntl, socket, struct, sys
for name in sys.argv[1:]:
    value = array.array('B', struct.pack('II', 0x17, 0))
    request = struct.pack('16sP8x', name.encode(), value.buffer_info()[0])
    fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8946, request)
";

/// Carries packets from one end to the other. Each line on stdin says what happens to them from then on: the shortest and
/// the longest time that they take, in seconds, and how many of a hundred are lost, of the server's and of the client's.
const CARRY: &str = "
import heapq, random, select, socket, sys, time
ends = []
for name in ('line-a', 'line-b'):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    end.bind((name, 0))
    ends.append(end)
shortest, longest, lost, number, queue = 0.0, 0.0, [0.0, 0.0], 0, []
print('up', flush=True)
while True:
    now = time.monotonic()
    while queue and queue[0][0] <= now:
        _, _, one, packet = heapq.heappop(queue)
        try:
            if lost[one] < 100: ends[1 - one].send(packet)
        except OSError: pass
    ready = select.select(ends + [sys.stdin], [], [], max(0, queue[0][0] - now) if queue else None)[0]
    if sys.stdin in ready:
        words = sys.stdin.readline().split()
        if not words: break
        shortest, longest, *lost = map(float, words)
        print('so it is', flush=True)
    for one in (0, 1):
        if ends[one] in ready:
            packet, address = ends[one].recvfrom(65536)
            if address[2] == socket.PACKET_OUTGOING or random.random() * 100 < lost[one]: continue
            number += 1
            heapq.heappush(queue, (time.monotonic() + random.uniform(shortest, longest), number, one, packet))
";

/// Ends with the test.
pub struct Line {
    net: Net,
    /// What keeps the line's network, and the client's.
    holders: [Child; 2],
    carrier: Child,
    words: ChildStdin,
    answers: BufReader<std::process::ChildStdout>,
}

impl Line {
    /// Lays a line to the network of a server.
    pub fn new(net: &Net) -> Line {
        let holders = [0, 1].map(|_| {
            let mut holder = net.command("unshare");
            holder.args(["-n", "sh", "-c", "echo up; read end || exit 0"]);
            let mut holder = holder.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("unshare starts");
            let mut answer = String::new();
            BufReader::new(holder.stdout.take().expect("piped")).read_line(&mut answer).expect("text");
            assert_eq!(answer, "up\n", "no network for the client");
            holder
        });
        let [between, client] = [&holders[0], &holders[1]].map(|holder| holder.id().to_string());
        let mut set_up = net.command("sh");
        set_up.args(["-c", SET_UP, "sh", &between, &client, WITH_CHECKSUMS, PYTHON]);
        assert!(set_up.status().expect("sh starts").success(), "the line cannot be laid");
        let mut carrier = within(net, &between, PYTHON);
        carrier.args(["-u", "-c", CARRY]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut carrier = carrier.spawn().expect("Python starts");
        let words = carrier.stdin.take().expect("piped");
        let answers = BufReader::new(carrier.stdout.take().expect("piped"));
        let mut line = Line { net: net.clone(), holders, carrier, words, answers };
        line.hear("up\n");
        line
    }

    fn hear(&mut self, expected: &str) {
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("text");
        assert_eq!(answer, expected, "what carries packets has ended");
    }

    /// A command of the client's.
    pub fn command(&self, program: &str) -> Command {
        within(&self.net, &self.holders[1].id().to_string(), program)
    }

    fn become_like(&mut self, shortest: Duration, longest: Duration, [of_server, of_client]: [u32; 2]) {
        let times = format!("{} {}", shortest.as_secs_f64(), longest.as_secs_f64());
        writeln!(self.words, "{times} {of_server} {of_client}").expect("it reads");
        self.hear("so it is\n");
    }

    /// Packets take so long, at random, and so many of a hundred are lost.
    pub fn slow_down(&mut self, shortest: Duration, longest: Duration, lost: u32) {
        self.become_like(shortest, longest, [lost, lost]);
    }

    /// Nothing arrives any longer.
    pub fn cut(&mut self) {
        self.become_like(Duration::ZERO, Duration::ZERO, [100, 100]);
    }

    /// Nothing arrives at the server any longer.
    pub fn cut_requests(&mut self) {
        self.become_like(Duration::ZERO, Duration::ZERO, [0, 100]);
    }

    /// Everything arrives at once.
    pub fn heal(&mut self) {
        self.become_like(Duration::ZERO, Duration::ZERO, [0, 0]);
    }

    /// The client's interface is up, or down.
    pub fn set_link(&self, state: &str) {
        let mut command = self.command("sh");
        let words = format!("PATH=$PATH:/usr/sbin:/sbin; ip link set line-c {state}");
        let status = command.args(["-c", &words]).status().expect("sh starts");
        assert!(status.success(), "the link cannot be {state}");
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        for child in [&mut self.carrier].into_iter().chain(&mut self.holders) {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A command in the network that a process is in.
fn within(net: &Net, holder: &str, program: &str) -> Command {
    let mut command = net.command("nsenter");
    command.args(["-t", holder, "-n", "--", "setpriv", "--pdeathsig", "KILL", "--", program]);
    command
}
