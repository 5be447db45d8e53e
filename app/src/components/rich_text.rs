//! The words of a post as elements, node by node from the safe tree: no text of a stranger is ever read as HTML here.

use content::{Block, Content, Inline, Item, Link, LinkKind, Numbering, Style};
use leptos::prelude::*;

use super::emoji_text::custom_emoji;
use crate::routes::Route;

/// Shows a whole text.
#[component]
pub fn RichText(
    /// What is said.
    content: Content,
) -> impl IntoView {
    view! { <div class="rich-text" dir="auto">{blocks(content.blocks)}</div> }
}

fn blocks(blocks: Vec<Block>) -> AnyView {
    blocks.into_iter().map(block).collect_view().into_any()
}

fn block(block: Block) -> AnyView {
    match block {
        Block::Paragraph {
            lang,
            inlines: words,
        } => view! { <p dir="auto" lang=lang>{inlines(words)}</p> }.into_any(),
        // A long line of code scrolls, so the box must be reachable by the keyboard.
        Block::Pre {
            lang,
            inlines: words,
        } => view! { <pre lang=lang tabindex="0">{inlines(words)}</pre> }.into_any(),
        Block::Quote {
            lang,
            blocks: inner,
        } => view! { <blockquote lang=lang>{blocks(inner)}</blockquote> }.into_any(),
        Block::List { numbering, items } => list(numbering, items),
    }
}

fn list(numbering: Option<Numbering>, entries: Vec<Item>) -> AnyView {
    let items = entries
        .into_iter()
        .map(|item| view! { <li value=item.value.map(|it| it.to_string())>{blocks(item.blocks)}</li> })
        .collect_view();
    match numbering {
        Some(Numbering { start, reversed }) => {
            view! { <ol start=start.to_string() reversed=reversed>{items}</ol> }.into_any()
        }
        None => view! { <ul>{items}</ul> }.into_any(),
    }
}

fn inlines(inlines: Vec<Inline>) -> AnyView {
    inlines.into_iter().map(inline).collect_view().into_any()
}

fn inline(inline: Inline) -> AnyView {
    match inline {
        Inline::Text(text) => text.into_any(),
        Inline::Break => view! { <br/> }.into_any(),
        Inline::Emoji(emoji) => custom_emoji(emoji),
        Inline::Link(to) => link(to),
        Inline::Styled {
            style,
            lang,
            inlines,
        } => styled(style, lang, inlines),
    }
}

/// Hashtags stay in the app; everything else opens beside it, told neither who sent it nor handed this window.
fn link(link: Link) -> AnyView {
    let Link {
        href,
        kind,
        inlines: words,
    } = link;
    match kind {
        LinkKind::Hashtag { name } => {
            let here = Route::Hashtag { tag: name }.to_string();
            view! { <a class="rich-text__hashtag" href=here>{inlines(words)}</a> }.into_any()
        }
        LinkKind::Mention { acct, .. } => view! {
            <a class="rich-text__mention" href=href title=format!("@{acct}") target="_blank" rel="noopener noreferrer">
                {inlines(words)}
            </a>
        }
        .into_any(),
        LinkKind::Plain => view! {
            <a href=href.clone() title=href target="_blank" rel="noopener noreferrer nofollow ugc">
                {inlines(words)}
            </a>
        }
        .into_any(),
    }
}

fn styled(style: Style, lang: Option<String>, words: Vec<Inline>) -> AnyView {
    let words = inlines(words);
    match style {
        Style::Emphasis => view! { <em lang=lang>{words}</em> }.into_any(),
        Style::Strong => view! { <strong lang=lang>{words}</strong> }.into_any(),
        Style::Deleted => view! { <del lang=lang>{words}</del> }.into_any(),
        Style::Underlined => view! { <u lang=lang>{words}</u> }.into_any(),
        Style::Code => view! { <code lang=lang>{words}</code> }.into_any(),
        Style::Ruby => view! { <ruby lang=lang>{words}</ruby> }.into_any(),
        Style::RubyText => view! { <rt lang=lang>{words}</rt> }.into_any(),
        Style::RubyParenthesis => view! { <rp lang=lang>{words}</rp> }.into_any(),
        Style::Isolated => view! { <bdi lang=lang>{words}</bdi> }.into_any(),
        Style::Plain => view! { <span lang=lang>{words}</span> }.into_any(),
        Style::Invisible => view! { <span class="rich-text__invisible">{words}</span> }.into_any(),
        Style::Ellipsis => view! { <span class="rich-text__ellipsis">{words}</span> }.into_any(),
    }
}
