"""Prints what python3-isc-dhcp-leases reads in a lease file: a line for each lease of get(), and of get_current()."""

import json
import sys

from isc_dhcp_leases import IscDhcpLeases


def shown(what, lease):
    time = lambda moment: moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {
        "what": what,
        "address": lease.ip,
        "mac": lease.ethernet,
        "hostname": lease.hostname or None,
        "starts": time(lease.start),
        "ends": time(lease.end) or "never",
        "recorded_state": lease.binding_state,
    }
    print(json.dumps(fields))


leases = IscDhcpLeases(sys.argv[1])
for lease in leases.get():
    shown("block", lease)
for lease in leases.get_current().values():
    shown("current", lease)
