//! A value as it was written, before a key says what it must be.

use toml::de::DeValue;

/// What stands behind a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
    Texts(Vec<String>),
    /// Out of the environment or a flag: its key says how to read it.
    Raw(String),
    /// Nothing that a key takes, by its name in TOML.
    Other(&'static str),
}

impl Value {
    /// Takes a value of a TOML file.
    pub(super) fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.clone().into_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Self::Other("a number that is too long"), Self::Number),
            DeValue::Boolean(flag) => Self::Flag(*flag),
            DeValue::Array(items) => {
                let text =
                    |it: &toml::Spanned<DeValue<'_>>| it.get_ref().as_str().map(str::to_owned);
                let texts: Option<Vec<_>> = items.iter().map(text).collect();
                texts.map_or(
                    Self::Other("a list that holds something else than texts"),
                    Self::Texts,
                )
            }
            DeValue::Float(_) => Self::Other("a number with a point"),
            DeValue::Datetime(_) => Self::Other("a date"),
            DeValue::Table(_) => Self::Other("a section"),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Raw(_) => "a text",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::Texts(_) => "a list of texts",
            Self::Other(kind) => kind,
        }
    }

    /// The text, or what to do instead.
    pub(super) fn text(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) | Self::Raw(text) => Ok(text),
            other => Err(format!("is {}; it must be a text in quotes", other.kind())),
        }
    }

    /// The whole number, or what to do instead.
    pub(super) fn number(&self) -> Result<i64, String> {
        let wrong = |what: &str| format!("is {what}; it must be a whole number");
        match self {
            Self::Number(number) => Ok(*number),
            Self::Raw(text) => text
                .trim()
                .parse()
                .map_err(|_error| wrong("something else")),
            other => Err(wrong(other.kind())),
        }
    }

    /// Yes or no, or what to do instead.
    pub(super) fn flag(&self) -> Result<bool, String> {
        let wrong = |what: &str| format!("is {what}; it must be true or false, without quotes");
        match self {
            Self::Flag(flag) => Ok(*flag),
            Self::Raw(text) => match text.trim() {
                "true" | "1" | "yes" | "on" => Ok(true),
                "false" | "0" | "no" | "off" => Ok(false),
                _ => Err(wrong("something else")),
            },
            other => Err(wrong(other.kind())),
        }
    }

    /// The texts, or what to do instead; outside a file commas are between them.
    pub(super) fn texts(&self) -> Result<Vec<String>, String> {
        match self {
            Self::Texts(texts) => Ok(texts.clone()),
            Self::Raw(text) => Ok(text
                .split(',')
                .map(|it| it.trim().to_owned())
                .filter(|it| !it.is_empty())
                .collect()),
            other => Err(format!(
                "is {}; it must be a list of texts, as [\"one\", \"two\"]",
                other.kind()
            )),
        }
    }
}
