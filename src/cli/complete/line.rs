//! A command line of bash, split into words as bash splits it.

/// The last word, on which the cursor stands, and those before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) words: Vec<String>,
    pub(super) last: String,
    /// How much of the last word readline keeps to itself, because it takes what is behind it for a word: a
    /// candidate is to come without it.
    pub(super) kept: usize,
}

/// Splits a line up to the cursor. `breaks` are the characters at which readline begins a word.
pub(super) fn split(line: &str, breaks: &str) -> Line {
    let mut split = Line::default();
    let (mut quote, mut is_word) = (None, false);
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, ' ' | '\t' | '\n') => {
                if is_word {
                    split.words.push(std::mem::take(&mut split.last));
                }
                (is_word, split.kept) = (false, 0);
                continue;
            }
            (None, '\'' | '"') => (quote, split.kept) = (Some(character), split.last.len()),
            (Some(open), _) if open == character => quote = None,
            (None | Some('"'), '\\') => split.last.extend(characters.next()),
            (_, character) => {
                split.last.push(character);
                if quote.is_none() && breaks.contains(character) {
                    split.kept = split.last.len();
                }
            }
        }
        is_word = true;
    }
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_split_as_bash_splits_it_and_readline_breaks_the_last_word() {
        let breaks = " \t\n\"'><=;|&(:";
        for (line, words, last, kept) in [
            ("omsh ", &["omsh"][..], "", 0),
            ("omsh host sh", &["omsh", "host"], "sh", 0),
            ("omsh  host show 02:00:5", &["omsh", "host", "show"], "02:00:5", 6),
            ("omsh pools --conf=/etc/d", &["omsh", "pools"], "--conf=/etc/d", 7),
            ("omsh find 'a b' \"c\\\"d\" e\\ f g", &["omsh", "find", "a b", "c\"d", "e f"], "g", 0),
            ("omsh find \"02:00", &["omsh", "find"], "02:00", 0),
            ("omsh find '02:", &["omsh", "find"], "02:", 0),
            ("omsh find '' ", &["omsh", "find", ""], "", 0),
            ("", &[], "", 0),
        ] {
            let words = words.iter().map(|&word| word.to_owned()).collect();
            assert_eq!(split(line, breaks), Line { words, last: last.to_owned(), kept }, "{line}");
        }
    }
}
