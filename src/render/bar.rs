//! Bars of a share.

/// Columns of a bar.
pub(super) const WIDTH: usize = 12;

/// A bar of [`WIDTH`] columns for a share from 0 to 1, in eighths of a column; or `####----`. Anything
/// that is more than nothing shows, and only what is full looks full.
pub(super) fn bar(share: f64, utf8: bool) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let steps = if utf8 { WIDTH * 8 } else { WIDTH };
    let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
    let filled = (share * steps as f64).round() as usize;
    let filled = match () {
        () if share > 0.0 && filled == 0 => 1,
        () if share < 1.0 && filled == steps => steps - 1,
        () => filled,
    };
    if !utf8 {
        return "#".repeat(filled) + &"-".repeat(steps - filled);
    }
    let eighth = EIGHTHS[filled % 8];
    let empty = WIDTH - filled.div_ceil(8);
    "█".repeat(filled / 8) + eighth + &"░".repeat(empty)
}

/// A bar of 20 columns for how far a long run has come, in signs that every terminal has.
pub fn progress_bar(percent: u64) -> String {
    const COLUMNS: usize = 20;
    let filled = (percent as usize * COLUMNS / 100).min(COLUMNS);
    "#".repeat(filled) + &"-".repeat(COLUMNS - filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_of_one_width_and_tell_full_from_nearly_full() {
        for (share, ascii, utf8) in [
            (0.0, "------------", "░░░░░░░░░░░░"),
            (0.0001, "#-----------", "▏░░░░░░░░░░░"),
            (0.5, "######------", "██████░░░░░░"),
            (0.55, "#######-----", "██████▋░░░░░"),
            (0.9999, "###########-", "███████████▉"),
            (1.0, "############", "████████████"),
            (7.0, "############", "████████████"),
            (f64::NAN, "------------", "░░░░░░░░░░░░"),
        ] {
            assert_eq!(bar(share, false), ascii, "{share}");
            assert_eq!(bar(share, true), utf8, "{share}");
        }
    }
}
