//! A complaint about the input, with the place it is about.

/// What ISC's parser prints about a mistake: a sentence, the line as far as it has been read, and
/// where in it the token to blame stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Line number within the input, from 1. The newline at the end of a line counts as standing
    /// on the line after it once something has looked ahead over it.
    pub line: usize,
    /// The sentence, in ISC's words; bytes, since it may quote the input.
    pub text: Vec<u8>,
    /// Where in its line the token to blame begins, in bytes from 0: the truth, while `excerpt` and
    /// `indent` are what ISC's programs make of it.
    pub column: usize,
    /// Where in the input the token to blame begins, in bytes.
    pub offset: usize,
    /// The line as far as it has been read, at most 80 bytes.
    pub excerpt: Vec<u8>,
    /// Columns to skip before the caret; 0 where the place is past what `excerpt` can show.
    pub indent: usize,
}

impl Warning {
    /// Appends the three lines that ISC's programs write to stderr: `SOURCE line N: TEXT`, the
    /// excerpt, and the caret. `line` is the number to print, so that a caller who feeds single
    /// lines of a file can give the line's number in that file.
    pub fn write_to(&self, out: &mut Vec<u8>, source: &str, line: usize) {
        out.extend_from_slice(format!("{source} line {line}: ").as_bytes());
        out.extend_from_slice(&self.text);
        out.push(b'\n');
        out.extend_from_slice(&self.excerpt);
        out.push(b'\n');
        out.resize(out.len() + self.indent, b' ');
        out.extend_from_slice(b"^\n");
    }
}
