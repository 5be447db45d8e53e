//! `icons`: the drawings in `public/icons` as one sprite and one Rust enum, so an icon costs no wasm.

use std::path::Path;

use crate::{
    failure::{Failure, Outcome},
    progress::say,
    workspace,
};

/// The file with the enum; nothing in it is written by hand.
const RUST: &str = "app/src/components/icon_name.rs";
const SPRITE: &str = "public/sprite.svg";

/// Attributes of the outer element that a symbol keeps.
const KEPT: [&str; 7] = [
    "viewBox",
    "fill",
    "fill-rule",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
];

/// Writes sprite and enum, or with `check` only says whether they are as the drawings demand.
pub(crate) fn run(root: &Path, check: bool) -> Outcome {
    let drawings = drawings(root)?;
    let wanted = [
        (root.join(SPRITE), sprite(&drawings)),
        (root.join(RUST), enumeration(&drawings)),
    ];
    for (path, text) in &wanted {
        if !check {
            workspace::write(path, text)?;
        } else if workspace::read(path).ok().as_ref() != Some(text) {
            return Err(Failure::new(format!(
                "{} is behind public/icons: run `cargo xtask icons`",
                workspace::shown(root, path)
            )));
        }
    }
    say(format!("{SPRITE}: {} icons", drawings.len()));
    Ok(())
}

/// One drawing, ready to be a symbol.
#[derive(Debug, PartialEq)]
struct Drawing {
    name: String,
    attributes: String,
    inner: String,
}

fn drawings(root: &Path) -> Outcome<Vec<Drawing>> {
    let mut drawings = workspace::files(&root.join("public/icons"), &["svg"])
        .iter()
        .map(|path| {
            let text = workspace::read(path)?;
            Drawing::parse(&workspace::stem(path), &text)
                .map_err(|why| Failure::new(format!("{}: {why}", workspace::shown(root, path))))
        })
        .collect::<Outcome<Vec<Drawing>>>()?;
    drawings.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(drawings)
}

impl Drawing {
    fn parse(name: &str, text: &str) -> Outcome<Self> {
        if name.is_empty()
            || !name.starts_with(|first: char| first.is_ascii_lowercase())
            || !name.chars().all(|letter| {
                letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
            })
        {
            return Err("the file's name must be lower-case-with-hyphens".into());
        }
        let start = text.find("<svg").ok_or("no <svg> in it")?;
        let rest = text.get(start + 4..).unwrap_or_default();
        let (tag, rest) = rest.split_once('>').ok_or("the <svg> tag has no end")?;
        let (inner, _) = rest.rsplit_once("</svg>").ok_or("no </svg> at its end")?;
        for banned in ["<script", "style=", "<style", "href=", " on", " id="] {
            if inner.contains(banned) {
                return Err(Failure::new(format!(
                    "`{}` has no place in an icon",
                    banned.trim()
                )));
            }
        }
        let attributes: Vec<String> = KEPT
            .iter()
            .filter_map(|key| Some(format!("{key}=\"{}\"", attribute(tag, key)?)))
            .collect();
        if attribute(tag, "viewBox").is_none() {
            return Err("it needs a viewBox".into());
        }
        Ok(Self {
            name: name.to_owned(),
            attributes: attributes.join(" "),
            inner: inner.split_whitespace().collect::<Vec<_>>().join(" "),
        })
    }

    fn variant(&self) -> String {
        self.name
            .split('-')
            .filter_map(|word| {
                let mut letters = word.chars();
                Some(format!(
                    "{}{}",
                    letters.next()?.to_ascii_uppercase(),
                    letters.as_str()
                ))
            })
            .collect()
    }
}

fn attribute<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {key}=\""))?;
    Some(rest.split_once('"')?.0)
}

fn sprite(drawings: &[Drawing]) -> String {
    let mut out = String::from("<svg xmlns=\"http://www.w3.org/2000/svg\">\n");
    for Drawing {
        name,
        attributes,
        inner,
    } in drawings
    {
        out.push_str(&format!(
            "<symbol id=\"{name}\" {attributes}>{inner}</symbol>\n"
        ));
    }
    out.push_str("</svg>\n");
    out
}

fn enumeration(drawings: &[Drawing]) -> String {
    let mut out = String::from(
        "//! The icons of the sprite by name. Written by `cargo xtask icons` from `public/icons`; do not edit.\n\n\
         /// A symbol of `/sprite.svg`.\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum IconName {\n",
    );
    for drawing in drawings {
        let (name, variant) = (&drawing.name, drawing.variant());
        out.push_str(&format!("    /// `icons/{name}.svg`\n    {variant},\n"));
    }
    out.push_str(
        "}\n\nimpl IconName {\n    /// Where the symbol is.\n    \
         pub const fn href(self) -> &'static str {\n        match self {\n",
    );
    for drawing in drawings {
        let (name, variant) = (&drawing.name, drawing.variant());
        out.push_str(&format!(
            "            Self::{variant} => \"/sprite.svg#{name}\",\n"
        ));
    }
    out.push_str("        }\n    }\n}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAR: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"24\" viewBox=\"0 0 24 24\" fill=\"none\">\n  <path d=\"M1 2\"/>\n</svg>\n";

    #[test]
    fn a_drawing_becomes_a_symbol_and_a_variant() {
        let star = Drawing::parse("star-off", STAR).unwrap();
        assert_eq!(star.variant(), "StarOff");
        assert_eq!(
            sprite(std::slice::from_ref(&star)),
            "<svg xmlns=\"http://www.w3.org/2000/svg\">\n<symbol id=\"star-off\" viewBox=\"0 0 24 24\" fill=\"none\"><path d=\"M1 2\"/></symbol>\n</svg>\n"
        );
        let rust = enumeration(&[star]);
        assert!(rust.contains("    StarOff,\n"));
        assert!(rust.contains("Self::StarOff => \"/sprite.svg#star-off\""));
    }

    #[test]
    fn an_icon_carries_no_script_and_no_style() {
        for bad in ["<script/>", "<path style=\"x\"/>", "<path onclick=\"x\"/>"] {
            let text = format!("<svg viewBox=\"0 0 1 1\">{bad}</svg>");
            assert!(Drawing::parse("bad", &text).is_err(), "{bad}");
        }
        assert!(Drawing::parse("no-box", "<svg></svg>").is_err());
        assert!(Drawing::parse("Upper", STAR).is_err());
    }
}
