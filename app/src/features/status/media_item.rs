//! One picture, film or sound, in a box that has its final shape before a byte of it arrives.

use leptos::{html, prelude::*};
use mastodon::{MediaAttachment, MediaType};

use super::lightbox::Lightbox;
use crate::actions::view;
use crate::components::icon::{Icon, IconName};
use crate::messages::Message;

/// Wider and higher boxes than these, as width by height, are cropped: a strip of a picture helps nobody.
const SHAPES: (f64, f64) = (0.66, 2.4);

/// What is needed to show an attachment.
#[derive(Clone, Debug, PartialEq)]
pub struct Medium {
    /// What it is.
    pub kind: MediaType,
    /// Where it is; none while its server still works on it.
    pub url: Option<String>,
    /// A smaller picture of it.
    pub preview: Option<String>,
    /// What it shows, in its author's words.
    pub description: Option<String>,
    /// A few colours that stand for it until it arrives.
    pub blurhash: Option<String>,
    /// Width and height in px.
    pub size: Option<(i64, i64)>,
    /// The point to keep in view when it is cropped, in hundredths from the left and from the top.
    pub focus: (f64, f64),
}

impl Medium {
    /// Reads an attachment.
    pub fn read(from: &MediaAttachment) -> Self {
        let meta = from.meta.as_ref();
        let focus = meta
            .and_then(|it| it.focus.as_ref())
            .map_or((0.0, 0.0), |it| (it.x, it.y));
        let percent = |it: f64| (50.0 + it.clamp(-1.0, 1.0) * 50.0).clamp(0.0, 100.0);
        Self {
            kind: from.kind.clone(),
            url: from
                .url
                .clone()
                .or_else(|| from.remote_url.clone())
                .filter(|it| is_web(it)),
            preview: from.preview_url.clone().filter(|it| is_web(it)),
            description: from.description.clone().filter(|it| !it.trim().is_empty()),
            blurhash: from.blurhash.clone(),
            size: meta.and_then(mastodon::MediaMeta::dimensions),
            focus: (percent(focus.0), percent(-focus.1)),
        }
    }

    /// Width by height, for CSS.
    #[expect(
        clippy::as_conversions,
        reason = "a picture's edge is far below what a float holds exactly"
    )]
    fn shape(&self) -> Option<String> {
        let (width, height) = self.size?;
        Some(format!(
            "{:.3}",
            (width as f64 / height as f64).clamp(SHAPES.0, SHAPES.1)
        ))
    }
}

/// Addresses that may be loaded; anything else a server names is not.
fn is_web(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// Shows `medium`.
#[component]
pub fn MediaItem(
    /// What to show.
    medium: Medium,
    /// Whether it has the row for itself, and so its own shape.
    alone: bool,
    /// Whether it is not to be seen now: only the blur is.
    veiled: Signal<bool>,
) -> impl IntoView {
    let kind = medium.kind.as_str().to_owned();
    let (focus_x, focus_y) = (
        format!("{:.1}%", medium.focus.0),
        format!("{:.1}%", medium.focus.1),
    );
    let shape = medium.shape().unwrap_or_default();
    let blur = medium.blurhash.clone().map(|hash| view! { <Blur hash/> });
    let seen = move || {
        (!veiled.get()).then(|| {
            let body = match medium.kind {
                MediaType::Image => picture(medium.clone()),
                MediaType::Video | MediaType::Gifv => film(medium.clone()),
                MediaType::Audio => sound(medium.clone()),
                _ => other(medium.clone()),
            };
            (
                body,
                medium
                    .description
                    .clone()
                    .map(|text| view! { <AltText text/> }),
            )
        })
    };
    view! {
        <div
            class="media-item"
            data-kind=kind
            data-alone=alone.to_string()
            style:--media-shape=shape
            style:--media-focus-x=focus_x
            style:--media-focus-y=focus_y
        >
            {blur}
            {seen}
        </div>
    }
}

fn picture(medium: Medium) -> AnyView {
    let large = expect_context::<Lightbox>();
    let alt = medium.description.clone().unwrap_or_default();
    let label = if alt.is_empty() {
        Message::Picture.text()
    } else {
        alt.clone()
    };
    let src = medium.preview.clone().or_else(|| medium.url.clone());
    view! {
        <img class="media-item__picture" src=src alt=alt loading="lazy" decoding="async"/>
        <button
            class="media-item__open"
            type="button"
            aria-haspopup="dialog"
            aria-label=label
            on:click=move |_| large.show(medium.clone())
        ></button>
    }
    .into_any()
}

fn film(medium: Medium) -> AnyView {
    let label = medium
        .description
        .unwrap_or_else(|| Message::VideoLabel.text());
    let looping = medium.kind == MediaType::Gifv;
    view! {
        <video
            class="media-item__film"
            src=medium.url
            poster=medium.preview
            preload="none"
            controls
            playsinline
            loop=looping
            muted=looping
            aria-label=label
        ></video>
    }
    .into_any()
}

fn sound(medium: Medium) -> AnyView {
    let label = medium
        .description
        .unwrap_or_else(|| Message::AudioLabel.text());
    view! { <audio class="media-item__sound" src=medium.url preload="none" controls aria-label=label></audio> }.into_any()
}

fn other(medium: Medium) -> AnyView {
    view! {
        <a href=medium.url target="_blank" rel="noopener noreferrer nofollow ugc">
            <Icon name=IconName::Article/>
            {Message::Attachment.text()}
        </a>
    }
    .into_any()
}

/// The colours of a picture that has not arrived.
#[component]
fn Blur(
    /// The blurhash.
    hash: String,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    canvas.on_load(move |canvas| view::draw_blur(&canvas, &hash));
    let edge = view::BLUR_EDGE.to_string();
    view! { <canvas class="media-item__blur" node_ref=canvas width=edge.clone() height=edge aria-hidden="true"></canvas> }
}

/// A badge that says that a description exists, and shows it.
#[component]
fn AltText(
    /// The description.
    text: String,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let label = move || {
        if open.get() {
            Message::AltHide.text()
        } else {
            Message::AltShow.text()
        }
    };
    view! {
        <button
            class="media-item__alt"
            type="button"
            aria-expanded=move || open.get().to_string()
            aria-label=label
            title=label
            on:click=move |_| open.update(|it| *it = !*it)
        >
            {Message::Alt.text()}
        </button>
        <Show when=move || open.get()>
            <p class="media-item__alt-text" dir="auto" on:click=move |_| open.set(false)>{text.clone()}</p>
        </Show>
    }
}
