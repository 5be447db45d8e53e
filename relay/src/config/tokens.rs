//! Tokens that `sign-in` got, in a file of their own beside the configuration that only its owner can read.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{ConfigError, Token, keys};

/// What the file begins with.
const HEAD: &str = "# Tokens that `watersmeet sign-in` stored. Whoever has them can read as that account: show them to nobody.\n";

/// Where tokens are stored for a configuration: `relay.toml` has `relay.tokens.toml`.
#[must_use]
pub fn place(config: &Path) -> PathBuf {
    config.with_extension("tokens.toml")
}

/// The tokens in a file, by domain; none when there is no file.
///
/// # Errors
/// When the file cannot be read, is not what [`store`] writes, or can be read by others, too: then no token in it is a
/// secret any more. No token is in the text.
pub fn read(path: &Path) -> Result<BTreeMap<String, Token>, ConfigError> {
    let wrong = |what: &str| {
        ConfigError::new(format!(
            "{} {what}. Delete it and run `watersmeet sign-in` again.",
            path.display()
        ))
    };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(wrong(&format!("cannot be read: {error}"))),
    };
    if is_open_to_others(path) {
        let shown = path.display();
        return Err(ConfigError::new(format!(
            "{shown}: other people on this machine can read the tokens in it, so it is not used. Run \
             `chmod 600 {shown}`, and if they are not to be trusted, sign in again."
        )));
    }
    // The parser's own message would quote the line.
    let table: Table = text
        .parse()
        .map_err(|_secret: toml::de::Error| wrong("is not valid TOML"))?;
    let mut tokens = BTreeMap::new();
    for (domain, value) in table {
        let Value::String(text) = value else {
            return Err(wrong(&format!(
                "has something else than a text for \"{domain}\""
            )));
        };
        let token =
            keys::token(&text).map_err(|what| wrong(&format!("for \"{domain}\" {what}")))?;
        tokens.extend(token.map(|it| (domain, it)));
    }
    Ok(tokens)
}

/// Puts a token into the file, in place of what was there for this domain. The file is readable by its owner alone
/// and never half written.
///
/// # Errors
/// When the file cannot be read or written.
pub fn store(path: &Path, domain: &str, token: &Token) -> io::Result<()> {
    let mut tokens = read(path).map_err(io::Error::other)?;
    tokens.insert(domain.to_owned(), token.clone());
    let table: Table = tokens
        .iter()
        .map(|(domain, token)| (domain.clone(), Value::from(token.secret())))
        .collect();
    let new = path.with_extension("new");
    write_for_owner(&new, &format!("{HEAD}{table}"))?;
    std::fs::rename(&new, path)
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the folder's rights decide, which the file takes over.
#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

fn write_for_owner(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    // One that is left over might be open to others.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back_and_open_to_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = place(&folder.path().join("relay.toml"));
        assert!(path.ends_with("relay.tokens.toml"));
        assert!(read(&path).unwrap().is_empty());
        store(&path, "a.example", &Token::new("one")).unwrap();
        store(&path, "b.example", &Token::new("two")).unwrap();
        store(&path, "a.example", &Token::new("three")).unwrap();
        let tokens = read(&path).unwrap();
        let secrets: Vec<_> = tokens
            .iter()
            .map(|(key, it)| (key.as_str(), it.secret()))
            .collect();
        assert_eq!(secrets, [("a.example", "three"), ("b.example", "two")]);
        #[cfg(unix)]
        {
            let mode = std::fs::metadata(&path).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::mode(&mode.permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_broken_file_is_told_without_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.tokens.toml");
        for text in [
            "\"a.example\" = secret",
            "\"a.example\" = [\"secret\"]",
            "\"a.example\" = \"my secret\"",
        ] {
            write_for_owner(&path, text).unwrap();
            let error = read(&path).unwrap_err().to_string();
            assert!(error.contains("sign-in"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_not_used_and_the_way_out_is_said() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.tokens.toml");
        store(&path, "a.example", &Token::new("secret")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = read(&path).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
