//! The result codes of a status message, with the texts that omshell prints for them.

use std::fmt;

/// A result code: 0 for success, else why a request was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultCode(pub u32);

impl ResultCode {
    /// The request was carried out.
    pub const SUCCESS: ResultCode = ResultCode(0);
    /// The system refuses to connect to that address; or the server, to change that attribute.
    pub const PERMISSION_DENIED: ResultCode = ResultCode(6);
    /// There is no way to the server's network.
    pub const NETWORK_UNREACHABLE: ResultCode = ResultCode(8);
    /// An object with that name is there already.
    pub const ALREADY_EXISTS: ResultCode = ResultCode(18);
    /// No such object, key or handle.
    pub const NOT_FOUND: ResultCode = ResultCode(23);
    /// The server could not write its lease file.
    pub const IO_ERROR: ResultCode = ResultCode(26);
    /// Nothing that this server can do, or not to an object of this type.
    pub const NOT_IMPLEMENTED: ResultCode = ResultCode(27);
    /// What ISC's clients report when the last connection went away and nothing is left to wait for.
    pub const NO_MORE: ResultCode = ResultCode(29);
    /// A status message without a usable result.
    pub const UNEXPECTED_ERROR: ResultCode = ResultCode(34);
    /// The signing algorithm is one that neither side has.
    pub const ALGORITHM_UNSUPPORTED: ResultCode = ResultCode(0x2_0000);
    /// An attempt to sign with an empty secret.
    pub const NULL_KEY: ResultCode = ResultCode(0x2_0003);
    /// A server name that does not resolve.
    pub const HOST_UNKNOWN: ResultCode = ResultCode(0x6_0000);
    /// A request, or its object, that makes no sense to the server; ISC's clients also report it
    /// for a request on a connection that is gone.
    pub const INVALID_ARGUMENT: ResultCode = ResultCode(0x6_0003);
    /// The attribute has that value already.
    pub const UNCHANGED: ResultCode = ResultCode(0x6_0005);
    /// Several objects match.
    pub const MULTIPLE: ResultCode = ResultCode(0x6_0006);
    /// Another object has that hardware address or client identifier.
    pub const KEY_CONFLICT: ResultCode = ResultCode(0x6_0007);
    /// Statements that do not parse.
    pub const BAD_PARSE: ResultCode = ResultCode(0x6_0008);
    /// The server wants signed requests.
    pub const NO_KEY_SPECIFIED: ResultCode = ResultCode(0x6_0009);
    /// A request under an authenticator that was not opened.
    pub const KEY_UNKNOWN: ResultCode = ResultCode(0x6_000a);
    /// The signature of a request is wrong.
    pub const INVALID_TSIG_KEY: ResultCode = ResultCode(0x6_000b);
    /// The connection was lost while a request was under way.
    pub const CONNECTION_RESET: ResultCode = ResultCode(0x6_001f);

    /// An attribute that objects of this type do not have.
    pub const UNKNOWN_ATTRIBUTE: ResultCode = ResultCode(0x6_0020);
    /// The server has no room for more objects.
    pub const NO_RESOURCES: ResultCode = ResultCode(13);

    /// The code by which dhcpd since 4.2 says the same. dhcpd 4.1 numbers what it refuses otherwise, by numbers that later
    /// ones have no use for over OMAPI: who says one of these is known to be 4.1. Any other code is returned as it is.
    pub fn of_today(self) -> ResultCode {
        match self.0 {
            0x24 => ResultCode::HOST_UNKNOWN,
            0x27 => ResultCode::INVALID_ARGUMENT,
            // Not yet, unchanged, several.
            code @ 0x29..=0x2b => ResultCode(code - 0x29 + 0x6_0004),
            // From "key conflict" to "unknown attribute".
            code @ 0x2c..=0x45 => ResultCode(code - 0x2c + ResultCode::KEY_CONFLICT.0),
            _ => self,
        }
    }

    /// omshell's text for the code.
    pub fn text(self) -> &'static str {
        match TEXTS.binary_search_by_key(&self.0, |entry| entry.0) {
            Ok(index) => TEXTS[index].1,
            Err(_) => "(result code text not available)",
        }
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Every code that dhcpd 4.4.3-P1 has a text for, in order: general (0x0), DNS (0x1_0000), crypto
/// (0x2_0000), DNS answers (0x3_0000), DHCP (0x6_0000).
#[rustfmt::skip]
static TEXTS: &[(u32, &str)] = &[
    (0x0, "success"),
    (0x1, "out of memory"),
    (0x2, "timed out"),
    (0x3, "no available threads"),
    (0x4, "address not available"),
    (0x5, "address in use"),
    (0x6, "permission denied"),
    (0x7, "no pending connections"),
    (0x8, "network unreachable"),
    (0x9, "host unreachable"),
    (0xa, "network down"),
    (0xb, "host down"),
    (0xc, "connection refused"),
    (0xd, "not enough free resources"),
    (0xe, "end of file"),
    (0xf, "socket already bound"),
    (0x10, "reload"),
    (0x11, "lock busy"),
    (0x12, "already exists"),
    (0x13, "ran out of space"),
    (0x14, "operation canceled"),
    (0x15, "socket is not bound"),
    (0x16, "shutting down"),
    (0x17, "not found"),
    (0x18, "unexpected end of input"),
    (0x19, "failure"),
    (0x1a, "I/O error"),
    (0x1b, "not implemented"),
    (0x1c, "unbalanced parentheses"),
    (0x1d, "no more"),
    (0x1e, "invalid file"),
    (0x1f, "bad base64 encoding"),
    (0x20, "unexpected token"),
    (0x21, "quota reached"),
    (0x22, "unexpected error"),
    (0x23, "already running"),
    (0x24, "ignore"),
    (0x25, "address mask not contiguous"),
    (0x26, "file not found"),
    (0x27, "file already exists"),
    (0x28, "socket is not connected"),
    (0x29, "out of range"),
    (0x2a, "out of entropy"),
    (0x2b, "invalid use of multicast address"),
    (0x2c, "not a file"),
    (0x2d, "not a directory"),
    (0x2e, "queue is full"),
    (0x2f, "address family mismatch"),
    (0x30, "address family not supported"),
    (0x31, "bad hex encoding"),
    (0x32, "too many open files"),
    (0x33, "not blocking"),
    (0x34, "unbalanced quotes"),
    (0x35, "operation in progress"),
    (0x36, "connection reset"),
    (0x37, "soft quota reached"),
    (0x38, "not a valid number"),
    (0x39, "disabled"),
    (0x3a, "max size"),
    (0x3b, "invalid address format"),
    (0x3c, "bad base32 encoding"),
    (0x3d, "unset"),
    (0x3e, "multiple"),
    (0x3f, "would block"),
    (0x40, "complete"),
    (0x41, "crypto failure"),
    (0x42, "disc quota"),
    (0x43, "disc full"),
    (0x44, "default"),
    (0x45, "IPv4 prefix"),
    (0x10000, "label too long"),
    (0x10001, "bad escape"),
    (0x10002, "bad bitstring"),
    (0x10003, "bitstring too long"),
    (0x10004, "empty label"),
    (0x10005, "bad dotted quad"),
    (0x10006, "invalid NS owner name (wildcard)"),
    (0x10007, "unknown class/type"),
    (0x10008, "bad label type"),
    (0x10009, "bad compression pointer"),
    (0x1000a, "too many hops"),
    (0x1000b, "disallowed (by application policy)"),
    (0x1000c, "extra input text"),
    (0x1000d, "extra input data"),
    (0x1000e, "text too long"),
    (0x1000f, "not at top of zone"),
    (0x10010, "syntax error"),
    (0x10011, "bad checksum"),
    (0x10012, "bad IPv6 address"),
    (0x10013, "no owner"),
    (0x10014, "no ttl"),
    (0x10015, "bad class"),
    (0x10016, "name too long"),
    (0x10017, "partial match"),
    (0x10018, "new origin"),
    (0x10019, "unchanged"),
    (0x1001a, "bad ttl"),
    (0x1001b, "more data needed/to be rendered"),
    (0x1001c, "continue"),
    (0x1001d, "delegation"),
    (0x1001e, "glue"),
    (0x1001f, "dname"),
    (0x10020, "cname"),
    (0x10021, "bad database"),
    (0x10022, "zonecut"),
    (0x10023, "bad zone"),
    (0x10024, "more data"),
    (0x10025, "up to date"),
    (0x10026, "tsig verify failure"),
    (0x10027, "tsig indicates error"),
    (0x10028, "RRSIG failed to verify"),
    (0x10029, "RRSIG has expired"),
    (0x1002a, "RRSIG validity period has not begun"),
    (0x1002b, "key is unauthorized to sign data"),
    (0x1002c, "invalid time"),
    (0x1002d, "expected a TSIG or SIG(0)"),
    (0x1002e, "did not expect a TSIG or SIG(0)"),
    (0x1002f, "TKEY is unacceptable"),
    (0x10030, "hint"),
    (0x10031, "drop"),
    (0x10032, "zone not loaded"),
    (0x10033, "ncache nxdomain"),
    (0x10034, "ncache nxrrset"),
    (0x10035, "wait"),
    (0x10036, "not verified yet"),
    (0x10037, "no identity"),
    (0x10038, "no journal"),
    (0x10039, "alias"),
    (0x1003a, "use TCP"),
    (0x1003b, "no valid RRSIG"),
    (0x1003c, "no valid NSEC"),
    (0x1003d, "insecurity proof failed"),
    (0x1003e, "unknown service"),
    (0x1003f, "recoverable error occurred"),
    (0x10040, "unknown opt attribute record"),
    (0x10041, "unexpected message id"),
    (0x10042, "seen include file"),
    (0x10043, "not exact"),
    (0x10044, "address blackholed"),
    (0x10045, "bad algorithm"),
    (0x10046, "invalid use of a meta type"),
    (0x10047, "CNAME and other data"),
    (0x10048, "multiple RRs of singleton type"),
    (0x10049, "hint nxrrset"),
    (0x1004a, "no master file configured"),
    (0x1004b, "unknown protocol"),
    (0x1004c, "clocks are unsynchronized"),
    (0x1004d, "IXFR failed"),
    (0x1004e, "not authoritative"),
    (0x1004f, "no valid KEY"),
    (0x10050, "obsolete"),
    (0x10051, "already frozen"),
    (0x10052, "unknown flag"),
    (0x10053, "expected a response"),
    (0x10054, "no valid DS"),
    (0x10055, "NS is an address"),
    (0x10056, "received FORMERR"),
    (0x10057, "truncated TCP response"),
    (0x10058, "lame server detected"),
    (0x10059, "unexpected RCODE"),
    (0x1005a, "unexpected OPCODE"),
    (0x1005b, "chase DS servers"),
    (0x1005c, "empty name"),
    (0x1005d, "empty wild"),
    (0x1005e, "bad bitmap"),
    (0x1005f, "from wildcard"),
    (0x10060, "bad owner name (check-names)"),
    (0x10061, "bad name (check-names)"),
    (0x10062, "dynamic zone"),
    (0x10063, "unknown command"),
    (0x10064, "must-be-secure"),
    (0x10065, "covering NSEC record returned"),
    (0x10066, "MX is an address"),
    (0x10067, "duplicate query"),
    (0x10068, "invalid NSEC3 owner name (wildcard)"),
    (0x10069, "not master"),
    (0x1006a, "broken trust chain"),
    (0x1006b, "expired"),
    (0x1006c, "not dynamic"),
    (0x1006d, "bad EUI"),
    (0x1006e, "covered by negative trust anchor"),
    (0x1006f, "bad CDS"),
    (0x10070, "bad CDNSKEY"),
    (0x10071, "malformed OPT option"),
    (0x10072, "malformed DNSTAP data"),
    (0x10073, "TSIG in wrong location"),
    (0x10074, "SIG(0) in wrong location"),
    (0x10075, "too many records"),
    (0x10076, "verify failure"),
    (0x10077, "at top of zone"),
    (0x10078, "no matching key found"),
    (0x10079, "too many keys matching"),
    (0x1007a, "key is not actively signing"),
    (0x1007b, "NSEC3 iterations out of range"),
    (0x1007c, "NSEC3 salt length too high"),
    (0x1007d, "cannot use NSEC3 with key algorithm"),
    (0x1007e, "NSEC3 resalt"),
    (0x20000, "algorithm is unsupported"),
    (0x20001, "crypto failure"),
    (0x20002, "built with no crypto support"),
    (0x20003, "illegal operation for a null key"),
    (0x20004, "public key is invalid"),
    (0x20005, "private key is invalid"),
    (0x20006, "external key"),
    (0x20007, "error occurred writing key to disk"),
    (0x20008, "invalid algorithm specific parameter"),
    (0x20009, "UNUSED9"),
    (0x2000a, "UNUSED10"),
    (0x2000b, "sign failure"),
    (0x2000c, "UNUSED12"),
    (0x2000d, "UNUSED13"),
    (0x2000e, "verify failure"),
    (0x2000f, "not a public key"),
    (0x20010, "not a private key"),
    (0x20011, "not a key that can compute a secret"),
    (0x20012, "failure computing a shared secret"),
    (0x20013, "no randomness available"),
    (0x20014, "bad key type"),
    (0x20015, "no engine"),
    (0x20016, "illegal operation for an external key"),
    (0x30000, "NOERROR"),
    (0x30001, "FORMERR"),
    (0x30002, "SERVFAIL"),
    (0x30003, "NXDOMAIN"),
    (0x30004, "NOTIMP"),
    (0x30005, "REFUSED"),
    (0x30006, "YXDOMAIN"),
    (0x30007, "YXRRSET"),
    (0x30008, "NXRRSET"),
    (0x30009, "NOTAUTH"),
    (0x3000a, "NOTZONE"),
    (0x3000b, "<rcode 11>"),
    (0x3000c, "<rcode 12>"),
    (0x3000d, "<rcode 13>"),
    (0x3000e, "<rcode 14>"),
    (0x3000f, "<rcode 15>"),
    (0x30010, "BADVERS"),
    (0x60000, "host unknown"),
    (0x60001, "protocol version mismatch"),
    (0x60002, "protocol error"),
    (0x60003, "invalid argument"),
    (0x60004, "data not yet available"),
    (0x60005, "object unchanged"),
    (0x60006, "more than one object matches key"),
    (0x60007, "key conflict"),
    (0x60008, "parse error(s) occurred"),
    (0x60009, "no key specified"),
    (0x6000a, "zone TSIG key not known"),
    (0x6000b, "invalid TSIG key"),
    (0x6000c, "operation in progress"),
    (0x6000d, "DNS format error"),
    (0x6000e, "DNS server failed"),
    (0x6000f, "no such domain"),
    (0x60010, "not implemented"),
    (0x60011, "refused"),
    (0x60012, "domain already exists"),
    (0x60013, "RRset already exists"),
    (0x60014, "no such RRset"),
    (0x60015, "not authorized"),
    (0x60016, "not a zone"),
    (0x60017, "bad DNS signature"),
    (0x60018, "bad DNS key"),
    (0x60019, "clock skew too great"),
    (0x6001a, "no root zone"),
    (0x6001b, "destination address required"),
    (0x6001c, "cross-zone update"),
    (0x6001d, "no TSIG signature"),
    (0x6001e, "not equal"),
    (0x6001f, "connection reset by peer"),
    (0x60020, "unknown attribute"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_so_that_they_are_found() {
        assert!(TEXTS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(ResultCode::KEY_CONFLICT.to_string(), "key conflict");
        assert_eq!(ResultCode(0x46).text(), "(result code text not available)");
    }

    /// What dhcpd 4.1 says, in the words of omshell 4.4, and what it means.
    #[test]
    fn the_numbers_of_dhcpd_4_1_are_those_of_today() {
        for (said, means) in [
            ("queue is full", "no key specified"),
            ("not a file", "key conflict"),
            ("file already exists", "invalid argument"),
            ("not a directory", "parse error(s) occurred"),
            ("IPv4 prefix", "unknown attribute"),
            ("address family not supported", "invalid TSIG key"),
            ("already exists", "already exists"),
            ("not found", "not found"),
        ] {
            let code = TEXTS.iter().find(|(_, text)| *text == said).map(|(code, _)| ResultCode(*code)).expect("known");
            assert_eq!(code.of_today().text(), means, "{said}");
        }
        for (code, _) in TEXTS.iter().filter(|(code, _)| !(0x24..=0x45).contains(code)) {
            assert_eq!(ResultCode(*code).of_today(), ResultCode(*code));
        }
    }
}
