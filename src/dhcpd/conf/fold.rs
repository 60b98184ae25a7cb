//! A statement's source on one line.

/// The text without comments, and with one blank wherever there was white space.
pub(super) fn fold(source: &[u8]) -> Box<[u8]> {
    let mut text = Vec::with_capacity(source.len());
    let mut bytes = source.iter().copied();
    let mut blank = false;
    let mut quoted = false;
    while let Some(byte) = bytes.next() {
        if quoted {
            text.push(byte);
            match byte {
                b'"' => quoted = false,
                b'\\' => text.extend(bytes.next()),
                _ => {}
            }
            continue;
        }
        match byte {
            b'#' => {
                bytes.by_ref().find(|&byte| byte == b'\n');
                blank = true;
            }
            b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c => blank = true,
            _ => {
                if std::mem::take(&mut blank) && !text.is_empty() && byte != b';' {
                    text.push(b' ');
                }
                quoted = byte == b'"';
                text.push(byte);
            }
        }
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn a_statement_is_shown_on_one_line() {
        for (source, text) in [
            ("option  routers\n\t10.0.0.1 ;", "option routers 10.0.0.1;"),
            ("filename # the name\n \"a  #b\\\"  c\";", "filename \"a  #b\\\"  c\";"),
            ("if known {\r\n  add \"x\";\r\n}", "if known { add \"x\"; }"),
            ("x\\", "x\\"),
            ("", ""),
        ] {
            assert_eq!(*fold(source.as_bytes()), *text.as_bytes(), "{source}");
        }
    }
}
