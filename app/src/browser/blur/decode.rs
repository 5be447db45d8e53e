//! Reads a blurhash as <https://github.com/woltapp/blurhash/blob/master/Algorithm.md> describes it.
//!
//! It does without cosines and powers of any number: a library of mathematics is ten times the code of all this.

use super::EDGE;

const DIGITS: &[u8; 83] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";

/// The cosine of π / [`EDGE`], from which those of its multiples follow.
const STEP: f64 = 0.995_184_726_672_196_9;

/// Red, green, blue and opacity of each pixel of a square of [`EDGE`], row by row; none when the hash is no hash.
pub(super) fn pixels(hash: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hash.bytes().map(digit).collect::<Option<_>>()?;
    let [size, loudness, mean @ ..] = digits.get(..6)? else {
        return None;
    };
    let (columns, rows) = (size % 9 + 1, size / 9 + 1);
    let mean = mean.iter().fold(0, |sum, it| sum * 83 + it);
    let mut colours = vec![[mean >> 16, mean >> 8, mean].map(|it| linear(f64::from(it & 255)))];
    let loudness = f64::from(loudness + 1) / 166.0;
    for pair in digits.get(6..)?.chunks(2) {
        let [high, low] = pair else { return None };
        let value = high * 83 + low;
        colours.push([value / 361, value / 19 % 19, value % 19].map(|it| {
            let share = (f64::from(it) - 9.0) / 9.0;
            share * share.abs() * loudness
        }));
    }
    if colours.len() != usize::try_from(columns * rows).ok()? {
        return None;
    }
    // The cosine of (n + 1) x follows from those of n x and (n - 1) x.
    let next = |&(now, next): &(f64, f64)| Some((next, 2.0 * STEP * next - now));
    let cosines: Vec<f64> = std::iter::successors(Some((1.0, STEP)), next)
        .map(|it| it.0)
        .take(2 * EDGE as usize)
        .collect();
    let wave = |n: u32| {
        cosines
            .get((n % (2 * EDGE)) as usize)
            .copied()
            .unwrap_or_default()
    };
    let levels: Vec<f64> = (0..255_u8).map(|it| linear(f64::from(it) + 0.5)).collect();
    let mut pixels = Vec::new();
    for (y, x) in (0..EDGE).flat_map(|y| (0..EDGE).map(move |x| (y, x))) {
        let mut pixel = [0.0; 3];
        for (n, colour) in (0..).zip(&colours) {
            let weight = wave(x * (n % columns)) * wave(y * (n / columns));
            pixel
                .iter_mut()
                .zip(colour)
                .for_each(|(sum, it)| *sum += it * weight);
        }
        let level = |it: f64| u8::try_from(levels.partition_point(|level| *level <= it));
        pixels.extend(pixel.map(|it| level(it).unwrap_or(u8::MAX)));
        pixels.push(u8::MAX);
    }
    Some(pixels)
}

fn digit(byte: u8) -> Option<u32> {
    let place = DIGITS.iter().position(|it| *it == byte)?;
    u32::try_from(place).ok()
}

/// How much light a level of 0 to 255 is in sRGB, from 0 to 1: above the dark end a power of 2.4.
fn linear(level: f64) -> f64 {
    let level = level / 255.0;
    if level <= 0.040_45 {
        return level / 12.92;
    }
    let base = (level + 0.055) / 1.055;
    let square = base * base;
    // Newton's way down to the fifth root of the square; these are more steps than any level takes.
    let root = (0..24).fold(1.0, |root, _| {
        root - (root - square / (root * root * root * root)) / 5.0
    });
    square * root
}

#[cfg(test)]
mod tests {
    use super::{EDGE, linear, pixels};

    #[test]
    fn a_hash_becomes_the_colours_that_the_algorithm_describes() {
        // By a plain transcription of the description with the cosines and powers of a mathematics library.
        let corners = [(0, 0), (31, 0), (16, 16), (0, 31), (31, 31), (20, 5)];
        for (hash, colours) in [
            (
                "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
                [
                    [135, 164, 177],
                    [137, 166, 181],
                    [158, 125, 108],
                    [136, 144, 147],
                    [133, 142, 147],
                    [170, 169, 163],
                ],
            ),
            (
                "LGF5]+Yk^6#M@-5c,1J5@[or[Q6.",
                [
                    [176, 118, 163],
                    [225, 84, 129],
                    [107, 126, 130],
                    [171, 161, 88],
                    [143, 97, 98],
                    [128, 92, 130],
                ],
            ),
            ("00TI:j", [[255, 0, 0]; 6]),
        ] {
            let drawn = pixels(hash).unwrap();
            assert_eq!(drawn.len(), (EDGE * EDGE * 4) as usize);
            for ((x, y), colour) in corners.iter().zip(colours) {
                let at = (y * EDGE + x) as usize * 4;
                assert_eq!(drawn[at..at + 3], colour, "{hash} at {x}, {y}");
                assert_eq!(drawn[at + 3], 255);
            }
        }
    }

    #[test]
    fn light_is_a_power_of_the_level() {
        for level in 11..=255_u8 {
            let exact = ((f64::from(level) / 255.0 + 0.055) / 1.055).powf(2.4);
            assert!((linear(f64::from(level)) - exact).abs() < 1e-12, "{level}");
        }
    }

    #[test]
    fn what_is_no_hash_has_no_pixels() {
        for text in [
            "",
            "L",
            "00TI:",
            "00TI:jj",
            "00TI:jjj",
            "LEHV6nWB2yk8pyo0adR*.7kCMdn",
            "00TI: ",
        ] {
            assert_eq!(pixels(text), None, "{text}");
        }
    }
}
