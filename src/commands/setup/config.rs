//! `config.toml` with one profile more, and all else as it was: comments, order and blanks.

use anyhow::{Context, Result, bail, ensure};
use toml::{Table, Value};

/// The tables of `config.toml` that profiles are in.
const PROFILES: &str = "profiles";

/// The text with a profile of that name, in the place of the one that is there, if any.
///
/// # Errors
///
/// A text that is no TOML, or one in which profiles are not tables of their own, such as `profiles = { … }`: it
/// has to be changed by hand.
pub(super) fn with_profile(before: &str, name: &str, profile: &Table) -> Result<String> {
    let mut wanted: Table = toml::from_str(before).context("config.toml is not understood")?;
    let lines: String = profile.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
    let lines = format!("[{PROFILES}.{name}]\n{lines}");
    let rest = without_profile(before, name);
    let gap = match rest.as_str() {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let after = format!("{rest}{gap}{lines}");
    // Whatever was in there is in there now, and nothing else.
    match wanted.entry(PROFILES).or_insert_with(|| Value::Table(Table::new())) {
        Value::Table(profiles) => profiles.insert(name.to_owned(), Value::Table(profile.clone())),
        _ => bail!("`{PROFILES}` in config.toml is no table"),
    };
    let is_right = toml::from_str::<Table>(&after).is_ok_and(|table| table == wanted);
    ensure!(
        is_right,
        "config.toml is written in a way that cannot be added to; put these lines into it yourself, as a table where \
         its other profiles are tables, in place of what it has of {name}:\n{lines}"
    );
    Ok(after)
}

/// The text without the tables of a profile. Comments above the next table belong to that.
fn without_profile(text: &str, name: &str) -> String {
    let mut kept = String::new();
    let mut aside = String::new();
    let mut is_inside = false;
    for line in text.split_inclusive('\n') {
        match header(line) {
            Some(table) => {
                let was_inside = is_inside;
                is_inside = table.get(PROFILES).is_some_and(|profiles| profiles.get(name).is_some());
                let above = std::mem::take(&mut aside);
                if !(was_inside && is_inside) {
                    kept += &above;
                }
                if !is_inside {
                    kept += line;
                }
            }
            None if !is_inside => kept += line,
            None if line.trim().is_empty() || line.trim_start().starts_with('#') => aside += line,
            None => aside.clear(),
        }
    }
    kept + &aside
}

/// The tables that a line names, if it is the header of one.
fn header(line: &str) -> Option<Table> {
    if !line.trim_start().starts_with('[') {
        return None;
    }
    toml::from_str(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Table {
        toml::from_str("port = 7912\nserver = 'dhcp1'\n").expect("sound")
    }

    #[test]
    fn a_profile_is_added_or_replaced_and_the_rest_is_kept() {
        let ours = "[profiles.lab]\nport = 7912\nserver = \"dhcp1\"\n";
        let old = "# ours\n[profiles.default]\nconf = 'x' # here\n";
        let lab = "[profiles.lab]\nserver = 'old'\n# inside\nport = 1\n\n[ profiles . \"lab\" . peer ]\nserver = 'p'\n";
        let last = "\n# the last one\n[profiles.last]\ntimeout = 1.5";
        for (before, after) in [
            (String::new(), ours.to_owned()),
            (old.to_owned(), format!("{old}\n{ours}")),
            (last.to_owned(), format!("{last}\n\n{ours}")),
            (format!("{old}{lab}{last}"), format!("{old}{last}\n\n{ours}")),
            (format!("{lab}{last}\n\n"), format!("{last}\n\n{ours}")),
        ] {
            assert_eq!(with_profile(&before, "lab", &profile()).expect("sound"), after, "{before}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_not_touched() {
        for before in [
            "profiles = { lab = { port = 1 } }\n",
            "profiles = { other = { port = 1 } }\n",
            "profiles.lab.port = 1\n",
            "[profiles]\nlab = { port = 1 }\n",
            "[profiles.x]\nconf = '''\n[profiles.lab]\n'''\n",
            "profiles = 1\n",
            "[profiles\n",
        ] {
            let error = with_profile(before, "lab", &profile()).map_err(|error| format!("{error:#}"));
            assert!(error.as_ref().is_err_and(|error| error.contains("config.toml")), "{before}: {error:?}");
        }
    }
}
