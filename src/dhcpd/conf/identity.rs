//! Which hosts a client is.

use crate::dhcpd::Family;
use crate::dhcpd::declarations::Host;
use crate::dhcpd::options::DHCP;

use super::Conf;
use super::client::{Client, DHCP6, Fact};

impl Conf {
    /// The hosts that a client is, in the order of their declarations, by what is known of it. dhcpd goes by the client
    /// identifier; where no host has it, by the hardware address, and then by `host-identifier`. For DHCPv6 it goes by the
    /// DUID, then by `host-identifier`, and then by the hardware address. Several hosts may have the same, one a subnet.
    ///
    /// Measured on dhcpd 4.4.3-P1.
    pub fn hosts_of(&self, client: &Client) -> Vec<usize> {
        let is_v6 = client.family == Some(Family::V6);
        let identifier = match is_v6 {
            true => client.option(DHCP6, b"client-id"),
            false => client.option(DHCP, b"dhcp-client-identifier"),
        };
        let by_identifier = |host: &Host| match &identifier {
            Fact::Known(said) => self.client_identifier_of(host).as_ref() == Some(said),
            _ => false,
        };
        let by_hardware = |host: &Host| match (&client.hardware, &host.hardware) {
            (Fact::Known(said), Some((kind, octets))) => said.split_first() == Some((kind, octets)),
            _ => false,
        };
        let by_option = |host: &Host| {
            host.identifier.as_ref().is_some_and(|wanted| {
                let said = client.option(&wanted.option.space, &wanted.option.name);
                wanted.relay.is_none() && said == Fact::Known(wanted.value.clone())
            })
        };
        let order: [&dyn Fn(&Host) -> bool; 3] = match is_v6 {
            true => [&by_identifier, &by_option, &by_hardware],
            false => [&by_identifier, &by_hardware, &by_option],
        };
        let hosts = |is_it: &dyn Fn(&Host) -> bool| -> Vec<usize> {
            let all = self.hosts.iter().enumerate().filter(|(_, host)| !host.deleted && is_it(host));
            all.map(|(number, _)| number).collect()
        };
        order.into_iter().map(hosts).find(|found| !found.is_empty()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dhcpd::conf::Conf;

    fn names(conf: &str, hardware: Option<&[u8]>, says: &[&str], family: Family) -> Vec<String> {
        let conf = Conf::parse("conf", conf.as_bytes()).expect("a sound configuration");
        let hardware = hardware.map_or(Fact::Absent, |octets| Fact::Known([&[1], octets].concat()));
        let mut client = Client { family: Some(family), hardware, ..Client::default() };
        says.iter().for_each(|option| client.give(&conf.context.definitions, option).expect("it has one"));
        let name = |number: usize| String::from_utf8_lossy(&conf.hosts[number].name).into_owned();
        conf.hosts_of(&client).into_iter().map(name).collect()
    }

    #[test]
    fn the_identifier_goes_before_the_hardware_address_and_that_before_an_option() {
        let conf = "host mac1 { hardware ethernet 2:0:0:0:0:1; fixed-address 10.1.1.1; }\n\
                    host mac2 { hardware ethernet 2:0:0:0:0:1; fixed-address 10.2.1.1; }\n\
                    host uid { option dhcp-client-identifier \"u\"; }\n\
                    host option { host-identifier option host-name \"pc\"; }\n\
                    subnet 10.1.1.0 netmask 255.255.255.0 { }\n";
        let mac = [2, 0, 0, 0, 0, 1];
        for (hardware, says, expected) in [
            (Some(&mac[..]), &["dhcp-client-identifier=u", "host-name=pc"][..], &["uid"][..]),
            (Some(&mac), &["dhcp-client-identifier=other", "host-name=pc"], &["mac1", "mac2"]),
            (Some(&mac), &[], &["mac1", "mac2"]),
            (None, &["host-name=pc"], &["option"]),
            (None, &["host-name=other"], &[]),
        ] {
            assert_eq!(names(conf, hardware, says, Family::V4), expected, "{says:?}");
        }
    }

    #[test]
    fn an_option_goes_before_the_hardware_address_of_a_client_of_dhcpv6() {
        let conf = "host mac { hardware ethernet 2:0:0:0:0:1; fixed-address6 2001:db8::1; }\n\
                    host option { host-identifier option dhcp6.client-id 00:01:00:02; }\n\
                    host uid { option dhcp-client-identifier 00:01:00:03; }\n\
                    subnet6 2001:db8::/64 { }\n";
        let mac = [2, 0, 0, 0, 0, 1];
        for (says, expected) in [
            (&["client-id=00:01:00:02"][..], "option"),
            (&["client-id=00:01:00:03"], "uid"),
            (&["client-id=00:01:00:04"], "mac"),
        ] {
            assert_eq!(names(conf, Some(&mac), says, Family::V6), [expected], "{says:?}");
        }
    }
}
