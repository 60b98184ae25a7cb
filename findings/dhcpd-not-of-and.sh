#!/bin/sh
# isc-dhcp-server 4.4.3-P1-2, Debian 12.
#
# `not (A and B)` is not the same as `not A or not B`. Where A is false, dhcpd goes to `else`, whatever B is; only where A is
# true and B is false it takes the first branch. So a condition must not be rewritten by the rules of logic.
#
# Seen: of `if not (exists host-name and exists user-class) { filename "not-both"; } else { filename "both"; }` a client that
# sends a host name and no user class is offered the file `not-both`, and one that sends neither is offered `both`. With
# `if not exists host-name or not exists user-class` both are offered `not-both`.
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
ip link add server type veth peer name client
ip address add 10.1.0.1/24 dev server
ip link set server up
ip link set client up
printf '#!/bin/sh\n[ "$1" = bound ] && echo "$boot_file"\nexit 0\n' >told
chmod 755 told

# Starts dhcpd with this condition.
serve() {
    cat >conf <<EOF
subnet 10.1.0.0 netmask 255.255.255.0 { range 10.1.0.10 10.1.0.20; }
if $1 { filename "not-both"; } else { filename "both"; }
EOF
    : >leases
    usr/sbin/dhcpd -4 -f -q -cf conf -lf leases -pf pid server 2>log &
    dhcpd=$!
    sleep 2
}

# The file that a client is offered that sends these options.
offered() {
    bin/busybox udhcpc -i client -f -n -q -t 5 -T 1 -s ./told "$@" 2>/dev/null
}

expect() {
    echo "$1: $3"
    [ "$2" = "$3" ] || { echo "expected: $2"; exit 1; }
}

serve 'not (exists host-name and exists user-class)'
expect 'not (A and B), A is true and B is false' not-both "$(offered -x hostname:a)"
expect 'not (A and B), both are false' both "$(offered)"
kill $dhcpd
wait $dhcpd 2>/dev/null || true
serve 'not exists host-name or not exists user-class'
expect 'not A or not B, A is true and B is false' not-both "$(offered -x hostname:a)"
expect 'not A or not B, both are false' not-both "$(offered)"
