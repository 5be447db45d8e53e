//! The tokens that `watersmeet sign-in` got, in one file beside the configuration that nobody else can read.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use crate::config::{Config, Token};

/// The file's name.
pub const FILE_NAME: &str = "watersmeet-tokens.toml";
/// Largest file that is read: a token has some 50 bytes, and there are 500 sources at most.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Why tokens could not be read or kept, and what to do, in words for the operator. Never holds a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokensError(String);

impl fmt::Display for TokensError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for TokensError {}

/// Tokens by the domain of the source that gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens(BTreeMap<String, Token>);

impl Tokens {
    /// The token for a source.
    #[must_use]
    pub fn get(&self, domain: &str) -> Option<&Token> {
        self.0.get(domain)
    }

    /// Gives each source without a token the one that is kept for it: what relay.toml says goes first.
    pub fn apply(&self, config: &mut Config) {
        for source in config.sources.iter_mut().filter(|it| it.token.is_none()) {
            source.token = self.get(&source.domain).cloned();
        }
    }
}

/// Where the tokens for a configuration lie.
#[must_use]
pub fn path_beside(config_path: &Path) -> PathBuf {
    config_path.with_file_name(FILE_NAME)
}

/// The tokens beside a configuration; none when there is no such file.
///
/// # Errors
/// When the file cannot be read, or when others can read it, too: then no token in it is a secret any more.
pub fn load(config_path: &Path) -> Result<Tokens, TokensError> {
    let path = path_beside(config_path);
    let wrong = |what: String| TokensError(format!("{}: {what}", path.display()));
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Tokens::default()),
        Err(error) => return Err(wrong(format!("cannot be read: {error}"))),
    };
    let metadata = file
        .metadata()
        .map_err(|error| wrong(format!("cannot be read: {error}")))?;
    if is_open_to_others(&metadata) {
        return Err(wrong(format!(
            "other people on this machine can read the tokens in it, so it is not used. Run `chmod 600 {}`, \
             and if they are not to be trusted, sign in again",
            path.display()
        )));
    }
    let mut text = String::new();
    file.take(MAX_FILE_BYTES)
        .read_to_string(&mut text)
        .map_err(|error| wrong(format!("cannot be read: {error}")))?;
    // Only the place of a mistake is told: the words around it may be a token.
    let table: Table = text.parse().map_err(|_secret: toml::de::Error| {
        wrong("is not valid TOML; remove it and sign in again".to_owned())
    })?;
    let mut tokens = BTreeMap::new();
    for (domain, value) in table {
        let Value::String(token) = value else {
            return Err(wrong(format!("`{domain}` must be a text in quotes")));
        };
        tokens.insert(domain, Token::new(token));
    }
    Ok(Tokens(tokens))
}

/// Keeps a token beside a configuration, in place of an older one for the same source; gives the file's path.
/// The file is made for its owner alone from the start, and is replaced as a whole.
///
/// # Errors
/// When the present file cannot be read ([`load`]) or the new one cannot be written.
pub fn save(config_path: &Path, domain: &str, token: &Token) -> Result<PathBuf, TokensError> {
    let mut tokens = load(config_path)?;
    tokens.0.insert(domain.to_owned(), token.clone());
    let mut table = Table::new();
    for (domain, token) in &tokens.0 {
        table.insert(domain.clone(), Value::String(token.secret().to_owned()));
    }
    let text = format!("# Tokens that `watersmeet sign-in` got. Show them to nobody.\n{table}");
    let path = path_beside(config_path);
    let wrong =
        |error: io::Error| TokensError(format!("{} cannot be written: {error}", path.display()));
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    write_private(&draft, &text)
        .and_then(|()| fs::rename(&draft, &path))
        .map_err(|error| {
            // The draft holds a token; whether it was there at all does not matter.
            fs::remove_file(&draft).unwrap_or_default();
            wrong(error)
        })?;
    Ok(path)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
}

/// Elsewhere the folder's rights decide, which the file takes over.
#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("relay.toml")
    }

    #[test]
    fn a_token_is_kept_and_found_again_and_what_the_configuration_says_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = config(&folder);
        assert_eq!(load(&path).unwrap(), Tokens::default());
        save(&path, "a.example", &Token::new("one")).unwrap();
        save(&path, "b.example:3000", &Token::new("two")).unwrap();
        save(&path, "a.example", &Token::new("three")).unwrap();
        let tokens = load(&path).unwrap();
        let text = "[[source]]\ndomain = \"a.example\"\n[[source]]\ndomain = \"b.example:3000\"\ntoken = \"own\"";
        let mut config = Config::parse(text).unwrap();
        tokens.apply(&mut config);
        let got: Vec<_> = config
            .sources
            .iter()
            .map(|it| it.token.clone().unwrap())
            .collect();
        assert_eq!(got, [Token::new("three"), Token::new("own")]);
        assert_eq!(
            fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no drafts are left"
        );
    }

    #[test]
    fn a_token_is_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        save(&config(&folder), "a.example", &Token::new("secret")).unwrap();
        assert!(!format!("{:?}", load(&config(&folder)).unwrap()).contains("secret"));
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_alone_and_is_not_read_when_it_is_not() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = save(&config(&folder), "a.example", &Token::new("secret")).unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let error = load(&config(&folder)).unwrap_err().to_string();
        assert!(
            error.contains("chmod 600") && !error.contains("secret"),
            "{error}"
        );
        assert!(save(&config(&folder), "b.example", &Token::new("x")).is_err());
    }

    #[test]
    fn a_broken_file_is_told_without_its_words() {
        let folder = tempfile::tempdir().unwrap();
        write_private(&path_beside(&config(&folder)), "\"a.example\" = secret").unwrap();
        let error = load(&config(&folder)).unwrap_err().to_string();
        assert!(
            error.contains("sign in again") && !error.contains("secret"),
            "{error}"
        );
    }
}
