//! Configurations of two servers in one network.

use super::PORTS;

const DHCP_PORTS: [u16; 2] = [67, 1067];

/// One of two that know nothing of each other, with 10.1.0.0/16.
pub fn single(server: usize) -> String {
    format!(
        "omapi-port {};\nlocal-port {};\nddns-update-style none;\nsubnet 10.1.0.0 netmask 255.255.0.0 {{ }}\n",
        PORTS[server], DHCP_PORTS[server]
    )
}

/// One of two failover partners.
pub fn partner(server: usize) -> String {
    let (omapi, dhcp) = (PORTS[server], DHCP_PORTS[server]);
    let role = ["primary; mclt 60; split 128", "secondary"][server];
    let (own, ports) = ([1, 2][server], [[647, 847], [847, 647]][server]);
    format!(
        "omapi-port {omapi};\nlocal-port {dhcp};\nddns-update-style none;\n\
         failover peer \"f\" {{ {role}; address 10.1.1.{own}; port {}; peer address 10.1.1.{}; peer port {}; \
         max-response-delay 30; max-unacked-updates 10; load balance max seconds 3; }}\n\
         subnet 10.1.1.0 netmask 255.255.255.0 {{ pool {{ failover peer \"f\"; range 10.1.1.20 10.1.1.99; }} }}\n",
        ports[0],
        3 - own,
        ports[1]
    )
}
