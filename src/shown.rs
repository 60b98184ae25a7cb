//! Names of files as they may be shown: one that a file or a script gives can hold anything.

use std::fmt::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use unicode_width::UnicodeWidthChar;

/// A path on its way into a message.
pub trait ShowPath {
    /// The path with what does something to a terminal escaped, and what is no UTF-8.
    fn shown(&self) -> Shown<'_>;
}

impl ShowPath for Path {
    fn shown(&self) -> Shown<'_> {
        Shown(self.as_os_str().as_bytes())
    }
}

/// A name as it may be shown, by the rule for lines of files.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(&'a [u8]);

impl<'a> Shown<'a> {
    /// Any bytes that are a name.
    pub fn of(name: &'a [u8]) -> Self {
        Shown(name)
    }
}

/// Accents that one letter may have; the next ones are escaped.
pub(crate) const MARKS: usize = 3;

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut marks = MARKS;
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                let is_mark = !character.is_ascii() && character.width() == Some(0);
                marks = if is_mark { marks + 1 } else { 0 };
                match character {
                    '\t' => f.write_str("\\t")?,
                    '\n' => f.write_str("\\n")?,
                    '\0'..='\x1f' | '\x7f' => write!(f, "\\x{:02x}", u32::from(character))?,
                    _ if deceives(character) || marks > MARKS => write!(f, "\\u{{{:x}}}", u32::from(character))?,
                    _ => f.write_char(character)?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
                marks = 0;
            }
        }
        Ok(())
    }
}

/// Whether a character does something to a terminal or to its neighbours instead of being seen, or may
/// be seen as anything.
pub(crate) fn deceives(character: char) -> bool {
    match u32::from(character) {
        0x20..=0x7e | 0xa1..=0xac => false,
        // C0, DEL, C1, the soft hyphen, and blanks that look like another one.
        0..=0xa0 | 0xad => true,
        // Joiners, fillers and marks of direction: Arabic, Hangul, Khmer, Mongolian.
        0x34f | 0x61c | 0x115f | 0x1160 | 0x17b4 | 0x17b5 | 0x180b..=0x180f => true,
        // Blanks of other widths, characters without any, marks of direction, separators, overrides, isolates.
        0x1680 | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3164 => true,
        // Variation selectors, byte order marks, half-width fillers, annotations and replacements.
        0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff0..=0xfffc => true,
        // Shorthand and musical controls.
        0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a => true,
        // Private ones, what can be no character, and planes that nobody has assigned but to private ones,
        // to tags and to more variation selectors.
        0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0x4_0000..=0x10_ffff => true,
        code => code & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::text::visible_line;

    proptest::proptest! {
        #[test]
        fn a_path_is_shown_as_a_line_of_a_file_is(name: Vec<u8>, text: String) {
            for bytes in [&name[..], text.as_bytes()] {
                proptest::prop_assert_eq!(Shown(bytes).to_string(), visible_line(bytes));
            }
        }
    }

    #[test]
    fn what_does_something_to_a_terminal_is_escaped() {
        let path = Path::new("/srv/a\x1b[31m\u{202e}\n\\");
        assert_eq!(path.shown().to_string(), "/srv/a\\x1b[31m\\u{202e}\\n\\");
    }
}
