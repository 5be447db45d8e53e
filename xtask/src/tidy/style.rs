//! Rules about CSS: raw values in one place, every class used, every component with its sheet.

mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Finding, rust};
use crate::css;

/// Where raw colours may be.
const TOKENS: [&str; 2] = ["style/tokens.css", "style/themes/"];

/// Checks every sheet against every Rust file of the app and the page.
pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let sheets: Vec<&File> = files
        .iter()
        .filter(|file| file.is("css") && file.path.starts_with("style/"))
        .collect();
    let app: Vec<&File> = files
        .iter()
        .filter(|file| file.path.starts_with("app/src/") && file.is("rs"))
        .collect();
    if sheets.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for sheet in &sheets {
        found.extend(raw_colours(sheet));
        found.extend(force(sheet));
    }
    found.extend(imports(&sheets));
    found.extend(pairs(&sheets, &app));
    found.extend(classes(&sheets, &app, files));
    found
}

fn raw_colours(sheet: &File) -> Vec<Finding> {
    if TOKENS.iter().any(|place| sheet.path.starts_with(place)) {
        return Vec::new();
    }
    sheet::raw_colours(&sheet.text)
        .into_iter()
        .map(|(line, colour)| {
            Finding::new(
                &sheet.path,
                line,
                format!("`{colour}`: raw colours live in style/tokens.css; use a role"),
            )
        })
        .collect()
}

fn force(sheet: &File) -> Vec<Finding> {
    if sheet.path == "style/utilities.css" {
        return Vec::new();
    }
    let bare = sheet::without_comments(&sheet.text);
    bare.lines()
        .enumerate()
        .filter(|(_, line)| line.contains("!important"))
        .map(|(index, _)| {
            Finding::new(
                &sheet.path,
                index + 1,
                "`!important` belongs to utilities.css: layers settle the order",
            )
        })
        .collect()
}

/// A sheet that main.css does not import reaches nobody.
fn imports(sheets: &[&File]) -> Vec<Finding> {
    let main = sheets.iter().find(|sheet| sheet.path == "style/main.css");
    let imported = main.map_or_else(Vec::new, |main| css::imported(&main.text));
    sheets
        .iter()
        .filter(|sheet| sheet.path != "style/main.css")
        .filter(|sheet| {
            let name = sheet.path.trim_start_matches("style/");
            !imported.iter().any(|import| import == name)
        })
        .map(|sheet| Finding::new(&sheet.path, 0, "style/main.css does not import it"))
        .collect()
}

/// `status-card.css` styles `status_card.rs`, and a component with a block class of its own has a sheet.
fn pairs(sheets: &[&File], app: &[&File]) -> Vec<Finding> {
    let mut found = Vec::new();
    let stems: BTreeMap<String, &File> = app
        .iter()
        .map(|file| (file.stem().replace('_', "-"), *file))
        .collect();
    let mut styled = BTreeSet::new();
    for sheet in sheets {
        let paired = ["style/components/", "style/pages/"]
            .iter()
            .any(|folder| sheet.path.starts_with(folder));
        if !paired {
            continue;
        }
        let stem = sheet.stem();
        if !stems.contains_key(&stem) {
            found.push(Finding::new(
                &sheet.path,
                0,
                format!("no {}.rs in app/src wears it", stem.replace('-', "_")),
            ));
        }
        styled.insert(stem);
    }
    for (stem, file) in stems {
        let wears = classes_of(&file.text).contains(&stem);
        if wears && !styled.contains(&stem) {
            found.push(Finding::new(
                &file.path,
                0,
                format!("its class `{stem}` needs style/components/{stem}.css"),
            ));
        }
    }
    found
}

/// Every class has both ends: a rule in CSS and a place that wears it.
fn classes(sheets: &[&File], app: &[&File], files: &[File]) -> Vec<Finding> {
    let mut ruled: BTreeMap<String, String> = BTreeMap::new();
    for sheet in sheets {
        for class in sheet::classes(&sheet.text) {
            ruled.entry(class).or_insert_with(|| sheet.path.clone());
        }
    }
    let mut found = Vec::new();
    let mut words = BTreeSet::new();
    for file in app {
        for class in classes_of(&file.text) {
            if !ruled.contains_key(&class) {
                found.push(Finding::new(
                    &file.path,
                    0,
                    format!("class `{class}` has no rule in style/"),
                ));
            }
            words.insert(class);
        }
        for literal in rust::literals(&file.text) {
            words.extend(literal.split_whitespace().map(str::to_owned));
        }
    }
    for file in files {
        let page =
            file.path == "app/index.html" || (file.path.starts_with("public/") && file.is("js"));
        if page {
            let letters = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '_'));
            words.extend(file.text.split(letters).map(str::to_owned));
        }
    }
    for (class, path) in ruled {
        if !words.contains(&class) {
            found.push(Finding::new(&path, 0, format!("nothing wears `.{class}`")));
        }
    }
    found
}

/// The classes that a Rust file names: `class="a b"`, `class=("a", …)`, `class:a=…`.
fn classes_of(text: &str) -> BTreeSet<String> {
    let code = rust::code_and_literals(text);
    let code = rust::without_tests(&code);
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("class") {
        let before = code.get(..at).and_then(|left| left.chars().next_back());
        if before
            .is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'))
        {
            continue;
        }
        let rest = code.get(at + "class".len()..).unwrap_or_default();
        if let Some(rest) = rest.strip_prefix(':') {
            let name: String = rest
                .chars()
                .take_while(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
                .collect();
            let ends_well = rest
                .get(name.len()..)
                .is_some_and(|after| after.starts_with('='));
            if ends_well && !name.is_empty() {
                found.insert(name);
            }
            continue;
        }
        let Some(value) = rest.strip_prefix('=') else {
            continue;
        };
        let value = value.strip_prefix('(').unwrap_or(value);
        let literal = value
            .strip_prefix('"')
            .and_then(|open| open.split_once('"'))
            .map(|(literal, _)| literal);
        if let Some(literal) = literal {
            found.extend(literal.split_whitespace().map(str::to_owned));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(files: &[File]) -> Vec<String> {
        check(files)
            .into_iter()
            .map(|finding| finding.says)
            .collect()
    }

    fn good() -> Vec<File> {
        vec![
            File::new(
                "style/main.css",
                "@import \"tokens.css\" layer(tokens);\n@import \"components/avatar.css\" layer(components);\n",
            ),
            File::new("style/tokens.css", ":root { --violet: #607; }\n"),
            File::new(
                "style/components/avatar.css",
                ".avatar { color: var(--violet); margin: .5rem }\n",
            ),
            File::new(
                "app/src/components/avatar.rs",
                "//! Avatar.\nview! { <img class=\"avatar\"/> }\n",
            ),
        ]
    }

    fn with(path: &str, text: &str) -> Vec<String> {
        let mut files = good();
        files.retain(|file| file.path != path);
        files.push(File::new(path, text));
        says(&files)
    }

    #[test]
    fn a_paired_component_passes() {
        assert!(says(&good()).is_empty(), "{:?}", says(&good()));
    }

    #[test]
    fn raw_colours_stay_in_tokens() {
        let bad = ".avatar { color: #fff }\n";
        assert!(with("style/components/avatar.css", bad)[0].contains("#fff"));
    }

    #[test]
    fn importance_is_for_utilities() {
        let bad = ".avatar { margin: 0 !important }\n";
        assert!(with("style/components/avatar.css", bad)[0].contains("!important"));
    }

    #[test]
    fn a_sheet_that_nobody_imports_is_found() {
        let found = with("style/base.css", "p { margin: 0 }\n");
        assert!(found[0].contains("does not import"));
    }

    #[test]
    fn a_sheet_without_component_and_the_reverse_are_found() {
        let mut files = good();
        files.pop();
        let found = says(&files).join("\n");
        assert!(found.contains("no avatar.rs"), "{found}");
        assert!(found.contains("nothing wears `.avatar`"), "{found}");

        let found = with(
            "app/src/components/menu.rs",
            "//! Menu.\nview! { <p class=\"menu\"/> }\n",
        )
        .join("\n");
        assert!(found.contains("needs style/components/menu.css"), "{found}");
        assert!(found.contains("class `menu` has no rule"), "{found}");
    }

    #[test]
    fn classes_are_read_in_every_form() {
        let text = "view! { <p class=\"a b\" class:is-open=move || x class=(\"c\", y)/> } // class=\"no\"\n";
        let found: Vec<String> = classes_of(text).into_iter().collect();
        assert_eq!(found, ["a", "b", "c", "is-open"]);
    }
}
