//! A post's two long texts in one blob: the status as served, and what the merge knows of it.
//!
//! The second holds nearly all of the first, so packed together they take little more than one of them.

/// Longest body that is unpacked, in bytes; more is no body of ours.
const MAX_BYTES: usize = 64 << 20;

/// Packs both.
pub(super) fn pack(json: &[u8], state: &[u8]) -> Vec<u8> {
    let length = u32::try_from(json.len()).unwrap_or(u32::MAX);
    let plain = [&length.to_le_bytes(), json, state].concat();
    lz4_flex::block::compress_prepend_size(&plain)
}

/// The status as served.
pub(super) fn json(packed: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, length) = unpacked(packed)?;
    plain.truncate(4 + length);
    plain.drain(..4);
    Some(plain)
}

/// What the merge knows.
pub(super) fn state(packed: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, length) = unpacked(packed)?;
    plain.drain(..4 + length);
    Some(plain)
}

fn unpacked(packed: &[u8]) -> Option<(Vec<u8>, usize)> {
    let size = u32::from_le_bytes(packed.first_chunk::<4>().copied()?);
    if usize::try_from(size).ok()? > MAX_BYTES {
        return None;
    }
    let plain = lz4_flex::block::decompress_size_prepended(packed).ok()?;
    let length = u32::from_le_bytes(plain.first_chunk::<4>().copied()?);
    let length = usize::try_from(length).ok()?;
    (plain.len() >= 4 + length).then_some((plain, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_texts_come_back_and_two_alike_take_little_more_than_one() {
        let long: Vec<u8> = (0..400_u32)
            .flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes())
            .collect();
        let packed = pack(&long, &long);
        assert_eq!(json(&packed).unwrap(), long);
        assert_eq!(state(&packed).unwrap(), long);
        assert!(packed.len() < long.len() + 100, "{}", packed.len());
        let empty = pack(b"", b"{}");
        assert_eq!(
            (json(&empty), state(&empty)),
            (Some(Vec::new()), Some(b"{}".to_vec()))
        );
    }

    #[test]
    fn what_is_no_body_is_nothing() {
        for broken in [
            &b""[..],
            b"abc",
            &[0xff; 40],
            &[4, 0, 0, 0, 0x40, 1, 0, 0, 0],
        ] {
            assert_eq!((json(broken), state(broken)), (None, None));
        }
    }
}
