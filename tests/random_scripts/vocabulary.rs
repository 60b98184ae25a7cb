//! The words from which the random scripts are put together. What comes twice comes twice as often.

pub const TYPES: [&str; 14] = [
    "host", "host", "host", "host", "lease", "lease", "lease", "group", "class", "subclass", "pool", "control",
    "failover-state", "no-such-type",
];
pub const ATTRIBUTES: [&str; 43] = [
    "name", "name", "ip-address", "ip-address", "hardware-address", "hardware-address", "hardware-type",
    "hardware-type", "dhcp-client-identifier", "client-hostname", "statements", "group", "known", "state", "ends",
    "starts", "tstp", "cltt", "flags", "host", "subnet", "pool", "lease", "billing-class", "binding-state", "dynamic",
    "class", "parent-class", "hardware", "superclass", "match", "a", "nam", "NAME", "Ip-Address", "x-9", "ff",
    "fixed-address", "handle", "type", "create", "update", "create-objects",
];
pub const NAMES: [&str; 12] =
    ["static1", "static2", "byuid", "web1", "web2", "web1", "a", "", "odd name", "UPPER", "voip", "1.2.3.4"];
pub const STATEMENTS: [&str; 9] = [
    r#"filename \"pxe.0\";"#, r#"option host-name \"h1\";"#, r#"supersede server.filename = \"x\";"#, "nonsense", "",
    "option routers 10.1.1.9; next-server 10.1.1.3;", r#"if known { filename \"a\"; } else { filename \"b\"; }"#,
    r#"option domain-name \"a b\""#, "}",
];
pub const ADDRESSES: [&str; 13] = [
    "10.1.1.5", "10.1.1.6", "10.1.1.7", "10.1.1.20", "10.1.1.21", "10.1.1.22", "10.1.1.23", "10.1.1.77", "10.1.1.30",
    "10.1.2.10", "10.1.2.150", "192.168.7.7", "0a:01:01:14",
];
pub const HARDWARE: [&str; 7] = [
    "00:11:22:33:44:55", "00:11:22:33:44:02", "52:54:00:aa:bb:cc", "52:54:0:aa:BB:cd", "52:54:00:00:00:20",
    "52:54:00:00:00:23", "52:54:00",
];
pub const NUMBERS: [&str; 14] = [
    "0", "1", "2", "3", "6", "10", "255", "256", "-1", "2147483648", "4294967296", "007", "1-1",
    "99999999999999999999",
];
/// What the lexer has a rule for, and what comes close.
pub const TOKENS: [&str; 74] = [
    "connect", "new", "host", "set", "open", "name", "=", "==", r#""web1""#, r#"""#, r#""a\"b""#,
    r#""\x41\103\n\t\q\\""#, r#""\xg1""#, r#""\x1""#, r#""\09""#, r#""\777""#, r#""\008""#, r#""\0""#, r#""\001\377""#,
    r#""a\"#, "{", "}", ";", ":", ".", ",", "#", "# comment", "(", ")", "[", "]", "/", "//", "/*", "*", "+", "-", "--",
    "-a", "_", "_a", "!", "?", "@", "$", "%", "&", "|", "<", ">", "~", "^", "`", "'", "0x", "0x1f", "0xfg", "0X1F",
    "1f", "1g", "f", "fe", "g", "10.1.1.5", "1..2", ".1", "1.", "a.b", "52:54:00", "1:300", "fff:1", ":1", "1:",
];
pub const KEYWORDS: [&str; 12] = [
    "option", "if", "subnet", "TRUE", "on", "off", "known", "lease", "dynamic", "algorithm", "ddns-update-style",
    "Zone",
];
/// Bytes that a lexer is likely to take for something else.
pub const ODD_BYTES: [u8; 18] =
    [0, 1, 7, 8, 9, 11, 12, 13, 27, 0x7f, 0x80, 0xa0, 0xc3, 0xff, b'"', b'\\', b'{', b'}'];

/// The secret of `key-md5.conf`.
pub const MD5_SECRET: &str = "2wgoV3yukKdKMkmOzOn/hIsM97QgLTT4CLVzg9Zv0sWOSe1yxPxArmr7a/xb5DOJTm5e/9zGgtzL9FKna0NWis==";
/// The secret of the other `key-….conf`.
pub const SHA_SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=";
pub const KEY_NAMES: [&str; 9] =
    ["omapi_key", "sha256-key", "sha1-key", "no.such.key", "k", "OMAPI_KEY", "1", "a.", ".a"];
pub const SECRETS: [&str; 24] = [
    SHA_SECRET, MD5_SECRET, "", "abc", "abcd", "ab=c", "ab==", "abc=d", "a", "=", "YWJj ZGVm", r#""YWJj""#, r#""YW"#,
    r#""Y W J j""#, "+/+/", "/abc", "YWJj;", r#""YWJj" x"#, "option", "YWJj\t# no", "{YWJj}", "0x12", "1234", "-1aa",
];
pub const ALGORITHMS: [&str; 13] = [
    "hmac-md5", "HMAC-SHA256", "hmac-sha1", "hmac-sha512", "hmac-sha3", "md5", "", "hmac-md5 x", r#""hmac-md5""#, "7",
    "hmac-md5.SIG-ALG.REG.INT.", "hmac-sha256;", "key",
];
/// All that `port` is ever given: 7911 and ports on which nobody listens (difference 2 is for numbers
/// that are no port).
pub const PORT_ARGUMENTS: [&str; 14] = [
    "7911", "07911", "7912", "1", "65535", "http", "domain", "no-such-service", "a1", "", ";", "=", "7911 7911",
    r#""7911""#,
];
/// All that `server` is ever given: names without dots, and dotted quads (difference 2 is for the rest).
pub const SERVER_ARGUMENTS: [&str; 13] = [
    "127.0.0.1", "localhost", "10.1.1.1", "127.0.0.2", "127.0.0.300", "no-such-host", "host", "127.0.0", "", ";", "=",
    "127.0.0.1 x", "localhost localhost",
];
/// Lines that neither change nor ask for anything.
pub const IDLE_LINES: [&str; 13] =
    ["", " ", "\t", "#", "# set name = \"x\"", "help", "HELP me", "?", "; connect", "port", "server", "key", "new"];
/// Beginnings, parts and ends of long lines.
pub const LONG_BEGINNINGS: [&str; 7] = ["set name = \"", "set name = ", "new ", "", "set flags = 1", "open {", "unset "];
pub const LONG_PARTS: [&str; 11] = ["ab", "a ", "1:", "1.", "ff:", r"\x41", r#"\""#, "{ ", "\t", r#""x" "#, "-"];
pub const LONG_ENDS: [&str; 4] = ["", "\"", ";", "z"];
/// States of a lease and of the server.
pub const STATES: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "00:00:00:01", "9"];
