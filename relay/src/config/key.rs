//! What a key of the configuration is: its name, what it takes, what it says, and how its name is found when misspelled.

use std::{ops::RangeInclusive, path::Path};

use super::value::Value;

/// One key of the relay (`T` is [`Config`](super::Config)) or of a section that may stand several times.
///
/// This is all that a new key needs: a field in `T` with its default, and an entry in the table. The environment variable, the
/// flag, the line in `check`, the error for a wrong value and the one for a misspelled name follow from it.
pub(crate) struct Key<T: 'static> {
    /// Its sections and its name, with points between: `log.max_bytes`.
    pub(crate) path: &'static str,
    /// What it decides, for the operator: half a sentence.
    pub(crate) doc: &'static str,
    /// What it takes and where that goes.
    pub(crate) set: Set<T>,
    /// The value as `check` shows it. A secret says only whether it is there.
    pub(crate) show: fn(&T) -> String,
}

/// What a key takes. An error goes on from the key's name: `is "x"; write …`.
pub(crate) enum Set<T: 'static> {
    /// A text.
    Text(fn(&mut T, &str) -> Result<(), String>),
    /// A file: the folder is what a relative path starts from.
    Path(fn(&mut T, &str, &Path) -> Result<(), String>),
    /// A list of files: as there.
    Paths(fn(&mut T, Vec<String>, &Path) -> Result<(), String>),
    /// A whole number within bounds.
    Number(RangeInclusive<u64>, fn(&mut T, u64)),
    /// True or false.
    Flag(fn(&mut T, bool)),
    /// A list of texts.
    Texts(fn(&mut T, Vec<String>) -> Result<(), String>),
}

impl<T> Key<T> {
    /// Its environment variable.
    pub(crate) fn variable(&self) -> String {
        variable_of(self.path)
    }

    /// Puts a value where it belongs; `folder` is what relative paths start from.
    pub(super) fn put(&self, target: &mut T, value: &Value, folder: &Path) -> Result<(), String> {
        match &self.set {
            Set::Text(put) => put(target, value.text()?),
            Set::Path(put) => put(target, value.text()?, folder),
            Set::Paths(put) => put(target, value.texts()?, folder),
            Set::Number(range, put) => {
                let number = value.number()?;
                let fits = u64::try_from(number).ok().filter(|it| range.contains(it));
                put(target, fits.ok_or_else(|| out_of(range, number))?);
                Ok(())
            }
            Set::Flag(put) => {
                put(target, value.flag()?);
                Ok(())
            }
            Set::Texts(put) => put(target, value.texts()?),
        }
    }
}

fn out_of(range: &RangeInclusive<u64>, number: i64) -> String {
    format!(
        "is {number}; it must be from {} to {}",
        range.start(),
        range.end()
    )
}

/// The environment variable of a key: `WATERSMEET_LOG_MAX_BYTES`.
pub(crate) fn variable_of(path: &str) -> String {
    let upper = |c: char| match c.is_ascii_alphanumeric() {
        true => c.to_ascii_uppercase(),
        false => '_',
    };
    let name: String = path.chars().map(upper).collect();
    format!("WATERSMEET_{name}")
}

/// Most letters that may be wrong in a name for another to be what was meant.
const MAX_WRONG_LETTERS: usize = 3;

/// "did you mean …" with the known name that is nearest, else all known names.
pub(crate) fn suggestion<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let far = |it: &&&str| {
        let plain = |text: &str| text.trim_matches(['[', ']']).to_lowercase();
        strsim::osa_distance(&plain(it), &plain(name))
    };
    let nearest = known
        .iter()
        .min_by_key(far)
        .filter(|it| far(it) <= MAX_WRONG_LETTERS && far(it) * 2 <= name.chars().count().max(2));
    match nearest {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}
