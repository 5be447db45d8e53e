//! Cursors: which part of an ordered list a call wants, and the `Link` header that leads on.
use std::collections::BTreeMap;
use std::ops::Bound;

use crate::http::call::Call;
use crate::http::errors::Refusal;
use crate::ids::{IdForm, LocalId};
use crate::options::Software;

/// The part of a list that is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) max: Option<LocalId>,
    pub(crate) since: Option<LocalId>,
    pub(crate) min: Option<LocalId>,
    pub(crate) limit: usize,
}

impl Window {
    /// Reads `max_id`, `since_id`, `min_id` and `limit` as ids of the server's form.
    pub(crate) fn of(
        call: &Call,
        software: Software,
        default: usize,
        most: usize,
    ) -> Result<Self, Refusal> {
        Self::in_form(call, software, software.id_form(), default, most)
    }

    /// The same for cursors that are plain numbers on every server.
    pub(crate) fn of_numbers(call: &Call, default: usize, most: usize) -> Result<Self, Refusal> {
        Self::in_form(call, Software::Mastodon, IdForm::Decimal, default, most)
    }

    fn in_form(
        call: &Call,
        software: Software,
        form: IdForm,
        default: usize,
        most: usize,
    ) -> Result<Self, Refusal> {
        let read = |name: &str| -> Result<Option<LocalId>, Refusal> {
            let Some(text) = call.params.text(name) else {
                return Ok(None);
            };
            match form.read(text) {
                Some(id) => Ok(Some(id)),
                None if form == IdForm::Uuid => Err(Refusal::new(400, format!("Invalid {name}"))),
                // Mastodon's database reads what is no number as 0.
                None => {
                    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                    Ok(Some(LocalId(digits.parse().unwrap_or(0))))
                }
            }
        };
        let mut window = Self {
            max: read("max_id")?,
            since: read("since_id")?,
            min: read("min_id")?,
            limit: call.limit(
                default,
                if software == Software::Hollo {
                    most * 2
                } else {
                    most
                },
            ),
        };
        if software == Software::Hollo && window.min.is_some() {
            window.since = window.min.take();
        }
        Ok(window)
    }

    /// The rows of the window, newest first; `keep` may leave rows out.
    pub(crate) fn of_map<T: Copy>(
        &self,
        rows: &BTreeMap<LocalId, T>,
        mut keep: impl FnMut(LocalId, T) -> bool,
    ) -> Vec<(LocalId, T)> {
        let low = self
            .min
            .or(self.since)
            .map_or(Bound::Unbounded, Bound::Excluded);
        let high = self.max.map_or(Bound::Unbounded, Bound::Excluded);
        if let (Bound::Excluded(low), Bound::Excluded(high)) = (low, high)
            && low >= high
        {
            return Vec::new();
        }
        let range = rows.range((low, high)).map(|(id, row)| (*id, *row));
        if self.min.is_some() {
            let mut found: Vec<_> = range
                .filter(|(id, row)| keep(*id, *row))
                .take(self.limit)
                .collect();
            found.reverse();
            found
        } else {
            range
                .rev()
                .filter(|(id, row)| keep(*id, *row))
                .take(self.limit)
                .collect()
        }
    }
}

/// What a `Link` header is made of.
pub(crate) struct LinkParts<'a> {
    /// `http://alpha.localhost:1/api/v1/timelines/public`
    pub(crate) address: String,
    /// Parameters of the call that the server keeps; all others are lost.
    pub(crate) keep: &'a [&'a str],
    /// The cursor to older rows.
    pub(crate) next: Option<String>,
    /// Name and value of the cursor to newer rows.
    pub(crate) prev: Option<(&'static str, String)>,
}

/// The header; `None` when there is nothing to lead to.
pub(crate) fn link(call: &Call, software: Software, parts: LinkParts<'_>) -> Option<String> {
    let mut links = Vec::new();
    let mut add = |cursor: &str, value: &str, rel: &str| {
        let mut query: BTreeMap<&str, &str> = BTreeMap::new();
        for name in parts.keep {
            if let Some(kept) = call.query.raw(name) {
                query.insert(name, kept);
            }
        }
        query.insert(cursor, value);
        let query: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        links.push(format!("<{}?{query}>; rel=\"{rel}\"", parts.address));
    };
    if let Some(next) = &parts.next {
        add("max_id", next, "next");
    }
    if let Some((cursor, value)) = &parts.prev
        && software != Software::Hollo
    {
        add(cursor, value, "prev");
    }
    (!links.is_empty()).then(|| links.join(", "))
}
