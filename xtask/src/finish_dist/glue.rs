//! Shortens the names by which the wasm and its JavaScript know each other, and the JavaScript with them.
//!
//! Each name ends in a hash that does not compress, and stands in both files: they are two percent of the download.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use crate::{
    digest,
    failure::{Context as _, Outcome},
    wasm::{EXPORT, HEADER, IMPORT, Reader, sections, write_block, write_number},
    workspace,
};

/// What the names of the wasm and of its JavaScript end in.
const WASM: &str = "_bg.wasm";

/// Shortens the names in the app's two files, which get a new name themselves, and gives the page that refers to it.
/// Done once more, it changes nothing.
pub(super) fn shorten(folder: &Path, html: &str) -> Outcome<String> {
    let mut html = html.to_owned();
    for path in workspace::files(folder, &["wasm"]) {
        let name = workspace::shown(folder, &path);
        let Some(stem) = name.strip_suffix(WASM) else {
            continue;
        };
        let script = folder.join(format!("{stem}.js"));
        let wasm = fs::read(&path).at("read", &path)?;
        let js = workspace::read(&script)?;
        let Some((short_wasm, short_js)) = shortened(&wasm, &js) else {
            return Err(format!("{name} is no WebAssembly module").into());
        };
        let (old, new) = (
            digest::integrity(js.as_bytes()),
            digest::integrity(short_js.as_bytes()),
        );
        html = html.replace(&old, &new);
        let hash = digest::short(&[&short_wasm, short_js.as_bytes()].concat());
        for (path, content, end) in [
            (path, short_wasm, WASM),
            (script, short_js.into_bytes(), ".js"),
        ] {
            let old = workspace::shown(folder, &path);
            let new = format!("app-{hash}{end}");
            rename(path, folder.join(&new), content)?;
            html = html.replace(&old, &new);
        }
    }
    Ok(html)
}

fn rename(from: PathBuf, to: PathBuf, content: Vec<u8>) -> Outcome {
    fs::remove_file(&from).at("remove", &from)?;
    workspace::write(&to, content)
}

/// Both files with short names; `None` when the bytes are no module.
fn shortened(wasm: &[u8], js: &str) -> Option<(Vec<u8>, String)> {
    let mut names = Names::default();
    let mut out = HEADER.to_vec();
    for (kind, section) in sections(wasm)? {
        out.push(kind);
        match kind {
            IMPORT => write_block(&mut out, &imports(section, &mut names)?),
            EXPORT => write_block(&mut out, &exports(section, &mut names)?),
            _ => write_block(&mut out, section.0),
        }
    }
    Some((out, names.replaced(&without_comments(js))))
}

/// The script without indentation and without the lines that are comments alone. wasm-bindgen writes each on lines of its
/// own, and no text that goes over several lines.
fn without_comments(js: &str) -> String {
    let mut out = String::with_capacity(js.len());
    let mut in_comment = false;
    for line in js.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        if !in_comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    out
}

fn imports(mut section: Reader<'_>, names: &mut Names) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let count = section.number()?;
    write_number(&mut out, count);
    for _ in 0..count {
        write_block(&mut out, section.block()?.0);
        let name = names.short(section.block()?.0);
        write_block(&mut out, &name);
        let rest = section;
        let kind = section.byte()?;
        section.import(kind)?;
        out.extend(rest.0.get(..rest.0.len() - section.0.len())?);
    }
    Some(out)
}

fn exports(mut section: Reader<'_>, names: &mut Names) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let count = section.number()?;
    write_number(&mut out, count);
    for _ in 0..count {
        let name = names.short(section.block()?.0);
        write_block(&mut out, &name);
        out.push(section.byte()?);
        write_number(&mut out, section.number()?);
    }
    Some(out)
}

/// Long names and the short ones that stand for them.
#[derive(Debug, Default)]
struct Names(HashMap<String, String>);

impl Names {
    /// A short name for one that ends in a hash; any other stays.
    fn short(&mut self, name: &[u8]) -> Vec<u8> {
        let Some(long) = std::str::from_utf8(name).ok().filter(|it| ends_in_hash(it)) else {
            return name.to_vec();
        };
        let next = format!("$w{}", self.0.len());
        let short = self.0.entry(long.to_owned()).or_insert(next);
        short.clone().into_bytes()
    }

    /// The text with every whole word that has a short name replaced by it.
    fn replaced(&self, text: &str) -> String {
        let is_of_word = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '$';
        text.split_inclusive(|it| !is_of_word(it))
            .map(|piece| {
                let word = piece.trim_end_matches(|it| !is_of_word(it));
                match self.0.get(word) {
                    Some(short) => piece.replacen(word, short, 1),
                    None => piece.to_owned(),
                }
            })
            .collect()
    }
}

/// Whether a name ends in what wasm-bindgen adds to tell two of the same name apart: 16 hex digits behind `_` or `_h`.
fn ends_in_hash(name: &str) -> bool {
    name.rsplit_once('_').is_some_and(|(_, last)| {
        let digits = last.strip_prefix('h').unwrap_or(last);
        digits.len() == 16 && digits.bytes().all(|it| it.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports `long` as a function from `m` and offers it again under the same name with an `h`.
    fn module(imported: &str, exported: &str) -> Vec<u8> {
        let mut import = vec![1, 1, b'm'];
        write_block(&mut import, imported.as_bytes());
        import.extend([0, 5]);
        let mut export = vec![2];
        write_block(&mut export, b"memory");
        export.extend([2, 0]);
        write_block(&mut export, exported.as_bytes());
        export.extend([0, 0]);
        let mut out = HEADER.to_vec();
        for (kind, section) in [(1, vec![9, 9]), (IMPORT, import), (EXPORT, export)] {
            out.push(kind);
            write_block(&mut out, &section);
        }
        out
    }

    const IMPORTED: &str = "__wbg_abort_f8d1589eb0c65ee2";
    const EXPORTED: &str = "wasm_bindgen__invoke__h5d3ae2dba06f89b2";

    #[test]
    fn both_files_use_the_same_short_names() {
        let js = format!(
            "const it = {{ {IMPORTED}: function() {{ {IMPORTED}_2; my{IMPORTED}; }} }};\nwasm.{EXPORTED}(1)\n"
        );
        let (wasm, js) = shortened(&module(IMPORTED, EXPORTED), &js).unwrap();
        assert_eq!(wasm, module("$w0", "$w1"));
        assert_eq!(
            js,
            format!(
                "const it = {{ $w0: function() {{ {IMPORTED}_2; my{IMPORTED}; }} }};\nwasm.$w1(1)\n"
            )
        );
    }

    #[test]
    fn comments_and_indentation_are_left_out() {
        let js = "/* one */\n/**\n * @param {number} a\n */\nfunction it(a) {\n    // why\n    return `/* ${a} */`;\n\n}\n";
        assert_eq!(
            without_comments(js),
            "function it(a) {\nreturn `/* ${a} */`;\n}\n"
        );
    }

    #[test]
    fn names_without_a_hash_stay() {
        let whole = module("__wbindgen_throw", "__wbindgen_malloc");
        let (wasm, js) = shortened(&whole, "wasm.__wbindgen_malloc()\n").unwrap();
        assert_eq!((wasm, js.as_str()), (whole, "wasm.__wbindgen_malloc()\n"));
    }

    #[test]
    fn the_page_refers_to_the_new_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let js = format!("export const {IMPORTED} = 1;");
        workspace::write(&root.join("app-1_bg.wasm"), module(IMPORTED, EXPORTED)).unwrap();
        workspace::write(&root.join("app-1.js"), &js).unwrap();
        let page = format!(
            "<link href=/app-1.js integrity={}><script>go('/app-1.js', '/app-1_bg.wasm')</script>",
            digest::integrity(js.as_bytes())
        );
        let page = shorten(root, &page).unwrap();
        let files = workspace::files(root, &[]);
        assert_eq!(files.len(), 2);
        for file in files {
            assert!(page.contains(&format!("'/{}'", workspace::shown(root, &file))));
        }
        assert!(page.contains(&digest::integrity(b"export const $w0 = 1;\n")));
        assert!(!page.contains("app-1.js") && !page.contains("app-1_bg"));
        assert_eq!(shorten(root, &page).unwrap(), page, "once is enough");
        assert_eq!(workspace::files(root, &[]).len(), 2);
    }
}
