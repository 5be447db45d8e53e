//! What a long list knows about itself: its rows, their heights, what is being read. Plain data; the component draws it.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use super::window::{Anchor, Heights, around, at, survivor};

/// A part of the drawn list, from above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Piece<K> {
    /// Rows that are not drawn; one of [`Layout::spaces`].
    Space(usize),
    /// A row that is drawn.
    Row(K),
}

/// What is drawn, and how much room what is not drawn takes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Layout<K> {
    /// From above.
    pub(super) pieces: Vec<Piece<K>>,
    /// Heights in px of the spaces by number.
    pub(super) spaces: [f64; 3],
    /// Whether the end of the list is drawn or nearly so.
    pub(super) near_end: bool,
}

/// How many rows before the last one the list counts as nearly read: more are asked for before they are missed.
const NEAR_END: usize = 6;

/// See the module.
#[derive(Debug)]
pub(super) struct Listing<K> {
    rows: Vec<K>,
    places: HashMap<K, usize>,
    /// How high each row is.
    pub(super) heights: Heights<K>,
    /// What is being read; it stays where it is whatever happens above it. None follows the top.
    pub(super) anchor: Option<Anchor<K>>,
    /// The row that has the focus is drawn wherever the reader scrolls to, or the focus would be lost.
    pub(super) focused: Option<K>,
}

impl<K: Copy + Eq + Hash> Listing<K> {
    /// An empty list that will open at `anchor`.
    pub(super) fn new(anchor: Option<Anchor<K>>) -> Self {
        Self {
            rows: Vec::new(),
            places: HashMap::new(),
            heights: Heights::default(),
            anchor,
            focused: None,
        }
    }

    /// The list has other rows now; what is being read stays.
    pub(super) fn set_rows(&mut self, rows: Vec<K>) {
        self.places = rows
            .iter()
            .enumerate()
            .map(|(place, row)| (*row, place))
            .collect();
        // Before the first rows the anchor is a place to return to. If its row is not among them it is given up.
        if let Some(anchor) = self.anchor
            && !rows.is_empty()
        {
            self.anchor = survivor(anchor, &self.rows, &self.places, &self.heights);
        }
        self.focused = self.focused.filter(|it| self.places.contains_key(it));
        rows.iter().for_each(|row| self.heights.assume(*row));
        self.rows = rows;
    }

    /// Where a row stands, from 0.
    pub(super) fn place(&self, row: K) -> Option<usize> {
        self.places.get(&row).copied()
    }

    /// The row `steps` further down, or up when negative; none beyond the ends.
    pub(super) fn beside(&self, row: K, steps: isize) -> Option<K> {
        let place = self.place(row)?.checked_add_signed(steps)?;
        self.rows.get(place).copied()
    }

    /// The row that is `offset` px below the upper edge of the list becomes what is being read.
    pub(super) fn anchor_at(&mut self, offset: f64) {
        let found = at(self.rows.len(), |place| self.height(place), offset);
        self.anchor = found.and_then(|(place, top)| {
            Some(Anchor {
                row: *self.rows.get(place)?,
                top,
            })
        });
    }

    /// What to draw in a window `window` px high.
    pub(super) fn lay_out(&self, window: f64) -> Layout<K> {
        let (anchor, top) = match self.anchor {
            Some(anchor) => (self.place(anchor.row).unwrap_or_default(), anchor.top),
            None => (0, 0.0),
        };
        let drawn = around(
            self.rows.len(),
            |place| self.height(place),
            anchor,
            top,
            window,
        );
        let near_end = !self.rows.is_empty() && drawn.end + NEAR_END >= self.rows.len();
        let apart = self
            .focused
            .and_then(|it| self.place(it))
            .filter(|it| !drawn.contains(it));
        let end = self.rows.len();
        let mut layout = Layout {
            pieces: Vec::with_capacity(drawn.len() + 4),
            spaces: [0.0; 3],
            near_end,
        };
        match apart {
            Some(place) if place < drawn.start => {
                self.space(&mut layout, 0, 0..place);
                self.draw(&mut layout, place..place + 1);
                self.space(&mut layout, 1, place + 1..drawn.start);
                self.draw(&mut layout, drawn.clone());
                self.space(&mut layout, 2, drawn.end..end);
            }
            Some(place) => {
                self.space(&mut layout, 0, 0..drawn.start);
                self.draw(&mut layout, drawn.clone());
                self.space(&mut layout, 1, drawn.end..place);
                self.draw(&mut layout, place..place + 1);
                self.space(&mut layout, 2, place + 1..end);
            }
            None => {
                self.space(&mut layout, 0, 0..drawn.start);
                self.draw(&mut layout, drawn.clone());
                self.space(&mut layout, 2, drawn.end..end);
            }
        }
        layout
    }

    fn space(&self, layout: &mut Layout<K>, number: usize, places: Range<usize>) {
        if let Some(space) = layout.spaces.get_mut(number) {
            *space = places.map(|place| self.height(place)).sum();
        }
        layout.pieces.push(Piece::Space(number));
    }

    fn draw(&self, layout: &mut Layout<K>, places: Range<usize>) {
        layout.pieces.extend(
            self.rows
                .get(places)
                .unwrap_or_default()
                .iter()
                .map(|row| Piece::Row(*row)),
        );
    }

    fn height(&self, place: usize) -> f64 {
        self.rows
            .get(place)
            .map_or(0.0, |row| self.heights.of(*row))
    }
}

#[cfg(test)]
mod tests {
    use super::super::window::Anchor;
    use super::{Listing, Piece};

    fn list(rows: u32, anchor: Option<Anchor<u32>>) -> Listing<u32> {
        let mut list = Listing::new(anchor);
        list.set_rows((0..rows).collect());
        (0..rows).for_each(|row| {
            list.heights.set(row, 200.0);
        });
        list
    }

    #[test]
    fn what_is_not_drawn_keeps_its_room() {
        let layout = list(1_000, Some(Anchor { row: 500, top: 0.0 })).lay_out(800.0);
        let drawn = layout
            .pieces
            .iter()
            .filter(|it| matches!(it, Piece::Row(_)))
            .count();
        let drawn_height = 200.0 * f64::from(u32::try_from(drawn).unwrap());
        assert_eq!(layout.spaces.iter().sum::<f64>() + drawn_height, 200_000.0);
        assert!(layout.pieces.contains(&Piece::Row(500)));
    }

    #[test]
    fn the_focused_row_is_drawn_wherever_the_reader_is() {
        for focused in [3, 990] {
            let mut list = list(1_000, Some(Anchor { row: 500, top: 0.0 }));
            list.focused = Some(focused);
            let layout = list.lay_out(800.0);
            assert!(layout.pieces.contains(&Piece::Row(focused)));
            assert!(layout.pieces.contains(&Piece::Row(500)));
        }
    }

    #[test]
    fn posts_that_come_above_leave_the_anchor_alone() {
        let mut list = list(10, Some(Anchor { row: 4, top: -30.0 }));
        list.set_rows([100, 101].into_iter().chain(0..10).collect());
        assert_eq!(list.anchor, Some(Anchor { row: 4, top: -30.0 }));
        assert_eq!(list.place(4), Some(6));
    }

    #[test]
    fn a_place_to_return_to_waits_for_the_first_rows() {
        let place = Some(Anchor { row: 7, top: -5.0 });
        let mut list = Listing::new(place);
        list.set_rows(vec![]);
        assert_eq!(list.anchor, place);
        list.set_rows(vec![1, 7]);
        assert_eq!(list.anchor, place);
        let mut other = Listing::new(place);
        other.set_rows(vec![1, 2]);
        assert_eq!(other.anchor, None);
    }

    #[test]
    fn more_is_asked_for_before_the_end_is_reached() {
        assert!(
            list(20, Some(Anchor { row: 12, top: 0.0 }))
                .lay_out(800.0)
                .near_end
        );
        assert!(
            !list(200, Some(Anchor { row: 12, top: 0.0 }))
                .lay_out(800.0)
                .near_end
        );
        assert!(!list(0, None).lay_out(800.0).near_end);
    }

    #[test]
    fn stepping_stops_at_the_ends() {
        let list = list(3, None);
        assert_eq!(list.beside(0, 1), Some(1));
        assert_eq!(list.beside(0, -1), None);
        assert_eq!(list.beside(2, 1), None);
    }
}
