//! Local ids: a number that grows with time, written in the form that the server's software uses.

/// 48 bits of milliseconds since 1970, then 16 bits that tell posts of one millisecond apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LocalId(pub(crate) u64);

impl LocalId {
    /// The smallest id of a moment.
    pub(crate) fn of_moment(ms: i64, sequence: u16) -> Self {
        let millis = u64::try_from(ms.max(0)).unwrap_or(0) & 0xffff_ffff_ffff;
        Self((millis << 16) | u64::from(sequence))
    }
}

/// How a server writes its ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdForm {
    /// Mastodon's decimal snowflakes.
    Decimal,
    /// GoToSocial's ULIDs.
    Ulid,
    /// Hollo's UUIDs of version 7.
    Uuid,
    /// Pleroma's flakes: 128 bits in base 62.
    Flake,
}

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits of a flake of our time; a real one has 18, whose time is counted in fewer bits.
const FLAKE_DIGITS: u32 = 22;
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl IdForm {
    /// The id as this server's clients see it.
    pub(crate) fn write(self, id: LocalId) -> String {
        match self {
            Self::Decimal => id.0.to_string(),
            Self::Ulid => {
                let wide = (u128::from(id.0) << 64) | u128::from(scatter(id.0));
                (0..26)
                    .rev()
                    .map(|place| {
                        let digit = usize::try_from((wide >> (place * 5)) & 31).unwrap_or(0);
                        char::from(CROCKFORD.get(digit).copied().unwrap_or(b'0'))
                    })
                    .collect()
            }
            Self::Flake => {
                let wide = (u128::from(id.0) << 62) | u128::from(scatter(id.0) >> 2);
                (0..FLAKE_DIGITS)
                    .rev()
                    .map(|place| {
                        let digit = usize::try_from(wide / 62_u128.pow(place) % 62).unwrap_or(0);
                        char::from(BASE62.get(digit).copied().unwrap_or(b'0'))
                    })
                    .collect()
            }
            Self::Uuid => {
                let rest = scatter(id.0) & 0x0fff_ffff_ffff;
                let hex = format!("{:012x}", id.0 >> 16);
                let (high, low) = hex.split_at(8);
                let sequence = id.0 & 0xffff;
                format!(
                    "{high}-{low}-7{:03x}-8{:03x}-{rest:012x}",
                    sequence >> 4,
                    (sequence & 0xf) << 8
                )
            }
        }
    }

    /// The number behind a written id; `None` when it is not of this form.
    pub(crate) fn read(self, text: &str) -> Option<LocalId> {
        match self {
            Self::Decimal => text.parse().ok().map(LocalId),
            Self::Ulid => {
                if text.len() != 26 {
                    return None;
                }
                let mut wide: u128 = 0;
                for letter in text.bytes() {
                    let digit = CROCKFORD
                        .iter()
                        .position(|known| known.eq_ignore_ascii_case(&letter))?;
                    wide = (wide << 5) | u128::try_from(digit).ok()?;
                }
                u64::try_from(wide >> 64).ok().map(LocalId)
            }
            Self::Flake => {
                if text.len() != 22 {
                    return None;
                }
                let mut wide: u128 = 0;
                for letter in text.bytes() {
                    let digit = BASE62.iter().position(|known| *known == letter)?;
                    wide = wide
                        .checked_mul(62)?
                        .checked_add(u128::try_from(digit).ok()?)?;
                }
                u64::try_from(wide >> 62).ok().map(LocalId)
            }
            Self::Uuid => {
                let hex: String = text.chars().filter(|letter| *letter != '-').collect();
                if hex.len() != 32 || text.len() != 36 {
                    return None;
                }
                let millis = u64::from_str_radix(hex.get(..12)?, 16).ok()?;
                let high = u64::from_str_radix(hex.get(13..16)?, 16).ok()?;
                let low = u64::from_str_radix(hex.get(17..18)?, 16).ok()?;
                Some(LocalId((millis << 16) | (high << 4) | low))
            }
        }
    }
}

/// A stable, well mixed function of a number: the "random" parts of the world that need no generator.
pub(crate) fn scatter(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// [`scatter`] of a text.
pub(crate) fn scatter_text(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        scatter(sum ^ u64::from(byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_back_and_keeps_the_order_of_time() {
        for form in [IdForm::Decimal, IdForm::Ulid, IdForm::Uuid, IdForm::Flake] {
            let mut last = String::new();
            for step in 0..200_u16 {
                let id = LocalId::of_moment(1_791_832_000_000 + i64::from(step / 7), step);
                let text = form.write(id);
                assert_eq!(form.read(&text), Some(id), "{text}");
                assert!(text > last, "{text} must sort after {last}");
                last = text;
            }
        }
    }

    #[test]
    fn an_id_of_another_form_is_no_id() {
        assert_eq!(IdForm::Decimal.read("01ARZ3NDEKTSV4RRFFQ69G5FAV"), None);
        assert_eq!(IdForm::Ulid.read("117440826604022165"), None);
        assert_eq!(IdForm::Uuid.read("x"), None);
    }
}
