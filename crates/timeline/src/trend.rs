//! What trends: what many people name at once, where a voice is worth less the older it is.

use std::collections::HashMap;

use crate::public_id::stable_hash;

/// A voice is worth half as much after so many seconds: after a day a sixteenth.
pub const HALF_LIFE: i64 = 6 * 3_600;

/// Voices older than so many seconds are worth nothing: trends are of the last two days.
pub const WINDOW: i64 = 2 * 86_400;

/// Voices that are counted at most, of some forty bytes each; those that come later are left out.
const MAX_VOICES: usize = 200_000;

/// What a voice of this age in seconds is worth: 1 now, 0 beyond [`WINDOW`].
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "an age is within the window, two days of seconds"
)]
pub fn weight(age: i64) -> f64 {
    if age > WINDOW {
        return 0.0;
    }
    (-(age.max(0) as f64) / HALF_LIFE as f64).exp2()
}

/// What a post is worth that so many people boosted and favourited, at this age in seconds.
#[must_use]
pub fn interest(reblogs: u32, favourites: u32, age: i64) -> f64 {
    (f64::from(reblogs) + f64::from(favourites)) * weight(age)
}

/// Subjects with the voices of the people who name them. Each person has one voice for a subject, the newest.
#[derive(Debug, Default)]
pub struct Chart {
    subjects: HashMap<String, HashMap<u64, f64>>,
    voices: usize,
}

impl Chart {
    /// Notes that an author named a subject so many seconds ago. Tell the newest first: when there are too many
    /// voices, those that come last are not counted.
    pub fn note(&mut self, subject: &str, author: &str, age: i64) {
        let weight = weight(age);
        if weight <= 0.0 {
            return;
        }
        let author = stable_hash(author);
        let known = self.subjects.get_mut(subject);
        if let Some(voice) = known.and_then(|it| it.get_mut(&author)) {
            *voice = voice.max(weight);
            return;
        }
        if self.voices >= MAX_VOICES {
            return;
        }
        self.voices += 1;
        match self.subjects.get_mut(subject) {
            Some(voices) => voices.insert(author, weight),
            None => self
                .subjects
                .entry(subject.to_owned())
                .or_default()
                .insert(author, weight),
        };
    }

    /// Up to `most` subjects that at least `least` people name, the one whose voices are worth most first; of equals
    /// the first by name.
    #[must_use]
    pub fn ranked(self, least: usize, most: usize) -> Vec<String> {
        let mut ranked: Vec<(f64, String)> = self
            .subjects
            .into_iter()
            .filter(|(_, voices)| voices.len() >= least)
            .map(|(subject, voices)| (sum(voices.into_values().collect()), subject))
            .collect();
        ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        ranked.truncate(most);
        ranked.into_iter().map(|(_, subject)| subject).collect()
    }
}

/// The sum in one order, whatever order the voices are in: equals stay equal.
fn sum(mut weights: Vec<f64>) -> f64 {
    weights.sort_by(f64::total_cmp);
    weights.into_iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    #[test]
    fn a_voice_halves_every_six_hours_and_ends_after_two_days() {
        assert_eq!(weight(0), 1.0);
        assert_eq!(weight(6 * HOUR), 0.5);
        assert_eq!(weight(24 * HOUR), 0.0625);
        assert_eq!(weight(49 * HOUR), 0.0);
        // A post may be dated some minutes ahead.
        assert_eq!(weight(-60), 1.0);
    }

    #[test]
    fn people_count_and_not_how_often_they_say_it() {
        let mut chart = Chart::default();
        for minute in 0..50 {
            chart.note("loud", "ann", minute);
        }
        chart.note("loud", "ben", 0);
        for author in ["ann", "ben", "cyd"] {
            chart.note("common", author, 0);
        }
        chart.note("alone", "ann", 0);
        assert_eq!(chart.ranked(2, 10), ["common", "loud"]);
    }

    #[test]
    fn new_voices_outweigh_more_old_ones() {
        let mut chart = Chart::default();
        for author in ["ann", "ben"] {
            chart.note("new", author, HOUR);
        }
        for author in ["a", "b", "c", "d", "e"] {
            // Five sixteenths.
            chart.note("old", author, 24 * HOUR);
            chart.note("gone", author, 72 * HOUR);
        }
        assert_eq!(chart.ranked(2, 10), ["new", "old"]);
    }

    #[test]
    fn of_one_persons_voices_the_newest_counts_whatever_the_order() {
        let mut chart = Chart::default();
        chart.note("x", "ann", 12 * HOUR);
        chart.note("x", "ann", 0);
        chart.note("y", "ann", 6 * HOUR);
        assert_eq!(chart.ranked(1, 1), ["x"]);
    }

    #[test]
    fn equals_stand_in_the_order_of_their_names() {
        let mut chart = Chart::default();
        for subject in ["b", "a", "c"] {
            for (author, age) in [("ann", 1), ("ben", HOUR), ("cyd", 7 * HOUR)] {
                chart.note(subject, author, age);
            }
        }
        assert_eq!(chart.ranked(2, 2), ["a", "b"]);
    }

    #[test]
    fn more_voices_than_the_bound_are_left_out() {
        let mut chart = Chart::default();
        for number in 0..=MAX_VOICES {
            chart.note("x", &number.to_string(), 0);
        }
        chart.note("y", "ann", 0);
        assert_eq!(chart.voices, MAX_VOICES);
        assert_eq!(chart.ranked(1, 10), ["x"]);
    }

    #[test]
    fn a_post_is_worth_the_people_who_passed_it_on() {
        assert_eq!(interest(2, 3, 0), 5.0);
        assert_eq!(interest(2, 3, 6 * HOUR), 2.5);
        assert_eq!(interest(0, 0, 0), 0.0);
    }
}
