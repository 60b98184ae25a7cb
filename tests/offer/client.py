"""A DHCP client that asks for an offer and takes it nowhere.

    client.py 4 INTERFACE MAC CODE...     what a DHCPDISCOVER is answered with
    client.py 6 INTERFACE MAC CODE...     what a DHCPv6 Solicit is answered with

MAC,IDENTIFIER in place of MAC sends a client identifier too, in DHCPv4, and MAC,CODE=VALUE,... other options; all values
are hexadecimal.

Prints the address offered, then each option as CODE and its value in hexadecimal; of DHCPv6 also the
options inside of the IA, as ia.CODE.
"""
import socket, struct, sys, time

family, interface = sys.argv[1:3]
parts = sys.argv[3].split(",")
sent = [(int(part.split("=")[0]), bytes.fromhex(part.split("=")[1])) for part in parts if "=" in part]
mac, identifier = (bytes.fromhex(part.replace(":", "")) for part in ([part for part in parts if "=" not in part] + [""])[:2])
codes = [int(code) for code in sys.argv[4:]]


def options(data, head):
    while len(data) >= struct.calcsize(head):
        if head == "!BB" and data[0] in (0, 255):
            data = data[1:]
            continue
        code, length = struct.unpack_from(head, data)
        start = struct.calcsize(head)
        yield code, data[start:start + length]
        data = data[start + length:]


def option6(code, value):
    return struct.pack("!HH", code, len(value)) + value


def ask(sock, heard, message, to, own):
    for _ in range(20):
        sock.sendto(message, to)
        heard.settimeout(0.5)
        limit = time.time() + 0.5
        while time.time() < limit:
            try:
                answer = heard.recv(4096)
            except OSError:
                break
            if own(answer):
                return answer
    sys.exit("no answer")


if family == "4":
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    sock.bind(("", 68))
    message = struct.pack("!BBBBIHH16x16s192x", 1, 1, 6, 0, 7, 0, 0x8000, mac)
    message += bytes.fromhex("63825363") + bytes([53, 1, 1, 55, len(codes), *codes])
    message += (bytes([61, len(identifier)]) + identifier if identifier else b"")
    message += b"".join(bytes([code, len(value)]) + value for code, value in sent) + b"\xff"
    # Both ends are in one network, so that IP would take the answer for a forgery.
    heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
    heard.bind((interface, 0x0800))
    # A late offer to an earlier client is none of ours.
    own = lambda answer: answer[28:29] == b"\2" and answer[32:36] == message[4:8] and answer[56:62] == mac
    answer = ask(sock, heard, message, ("255.255.255.255", 67), own)[28:]
    print(socket.inet_ntoa(answer[16:20]))
    for code, value in options(answer[240:], "!BB"):
        print(code, value.hex())
else:
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind(("::", 546))
    scope = socket.if_nametoindex(interface)
    client = option6(1, struct.pack("!HH", 3, 1) + mac)
    wanted = b"".join(struct.pack("!H", code) for code in codes)
    message = b"\x01\0\0\x07" + client + option6(3, struct.pack("!III", 1, 0, 0)) + option6(6, wanted) + option6(8, b"\0\0")
    message += b"".join(option6(code, value) for code, value in sent)
    answer = ask(sock, sock, message, ("ff02::1:2", 547, 0, scope), lambda answer: answer[1:4] == message[1:4])
    lines = []
    address = "none"
    for code, value in options(answer[4:], "!HH"):
        lines.append(f"{code} {value.hex()}")
        for inner, inside in options(value[12:], "!HH") if code == 3 else ():
            lines.append(f"ia.{inner} {inside.hex()}")
            if inner == 5:
                address = socket.inet_ntop(socket.AF_INET6, inside[:16])
    print("\n".join([address, *lines]))
