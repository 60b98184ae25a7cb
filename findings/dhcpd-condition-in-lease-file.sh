#!/bin/sh
# isc-dhcp-server 4.4.3-P1-2, Debian 12.
#
# dhcpd writes the statements of a host that was made over OMAPI to its lease file, and a condition there without its
# parentheses. The line is well-formed, and means something else: when dhcpd is started again, the same client is
# offered something else.
#
# Seen: a host with `if exists vendor-class-identifier and (exists user-class or exists dhcp-parameter-request-list)
# { filename "mine"; } else { filename "other"; }`, and a client that sends no vendor class. It is offered the file `other`;
# after a restart of dhcpd, `mine`. The lease file has `if exists vendor-class-identifier and exists user-class or exists
# dhcp-parameter-request-list`.
#
# Needs root; downloads into a temporary folder, and runs in a network of its own.
set -eu

if [ -z "${FOLDER:-}" ]; then
    FOLDER=$(mktemp -d)
    export FOLDER
    trap 'rm -rf "$FOLDER"' EXIT
    chmod 755 "$FOLDER"
    (cd "$FOLDER" && apt-get download -qq isc-dhcp-server=4.4.3-P1-2 busybox=1:1.35.0-4+deb12u1+b1 2>/dev/null)
    for package in "$FOLDER"/*.deb; do dpkg-deb -x "$package" "$FOLDER"; done
    unshare --net --pid --fork --kill-child --mount-proc sh "$0"
    exit
fi

cd "$FOLDER"
ip link set lo up
ip link add server type veth peer name client address 02:00:00:00:00:01
ip address add 10.1.0.1/24 dev server
ip link set server up
ip link set client up
printf '#!/bin/sh\n[ "$1" = bound ] && echo "$boot_file"\nexit 0\n' >told
chmod 755 told
cat >conf <<EOF
omapi-port 7911;
subnet 10.1.0.0 netmask 255.255.255.0 { range 10.1.0.10 10.1.0.20; }
EOF
: >leases

start() {
    usr/sbin/dhcpd -4 -f -q -cf conf -lf leases -pf pid server 2>log &
    dhcpd=$!
    sleep 2
}

# The file that a client is offered that sends no vendor class.
offered() {
    bin/busybox udhcpc -i client -f -n -q -t 5 -T 1 -V '' -s ./told 2>/dev/null
}

expect() {
    echo "$1: $3"
    [ "$2" = "$3" ] || { echo "expected: $2"; exit 1; }
}

start
usr/bin/omshell >/dev/null <<'EOF'
connect
new host
set name = "h"
set hardware-address = 02:00:00:00:00:01
set hardware-type = 1
set statements = "if exists vendor-class-identifier and (exists user-class or exists dhcp-parameter-request-list) { filename \"mine\"; } else { filename \"other\"; }"
create
EOF
expect 'before a restart' other "$(offered)"
expect 'in the lease file' \
    'if exists vendor-class-identifier and exists user-class or exists dhcp-parameter-request-list' \
    "$(tr -s ' \n' ' ' <leases | grep -o 'if exists [^{]*[^ {]')"
kill $dhcpd
wait $dhcpd 2>/dev/null || true
start
expect 'after a restart' mine "$(offered)"
