//! Blurhash, as its public description says: a few cosine components in base 83.
const DIGITS: &[u8; 83] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
const ACROSS: usize = 4;
const DOWN: usize = 3;

/// The hash of RGB pixels, row by row.
pub(crate) fn encode(pixels: &[[u8; 4]], width: usize, height: usize) -> String {
    let mut factors = Vec::with_capacity(ACROSS * DOWN);
    for down in 0..DOWN {
        for across in 0..ACROSS {
            factors.push(component(pixels, width, height, across, down));
        }
    }
    let mut hash = String::new();
    write(&mut hash, ((ACROSS - 1) + (DOWN - 1) * 9) as u64, 1);
    let rest = factors.get(1..).unwrap_or_default();
    let largest = rest
        .iter()
        .flatten()
        .fold(0.0_f64, |most, value| most.max(value.abs()));
    let quantised = ((largest * 166.0 - 0.5).floor()).clamp(0.0, 82.0);
    write(&mut hash, quantised as u64, 1);
    let scale = (quantised + 1.0) / 166.0;
    if let Some([red, green, blue]) = factors.first() {
        write(
            &mut hash,
            (to_srgb(*red) << 16) | (to_srgb(*green) << 8) | to_srgb(*blue),
            4,
        );
    }
    for [red, green, blue] in rest {
        let level = |value: f64| {
            let part = (value / scale).abs().sqrt() * (value / scale).signum();
            (part * 9.0 + 9.5).floor().clamp(0.0, 18.0) as u64
        };
        write(
            &mut hash,
            level(*red) * 361 + level(*green) * 19 + level(*blue),
            2,
        );
    }
    hash
}

fn component(
    pixels: &[[u8; 4]],
    width: usize,
    height: usize,
    across: usize,
    down: usize,
) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for (at, pixel) in pixels.iter().enumerate() {
        let (x, y) = ((at % width) as f64, (at / width) as f64);
        let basis = (std::f64::consts::PI * across as f64 * x / width as f64).cos()
            * (std::f64::consts::PI * down as f64 * y / height as f64).cos();
        for (total, channel) in sum.iter_mut().zip(pixel) {
            *total += basis * to_linear(*channel);
        }
    }
    let weight = if across == 0 && down == 0 { 1.0 } else { 2.0 };
    sum.map(|total| total * weight / (width * height) as f64)
}

fn to_linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

fn to_srgb(value: f64) -> u64 {
    let value = value.clamp(0.0, 1.0);
    let encoded = if value <= 0.003_130_8 {
        value * 12.92
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    };
    (encoded * 255.0 + 0.5) as u64
}

fn write(hash: &mut String, value: u64, length: u32) {
    for place in (0..length).rev() {
        let digit = usize::try_from(value / 83_u64.pow(place) % 83).unwrap_or(0);
        hash.push(char::from(DIGITS.get(digit).copied().unwrap_or(b'0')));
    }
}
