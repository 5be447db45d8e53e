//! What is shown for an address that leads nowhere.

use leptos::prelude::*;

use crate::components::icon::IconName;
use crate::components::notice::{Notice, Tone};
use crate::components::page_header::PageHeader;
use crate::messages::Message;
use crate::routes::Route;

/// Says so, and leads home.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <PageHeader title=Signal::stored(Message::NotFound.text())/>
        <Notice tone=Tone::Calm icon=IconName::Streams title=Message::NotFound.text()>
            <p class="notice__words">{Message::NotFoundWhy.text()}</p>
            <a class="button" href=Route::Combined.to_string()>{Message::ShortcutHome.text()}</a>
        </Notice>
    }
}
