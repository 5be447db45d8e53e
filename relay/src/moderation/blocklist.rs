//! Blocklists in Mastodon's CSV, as servers export and share them.

use std::{collections::BTreeMap, fmt, fs, path::Path};

use timeline::moderation::{Rules, ServerRule, Severity, name_of_server};

/// Largest file that is read: the longest lists people share have a few thousand lines.
const MAX_BYTES: u64 = 16 << 20;

/// Servers to have nothing, or less, to do with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocklist {
    /// By domain; of two lines about one server the stricter holds.
    pub servers: BTreeMap<String, ServerRule>,
    /// Lines whose domain is written with `*`: nobody can tell which server that is.
    pub obfuscated: usize,
    /// Lines that name no server or an unknown severity.
    pub not_understood: usize,
}

/// A file that cannot be used as a blocklist; the message names it.
#[derive(Debug, PartialEq, Eq)]
pub struct BlocklistError(String);

impl fmt::Display for BlocklistError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BlocklistError {}

impl Blocklist {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, is too large, or holds no server at all.
    pub fn read(file: &Path) -> Result<Self, BlocklistError> {
        let wrong = |what: String| BlocklistError(format!("{}: {what}", file.display()));
        let size = fs::metadata(file).map_err(|error| wrong(error.to_string()))?;
        if size.len() > MAX_BYTES {
            return Err(wrong(format!("is larger than {MAX_BYTES} bytes")));
        }
        let bytes = fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let list = Self::parse(&bytes);
        if list.servers.is_empty() && list.not_understood + list.obfuscated > 0 {
            return Err(wrong(
                "names no server; it must be Mastodon's CSV with #domain and #severity, or one domain a line".to_owned(),
            ));
        }
        Ok(list)
    }

    /// How many of its lines cannot be applied and why, in words; nothing when all can.
    #[must_use]
    pub fn passed_over(&self) -> Option<String> {
        let lines = |count: usize| match count {
            1 => "1 line".to_owned(),
            _ => format!("{count} lines"),
        };
        let obfuscated = (self.obfuscated > 0).then(|| {
            format!(
                "{} cannot be applied, since the server's name is written with `*`",
                lines(self.obfuscated)
            )
        });
        let strange = (self.not_understood > 0).then(|| {
            format!(
                "{} cannot be applied, since no server or no known severity is named",
                lines(self.not_understood)
            )
        });
        let told: Vec<String> = [obfuscated, strange].into_iter().flatten().collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// Reads Mastodon's CSV, with or without `#` in the header; without a header each line begins with a domain, which is suspended.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(bytes);
        let mut list = Self::default();
        let mut columns = Columns::default();
        let mut is_first = true;
        for record in reader.byte_records() {
            let Ok(record) = record else {
                list.not_understood += 1;
                continue;
            };
            let fields: Vec<_> = record.iter().map(String::from_utf8_lossy).collect();
            let fields: Vec<&str> = fields.iter().map(AsRef::as_ref).collect();
            if std::mem::take(&mut is_first)
                && let Some(named) = Columns::of(&fields)
            {
                columns = named;
                continue;
            }
            list.take(&columns, &fields);
        }
        list
    }

    fn take(&mut self, columns: &Columns, fields: &[&str]) {
        let field = |column: Option<usize>| column.and_then(|it| fields.get(it)).copied();
        let domain = field(Some(columns.domain)).unwrap_or_default();
        if domain.is_empty() || domain.starts_with('#') {
            return;
        }
        if domain.contains('*') {
            self.obfuscated += 1;
            return;
        }
        let severity = match field(columns.severity).unwrap_or_default() {
            "suspend" | "" => Some(Severity::Suspend),
            "silence" | "limit" => Some(Severity::Silence),
            "noop" | "none" => Some(Severity::Noop),
            _ => None,
        };
        let ascii = idna::domain_to_ascii(domain).unwrap_or_default();
        let (Some(severity), Some(domain)) = (severity, name_of_server(&ascii)) else {
            self.not_understood += 1;
            return;
        };
        let reject_media =
            field(columns.reject_media).is_some_and(|it| it.eq_ignore_ascii_case("true"));
        let rule = ServerRule {
            severity,
            reject_media,
        };
        self.servers.entry(domain).or_default().join(rule);
    }

    /// As rules.
    #[must_use]
    pub fn rules(&self) -> Rules {
        Rules {
            servers: self.servers.clone(),
            ..Rules::default()
        }
    }
}

/// Where what is.
#[derive(Default)]
struct Columns {
    domain: usize,
    severity: Option<usize>,
    reject_media: Option<usize>,
}

impl Columns {
    /// What a header says; `None` when the line is none.
    fn of(fields: &[&str]) -> Option<Self> {
        let place = |name: &str| {
            let is = |it: &&str| it.trim_start_matches('#').eq_ignore_ascii_case(name);
            fields.iter().position(is)
        };
        Some(Self {
            domain: place("domain")?,
            severity: place("severity"),
            reject_media: place("reject_media"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(severity: Severity, reject_media: bool) -> ServerRule {
        ServerRule {
            severity,
            reject_media,
        }
    }

    #[test]
    fn mastodons_own_export_is_read() {
        let text = "\u{feff}#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\r\n\
            Bad.example,suspend,True,true,\"spam, \"\"bots\"\"\r\nand more\",false\r\n\
            loud.example,silence,false,false,,false\r\n\
            pics.example,noop,true,false,,false\r\n\
            h*d.example,suspend,false,false,,true\r\n\
            odd.example,whatever,false,false,,false\r\n";
        let list = Blocklist::parse(text.as_bytes());
        assert_eq!(
            list.servers,
            BTreeMap::from([
                ("bad.example".to_owned(), rule(Severity::Suspend, true)),
                ("loud.example".to_owned(), rule(Severity::Silence, false)),
                ("pics.example".to_owned(), rule(Severity::Noop, true)),
            ])
        );
        assert_eq!((list.obfuscated, list.not_understood), (1, 1));
    }

    #[test]
    fn older_headers_and_bare_domains_are_read() {
        let older = Blocklist::parse(b"severity,domain\nsilence,a.example\n");
        assert_eq!(older.servers["a.example"], rule(Severity::Silence, false));
        let bare =
            Blocklist::parse("a.example\n\n# a remark\nbücher.example\na.example,x\n".as_bytes());
        let domains: Vec<_> = bare.servers.keys().collect();
        assert_eq!(domains, ["a.example", "xn--bcher-kva.example"]);
        assert!(
            bare.servers
                .values()
                .all(|it| it.severity == Severity::Suspend)
        );
    }

    #[test]
    fn of_two_lines_about_one_server_the_stricter_holds() {
        let text =
            b"#domain,#severity,#reject_media\na.example,silence,false\na.example,noop,true\n";
        let list = Blocklist::parse(text);
        assert_eq!(list.servers["a.example"], rule(Severity::Silence, true));
    }

    #[test]
    fn a_file_that_is_something_else_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.csv");
        fs::write(&file, "{\"a\": 1}\n").unwrap();
        let error = Blocklist::read(&file).unwrap_err().to_string();
        assert!(
            error.contains("x.csv") && error.contains("#domain"),
            "{error}"
        );
        assert!(Blocklist::read(&folder.path().join("no.csv")).is_err());
    }
}
