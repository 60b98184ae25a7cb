//! The text form of the recorded cases loses nothing, and every file is written as it would be
//! written again, so that re-recording shows up in a review as what has changed and nothing else.

mod support;

use proptest::prelude::*;
use support::case::{Case, Difference};
use support::run::End;

proptest! {
    #[test]
    fn a_case_of_any_bytes_reads_back_as_it_was(
        texts in prop::collection::vec(prop::collection::vec(prop_oneof![prop::sample::select(b" =\\\n\tx".to_vec()), any::<u8>()], 0..20), 5),
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        number in prop::option::of(1u32..9),
        signal in 1i32..30,
    ) {
        let mut case = Case::unrecorded("group/name", "base", texts[0].clone());
        case.comment = vec![" why".into(), String::new()];
        case.arguments = vec!["-s".into(), "a b".into()];
        case.omshell.stdout = bytes;
        case.omshell.stderr = texts[1].clone();
        case.omshell.merged = Some(texts[2].clone()).filter(|text| !text.is_empty());
        case.omshell.leases = texts[3].clone();
        case.omshell.end = End::Signal(signal);
        case.omshell.dhcpd_died = signal % 2 == 0;
        case.ours = number.map(|number| Difference { number, texts: vec![("stderr".into(), texts[4].clone())] });
        let text = case.to_text();
        prop_assert!(text.bytes().all(|byte| byte == b'\n' || (b' '..=b'~').contains(&byte)), "{text}");
        prop_assert_eq!(Case::parse("group/name", &text), Ok(case), "{}", text);
    }
}

#[test]
fn every_case_file_is_in_the_form_in_which_it_would_be_written() {
    for case in Case::all() {
        let file = std::fs::read_to_string(case.path()).expect("it has just been read");
        assert!(case.to_text() == file, "{} would be written as:\n{}", case.name, case.to_text());
    }
}
