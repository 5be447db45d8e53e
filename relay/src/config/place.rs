//! A place that the operator names by host and port.

/// A host and a port of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// A name or an address, in lower case and without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl Place {
    /// Reads `10.0.0.5:3000`, `relay.lan:443` or `[fd00::5]:443`; `None` when there is no host or no port.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let is_address = name.contains(':');
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':');
        let is_whole = !name.is_empty() && name.bytes().all(plain);
        let is_bracketed = host.len() == name.len() + 2;
        (is_whole && is_address == is_bracketed).then_some(())?;
        Some(Self {
            host: name.to_ascii_lowercase(),
            port: port.parse().ok().filter(|it| *it > 0)?,
        })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}
