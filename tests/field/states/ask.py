"""DHCP clients that ask and take nothing, many at a time.

ask.py INTERFACE SERVER-PORT SECONDS < questions

A question is a line: NAME TYPE MAC SUBNET REQUESTED with TYPE 1 (DHCPDISCOVER) or 3 (DHCPREQUEST of one that has just
started), SUBNET as option 118 has it, and REQUESTED the address that option 50 asks for, or -.
Answers are lines: NAME KIND ADDRESS, with KIND offer, ack, nak or none.
"""
import socket, struct, sys, time

interface, port, limit = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
questions = [line.split() for line in sys.stdin if line.strip()]

sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
sock.bind(("", port + 1))
heard = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
heard.bind((interface, 0x0800))

answers = {}
messages = []
for number, (name, kind, mac, subnet, requested) in enumerate(questions):
    mac = bytes.fromhex(mac.replace(":", ""))
    message = struct.pack("!BBBBIHH16x16s192x", 1, 1, 6, 0, number + 1, 100, 0x8000, mac)
    message += bytes.fromhex("63825363") + bytes([53, 1, int(kind), 118, 4]) + socket.inet_aton(subnet)
    if requested != "-":
        message += bytes([50, 4]) + socket.inet_aton(requested)
    messages.append(message + b"\xff")

end = time.time() + limit
again = 0
while time.time() < end and len(answers) < len(questions):
    if time.time() >= again:
        for number, message in enumerate(messages):
            if number not in answers:
                sock.sendto(message, ("255.255.255.255", port))
                time.sleep(0.002)
        again = time.time() + 1
    heard.settimeout(max(0.01, min(again, end) - time.time()))
    try:
        packet = heard.recv(4096)
    except OSError:
        continue
    packet = packet[28:]
    if packet[:1] != b"\2" or len(packet) < 240:
        continue
    number = struct.unpack("!I", packet[4:8])[0] - 1
    options = packet[240:]
    kind = None
    while options and options[0] != 255:
        if options[0] == 0:
            options = options[1:]
            continue
        if options[0] == 53:
            kind = options[2]
        options = options[2 + options[1]:]
    if 0 <= number < len(questions):
        answers.setdefault(number, ({2: "offer", 5: "ack", 6: "nak"}.get(kind, "?"), socket.inet_ntoa(packet[16:20])))
for number, (name, *_) in enumerate(questions):
    print(name, *answers.get(number, ("none", "-")))
