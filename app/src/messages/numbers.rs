//! Numbers as people read them.

/// A count in little room: `999`, `1.2K`, `34K`, `5.6M`. Rounded down, so that nothing is claimed that is not there.
pub fn compact(n: u64) -> String {
    let (unit, letter) = match n {
        0..1_000 => return n.to_string(),
        1_000..1_000_000 => (1_000, 'K'),
        1_000_000..1_000_000_000 => (1_000_000, 'M'),
        _ => (1_000_000_000, 'B'),
    };
    let tenths = n / (unit / 10);
    match (tenths / 10, tenths % 10) {
        (whole, part @ 1..) if whole < 10 => format!("{whole}.{part}{letter}"),
        (whole, _) => format!("{whole}{letter}"),
    }
}

/// A count in full, its thousands apart: `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
