//! The settings of Foreman's smart proxy, and how they compare with what dhcpd has.
//!
//! They are flat YAML, a `:key: value` a line, in one file or in two: `dhcp.yml` with the server and the
//! provider's name, and `dhcp_isc.yml`, or another one of the provider's name, with the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use zeroize::Zeroizing;

use crate::commands::connection::{ServerSettings, Settings, decoded_secret, is_local};
use crate::dhcpd::conf::Key;
use crate::omapi::Algorithm;
use crate::render::text::visible;
use crate::shell::ExitStatus;
use crate::shown::ShowPath as _;

use super::check::Found;
use super::steps::Steps;
use super::write::read_small;

/// The largest file that can be settings, in bytes.
const MAX_SIZE: u64 = 1 << 20;

/// What a smart proxy takes where its settings say nothing.
const DEFAULT_CONF: &str = "/etc/dhcp/dhcpd.conf";
const DEFAULT_LEASES: &str = "/var/lib/dhcpd/dhcpd.leases";
const DEFAULT_PORT: u16 = 7911;
const DEFAULT_SERVER: &str = "127.0.0.1";
const DEFAULT_PROVIDER: &str = "dhcp_isc";

/// What a smart proxy says about its DHCP server.
#[derive(Default)]
pub(super) struct ProxySettings {
    pub(super) enabled: Option<String>,
    pub(super) provider: Option<String>,
    pub(super) server: Option<String>,
    pub(super) conf: Option<PathBuf>,
    pub(super) leases: Option<PathBuf>,
    pub(super) key_name: Option<String>,
    pub(super) key_secret: Option<Zeroizing<String>>,
    pub(super) key_algorithm: Option<String>,
    pub(super) port: Option<u16>,
}

/// Keys with values.
type Values = BTreeMap<String, Zeroizing<String>>;

impl ProxySettings {
    /// Reads a file, and the other one beside it: `dhcp.yml`, or where that is the file, the provider's.
    pub(super) fn read(path: &Path) -> Result<ProxySettings> {
        let mut values = values_of(path)?;
        let other = match path.file_name().is_some_and(|name| name == "dhcp.yml") {
            true => {
                let provider = value(&values, ["use_provider", "dhcp_vendor"]);
                // It is a name of ours or of a plugin, not a path.
                let provider = provider.filter(|name| !name.contains('/')).unwrap_or_else(|| DEFAULT_PROVIDER.into());
                path.with_file_name(format!("{provider}.yml"))
            }
            false => path.with_file_name("dhcp.yml"),
        };
        if other.exists() {
            for (key, value) in values_of(&other)? {
                values.entry(key).or_insert(value);
            }
        }
        let settings = Self::of(&values)?;
        let is_any = settings.conf.is_some()
            || settings.leases.is_some()
            || settings.key_name.is_some()
            || settings.port.is_some()
            || settings.server.is_some();
        ensure!(is_any, "{} has no settings of a smart proxy's DHCP", path.shown());
        Ok(settings)
    }

    fn of(values: &Values) -> Result<ProxySettings> {
        // The second name is that of old proxies, with one file for all.
        let value = |names| value(values, names);
        let port = value(["omapi_port", "dhcp_omapi_port"]);
        let port = port.map(|text| {
            let port = text.parse::<u16>().ok().filter(|port| *port > 0);
            port.with_context(|| format!("omapi_port is `{}`, which is no port", visible(text.as_bytes())))
        });
        Ok(ProxySettings {
            enabled: value(["enabled", "dhcp"]),
            provider: value(["use_provider", "dhcp_vendor"]),
            server: value(["server", "dhcp_server"]),
            conf: value(["config", "dhcp_config"]).map(PathBuf::from),
            leases: value(["leases", "dhcp_leases"]).map(PathBuf::from),
            key_name: value(["key_name", "dhcp_key_name"]),
            key_secret: value(["key_secret", "dhcp_key_secret"]).map(Zeroizing::new),
            key_algorithm: value(["key_algorithm", "dhcp_key_algorithm"]),
            port: port.transpose()?,
        })
    }

    /// Whether the proxy asks another server than ISC's dhcpd. Plugins for that one end with `isc`.
    pub(super) fn is_of_another_kind(&self) -> bool {
        self.provider.as_deref().is_some_and(|provider| !provider.ends_with("isc"))
    }
}

fn value(values: &Values, names: [&str; 2]) -> Option<String> {
    let found = names.iter().find_map(|name| values.get(*name)).filter(|value| !value.is_empty());
    found.map(|value| value.as_str().to_owned())
}

fn values_of(path: &Path) -> Result<Values> {
    let bytes = read_small(path, MAX_SIZE)?;
    let text = std::str::from_utf8(&bytes).ok().with_context(|| format!("{} is no UTF-8", path.shown()))?;
    Ok(flat_yaml(text))
}

/// The values of a flat YAML file, without the colons before keys that Ruby has. What is indented belongs to
/// something else.
fn flat_yaml(text: &str) -> Values {
    let pair = |line: &str| {
        let line = line.trim_end();
        let line = line.strip_prefix(':').unwrap_or(line);
        let (key, value) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
        if key.starts_with('#') || key.contains(char::is_whitespace) {
            return None;
        }
        let value = value.trim();
        let quoted =
            ['"', '\''].iter().find_map(|mark| value.strip_prefix(*mark)?.split_once(*mark).map(|(inner, _)| inner));
        // A comment begins with a blank before it, or is all there is.
        let bare = || match value.starts_with('#') {
            true => "",
            false => value.split(" #").next().unwrap_or_default().trim_end(),
        };
        Some((key.to_owned(), Zeroizing::new(quoted.unwrap_or_else(bare).to_owned())))
    };
    text.lines().filter_map(pair).collect()
}

/// Compares a smart proxy's settings with what dhcpd has.
pub(super) fn check(steps: &mut Steps, path: &Path, found: &Found, settings: Option<&Settings>) {
    let proxy = match ProxySettings::read(path) {
        Ok(proxy) => proxy,
        Err(error) => {
            let advice = "give dhcp_isc.yml of the proxy's settings.d, or the settings.yml of an old proxy";
            steps.fail("proxy", ExitStatus::Usage, format!("{error:#}"), advice);
            return;
        }
    };
    let shown = path.shown().to_string();
    module(steps, &proxy);
    let ours = settings.and_then(|settings| settings.servers.first());
    server(steps, &proxy, ours);
    same_file(steps, "proxy: conf", (&proxy.conf, DEFAULT_CONF), found.conf_path.as_deref(), "config");
    same_file(steps, "proxy: leases", (&proxy.leases, DEFAULT_LEASES), found.leases.as_deref(), "leases");
    port(steps, &proxy, found, ours, &shown);
    key(steps, &proxy, found, &shown);
}

/// Whether the proxy has to do with dhcpd at all.
fn module(steps: &mut Steps, proxy: &ProxySettings) {
    let provider = visible(proxy.provider.as_deref().unwrap_or(DEFAULT_PROVIDER).as_bytes());
    if proxy.is_of_another_kind() {
        steps.warn(
            "proxy: module",
            format!("the proxy uses {provider}, and so nothing of dhcpd's"),
            "set `:use_provider: dhcp_isc` in its dhcp.yml",
        );
        return;
    }
    match proxy.enabled.as_deref() {
        Some("false") => steps.warn(
            "proxy: module",
            format!("{provider}, but the proxy's DHCP is switched off"),
            "set `:enabled: https` in its dhcp.yml",
        ),
        Some(value) => steps.ok("proxy: module", format!("{provider}, enabled: {}", visible(value.as_bytes()))),
        None => steps.skip("proxy: module", format!("{provider}; no `:enabled:` says whether it is switched on")),
    }
}

/// Whether both mean the same server.
fn server(steps: &mut Steps, proxy: &ProxySettings, ours: Option<&ServerSettings>) {
    let theirs = proxy.server.as_deref().unwrap_or(DEFAULT_SERVER);
    let Some(ours) = ours else {
        steps.skip("proxy: server", "it is not known which server we would ask");
        return;
    };
    let host = &ours.host.value;
    let is_here = is_local(theirs);
    if theirs.eq_ignore_ascii_case(host) || (is_here && ours.is_local()) {
        steps.ok("proxy: server", visible(theirs.as_bytes()));
    } else {
        // One machine may have several names and addresses.
        steps.warn(
            "proxy: server",
            format!("the proxy asks {}, and we ask {}", visible(theirs.as_bytes()), visible(host.as_bytes())),
            format!(
                "look whether these are the same machine; --server {} asks the proxy's",
                visible(theirs.as_bytes())
            ),
        );
    }
}

fn same_file(steps: &mut Steps, name: &'static str, theirs: (&Option<PathBuf>, &str), ours: Option<&Path>, key: &str) {
    let same = |one: &Path, other: &Path| {
        one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
    };
    let (said, default) = theirs;
    let theirs = said.as_deref().unwrap_or(Path::new(default));
    let by = if said.is_some() { "" } else { ", the proxy's default" };
    match ours {
        None => steps.skip(name, "it is not known which file dhcpd has"),
        Some(ours) if same(theirs, ours) => steps.ok(name, format!("{}{by}", theirs.shown())),
        Some(ours) => steps.fail(
            name,
            ExitStatus::Usage,
            format!("the proxy reads {}{by}, and dhcpd's is {}", theirs.shown(), ours.shown()),
            format!("set `:{key}: {}`", ours.shown()),
        ),
    }
}

fn port(steps: &mut Steps, proxy: &ProxySettings, found: &Found, ours: Option<&ServerSettings>, shown: &str) {
    let port = found.conf.as_ref().and_then(|conf| conf.omapi_port).filter(|port| *port > 0);
    let theirs = proxy.port.unwrap_or(DEFAULT_PORT);
    match port.or(ours.map(|server| server.port.value)) {
        Some(port) if port == theirs => steps.ok("proxy: port", port.to_string()),
        Some(port) => steps.fail(
            "proxy: port",
            ExitStatus::Usage,
            format!("the proxy would use {theirs}, and dhcpd listens on {port}"),
            format!("set `:omapi_port: {port}` in {shown}"),
        ),
        None => steps.skip("proxy: port", "it is not known on which port dhcpd listens"),
    }
}

fn key(steps: &mut Steps, proxy: &ProxySettings, found: &Found, shown: &str) {
    let Some(conf) = &found.conf else {
        steps.skip("proxy: key", "there is no dhcpd.conf to compare it with");
        return;
    };
    // Without a secret it is none to the proxy.
    let theirs = proxy.key_name.as_deref().filter(|_| proxy.key_secret.is_some());
    let fail = |steps: &mut Steps, details: String, advice: String| {
        steps.fail("proxy: key", ExitStatus::Authentication, details, advice);
    };
    match (conf.key_of_clients(), theirs) {
        (None, None) => steps.ok("proxy: key", "none, as in dhcpd.conf"),
        // It signs for nobody: dhcpd knows the key, or refuses it.
        (None, Some(theirs)) => match conf.keys.iter().find(|key| key.name.eq_ignore_ascii_case(theirs.as_bytes())) {
            Some(key) => steps.warn(
                "proxy: key",
                format!("the proxy uses the key {}, and dhcpd would take clients without one", visible(&key.name)),
                format!("add `omapi-key {};` to dhcpd.conf", visible(&key.name)),
            ),
            None => fail(
                steps,
                format!("the proxy uses the key {}, and dhcpd has no such key", visible(theirs.as_bytes())),
                format!("take `:key_name:` out of {shown}, or make dhcpd a key: `omsh keygen --algorithm hmac-md5`"),
            ),
        },
        (Some(key), None) => fail(
            steps,
            format!("dhcpd wants the key {}, and the proxy has none", visible(&key.name)),
            format!("set `:key_name:` and `:key_secret:` in {shown}"),
        ),
        (Some(key), Some(theirs)) if !key.name.eq_ignore_ascii_case(theirs.as_bytes()) => fail(
            steps,
            format!("dhcpd wants the key {}, and the proxy has {}", visible(&key.name), visible(theirs.as_bytes())),
            format!("set `:key_name: {}` in {shown}", visible(&key.name)),
        ),
        (Some(key), Some(_)) => same_key(steps, proxy, key, shown),
    }
}

/// Whether a key of the same name is the same.
fn same_key(steps: &mut Steps, proxy: &ProxySettings, key: &Key, shown: &str) {
    let name = visible(&key.name);
    let secret = proxy.key_secret.as_ref().and_then(|text| decoded_secret(text.as_bytes()));
    if secret.is_none_or(|secret| *key.secret != *secret) {
        steps.fail(
            "proxy: key",
            ExitStatus::Authentication,
            format!("the proxy's secret of {name} is not dhcpd's, or is not base64"),
            format!("copy the secret of dhcpd.conf to `:key_secret:` in {shown}"),
        );
        return;
    }
    let said = proxy.key_algorithm.as_deref();
    let theirs = said.map_or(Some(Algorithm::HmacMd5), |name| super::keygen::algorithm(name).ok());
    let ours = Algorithm::from_name(&key.algorithm);
    match theirs == ours {
        true => steps.ok("proxy: key", format!("{name}, with dhcpd's secret and algorithm")),
        false => steps.fail(
            "proxy: key",
            ExitStatus::Authentication,
            format!(
                "{name} has dhcpd's secret, but the proxy signs with {}, and dhcpd wants {}",
                theirs.map_or("an algorithm that is not known", Algorithm::name),
                visible(&key.algorithm)
            ),
            match (said, ours) {
                (_, None) => "dhcpd's own key has an algorithm that is unknown; make that one of hmac-md5".to_owned(),
                (Some(_), Some(ours)) => format!("set `:key_algorithm: {}` in {shown}", ours.name()),
                (None, Some(ours)) => format!(
                    "set `:key_algorithm: {}` in {shown}; a smart proxy up to 3.10 does not know that setting and signs with \
                     hmac-md5, so make dhcpd's key one of hmac-md5 for it",
                    ours.name()
                ),
            },
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_both_layouts_are_read() {
        let new = "---\n:enabled: https\n:config: /etc/dhcp/dhcpd.conf # ours\n:leases: '/var/lib/x y'\n#:key_name: no\n\
                   :key_name: omapi_key\n:key_secret: \"c2Vj==\"\n:omapi_port: 7912\n:server:\n";
        let settings = ProxySettings::of(&flat_yaml(new)).expect("sound");
        assert_eq!(settings.conf.as_deref(), Some(Path::new("/etc/dhcp/dhcpd.conf")));
        assert_eq!(settings.leases.as_deref(), Some(Path::new("/var/lib/x y")));
        assert_eq!((settings.key_name.as_deref(), settings.port), (Some("omapi_key"), Some(7912)));
        assert_eq!(settings.key_secret.as_ref().map(|secret| secret.as_str()), Some("c2Vj=="));
        assert_eq!(settings.server, None);
        let old = ProxySettings::of(&flat_yaml(":dhcp_key_name: k\n:dhcp_omapi_port: x\n")).err().expect("no port");
        assert!(old.to_string().contains("`x`"));
    }
}
