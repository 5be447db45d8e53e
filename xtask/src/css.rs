//! `css`: one style sheet out of many, because Trunk copies a style sheet without following `@import`.

use std::{fs, path::Path};

use crate::{
    failure::{Context as _, Failure, Outcome},
    progress::say,
    workspace,
};

/// Where the joined sheet goes; `app/index.html` links it there.
pub(crate) const JOINED: &str = "target/style/main.css";

/// Joins `style/main.css` and everything it imports.
pub(crate) fn run(root: &Path) -> Outcome {
    let joined = join(root)?;
    workspace::write(&root.join(JOINED), &joined)?;
    say(format!("{JOINED}: {} bytes", joined.len()));
    Ok(())
}

/// The joined sheet as text.
pub(crate) fn join(root: &Path) -> Outcome<String> {
    let folder = root.join("style");
    let main = workspace::read(&folder.join("main.css"))?;
    inline(&main, |name| {
        let path = folder.join(name);
        fs::read_to_string(&path).at("read", &path)
    })
}

/// Replaces each `@import "file" layer(name);` by the file's text inside `@layer name { … }`.
fn inline(main: &str, read: impl Fn(&str) -> Outcome<String>) -> Outcome<String> {
    let mut out = String::new();
    for line in main.lines() {
        let Some(rest) = line.trim().strip_prefix("@import") else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let import = Import::parse(rest).ok_or_else(|| {
            Failure::new(format!("style/main.css: cannot read `{}`", line.trim()))
        })?;
        let text = read(import.file)?;
        if text.contains("@import") {
            return Err(Failure::new(format!(
                "style/{}: only main.css may import",
                import.file
            )));
        }
        match import.layer {
            Some(layer) => {
                out.push_str(&format!("@layer {layer} {{\n{}\n}}\n", text.trim_end()));
            }
            None => {
                out.push_str(text.trim_end());
                out.push('\n');
            }
        }
    }
    Ok(out)
}

/// The names of the files that `main.css` imports.
pub(crate) fn imported(main: &str) -> Vec<String> {
    main.lines()
        .filter_map(|line| Import::parse(line.trim().strip_prefix("@import")?))
        .map(|import| import.file.to_owned())
        .collect()
}

struct Import<'a> {
    file: &'a str,
    layer: Option<&'a str>,
}

impl<'a> Import<'a> {
    /// Reads what follows `@import`: `"file" layer(x);` or `url("file") layer(x);`.
    fn parse(rest: &'a str) -> Option<Self> {
        let rest = rest.trim().strip_suffix(';')?.trim();
        let rest = rest.strip_prefix("url(").unwrap_or(rest);
        let quote = rest
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\''))?;
        let (file, rest) = rest.get(1..)?.split_once(quote)?;
        let rest = rest.trim_start_matches(')').trim();
        let layer = match rest {
            "" => None,
            _ => Some(rest.strip_prefix("layer(")?.strip_suffix(')')?.trim()),
        };
        Some(Self {
            file: file.trim_start_matches("./"),
            layer,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_become_layers_in_their_order() {
        let main = "@layer tokens, base;\n@import \"tokens.css\" layer(tokens);\n@import url('./base.css') layer(base);\n";
        let joined = inline(main, |name| Ok(format!("/* {name} */\n"))).unwrap();
        assert_eq!(
            joined,
            "@layer tokens, base;\n@layer tokens {\n/* tokens.css */\n}\n@layer base {\n/* base.css */\n}\n"
        );
        assert_eq!(imported(main), ["tokens.css", "base.css"]);
    }

    #[test]
    fn an_import_that_cannot_be_read_is_an_error_not_a_silent_loss() {
        assert!(inline("@import tokens.css;", |_| Ok(String::new())).is_err());
        assert!(inline("@import \"a.css\" screen;", |_| Ok(String::new())).is_err());
    }

    #[test]
    fn an_imported_file_may_not_import() {
        let nested = |_: &str| Ok("@import \"b.css\";".to_owned());
        assert!(inline("@import \"a.css\";", nested).is_err());
    }
}
