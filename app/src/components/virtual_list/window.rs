//! Which rows of a long list exist, reckoned from heights alone.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

/// The most rows that exist at a time, whatever their height: the bound on the page's elements.
pub const MAX_MOUNTED: usize = 60;
/// How far beyond the window rows are drawn, in windows: a flick of the finger stays within it.
const BEYOND: f64 = 1.0;
/// The least that is drawn beyond a window, in px, for small windows.
const BEYOND_LEAST: f64 = 800.0;
/// What a row is thought to measure before any was measured, in px.
const FIRST_GUESS: f64 = 220.0;
/// Heights of rows that were measured; more than a feed holds.
const MAX_HEIGHTS: usize = 8_192;

/// The heights of rows in px. A row that was never drawn has a height that is thought up once and then stays: the room that
/// rows take above what is being read changes only together with rows that are drawn, so it can be corrected before paint.
#[derive(Debug)]
pub(super) struct Heights<K> {
    known: HashMap<K, Height>,
    measured: u32,
    sum: f64,
}

#[derive(Clone, Copy, Debug)]
struct Height {
    px: f64,
    measured: bool,
}

impl<K> Default for Heights<K> {
    fn default() -> Self {
        Self {
            known: HashMap::new(),
            measured: 0,
            sum: 0.0,
        }
    }
}

impl<K: Copy + Eq + Hash> Heights<K> {
    /// Remembers a measured height.
    pub(super) fn set(&mut self, row: K, px: f64) {
        match self.known.insert(row, Height { px, measured: true }) {
            Some(Height {
                px: before,
                measured: true,
            }) => self.sum -= before,
            _ => self.measured += 1,
        }
        self.sum += px;
    }

    /// Thinks up a height for a row that has none: the average of those that were measured.
    pub(super) fn assume(&mut self, row: K) {
        if self.known.len() >= MAX_HEIGHTS {
            *self = Self::default();
        }
        let px = if self.measured > 0 {
            self.sum / f64::from(self.measured)
        } else {
            FIRST_GUESS
        };
        self.known.entry(row).or_insert(Height {
            px,
            measured: false,
        });
    }

    /// What a row measures, or is thought to measure.
    pub(super) fn of(&self, row: K) -> f64 {
        self.known.get(&row).map_or(FIRST_GUESS, |it| it.px)
    }
}

/// The row that what is seen hangs on: the first in the window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor<K> {
    /// Which.
    pub row: K,
    /// Its upper edge, in px below the line where reading begins; negative when a part of it is out of sight.
    pub top: f64,
}

/// The rows to draw around the anchor at `anchor`, whose upper edge is at `top`, in a window `window` px high.
pub(super) fn around(
    rows: usize,
    height: impl Fn(usize) -> f64,
    anchor: usize,
    top: f64,
    window: f64,
) -> Range<usize> {
    if rows == 0 {
        return 0..0;
    }
    let beyond = (window * BEYOND).max(BEYOND_LEAST);
    let anchor = anchor.min(rows - 1);
    let (mut first, mut end) = (anchor, anchor + 1);
    let mut above = top;
    while first > 0 && above > -beyond && end - first < MAX_MOUNTED / 2 {
        first -= 1;
        above -= height(first);
    }
    let mut below = top + height(anchor);
    while end < rows && below < window + beyond && end - first < MAX_MOUNTED {
        below += height(end);
        end += 1;
    }
    first..end
}

/// The row that is `offset` px below the upper edge of the list, and how far its own upper edge is above that.
pub(super) fn at(rows: usize, height: impl Fn(usize) -> f64, offset: f64) -> Option<(usize, f64)> {
    let mut edge = 0.0;
    for idx in 0..rows {
        let next = edge + height(idx);
        if next > offset {
            return Some((idx, edge - offset));
        }
        edge = next;
    }
    rows.checked_sub(1)
        .map(|last| (last, edge - height(last) - offset))
}

/// The anchor among `rows` when the one of `before` may have gone: the next row that is still there, with its edge where it
/// was; else the one before.
pub(super) fn survivor<K: Copy + Eq + Hash>(
    anchor: Anchor<K>,
    before: &[K],
    rows: &HashMap<K, usize>,
    heights: &Heights<K>,
) -> Option<Anchor<K>> {
    if rows.contains_key(&anchor.row) {
        return Some(anchor);
    }
    let was = before.iter().position(|it| *it == anchor.row)?;
    let mut top = anchor.top;
    for row in before.get(was..).unwrap_or_default() {
        if rows.contains_key(row) {
            return Some(Anchor {
                row: *row,
                top: top.max(anchor.top),
            });
        }
        top += heights.of(*row);
    }
    let row = before
        .get(..was)
        .unwrap_or_default()
        .iter()
        .rev()
        .find(|it| rows.contains_key(it))?;
    Some(Anchor {
        row: *row,
        top: anchor.top - heights.of(*row),
    })
}

/// A length in CSS, to a tenth of a px. Writing floats as such takes ten times the code.
pub(super) fn css_length(px: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
    let tenths = (px.max(0.0) * 10.0).round() as i64;
    format!("{}.{}px", tenths / 10, tenths % 10)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::{Anchor, Heights, MAX_MOUNTED, around, at, css_length, survivor};

    #[test]
    fn a_short_list_is_drawn_whole() {
        assert_eq!(around(5, |_| 100.0, 0, 0.0, 800.0), 0..5);
        assert_eq!(around(0, |_| 100.0, 0, 0.0, 800.0), 0..0);
    }

    #[test]
    fn a_long_list_is_drawn_around_what_is_seen() {
        // 800 px of window and as much on either side, in rows of 200 px.
        assert_eq!(around(5_000, |_| 200.0, 100, 0.0, 800.0), 96..108);
    }

    #[test]
    fn tiny_rows_do_not_fill_the_page_with_elements() {
        assert!(around(5_000, |_| 1.0, 2_500, 0.0, 800.0).len() <= MAX_MOUNTED);
    }

    #[test]
    fn a_place_in_the_list_is_a_row_and_a_rest() {
        assert_eq!(at(10, |_| 100.0, 250.0), Some((2, -50.0)));
        assert_eq!(at(10, |_| 100.0, 0.0), Some((0, 0.0)));
        assert_eq!(at(2, |_| 100.0, 900.0), Some((1, -800.0)));
        assert_eq!(at(0, |_| 100.0, 0.0), None);
    }

    #[test]
    fn a_height_is_thought_up_once_from_those_that_are_known() {
        let mut heights = Heights::default();
        heights.set(1, 100.0);
        heights.set(2, 200.0);
        heights.set(2, 300.0);
        heights.assume(3);
        heights.set(1, 900.0);
        heights.assume(3);
        assert!((heights.of(3) - 200.0).abs() < 0.01);
        heights.set(3, 50.0);
        assert!((heights.of(3) - 50.0).abs() < 0.01);
    }

    #[test]
    fn when_the_first_row_in_sight_is_deleted_the_next_one_takes_its_place() {
        let mut heights = Heights::default();
        heights.set('b', 120.0);
        let rows = HashMap::from([('a', 0), ('c', 1)]);
        let anchor = Anchor {
            row: 'b',
            top: -20.0,
        };
        assert_eq!(
            survivor(anchor, &['a', 'b', 'c'], &rows, &heights),
            Some(Anchor {
                row: 'c',
                top: 100.0
            })
        );
        assert_eq!(survivor(anchor, &['b'], &rows, &heights), None);
    }

    #[test]
    fn a_length_is_written_to_a_tenth() {
        for (px, text) in [
            (0.0, "0.0px"),
            (12.34, "12.3px"),
            (99.96, "100.0px"),
            (-3.0, "0.0px"),
            (1_234_567.5, "1234567.5px"),
        ] {
            assert_eq!(css_length(px), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_seen_is_drawn(heights in prop::collection::vec(20.0_f64..2_000.0, 1..300), anchor in 0_usize..300, part in 0.0_f64..1.0) {
            let anchor = anchor % heights.len();
            let top = -heights[anchor] * part;
            let range = around(heights.len(), |idx| heights[idx], anchor, top, 900.0);
            prop_assert!(range.contains(&anchor));
            prop_assert!(range.len() <= MAX_MOUNTED);
            let shown: f64 = heights[anchor..range.end].iter().sum();
            prop_assert!(range.end == heights.len() || range.len() == MAX_MOUNTED || top + shown >= 900.0);
        }
    }
}
