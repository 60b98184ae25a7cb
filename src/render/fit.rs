//! How wide a table's columns are when there is not room for all that they say: texts give way first, the
//! widest most, then bars, then columns as a whole, the first ones last. Addresses, times and numbers are
//! never cut: half an address is worse than none.

/// Blanks between two columns.
pub(super) const GAP: usize = 2;

/// What a text is not cut below, unless its title is wider.
const LEAST_TEXT: usize = 12;

/// What a column asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Need {
    /// Columns of its widest cell, its title included.
    pub(super) width: usize,
    /// Columns of its title.
    pub(super) title: usize,
    /// Whether it may be cut.
    pub(super) is_text: bool,
    /// Whether it is only a bar.
    pub(super) is_bar: bool,
}

impl Need {
    fn least(&self) -> usize {
        if self.is_text { self.width.min(self.title.max(LEAST_TEXT)) } else { self.width }
    }
}

/// The widths of columns in `room`, `None` for those that are left out. The first is always there.
pub(super) fn widths(needs: &[Need], room: usize) -> Vec<Option<usize>> {
    let mut shown = vec![false; needs.len()];
    let mut taken = 0;
    let (bars, others): (Vec<usize>, Vec<usize>) = (0..needs.len()).partition(|&index| needs[index].is_bar);
    for index in others.into_iter().chain(bars) {
        let gap = if taken > 0 { GAP } else { 0 };
        if taken == 0 || taken + gap + needs[index].least() <= room {
            taken += gap + needs[index].least();
            shown[index] = true;
        }
    }
    let shown_needs = || needs.iter().zip(&shown).filter(|(_, shown)| **shown).map(|(need, _)| need);
    let with_cap =
        |need: &Need, cap: usize| if need.is_text { need.width.min(cap).max(need.least()) } else { need.width };
    let mut cap = needs.iter().map(|need| need.width).max().unwrap_or(0);
    while cap > 0 && total(shown_needs().map(|need| with_cap(need, cap))) > room {
        cap -= 1;
    }
    let mut left = room.saturating_sub(total(shown_needs().map(|need| with_cap(need, cap))));
    let width = |(need, shown): (&Need, &bool)| {
        shown.then(|| {
            let width = with_cap(need, cap);
            // What the cap has left over, a column each.
            let more = usize::from(left > 0 && need.is_text && width < need.width);
            left -= more;
            (width + more).min(room.max(1))
        })
    };
    needs.iter().zip(&shown).map(width).collect()
}

fn total(widths: impl Iterator<Item = usize>) -> usize {
    widths.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(width: usize) -> Need {
        Need { width, title: 3, ..Need::default() }
    }

    fn text(width: usize) -> Need {
        Need { is_text: true, ..fixed(width) }
    }

    fn bar(width: usize) -> Need {
        Need { is_bar: true, ..fixed(width) }
    }

    #[test]
    fn texts_give_way_first_and_the_widest_most() {
        let needs = [fixed(15), text(40), text(10)];
        assert_eq!(widths(&needs, 80), [Some(15), Some(40), Some(10)]);
        assert_eq!(widths(&needs, 60), [Some(15), Some(31), Some(10)]);
        assert_eq!(widths(&needs, 41), [Some(15), Some(12), Some(10)]);
    }

    #[test]
    fn bars_and_then_later_columns_are_left_out_before_addresses_are_cut() {
        let needs = [fixed(15), bar(16), text(40), fixed(8), fixed(19)];
        assert_eq!(widths(&needs, 60), [Some(15), None, Some(12), Some(8), Some(19)]);
        assert_eq!(widths(&needs, 40), [Some(15), None, Some(13), Some(8), None]);
        assert_eq!(widths(&needs, 34), [Some(15), None, Some(17), None, None]);
        assert_eq!(widths(&[fixed(15), fixed(19), fixed(8)], 30), [Some(15), None, Some(8)]);
        assert_eq!(widths(&needs, 10), [Some(10), None, None, None, None]);
        assert_eq!(widths(&needs, 0), [Some(1), None, None, None, None]);
        assert!(widths(&[], 40).is_empty());
    }

    #[test]
    fn what_is_shown_always_fits() {
        for room in 1..200 {
            for needs in [vec![text(256), text(256), text(100)], vec![fixed(39), bar(16), text(256), text(9)]] {
                let used = total(widths(&needs, room).into_iter().flatten());
                assert!(used <= room, "{used} in {room}");
            }
        }
    }
}
