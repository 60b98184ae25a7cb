//! How the text of a lease file is laid out: as dhcpd writes it, and in other ways that it reads as well.

use super::random::Random;

/// White space, line ends and capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// As dhcpd writes it.
    Tidy,
    /// The same with carriage returns.
    Crlf,
    /// All on one line.
    OneLine,
    /// In capitals.
    Capitals,
    /// White space and comments anywhere, or none where none is needed.
    Odd,
}

impl Layout {
    pub fn any(random: &mut Random) -> Layout {
        use Layout::*;
        random.of(&[Tidy, Tidy, Crlf, OneLine, Capitals, Odd, Odd])
    }
}

/// A piece of a statement.
#[derive(Clone)]
pub enum Token {
    /// A keyword, which may be in capitals.
    Word(&'static str),
    /// Anything else, which stays as it is.
    Exact(Vec<u8>),
}

impl From<&'static str> for Token {
    fn from(word: &'static str) -> Token {
        Token::Word(word)
    }
}

impl From<String> for Token {
    fn from(text: String) -> Token {
        Token::Exact(text.into_bytes())
    }
}

impl From<Vec<u8>> for Token {
    fn from(bytes: Vec<u8>) -> Token {
        Token::Exact(bytes)
    }
}

/// Words with blanks between them.
pub fn words(text: &'static str) -> Vec<Token> {
    text.split(' ').map(Token::Word).collect()
}

/// A lease file on its way.
pub struct Writer<'r> {
    out: Vec<u8>,
    layout: Layout,
    depth: usize,
    pub random: &'r mut Random,
}

impl<'r> Writer<'r> {
    pub fn new(layout: Layout, random: &'r mut Random) -> Self {
        Writer { out: Vec::new(), layout, depth: 0, random }
    }

    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// `TOKENS {`
    pub fn open(&mut self, tokens: Vec<Token>) {
        self.tokens(tokens);
        self.gap(b" ");
        self.out.push(b'{');
        self.depth += 1;
        self.line_end();
    }

    /// `}`
    pub fn close(&mut self) {
        self.depth -= 1;
        self.indent();
        self.out.push(b'}');
        self.line_end();
    }

    /// `TOKENS;`
    pub fn statement(&mut self, tokens: Vec<Token>) {
        self.tokens(tokens);
        if self.layout == Layout::Odd && self.random.one_in(4) && !self.out.ends_with(b"}") {
            self.gap(b"");
        }
        // What ends with a brace has none.
        if !self.out.ends_with(b"}") {
            self.out.push(b';');
        }
        self.line_end();
    }

    fn tokens(&mut self, tokens: Vec<Token>) {
        self.indent();
        for (i, token) in tokens.into_iter().enumerate() {
            if i > 0 {
                self.gap(b" ");
            }
            match token {
                Token::Exact(bytes) => self.out.extend(bytes),
                Token::Word(word) => {
                    let capitals = match self.layout {
                        Layout::Capitals => true,
                        Layout::Odd => self.random.one_in(3),
                        _ => false,
                    };
                    let word = if capitals { word.to_ascii_uppercase() } else { word.to_owned() };
                    self.out.extend(word.into_bytes());
                }
            }
        }
    }

    fn indent(&mut self) {
        if !matches!(self.layout, Layout::OneLine | Layout::Odd) {
            self.out.extend("  ".repeat(self.depth).into_bytes());
        }
    }

    fn gap(&mut self, usual: &'static [u8]) {
        const GAPS: [&[u8]; 8] =
            [b" ", b"  ", b"\t", b"\n", b"\r\n", b" # a \"comment\" with } and ;\n", b" \t \n\n", b"\r"];
        let gap = if self.layout == Layout::Odd { self.random.of(&GAPS) } else { usual };
        self.out.extend(gap);
    }

    fn line_end(&mut self) {
        match self.layout {
            Layout::Tidy | Layout::Capitals => self.out.push(b'\n'),
            Layout::Crlf => self.out.extend(b"\r\n"),
            Layout::OneLine => self.out.push(b' '),
            // Semicolons and braces need no white space behind them.
            Layout::Odd if self.random.one_in(3) => {}
            Layout::Odd => self.gap(b""),
        }
    }
}
