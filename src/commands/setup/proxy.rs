//! The settings of Foreman's smart proxy, and how they compare with what dhcpd has.
//!
//! They are flat YAML, a `:key: value` a line, in one file or in two: `dhcp.yml` with the server, and
//! `dhcp_isc.yml` with the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use zeroize::Zeroizing;

use crate::commands::connection::{KeyFile, Settings, decoded_secret};
use crate::render::text::visible;
use crate::shell::ExitStatus;

use super::check::Found;
use super::steps::Steps;

/// What a smart proxy says about its DHCP server.
#[derive(Default)]
pub(super) struct ProxySettings {
    pub(super) server: Option<String>,
    pub(super) conf: Option<PathBuf>,
    pub(super) leases: Option<PathBuf>,
    pub(super) key_name: Option<String>,
    pub(super) key_secret: Option<Zeroizing<String>>,
    pub(super) key_algorithm: Option<String>,
    pub(super) port: Option<u16>,
}

impl ProxySettings {
    /// Reads a file, and the other one beside it.
    pub(super) fn read(path: &Path) -> Result<ProxySettings> {
        let read = |path: &Path| std::fs::read_to_string(path).map(Zeroizing::new);
        let text = read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut values = flat_yaml(&text);
        for beside in ["dhcp.yml", "dhcp_isc.yml"].map(|name| path.with_file_name(name)).iter().filter(|it| *it != path)
        {
            if let Ok(text) = read(beside) {
                for (key, value) in flat_yaml(&text) {
                    values.entry(key).or_insert(value);
                }
            }
        }
        let settings = Self::of(&values)?;
        let is_any = settings.conf.is_some()
            || settings.leases.is_some()
            || settings.key_name.is_some()
            || settings.port.is_some();
        ensure!(is_any || settings.server.is_some(), "{} has no settings of a smart proxy's DHCP", path.display());
        Ok(settings)
    }

    fn of(values: &BTreeMap<String, Zeroizing<String>>) -> Result<ProxySettings> {
        // The second name is that of old proxies, with one file for all.
        let value = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| values.get(*name)).filter(|value| !value.is_empty());
            found.map(|value| value.as_str().to_owned())
        };
        let port = value(["omapi_port", "dhcp_omapi_port"]);
        let port = port.map(|text| {
            text.parse::<u16>()
                .with_context(|| format!("omapi_port is `{}`, which is no port", visible(text.as_bytes())))
        });
        Ok(ProxySettings {
            server: value(["server", "dhcp_server"]),
            conf: value(["config", "dhcp_config"]).map(PathBuf::from),
            leases: value(["leases", "dhcp_leases"]).map(PathBuf::from),
            key_name: value(["key_name", "dhcp_key_name"]),
            key_secret: value(["key_secret", "dhcp_key_secret"]).map(Zeroizing::new),
            key_algorithm: value(["key_algorithm", "dhcp_key_algorithm"]),
            port: port.transpose()?,
        })
    }
}

/// The values of a flat YAML file, without the colons before keys that Ruby has.
fn flat_yaml(text: &str) -> BTreeMap<String, Zeroizing<String>> {
    let pair = |line: &str| {
        let line = line.trim();
        let line = line.strip_prefix(':').unwrap_or(line);
        let (key, value) = line.split_once(": ").or_else(|| Some((line.strip_suffix(':')?, "")))?;
        if key.starts_with('#') || key.contains(char::is_whitespace) {
            return None;
        }
        let value = value.trim();
        let quoted =
            ['"', '\''].iter().find_map(|mark| value.strip_prefix(*mark)?.split_once(*mark).map(|(inner, _)| inner));
        // A comment begins with a blank before it.
        let bare = || value.split(" #").next().unwrap_or_default().trim_end();
        Some((key.to_owned(), Zeroizing::new(quoted.unwrap_or_else(bare).to_owned())))
    };
    text.lines().filter_map(pair).collect()
}

/// Compares a smart proxy's settings with what dhcpd has.
pub(super) fn check(steps: &mut Steps, path: &Path, found: &Found, settings: Option<&Settings>) -> Result<()> {
    let proxy = ProxySettings::read(path)?;
    let shown = path.display();
    same_file(steps, "proxy: conf", proxy.conf.as_deref(), found.conf_path.as_deref(), "config");
    same_file(steps, "proxy: leases", proxy.leases.as_deref(), found.leases.as_deref(), "leases");
    let ours = settings.and_then(|settings| settings.servers.first());
    let port = found.conf.as_ref().and_then(|conf| conf.omapi_port).or(ours.map(|server| server.port.value));
    let theirs = proxy.port.unwrap_or(7911);
    match port {
        Some(port) if port == theirs => steps.ok("proxy: port", port.to_string()),
        Some(port) => steps.fail(
            "proxy: port",
            ExitStatus::Usage,
            format!("the proxy would use {theirs}, and dhcpd listens on {port}"),
            format!("set `:omapi_port: {port}` in {shown}"),
        ),
        None => steps.skip("proxy: port", "it is not known on which port dhcpd listens"),
    }
    let conf = found.conf.as_ref();
    let wanted = conf.and_then(|conf| conf.omapi_key.as_deref());
    match (conf, wanted, &proxy.key_name) {
        (None, ..) => steps.skip("proxy: key", "there is no dhcpd.conf to compare it with"),
        (Some(_), None, None) => steps.ok("proxy: key", "none, as in dhcpd.conf"),
        (Some(_), None, Some(name)) => steps.warn(
            "proxy: key",
            format!("the proxy uses the key {}, and dhcpd wants none", visible(name.as_bytes())),
            "`omsh keygen` makes the lines for dhcpd.conf",
        ),
        (Some(_), Some(name), None) => steps.fail(
            "proxy: key",
            ExitStatus::Authentication,
            format!("dhcpd wants the key {}, and the proxy has none", visible(name)),
            format!("set `:key_name:` and `:key_secret:` in {shown}"),
        ),
        (Some(_), Some(name), Some(theirs)) if theirs.as_bytes() != name => steps.fail(
            "proxy: key",
            ExitStatus::Authentication,
            format!("dhcpd wants the key {}, and the proxy has {}", visible(name), visible(theirs.as_bytes())),
            format!("set `:key_name: {}` in {shown}", visible(name)),
        ),
        (Some(conf), Some(name), Some(_)) => {
            let key = conf.keys.iter().find(|key| key.name == name);
            let secret = proxy.key_secret.as_ref().and_then(|text| decoded_secret(text.as_bytes()));
            match (key, secret) {
                (Some(key), Some(secret)) if *key.secret == *secret => {
                    steps.ok("proxy: key", format!("{}, with dhcpd's secret", visible(name)));
                }
                (Some(_), _) => steps.fail(
                    "proxy: key",
                    ExitStatus::Authentication,
                    format!("the proxy's secret of {} is not dhcpd's, or is not base64", visible(name)),
                    format!("copy the secret of dhcpd.conf to `:key_secret:` in {shown}"),
                ),
                (None, _) => steps.skip("proxy: key", "dhcpd.conf names a key that it does not have"),
            }
        }
    }
    Ok(())
}

fn same_file(steps: &mut Steps, name: &'static str, theirs: Option<&Path>, ours: Option<&Path>, key: &str) {
    let same = |one: &Path, other: &Path| one == other || one.canonicalize().ok() == other.canonicalize().ok();
    match (theirs, ours) {
        (None, _) => steps.skip(name, format!("the proxy does not say it, and takes its default; `:{key}:` does")),
        (_, None) => steps.skip(name, "it is not known which file dhcpd has"),
        (Some(theirs), Some(ours)) if same(theirs, ours) => steps.ok(name, theirs.display().to_string()),
        (Some(theirs), Some(ours)) => steps.fail(
            name,
            ExitStatus::Usage,
            format!("the proxy reads {}, and dhcpd's is {}", theirs.display(), ours.display()),
            format!("set `:{key}: {}`", ours.display()),
        ),
    }
}

/// The key of a smart proxy, if it has one.
pub(super) fn key_of(settings: &ProxySettings, path: &Path) -> Result<Option<KeyFile>> {
    let (Some(name), Some(secret)) = (&settings.key_name, &settings.key_secret) else { return Ok(None) };
    let algorithm = settings.key_algorithm.as_deref().unwrap_or("hmac-md5");
    let algorithm = super::keygen::algorithm(algorithm)?;
    let name = super::keygen::key_name(name)?;
    let bytes = decoded_secret(secret.as_bytes()).context("the proxy's secret is not base64")?;
    let text = super::keygen::declaration(name, algorithm, &bytes);
    Ok(Some(KeyFile::parse(text.as_bytes(), path).context("the proxy's key cannot be used")?))
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
