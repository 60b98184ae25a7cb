#!/bin/sh
# Shows omsh at work on a real dhcpd, in a network of its own: creates hosts, looks one up by its MAC, removes another,
# and prints what dhcpd wrote. Run it as root, or as a user who may make namespaces; arguments there are none.
#
# The only thing that stays is the package isc-dhcp-server, where dhcpd was missing, and the build. That package brings a
# service of its own, which does not start without a configuration and which this script does not touch.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin"

step() { printf '\n==> %s\n' "$*"; }
fail() {
    printf '\nlive_dhcpd.sh: %s\n' "$*" >&2
    exit 1
}
indented() { sed 's/^/    /' "$@"; }
has() { command -v "$1" >/dev/null 2>&1; }

directory=
dhcpd=

clean_up() {
    status=$?
    trap - EXIT
    trap '' HUP INT TERM
    if [ -n "$dhcpd" ]; then
        kill "$dhcpd" 2>/dev/null || :
        patience=20
        while kill -0 "$dhcpd" 2>/dev/null; do
            [ "$patience" -gt 0 ] || kill -KILL "$dhcpd" 2>/dev/null || :
            patience=$((patience - 1))
            sleep 0.1
        done
        wait "$dhcpd" 2>/dev/null || :
    fi
    [ -z "$directory" ] || rm -rf "$directory"
    exit "$status"
}

trap clean_up EXIT
trap 'fail "hung up on; putting everything away"' HUP
trap 'fail "interrupted; putting everything away"' INT
trap 'fail "told to stop; putting everything away"' TERM

# Installs isc-dhcp-server and what else is needed, where a program is missing.
install_programs() {
    missing=
    for program in dhcpd ip unshare nsenter base64; do
        has "$program" || missing="$missing $program"
    done
    [ -n "$missing" ] || return 0
    has apt-get || fail "not found:$missing. There is no apt-get here; install ISC dhcpd, iproute2, util-linux and \
coreutils (programs dhcpd, ip, unshare, nsenter, base64) with your system's own means, then run this again."
    if [ "$(id -u)" = 0 ]; then
        sudo=
    else
        has sudo || fail "not found:$missing. Install them as root: apt-get install isc-dhcp-server iproute2 util-linux"
        sudo=sudo
    fi
    step "Installing isc-dhcp-server, iproute2 and util-linux, for:$missing"
    $sudo apt-get update -qq || fail "apt-get update failed; see above."
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq isc-dhcp-server iproute2 util-linux ||
        fail "apt-get could not install the packages; see above."
    has dhcpd || fail "the packages are installed, but there is still no dhcpd in $PATH."
}

# With what options unshare and nsenter give this user a network of its own.
choose_namespaces() {
    if [ "$(id -u)" = 0 ]; then
        unshare_options=-n nsenter_options=-n
        why="As root this should work; in a container it needs the capability SYS_ADMIN."
    else
        unshare_options=-rn nsenter_options="-U -n --preserve-credentials"
        why="Unprivileged user namespaces are not allowed here; run this as root."
    fi
    unshare "$unshare_options" ip link set lo up 2>/dev/null ||
        fail "unshare $unshare_options cannot make a network namespace. $why"
}

build() {
    has cargo || fail "there is no cargo in $PATH; get Rust from https://rustup.rs, or run this as the user who has it."
    cargo build --release || fail "the build failed; see above."
    omsh=${CARGO_TARGET_DIR:-target}/release/omsh
    [ -x "$omsh" ] || fail "the build left no $omsh."
}

write_configuration() {
    secret=$(head -c 32 /dev/urandom | base64 | tr -d '\n')
    : >"$directory/dhcpd.leases"
    cat >"$directory/dhcpd.conf" <<END
key omapi_key {
  algorithm hmac-sha256;
  secret "$secret";
}
omapi-key omapi_key;
omapi-port 7911;
ddns-update-style none;
subnet 10.1.0.0 netmask 255.255.0.0 {
  range 10.1.2.10 10.1.2.250;
}
END
}

# AppArmor's profile for dhcpd lets it read /etc/dhcp and /var/lib/dhcp only; a copy elsewhere is not under that profile.
find_dhcpd() {
    program=$(command -v dhcpd)
    if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]; then
        cp "$program" "$directory/dhcpd"
        program=$directory/dhcpd
    fi
}

# The namespace lives in this dhcpd, and ends with it.
start_dhcpd() {
    # shellcheck disable=SC2016 # for the shell inside
    unshare "$unshare_options" sh -c '
        set -e
        ip link set lo up
        ip link add v0 type veth peer name v1
        ip address add 10.1.1.1/16 dev v0
        ip link set v0 up
        ip link set v1 up
        : >"$2/network"
        exec "$1" -4 -f -d -cf "$2/dhcpd.conf" -lf "$2/dhcpd.leases" -pf "$2/dhcpd.pid" v0
    ' sh "$program" "$directory" >"$directory/log" 2>&1 </dev/null &
    dhcpd=$!
    patience=100
    until [ -e "$directory/network" ] && is_listening; do
        if ! kill -0 "$dhcpd" 2>/dev/null || [ "$patience" = 0 ]; then
            indented "$directory/log" >&2
            fail "dhcpd did not open its OMAPI port; its log is above."
        fi
        patience=$((patience - 1))
        sleep 0.1
    done
}

# Port 7911 is 1EE7, and 0A is LISTEN.
is_listening() { grep -q ':1EE7 00000000:0000 0A' "/proc/$dhcpd/net/tcp" 2>/dev/null; }

write_omshell_script() {
    cat >"$directory/script" <<END
key-algorithm hmac-sha256
key omapi_key $secret
server 127.0.0.1
port 7911
connect
new host
set name = "printer"
set hardware-address = 02:00:00:00:00:01
set hardware-type = 1
set ip-address = 10.1.1.20
create
close
new host
set name = "scanner"
set hardware-address = 02:00:00:00:00:02
set hardware-type = 1
create
close
new host
set hardware-address = 02:00:00:00:00:01
set hardware-type = 1
open
close
new host
set name = "scanner"
open
remove
END
}

# --strict, since omshell's own exit status is 0 whatever happens.
run_omsh() {
    # shellcheck disable=SC2086 # options are words
    nsenter -t "$dhcpd" $nsenter_options "$omsh" --strict <"$directory/script" >"$directory/output" 2>&1 || {
        indented "$directory/output" >&2
        fail "omsh reports a failure; its output is above."
    }
}

# omsh says what it did; the lease file says whether it is so.
check_leases() {
    grep -q '^host printer {' "$directory/dhcpd.leases" || fail "there is no host printer in the lease file."
    grep -A 3 '^host scanner {' "$directory/dhcpd.leases" | grep -q deleted ||
        fail "the lease file does not say that host scanner was deleted."
}

[ "$#" = 0 ] || fail "this takes no arguments; see its first lines."
install_programs
choose_namespaces

step "Building omsh: cargo build --release"
build

directory=$(mktemp -d) || fail "mktemp could not make a directory."
step "Making a configuration with a key that is made for this run"
write_configuration
sed 's/secret ".*"/secret "[secret]"/' "$directory/dhcpd.conf" | indented

step "Starting dhcpd in a network namespace: lo, and a veth pair with 10.1.1.1/16; no other network is in reach"
find_dhcpd
start_dhcpd
echo "    dhcpd is process $dhcpd and listens on port 7911"

step "Running omsh on this script, as one would run omshell: omsh --strict <script"
write_omshell_script
sed 's/^key omapi_key .*/key omapi_key [secret]/' "$directory/script" | indented
run_omsh

step "omsh printed"
indented "$directory/output"
echo

step "dhcpd wrote to its lease file"
check_leases
indented "$directory/dhcpd.leases"

step "Done; stopping dhcpd and removing $directory"
