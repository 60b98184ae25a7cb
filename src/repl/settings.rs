//! Settings of the shell.

use super::words::SETTINGS;

/// What `set` without `=` changes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether what is dangerous asks first.
    pub confirm: bool,
    /// Whether long output goes through a pager.
    pub pager: bool,
    /// Whether there are colours.
    pub color: bool,
    /// Whether the rest of a line is suggested.
    pub hints: bool,
    /// Times in this machine's time zone.
    pub local: bool,
}

impl Settings {
    /// Sets one.
    ///
    /// # Errors
    ///
    /// There is no such setting, or it cannot be that.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let Some(known) = SETTINGS.iter().find(|known| known.name == name) else {
            let names: Vec<&str> = SETTINGS.iter().map(|known| known.name).collect();
            return Err(format!("there is no setting {name}; there are {}", names.join(", ")));
        };
        if !known.values.contains(&value) {
            return Err(format!("{name} is {}, and not {value}", known.values.join(" or ")));
        }
        let is_first = value == known.values[0];
        match name {
            "confirm" => self.confirm = is_first,
            "pager" => self.pager = is_first,
            "color" => self.color = is_first,
            "hints" => self.hints = is_first,
            _ => self.local = !is_first,
        }
        Ok(())
    }

    /// All of them, as lines that set them.
    pub fn lines(&self) -> String {
        let value = |name: &str| match name {
            "confirm" => self.confirm,
            "pager" => self.pager,
            "color" => self.color,
            "hints" => self.hints,
            _ => !self.local,
        };
        let line = |known: &super::words::SettingWord| {
            let value = known.values[usize::from(!value(known.name))];
            format!("set {:<16} # {}\n", format!("{} {value}", known.name), known.about)
        };
        SETTINGS.iter().map(line).collect()
    }
}
