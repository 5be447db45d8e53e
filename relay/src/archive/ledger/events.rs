//! What the log holds, kept with its numbers, so that a restarted relay goes on counting and readers go on reading.

use std::collections::HashSet;

use bytes::Bytes;
use rusqlite::{OptionalExtension as _, Row, params};
use timeline::public_id::PublicId;

use super::{ArchiveError, Ledger, body};
use crate::{
    log::{Draft, Kind, Seq},
    views::Keys,
};

/// What a log held when its relay stopped.
#[derive(Debug)]
pub struct KeptEvents {
    /// The number of the first event, or of the next to come when there is none.
    pub first: Seq,
    /// The events, one number after the other.
    pub drafts: Vec<Draft>,
}

impl Ledger {
    /// Keeps events that are to have these numbers, from `first` on.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn note_events(&self, first: Seq, drafts: &[Draft]) -> Result<(), ArchiveError> {
        let mut insert = self.db.prepare_cached(
            "INSERT INTO events (seq, kind, id, before, after) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        let text = |keys: &Option<Keys>| keys.as_ref().and_then(|it| serde_json::to_vec(it).ok());
        for (draft, seq) in drafts.iter().zip(first.0..) {
            insert.execute(params![
                i64::try_from(seq).unwrap_or(i64::MAX),
                number_of(draft.kind),
                draft.id.as_i64(),
                text(&draft.before),
                text(&draft.after),
            ])?;
        }
        Ok(())
    }

    /// Forgets events that the log no longer holds.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn forget_events(&self, before: Seq) -> Result<(), ArchiveError> {
        let before = i64::try_from(before.0).unwrap_or(i64::MAX);
        self.run("DELETE FROM events WHERE seq < ?1", [before])
    }

    /// The events that were kept, with the posts as they are now.
    ///
    /// A post that is gone since has nothing to show any more. When its deletion is among the events, those before it
    /// still tell whoever it left that it did; when it only was too old to be kept, they tell nobody anything.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn events(&self) -> Result<KeptEvents, ArchiveError> {
        let mut select = self
            .db
            .prepare("SELECT seq, kind, id, before, after FROM events ORDER BY seq")?;
        let mut rows = select.query([])?;
        let mut kept = KeptEvents {
            first: Seq::FIRST,
            drafts: Vec::new(),
        };
        while let Some(row) = rows.next()? {
            let seq: u64 = row.get::<_, i64>(0)?.try_into().unwrap_or_default();
            let next = kept.first.0 + kept.drafts.len() as u64;
            if seq != next {
                // Only the first is not where the log began; a hole would be a loss, and what lies before it of no use.
                kept.first = Seq(seq);
                kept.drafts.clear();
            }
            kept.drafts.push(draft(row)?);
        }
        drop(rows);
        let deleted: HashSet<PublicId> = kept
            .drafts
            .iter()
            .filter(|it| it.kind == Kind::Deleted)
            .map(|it| it.id)
            .collect();
        for draft in kept.drafts.iter_mut().filter(|it| it.after.is_some()) {
            match self.served(draft.id)? {
                Some(json) => draft.payload = json,
                None => {
                    draft.after = None;
                    if !deleted.contains(&draft.id) {
                        draft.before = None;
                    }
                }
            }
        }
        Ok(kept)
    }

    /// The status as served, by exactly this id.
    fn served(&self, id: PublicId) -> Result<Option<Bytes>, ArchiveError> {
        let mut select = self
            .db
            .prepare_cached("SELECT body FROM bodies WHERE id = ?1")?;
        let packed = select.query_row([id.as_i64()], |row| row.get(0));
        let packed: Option<Vec<u8>> = packed.optional()?;
        Ok(packed.and_then(|it| body::json(&it)).map(Bytes::from))
    }
}

fn draft(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let keys = |column: usize| -> rusqlite::Result<Option<Keys>> {
        let text: Option<Vec<u8>> = row.get(column)?;
        Ok(text.and_then(|it| serde_json::from_slice(&it).ok()))
    };
    Ok(Draft {
        kind: kind_of(row.get(1)?),
        id: PublicId::from_i64(row.get(2)?).unwrap_or(PublicId::floor(0)),
        payload: Bytes::new(),
        before: keys(3)?,
        after: keys(4)?,
    })
}

fn number_of(kind: Kind) -> i64 {
    match kind {
        Kind::Appeared => 0,
        Kind::Updated => 1,
        Kind::Deleted => 2,
        Kind::Shifted => 3,
    }
}

fn kind_of(number: i64) -> Kind {
    match number {
        0 => Kind::Appeared,
        1 => Kind::Updated,
        2 => Kind::Deleted,
        _ => Kind::Shifted,
    }
}
