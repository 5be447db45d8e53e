//! The examples of a document: its fenced blocks, with the language that says what to do with each.

/// What an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A request and its answer.
    Http,
    /// Frames of a WebSocket.
    WebSocket,
    /// Lines of server-sent events.
    Events,
    /// Settings of a relay.toml.
    Settings,
}

/// One fenced block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The line of the document where its first line stands.
    pub(super) line: usize,
    pub(super) lines: Vec<String>,
}

/// All fenced blocks of a document, in order.
pub(super) fn blocks(document: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (at, line) in document.lines().enumerate() {
        let Some(language) = line.strip_prefix("```") else {
            match &mut open {
                Some(block) => block.lines.push(line.to_owned()),
                None if line.starts_with("    ") && !line.trim().is_empty() => {
                    return Err(format!(
                        "line {}: an indented block is not executed; fence it",
                        at + 1
                    ));
                }
                None => {}
            }
            continue;
        };
        match open.take() {
            Some(block) => blocks.push(block),
            None => {
                let kind = match language.trim() {
                    "http" => Kind::Http,
                    "websocket" => Kind::WebSocket,
                    "sse" => Kind::Events,
                    "toml" => Kind::Settings,
                    other => {
                        return Err(format!(
                            "line {}: {other:?} is no language of executed examples",
                            at + 1
                        ));
                    }
                };
                open = Some(Block {
                    kind,
                    line: at + 2,
                    lines: Vec::new(),
                });
            }
        }
    }
    match open {
        Some(block) => Err(format!("the block of line {} does not end", block.line)),
        None => Ok(blocks),
    }
}

#[test]
fn blocks_have_their_language_and_line() {
    let found = blocks("Words\n```http\n> GET /\n< 200\n```\nmore\n```toml\n```\n").unwrap();
    assert_eq!(
        found
            .iter()
            .map(|it| (it.kind, it.line))
            .collect::<Vec<_>>(),
        [(Kind::Http, 3), (Kind::Settings, 8)]
    );
    assert_eq!(found[0].lines, ["> GET /", "< 200"]);
    assert!(blocks("```json\n{}\n```\n").is_err(), "not executed");
    assert!(blocks("```http\n").is_err(), "open");
}
