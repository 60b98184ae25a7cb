//! The words and values from which random messages are put together. What comes twice comes twice as often.

pub const TYPES: [&str; 20] = [
    "host", "host", "host", "host", "host", "lease", "lease", "lease", "group", "group", "class", "subclass", "pool",
    "authenticator", "interface", "subnet", "failover-state", "no-such-type", "HOST", "",
];
pub const NAMES: [&str; 12] =
    ["static1", "static2", "byuid", "web1", "web2", "web1", "a", "odd name", "STATIC1", "voip", "by-mac", "v0"];
pub const STATEMENTS: [&str; 6] =
    ["filename \"pxe.0\";", "option host-name \"h1\";", "nonsense", "}", "next-server 10.1.1.3", "if known { } "];
/// The first seven are leases.
pub const ADDRESSES: [&[u8]; 9] = [
    &[10, 1, 1, 20], &[10, 1, 1, 21], &[10, 1, 1, 22], &[10, 1, 1, 23], &[10, 1, 1, 77], &[10, 1, 2, 150],
    &[10, 1, 2, 10], &[10, 1, 1, 5], &[10, 1, 1, 20, 10, 1, 1, 21],
];
/// The first five are whole.
pub const HARDWARE: [&[u8]; 7] = [
    &[0, 0x11, 0x22, 0x33, 0x44, 0x55], &[0, 0x11, 0x22, 0x33, 0x44, 2], &[0x52, 0x54, 0, 0, 0, 0x20],
    &[0x52, 0x54, 0, 0, 0, 0x23], &[0x52, 0x54, 0, 1, 2, 3], &[0x52], &[7; 16],
];
pub const ATTRIBUTES: [&str; 27] = [
    "name", "ip-address", "hardware-address", "hardware-type", "dhcp-client-identifier", "client-hostname",
    "statements", "group", "known", "state", "ends", "starts", "tstp", "tsfp", "cltt", "flags", "host", "subnet",
    "hashstring", "pool", "billing-class", "class", "hardware", "handle", "lease", "algorithm", "x-9",
];
pub const FLAGS: [&str; 7] = ["create", "update", "exclusive", "create", "notify-object", "handle", "x-9"];
