"""Many DHCP clients that ask for an offer and take it nowhere.

    clients.py INTERFACE CODE...      asks for these options

Reads a client a line, `MAC OPTIONS`, its options in hexadecimal as they are sent, `-` for none, and prints a line an
answer, in the same order: the address offered, the boot file, the next server, then each option asked for as CODE=VALUE in
hexadecimal.
"""
import select, socket, struct, sys, time

WINDOW = 16
interface = sys.argv[1]
codes = [int(code) for code in sys.argv[2:]]

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
sender.bind(("", 68))
# Both ends are in one network, so that IP would take the answer for a forgery.
heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
heard.bind((interface, 0x0800))


def discover(number, line):
    mac, options = line.split()
    mac = bytes.fromhex(mac.replace(":", ""))
    options = b"" if options == "-" else bytes.fromhex(options)
    message = struct.pack("!BBBBIHH16x16s192x", 1, 1, 6, 0, number, 0, 0x8000, mac)
    return message + bytes.fromhex("63825363") + bytes([53, 1, 1, 55, len(codes), *codes]) + options + b"\xff"


def described(answer):
    found = {}
    data = answer[240:]
    while len(data) >= 2 and data[0] != 255:
        if data[0] == 0:
            data = data[1:]
            continue
        code, length = data[0], data[1]
        found[code] = found.get(code, b"") + data[2:2 + length]
        data = data[2 + length:]
    parts = [socket.inet_ntoa(answer[16:20]), answer[108:236].rstrip(b"\0").hex() or "-", socket.inet_ntoa(answer[20:24])]
    return " ".join(parts + [f"{code}={found[code].hex()}" for code in sorted(found) if code in codes])


messages = [discover(number, line) for number, line in enumerate(sys.stdin)]
answers = [None] * len(messages)
waiting = {}
following = 0
end = time.monotonic() + 5 + len(messages) / 20
while following < len(messages) or waiting:
    now = time.monotonic()
    if now > end:
        sys.exit(f"no answer for {len(waiting)} clients")
    while following < len(messages) and len(waiting) < WINDOW:
        waiting[following] = 0
        following += 1
    for number, sent in waiting.items():
        if now - sent > 0.5:
            sender.sendto(messages[number], ("255.255.255.255", 67))
            waiting[number] = now
    while select.select([heard], [], [], 0.05 if len(waiting) == WINDOW or following == len(messages) else 0)[0]:
        answer = heard.recv(4096)
        if answer[9:10] != b"\x11" or answer[28:29] != b"\2":
            continue
        number = struct.unpack_from("!I", answer, 32)[0]
        if waiting.pop(number, None) is not None:
            answers[number] = described(answer[28:])
            break
print("\n".join(answers))
