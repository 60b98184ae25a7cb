//! Profiles out of what other programs have: a smart proxy's settings, xCAT's passwd table, a dhcpd.conf.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use toml::{Table, Value};
use zeroize::Zeroizing;

use crate::commands::connection::decoded_secret;
use crate::commands::profile::Profiles;
use crate::dhcpd::conf::{Conf, ConfOptions};
use crate::omapi::Algorithm;
use crate::render::text::visible;
use crate::shown::ShowPath as _;

use super::config::with_profile;
use super::keygen::{algorithm as algorithm_named, declaration, key_name};
use super::proxy::ProxySettings;
use super::write::{private_file, private_folder, read_small, replace_file};

/// The largest file that is read, in bytes.
const MAX_SIZE: u64 = 64 << 20;

/// A profile that is to be written.
#[derive(Default)]
struct Imported {
    /// What it was found in, for people.
    source: &'static str,
    /// What else is to be said of it.
    remarks: Vec<String>,
    server: Option<String>,
    port: Option<u16>,
    conf: Option<PathBuf>,
    leases: Option<PathBuf>,
    /// The key's name and its declaration.
    key: Option<(String, Zeroizing<String>)>,
}

/// Writes a profile of that name, and returns what was done, in sentences. The algorithm is taken where the file
/// does not say one; one that is there is replaced only where `force` says so.
pub(super) fn import(path: &Path, name: &str, algorithm: Option<Algorithm>, force: bool) -> Result<Vec<String>> {
    check_name(name)?;
    let profiles = Profiles::read()?;
    let config = profiles.path.clone().context("there is no home directory to write config.toml in")?;
    ensure!(
        force || !profiles.all.contains_key(name),
        "{} has a profile {name} already: --force replaces it, or give another name with --name",
        config.shown()
    );
    let imported = read(path, algorithm)?;
    let folder = config.parent().context("config.toml is in no folder")?;
    private_folder(folder)?;
    let mut sentences = vec![format!("{} is {}", path.shown(), imported.source)];
    sentences.extend(imported.remarks.iter().cloned());
    let key_file = folder.join(format!("{name}.key"));
    let before = match crate::limits::read_config(&config) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", config.shown())),
    };
    let after = with_profile(&before, name, &table(&imported, name)?)?;
    let is_new_key = !key_file.exists();
    if let Some((key, declaration)) = &imported.key {
        private_file(&key_file, declaration.as_bytes(), force)?;
        sentences.push(format!("its key {key} is in {}, which only you can read", key_file.shown()));
    }
    replace_file(&config, after.as_bytes()).inspect_err(|_| {
        if imported.key.is_some() && is_new_key {
            // Nothing names it.
            let _ = fs::remove_file(&key_file);
        }
    })?;
    sentences.push(format!("the profile {name} is in {}; `omsh profile test {name}` tries it", config.shown()));
    Ok(sentences)
}

/// What `config.toml` is to say.
fn table(imported: &Imported, name: &str) -> Result<Table> {
    let mut table = Table::new();
    let mut say = |key: &str, value: Value| table.insert(key.to_owned(), value);
    if let Some(server) = &imported.server {
        say("server", Value::String(server.clone()));
    }
    if let Some(port) = imported.port {
        say("port", Value::Integer(port.into()));
    }
    for (key, path) in [("conf", &imported.conf), ("leases", &imported.leases)] {
        let Some(path) = path else { continue };
        let path = path.to_str().with_context(|| format!("{} is no UTF-8", path.shown()))?;
        say(key, Value::String(path.to_owned()));
    }
    if imported.key.is_some() {
        say("key_file", Value::String(format!("{name}.key")));
    }
    Ok(table)
}

/// A profile's name, which is a key of TOML and the name of a file.
fn check_name(name: &str) -> Result<()> {
    let is_sound =
        !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_'));
    ensure!(is_sound, "`{}` cannot be a profile's name: use letters, digits, - and _", visible(name.as_bytes()));
    Ok(())
}

fn read(path: &Path, algorithm: Option<Algorithm>) -> Result<Imported> {
    let text = read_small(path, MAX_SIZE)?;
    let lines = || text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    if let Some(line) = lines().find(|line| line.starts_with(b"\"omapi\"")) {
        return xcat(line, path, algorithm);
    }
    let is_yaml = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    if is_yaml || lines().any(|line| line.starts_with(b":")) {
        return smart_proxy(path, algorithm);
    }
    let conf = Conf::read_with(path, ConfOptions { family: None, include_beside: true })
        .ok()
        .filter(|conf| conf.omapi_port.is_some() || conf.omapi_key.is_some());
    let Some(conf) = conf else {
        bail!(
            "{} is neither settings of a smart proxy (dhcp.yml, dhcp_isc.yml), nor xCAT's passwd table (`tabdump passwd`), \
             nor a dhcpd.conf with omapi-port or omapi-key",
            path.shown()
        );
    };
    let key = conf.key_of_clients().map(|key| -> Result<_> {
        let name = String::from_utf8_lossy(&key.name).into_owned();
        let algorithm = algorithm_named(&String::from_utf8_lossy(&key.algorithm))?;
        let declared = declaration(key_name(&name)?, algorithm, &key.secret);
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

fn smart_proxy(path: &Path, algorithm: Option<Algorithm>) -> Result<Imported> {
    let settings = ProxySettings::read(path)?;
    let mut remarks = Vec::new();
    if settings.is_of_another_kind() {
        remarks.push(format!(
            "it uses {}, which is no ISC dhcpd",
            visible(settings.provider.as_deref().unwrap_or_default().as_bytes())
        ));
    }
    let key = match (&settings.key_name, &settings.key_secret) {
        (Some(name), Some(secret)) => {
            let said = settings.key_algorithm.as_deref().map(algorithm_named).transpose()?;
            // It gives omshell no other one.
            let algorithm = said.or(algorithm).unwrap_or(Algorithm::HmacMd5);
            let name = key_name(name)?.to_owned();
            let secret = decoded(secret.as_bytes()).context("the proxy's secret is not base64")?;
            let declared = declaration(&name, algorithm, &secret);
            Some((name, declared))
        }
        (None, None) => None,
        (name, _) => {
            let (is, is_not) = if name.is_some() { ("name", "secret") } else { ("secret", "name") };
            remarks.push(format!("it has a key's {is} and no {is_not}, and so no key"));
            None
        }
    };
    Ok(Imported {
        source: "the settings of a smart proxy",
        remarks,
        key,
        server: settings.server,
        port: settings.port,
        conf: settings.conf,
        leases: settings.leases,
    })
}

/// `"omapi","xcat_key","SECRET",,,` as `tabdump passwd` prints it. The algorithm is in another table.
fn xcat(line: &[u8], path: &Path, algorithm: Option<Algorithm>) -> Result<Imported> {
    let fields: Vec<&[u8]> = line.split(|&byte| byte == b',').map(|field| unquoted(field.trim_ascii())).collect();
    let (Some(name), Some(secret)) = (fields.get(1), fields.get(2)) else {
        bail!("{}: the line of omapi has no key and no password", path.shown());
    };
    let secret = decoded(secret).with_context(|| format!("{}: the password of omapi is not base64", path.shown()))?;
    let name = key_name(&String::from_utf8_lossy(name))?.to_owned();
    let remark = "the algorithm is not in there, but in dhcpomapialgorithm of xCAT's site table: hmac-md5 is taken, \
                  and --algorithm says another one";
    let remarks = if algorithm.is_none() { vec![remark.to_owned()] } else { Vec::new() };
    let declared = declaration(&name, algorithm.unwrap_or(Algorithm::HmacMd5), &secret);
    Ok(Imported { source: "xCAT's passwd table", remarks, key: Some((name, declared)), ..Imported::default() })
}

fn unquoted(field: &[u8]) -> &[u8] {
    field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\"")).unwrap_or(field)
}

/// A secret that there is.
fn decoded(secret: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decoded_secret(secret).filter(|bytes| !bytes.is_empty())
}
