//! Where a reader is in the log, and how that is written for clients.

use core::{fmt, str::FromStr};

/// The number of an entry: 1 is the first, 0 stands for "nothing yet".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u64);

impl Seq {
    /// The first entry of every log.
    pub const FIRST: Self = Self(1);

    /// The one after this.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in the log of one run of the relay, written `<epoch>-<seq>`; inclusive: reading goes on with `seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which run of the relay; a cursor of another run says nothing here.
    pub epoch: u64,
    /// The entry itself.
    pub seq: Seq,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.seq)
    }
}

/// The text is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let number = |part: &str| {
            let plain = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if plain {
                part.parse::<u64>().ok()
            } else {
                None
            }
        };
        let (epoch, seq) = text.split_once('-').ok_or(NoCursor)?;
        Ok(Self {
            epoch: number(epoch).ok_or(NoCursor)?,
            seq: Seq(number(seq).ok_or(NoCursor)?),
        })
    }
}
