//! The ways through the app.

use leptos::prelude::*;
use store::{Store, ViewReport};

use crate::components::brand::Brand;
use crate::components::icon::{Icon, IconName};
use crate::messages::Message;
use crate::routes::Route;

/// Links to the pages and to the views that the relay offers.
#[component]
pub fn Navigation(
    /// Where one is.
    here: Signal<Route>,
) -> impl IntoView {
    let sources = expect_context::<Store>().sources().clone();
    let views = Memo::new(move |_| sources.get().unwrap_or_default().views);
    let link = move |to: Route, icon: IconName, words: Message<'static>| {
        let address = to.to_string();
        view! {
            <li>
                <a
                    class="navigation__link"
                    href=address
                    aria-current=move || (here.get() == to).then_some("page")
                    title=words.text()
                >
                    <Icon name=icon/>
                    <span class="navigation__label">{words.text()}</span>
                </a>
            </li>
        }
    };
    view! {
        <nav class="shell__nav navigation" aria-label=Message::MainNavigation.text()>
            <a class="navigation__home" href=Route::Combined.to_string()><Brand/></a>
            <ul class="navigation__list" role="list">
                {link(Route::Combined, IconName::Streams, Message::Timeline)}
                {link(Route::Sources, IconName::Sources, Message::Sources)}
                {link(Route::About, IconName::About, Message::About)}
            </ul>
            <Show when=move || !views.read().is_empty()>
                <div class="navigation__views">
                    <h2 class="navigation__heading">{Message::Views.text()}</h2>
                    <ul role="list">{move || views.get().into_iter().map(|it| one_view(it, here)).collect_view()}</ul>
                </div>
            </Show>
        </nav>
    }
}

/// A view leads to its posts.
pub fn one_view(view: ViewReport, here: Signal<Route>) -> impl IntoView {
    let to = Route::View { name: view.name };
    let address = to.to_string();
    let title = view.title;
    view! {
        <li>
            <a class="navigation__view" href=address aria-current=move || (here.get() == to).then_some("page")>
                {title}
            </a>
        </li>
    }
}
