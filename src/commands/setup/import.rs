//! Profiles out of what other programs have: a smart proxy's settings, xCAT's passwd table, a dhcpd.conf.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use zeroize::Zeroizing;

use crate::commands::connection::{KeyFile, decoded_secret};
use crate::commands::profile::Profiles;
use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::omapi::Algorithm;
use crate::render::text::visible;

use super::keygen::{algorithm, declaration, key_name};
use super::proxy::{ProxySettings, key_of};
use super::write::{private_file, private_folder};

/// The largest file that is read, in bytes.
const MAX_SIZE: u64 = 64 << 20;

/// A profile that is to be written.
#[derive(Default)]
struct Imported {
    /// What it was found in, for people.
    source: &'static str,
    server: Option<String>,
    port: Option<u16>,
    conf: Option<PathBuf>,
    leases: Option<PathBuf>,
    /// The key's name and its declaration.
    key: Option<(String, Zeroizing<String>)>,
}

/// Writes a profile of that name, and returns what was done, in sentences.
pub(super) fn import(path: &Path, name: &str, force: bool) -> Result<Vec<String>> {
    check_name(name)?;
    let profiles = Profiles::read()?;
    let config = profiles.path.clone().context("there is no home directory to write config.toml in")?;
    ensure!(
        !profiles.all.contains_key(name),
        "{} has a profile {name} already: give another one with --name, or take it out there",
        config.display()
    );
    let imported = read(path)?;
    let folder = config.parent().context("config.toml is in no folder")?;
    private_folder(folder)?;
    let mut sentences = vec![format!("{} is {}", path.display(), imported.source)];
    let mut table = toml::Table::new();
    let mut say = |key: &str, value: toml::Value| table.insert(key.to_owned(), value);
    let text = |path: &Path| -> Result<toml::Value> {
        let path = path.to_str().with_context(|| format!("{} is no UTF-8", path.display()))?;
        Ok(toml::Value::String(path.to_owned()))
    };
    if let Some(server) = &imported.server {
        say("server", toml::Value::String(server.clone()));
    }
    if let Some(port) = imported.port {
        say("port", toml::Value::Integer(port.into()));
    }
    if let Some(conf) = &imported.conf {
        say("conf", text(conf)?);
    }
    if let Some(leases) = &imported.leases {
        say("leases", text(leases)?);
    }
    if let Some((key, declaration)) = &imported.key {
        let file = format!("{name}.key");
        private_file(&folder.join(&file), declaration.as_bytes(), force)?;
        sentences.push(format!("its key {key} is in {}, which only you can read", folder.join(&file).display()));
        say("key_file", toml::Value::String(file));
    }
    let before = match fs::read_to_string(&config) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", config.display())),
    };
    let gap = match before.as_str() {
        "" => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let lines: Vec<String> = table.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    let after = format!("{before}{gap}[profiles.{name}]\n{}", lines.concat());
    private_file(&config, after.as_bytes(), true)?;
    sentences.push(format!("the profile {name} is in {}; `omsh profile test {name}` tries it", config.display()));
    Ok(sentences)
}

/// A profile's name, which is a key of TOML and the name of a file.
fn check_name(name: &str) -> Result<()> {
    let is_sound =
        !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_'));
    ensure!(is_sound, "`{}` cannot be a profile's name: use letters, digits, - and _", visible(name.as_bytes()));
    Ok(())
}

fn read(path: &Path) -> Result<Imported> {
    let size = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
    ensure!(size <= MAX_SIZE, "{} has {size} bytes, which no settings have", path.display());
    let text = Zeroizing::new(fs::read(path).with_context(|| format!("cannot read {}", path.display()))?);
    let lines = || text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    if lines().any(|line| line.starts_with(b"\"omapi\"")) {
        return xcat(&String::from_utf8_lossy(&text), path);
    }
    let is_yaml = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    if is_yaml || lines().any(|line| line.starts_with(b":")) {
        let settings = ProxySettings::read(path)?;
        let key = key_of(&settings, path)?;
        return Ok(Imported {
            source: "the settings of a smart proxy",
            key: key
                .map(|key| declared(&key, settings.key_secret.as_ref().map(|secret| secret.as_str())))
                .transpose()?,
            server: settings.server,
            port: settings.port,
            conf: settings.conf,
            leases: settings.leases,
        });
    }
    let conf = Conf::read_with(path, ConfOptions { family: None, include_beside: true })
        .ok()
        .filter(|conf| conf.omapi_port.is_some() || conf.omapi_key.is_some());
    let Some(conf) = conf else {
        bail!(
            "{} is neither settings of a smart proxy (dhcp.yml, dhcp_isc.yml), nor xCAT's passwd table (`tabdump passwd`), \
             nor a dhcpd.conf with omapi-port or omapi-key",
            path.display()
        );
    };
    let key = conf.omapi_key.as_ref().and_then(|name| conf.keys.iter().find(|key| key.name == *name));
    let key = key.map(|key| -> Result<_> {
        let name = String::from_utf8_lossy(&key.name).into_owned();
        let declared = declaration(key_name(&name)?, algorithm(&String::from_utf8_lossy(&key.algorithm))?, &key.secret);
        Ok((name, declared))
    });
    Ok(Imported {
        source: "a dhcpd.conf",
        port: conf.omapi_port.filter(|port| *port > 0),
        conf: Some(path.canonicalize().unwrap_or_else(|_| path.to_owned())),
        key: key.transpose()?,
        ..Imported::default()
    })
}

fn declared(key: &KeyFile, secret: Option<&str>) -> Result<(String, Zeroizing<String>)> {
    let name = String::from_utf8_lossy(&key.name).into_owned();
    let bytes = decoded_secret(secret.unwrap_or_default().as_bytes()).context("the secret is not base64")?;
    let text = declaration(&name, key.algorithm, &bytes);
    Ok((name, text))
}

/// `"omapi","xcat_key","SECRET",,,` as `tabdump passwd` prints it. xCAT's algorithm is hmac-md5.
fn xcat(text: &str, path: &Path) -> Result<Imported> {
    let line = text.lines().find(|line| line.starts_with("\"omapi\"")).unwrap_or_default();
    let fields: Vec<Zeroizing<String>> =
        line.split(',').map(|field| Zeroizing::new(field.trim().trim_matches('"').to_owned())).collect();
    let (Some(name), Some(secret)) = (fields.get(1), fields.get(2)) else {
        bail!("{}: the line of omapi has no key and no password", path.display());
    };
    let bytes = decoded_secret(secret.as_bytes()).filter(|bytes| !bytes.is_empty());
    let bytes = bytes.with_context(|| format!("{}: the password of omapi is not base64", path.display()))?;
    let name = key_name(name)?.to_owned();
    let declared = declaration(&name, Algorithm::HmacMd5, &bytes);
    Ok(Imported { source: "xCAT's passwd table", key: Some((name, declared)), ..Imported::default() })
}
