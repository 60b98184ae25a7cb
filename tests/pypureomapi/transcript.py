"""Calls all that pypureomapi has for its users, and prints what comes of each call.

Arguments: host, port, and for a server that wants a key its name and its secret.
"""
import sys

from pypureomapi import Omapi, OmapiError, OmapiMessage, OMAPI_OP_STATUS

MACS = ["52:54:00:aa:bb:%02x" % number for number in range(8)]


def call(what, function, *arguments, **named):
    """Prints a call and its result, or its exception without what differs from run to run."""
    try:
        result = function(*arguments, **named)
        if isinstance(result, dict):
            result = sorted(result.items())
    except Exception as error:  # whatever it is belongs to the transcript
        result = type(error).__name__ + (": " + str(error) if isinstance(error, OmapiError) else "")
    print("%s%r %r -> %r" % (what, arguments, sorted(named.items()), result), flush=True)
    return result


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    key = [argument.encode() for argument in sys.argv[3:5]]
    omapi = Omapi(host, port, *key, timeout=5)
    hosts(omapi)
    leases(omapi)
    groups(omapi)
    messages(omapi)
    call("check_connected", omapi.check_connected)
    omapi.close()
    call("lookup_host", omapi.lookup_host, "web1")
    unwelcome(host, port, key)


def hosts(omapi):
    call("add_host", omapi.add_host, "10.1.1.60", MACS[0])
    call("lookup_host_host", omapi.lookup_host_host, MACS[0])
    call("add_host", omapi.add_host, "10.1.1.60", MACS[0])
    call("add_host_without_ip", omapi.add_host_without_ip, MACS[1])
    call("lookup_by_host", omapi.lookup_by_host, mac=MACS[1])
    call("add_host_supersede_name", omapi.add_host_supersede_name, "10.1.1.62", MACS[2], "web2")
    call("lookup_host", omapi.lookup_host, "web2")
    call("add_host_supersede_name", omapi.add_host_supersede_name, "10.1.1.63", MACS[3], "web2")
    call("add_host_supersede", omapi.add_host_supersede, "10.1.1.64", MACS[4], b"web4", "web4", "10.1.1.254", "example.org")
    call("add_host_supersede", omapi.add_host_supersede, "10.1.1.65", MACS[4], b"web4", "web5")
    call("add_host_supersede", omapi.add_host_supersede, "10.1.1.66", MACS[6], b"web6")
    call("lookup_by_host", omapi.lookup_by_host, name="web4", raw=True)
    call("lookup_by_host", omapi.lookup_by_host, name="web6", mac=MACS[6])
    call("lookup_by_host", omapi.lookup_by_host, name="web6", mac=MACS[4])
    call("lookup_host", omapi.lookup_host, "static1")
    call("lookup_host", omapi.lookup_host, "byuid")
    call("lookup_host", omapi.lookup_host, "no-such-host")
    call("lookup_host_host", omapi.lookup_host_host, "52:54:00:ff:ff:ff")
    call("lookup_ip_host", omapi.lookup_ip_host, MACS[2])
    call("lookup_ip_host", omapi.lookup_ip_host, MACS[1])
    call("del_host", omapi.del_host, MACS[2])
    call("del_host", omapi.del_host, MACS[2])
    call("lookup_host", omapi.lookup_host, "web2")
    call("del_host", omapi.del_host, "00:11:22:33:44:55")
    call("lookup_host", omapi.lookup_host, "static1")
    call("add_host_supersede_name", omapi.add_host_supersede_name, "10.1.1.5", "00:11:22:33:44:55", "static1")
    call("lookup_host", omapi.lookup_host, "static1")


def leases(omapi):
    for address in ["10.1.1.20", "10.1.1.21", "10.1.1.22", "10.1.1.23", "10.1.1.30", "10.9.9.9"]:
        call("lookup_mac", omapi.lookup_mac, address)
        call("lookup_hostname", omapi.lookup_hostname, address)
        call("lookup_by_lease", omapi.lookup_by_lease, ip=address)
    call("lookup_ip", omapi.lookup_ip, "52:54:00:00:00:20")
    call("lookup_ip", omapi.lookup_ip, "52:54:00:00:00:99")
    call("lookup_by_lease", omapi.lookup_by_lease, mac="52:54:00:00:00:23", ip="10.1.1.20")
    call("lookup_by_lease", omapi.lookup_by_lease)
    call("lookup_ip", omapi.lookup_ip, "not a mac")


def ask(omapi, message):
    answer = omapi.query_server(message)
    if answer.opcode == OMAPI_OP_STATUS:
        return answer.opcode, answer.message
    return answer.opcode, answer.obj


def groups(omapi):
    """pypureomapi 0.8 mixes text and bytes in these calls, which Python 3 refuses; so they come again
    below, as the messages that they mean."""
    call("add_group", omapi.add_group, b"group1", b'filename "group1.0";')
    call("add_group", omapi.add_group, b"group2", b"nonsense (")
    call("add_group", omapi.add_group, b"group1", b'filename "again.0";')
    call("add_host_with_group", omapi.add_host_with_group, "10.1.1.70", "52:54:00:cc:00:01", b"group1")
    call("add_host_with_group", omapi.add_host_with_group, "10.1.1.71", "52:54:00:cc:00:02", b"no-such-group")
    call("change_group", omapi.change_group, "web4", "group1")
    call("change_group", omapi.change_group, "web4", "no-such-group")
    call("change_group", omapi.change_group, "no-such-host", "group1")
    call("change_group", omapi.change_group, b"web4", b"group1")

    def made(kind, **values):
        message = OmapiMessage.open(kind)
        message.message.append((b"create", b"\0\0\0\1"))
        message.update_object({name.replace("_", "-").encode(): value for name, value in values.items()})
        return message

    hardware = dict(hardware_address=b"RT\0\xcc\0\1", hardware_type=b"\0\0\0\1")
    print("group", ask(omapi, made(b"group", name=b"group1", statements=b'filename "group1.0";')))
    print("group again", ask(omapi, made(b"group", name=b"group1", statements=b'filename "again.0";')))
    print("bad group", ask(omapi, made(b"group", name=b"group2", statements=b"if (")))
    print("host in it", ask(omapi, made(b"host", name=b"web7", group=b"group1", **hardware)))
    print("host in none", ask(omapi, made(b"host", name=b"web8", group=b"no-such-group", **hardware)))
    opened = omapi.query_server(OmapiMessage.open(b"group"))
    print("group without a name", opened.opcode)
    found = OmapiMessage.open(b"host")
    found.update_object({b"name": b"web4"})
    handle = omapi.query_server(found).handle
    for group in [b"group1", b"no-such-group"]:
        change = OmapiMessage.update(handle)
        change.update_object({b"group": group})
        print("change_group", group, ask(omapi, change))


def messages(omapi):
    """What the calls above are made of, used by itself."""
    for object_type in [b"host", b"lease", b"pool", b"subnet", b"shared-network", b"failover-state", b"message", b"no-such-type"]:
        call("open", lambda kind: ask(omapi, OmapiMessage.open(kind)), object_type)
    flags = OmapiMessage.open(b"host")
    flags.message.append((b"create", b"\x01"))
    print("a flag of one byte", ask(omapi, flags))
    print("refresh", ask(omapi, OmapiMessage(opcode=2, handle=4711)))
    print("delete", ask(omapi, OmapiMessage.delete(4711)))
    print("update", ask(omapi, OmapiMessage.update(4711)))
    print("notify", ask(omapi, OmapiMessage(opcode=4)))


def unwelcome(host, port, key):
    """Clients with the wrong key, or with none."""
    if key:
        call("no key", lambda: Omapi(host, port, timeout=5).lookup_host("web4"))
        call("wrong secret", lambda: Omapi(host, port, key[0], b"d3Jvbmc=", timeout=5).lookup_host("web4"))
    call("unknown key", lambda: Omapi(host, port, b"no-such-key", b"d3Jvbmc=", timeout=5).lookup_host("web4"))


main()
