//! What is shown.

use std::io::{self, Write};

use crate::commands::browse::now;
use crate::render::text::{visible, visible_line};
use crate::render::time::Zone;
use crate::shell::ConnectionState;
use crate::shell::object::{Attribute, Object};

use super::super::output::Screen;
use super::super::readable::{Reading, title};
use super::super::scene::SceneObject;
use super::super::tokens::Redirection;
use super::{Shell, harmless};

impl Shell {
    pub(super) fn screen(&self) -> Screen {
        Screen { has_pager: self.settings.pager, has_color: self.settings.color, person: self.person.clone() }
    }

    /// Shows output, and returns whether it got where it was to go.
    pub(super) fn show(&mut self, text: &[u8], to: Option<Redirection<'_>>) -> bool {
        match self.screen().show(text, to) {
            Ok(()) => true,
            Err(error) => {
                self.complain(&error.to_string());
                false
            }
        }
    }

    pub(super) fn say(&self, sentence: &str) {
        // Where the terminal is gone, the next line is none.
        let _ = writeln!(io::stdout(), "{}", self.person.readable(&harmless(sentence)));
    }

    pub(super) fn complain(&self, sentence: &str) {
        let _ = writeln!(io::stderr(), "{}", self.person.readable(&harmless(sentence)));
    }

    pub(super) fn reading(&self) -> Reading {
        let zone = if self.settings.local { Zone::of_machine() } else { Zone::Utc };
        Reading { zone, now: now() }
    }

    pub(super) fn title_now(&self) -> String {
        self.session.interpreter.object().map(title).unwrap_or_default()
    }

    /// All attributes, those that are not as the server has them marked.
    pub(super) fn show_object(&self) {
        let changed = self.session.changed();
        self.show_where(|_| true, |name| changed.iter().any(|known| known == name));
    }

    pub(super) fn show_attribute(&self, name: &[u8]) {
        self.show_where(|one| one == name, |_| true);
    }

    /// All attributes, those marked that differ from before.
    pub(super) fn show_differences(&self, before: &Object) {
        let Some(object) = self.session.interpreter.object() else { return };
        let differs = |name: &[u8]| {
            let bytes = |all: &[Attribute]| {
                let found = all.iter().find(|one| one.name == name);
                found.and_then(|one| one.value.as_ref().map(|value| value.bytes.clone()))
            };
            bytes(before.attributes()) != bytes(object.attributes())
        };
        self.show_where(|_| true, differs);
    }

    /// All attributes as text for others, without colours.
    pub(super) fn object_text(&self) -> String {
        let Some(object) = self.session.interpreter.object() else { return String::new() };
        let (reading, changed) = (self.reading(), self.session.changed());
        let line = |one: &Attribute| {
            let mark = if changed.contains(&one.name) { "* " } else { "  " };
            format!("{mark}{}\n", reading.line(object.object_type(), one))
        };
        object.attributes().iter().map(line).collect()
    }

    pub(super) fn show_where(&self, is_shown: impl Fn(&[u8]) -> bool, is_marked: impl Fn(&[u8]) -> bool) {
        let Some(object) = self.session.interpreter.object() else { return };
        let reading = self.reading();
        for attribute in object.attributes().iter().filter(|attribute| is_shown(&attribute.name)) {
            let line = reading.line(object.object_type(), attribute);
            match (is_marked(&attribute.name), self.settings.color) {
                (true, true) => {
                    let line = self.person.readable(&line).into_owned();
                    let _ = writeln!(io::stdout(), "* \x1b[1m{line}\x1b[0m");
                }
                (true, false) => self.say(&format!("* {line}")),
                (false, _) => self.say(&format!("  {line}")),
            }
        }
    }

    pub(super) fn connected_server(&self) -> String {
        match self.session.interpreter.connection() {
            ConnectionState::Open(server) | ConnectionState::Lost(server) => visible_line(server.as_bytes()),
            ConnectionState::None => "the server".to_owned(),
        }
    }

    /// Copies what the editor has to know.
    pub(super) fn set_scene(&mut self) {
        let object = self.session.interpreter.object().map(|object| SceneObject {
            object_type: String::from_utf8_lossy(object.object_type()).into_owned(),
            is_open: self.session.is_open(),
            attributes: object.attributes().iter().map(|one| visible(&one.name)).collect(),
        });
        let mut scene = self.scene.borrow_mut();
        scene.object = object;
        scene.server = self.session.server.as_ref().map(|server| server.host.value.clone());
        scene.aliases.clone_from(&self.aliases);
        scene.has_color = self.settings.color;
        scene.has_hints = self.settings.hints && self.settings.color;
    }
}
