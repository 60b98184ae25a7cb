//! The words of dhcpd's language.

/// Whether `word` is one of dhcpd's keywords, in any case.
///
/// Each word was tried on omshell 4.4.3-P1, which tells: `key-algorithm WORD` takes a name and
/// refuses a keyword.
pub fn is_keyword(word: &[u8]) -> bool {
    may_be_keyword(word)
        && KEYWORDS
            .binary_search_by(|keyword| keyword.iter().copied().cmp(word.iter().map(u8::to_ascii_lowercase)))
            .is_ok()
}

/// Whether any keyword has this first letter and this length. Most other words have none, and need no search.
fn may_be_keyword(word: &[u8]) -> bool {
    let letter = word.first().map_or(u8::MAX, |first| first.to_ascii_lowercase().wrapping_sub(b'a'));
    LENGTHS.get(usize::from(letter)).is_some_and(|lengths| word.len() < 64 && lengths >> word.len() & 1 == 1)
}

/// For each first letter the lengths of its keywords, a bit each.
static LENGTHS: [u64; 26] = {
    let mut lengths = [0; 26];
    let mut at = 0;
    while at < KEYWORDS.len() {
        lengths[(KEYWORDS[at][0] - b'a') as usize] |= 1 << KEYWORDS[at].len();
        at += 1;
    }
    lengths
};

/// In lower case and in order.
#[rustfmt::skip]
const KEYWORDS: &[&[u8]] = &[
    b"abandoned", b"active", b"add", b"address", b"after", b"algorithm", b"alias", b"all", b"allow", b"also",
    b"and", b"anycast-mac", b"append", b"array", b"at", b"atsfp", b"authenticated", b"authentication",
    b"authoring-byte-order", b"authoritative", b"auto-partner-down", b"backoff-cutoff", b"backup", b"balance",
    b"big-endian", b"billing", b"binary-to-ascii", b"binding", b"boolean", b"boot-unknown-clients", b"booting",
    b"bootp", b"bound", b"break", b"case", b"check", b"ciaddr", b"class", b"client-hostname", b"client-identifier",
    b"client-state", b"client-updates", b"clients", b"close", b"cltt", b"code", b"commit",
    b"communications-interrupted", b"compressed", b"concat", b"config-option", b"conflict-done", b"connect",
    b"create", b"db-time-format", b"debug", b"declines", b"default", b"default-duid", b"default-lease-time",
    b"define", b"defined", b"delete", b"deleted", b"deny", b"disconnect", b"do-forward-update",
    b"do-forward-updates", b"domain", b"domain-list", b"domain-name", b"duplicates", b"dynamic", b"dynamic-bootp",
    b"dynamic-bootp-lease-cutoff", b"dynamic-bootp-lease-length", b"else", b"elsif", b"en", b"encapsulate",
    b"encode-int", b"ends", b"epoch", b"error", b"ethernet", b"eval", b"execute", b"exists", b"expire", b"expired",
    b"expiry", b"extract-int", b"failover", b"fatal", b"fddi", b"filename", b"fixed-address", b"fixed-address6",
    b"fixed-prefix6", b"formerr", b"free", b"function", b"get-lease-hostnames", b"gethostbyname", b"gethostname",
    b"giaddr", b"group", b"hardware", b"hash", b"hba", b"help", b"hex", b"host", b"host-decl-name",
    b"host-identifier", b"hostname", b"ia-na", b"ia-pd", b"ia-ta", b"iaaddr", b"iaprefix", b"identifier", b"if",
    b"ignore", b"include", b"infiniband", b"infinite", b"info", b"initial-delay", b"initial-interval", b"integer",
    b"interface", b"ip-address", b"ip6-address", b"is", b"key", b"key-algorithm", b"known", b"known-clients",
    b"lcase", b"lease", b"lease-id-format", b"lease-time", b"lease6", b"leased-address", b"leasequery", b"length",
    b"let", b"limit", b"little-endian", b"ll", b"llt", b"load", b"local", b"log", b"match", b"max", b"max-balance",
    b"max-lease-misbalance", b"max-lease-ownership", b"max-lease-time", b"max-life", b"max-response-delay",
    b"max-transmit-idle", b"max-unacked-updates", b"mclt", b"media", b"medium", b"members", b"min-balance",
    b"min-lease-time", b"min-secs", b"my", b"nameserver", b"netmask", b"never", b"new", b"next", b"next-server",
    b"no", b"noerror", b"normal", b"not", b"notauth", b"notimp", b"notzone", b"null", b"nxdomain", b"nxrrset",
    b"octal", b"of", b"omapi", b"on", b"one-lease-per-client", b"open", b"option", b"or", b"owner", b"packet",
    b"parse-vendor-option", b"partner", b"partner-down", b"paused", b"peer", b"pick", b"pick-first-value", b"pool",
    b"pool6", b"port", b"potential-conflict", b"preferred-life", b"prefix6", b"prepend", b"primary", b"primary6",
    b"pseudo", b"range", b"range6", b"rebind", b"reboot", b"recontact-interval", b"recover", b"recover-done",
    b"recover-wait", b"refresh", b"refused", b"reject", b"release", b"released", b"remove", b"renew", b"request",
    b"require", b"reserved", b"reset", b"resolution-interrupted", b"retry", b"return", b"reverse", b"rewind",
    b"script", b"search", b"secondary", b"secondary6", b"seconds", b"secret", b"select", b"select-timeout", b"send",
    b"server", b"server-duid", b"server-identifier", b"server-name", b"servfail", b"set", b"shared-network",
    b"shutdown", b"siaddr", b"signed", b"size", b"space", b"spawn", b"split", b"starts", b"startup", b"state",
    b"static", b"string", b"subclass", b"subnet", b"subnet6", b"substring", b"suffix", b"supersede", b"switch",
    b"temporary", b"text", b"timeout", b"timestamp", b"token-ring", b"transmission", b"tsfp", b"tstp", b"ucase",
    b"uid", b"unauthenticated", b"unknown", b"unknown-clients", b"unknown-state", b"unset", b"unsigned", b"update",
    b"use-host-decl-names", b"use-lease-addr-for-default-route", b"user-class", b"v6relay", b"v6relopt", b"vendor",
    b"vendor-class", b"width", b"with", b"yiaddr", b"yxdomain", b"yxrrset", b"zerolen", b"zone",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_in_order_so_that_they_are_found() {
        assert!(KEYWORDS.is_sorted());
        assert!(KEYWORDS.iter().all(|keyword| is_keyword(keyword)));
        assert!(is_keyword(b"Fixed-Address"));
        assert!(!is_keyword(b"hmac-md5") && !is_keyword(b"") && !is_keyword(b"hosts"));
    }
}
