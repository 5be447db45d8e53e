//! What the first link of a post leads to.

use std::sync::Arc;

use leptos::prelude::*;
use store::{StatusRef, Store};

use crate::components::icon::{Icon, IconName};

/// Shows the preview of `status`, if it has one and no pictures of its own, which tell more.
#[component]
pub fn PreviewCard(
    /// The status itself, never the boost that wraps it.
    status: StatusRef,
) -> impl IntoView {
    let card = expect_context::<Store>().status(status, |it| {
        it.card
            .clone()
            .filter(|_| it.media.is_empty() && it.quote.is_none())
    });
    move || card.get().and_then(|card| draw(&card))
}

fn draw(card: &Arc<mastodon::PreviewCard>) -> Option<impl IntoView + use<>> {
    let href = content::safe_href(&card.url)?;
    let title = if card.title.trim().is_empty() {
        card.url.clone()
    } else {
        card.title.clone()
    };
    let site = if card.provider_name.trim().is_empty() {
        host(&href).to_owned()
    } else {
        card.provider_name.clone()
    };
    let image = card.image.as_deref().and_then(content::safe_href);
    let small = !(image.is_some() && card.width > card.height && card.width >= 400);
    let shape =
        (card.width > 0 && card.height > 0).then(|| format!("{} / {}", card.width, card.height));
    let picture = match image {
        Some(src) => {
            view! { <img class="preview-card__image" src=src alt=card.image_description.clone() loading="lazy" decoding="async"/> }
                .into_any()
        }
        None => view! { <Icon name=IconName::Article/> }.into_any(),
    };
    let description = (!card.description.trim().is_empty()).then(|| card.description.clone());
    Some(view! {
        <a
            class="preview-card"
            href=href
            target="_blank"
            rel="noopener noreferrer nofollow ugc"
            data-small=small.then_some("true")
            lang=card.language.clone()
            style:--media-shape=shape.unwrap_or_default()
        >
            <span class="preview-card__picture">{picture}</span>
            <span class="preview-card__words" dir="auto">
                <span class="preview-card__site">{site}</span>
                <span class="preview-card__title">{title}</span>
                {description.map(|it| view! { <span class="preview-card__description">{it}</span> })}
            </span>
        </a>
    })
}

/// The host of an absolute address.
fn host(href: &str) -> &str {
    let rest = href.split_once("://").map_or(href, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_site_without_a_name_is_called_by_its_host() {
        assert_eq!(host("https://news.example/2026/11?x#y"), "news.example");
        assert_eq!(host("https://news.example"), "news.example");
    }
}
