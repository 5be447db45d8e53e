//! A short tune drawn from a number.
use bytes::Bytes;

use crate::ids::scatter;

const RATE: u32 = 8_000;
const NOTES: u64 = 8;

/// Two seconds of eight notes as a WAV file.
pub(crate) fn wav(look: u64) -> Bytes {
    const PENTATONIC: [f64; 6] = [261.6, 293.7, 329.6, 392.0, 440.0, 523.3];
    let count = RATE * 2;
    let mut data = Vec::with_capacity(count as usize + 44);
    data.extend(b"RIFF");
    data.extend((36 + count).to_le_bytes());
    data.extend(b"WAVEfmt ");
    data.extend(16_u32.to_le_bytes());
    for half in [1_u16, 1] {
        data.extend(half.to_le_bytes());
    }
    data.extend(RATE.to_le_bytes());
    data.extend(RATE.to_le_bytes());
    for half in [1_u16, 8] {
        data.extend(half.to_le_bytes());
    }
    data.extend(b"data");
    data.extend(count.to_le_bytes());
    let length = u64::from(count) / NOTES;
    for sample in 0..u64::from(count) {
        let note = usize::try_from(scatter(look ^ (sample / length)) % 6).unwrap_or(0);
        let pitch = PENTATONIC.get(note).copied().unwrap_or(440.0);
        let fade = 1.0 - (sample % length) as f64 / length as f64;
        let wave = (sample as f64 / f64::from(RATE) * pitch * std::f64::consts::TAU).sin();
        data.push((128.0 + wave * fade * 60.0) as u8);
    }
    data.into()
}
