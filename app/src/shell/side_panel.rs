//! What stands beside the posts on a desk: the servers in short, the views, the colours.

use leptos::prelude::*;
use store::{SourceReport, Store};

use super::theme_choice::ThemeChoice;
use crate::components::button::{Button, Weight};
use crate::components::icon::{Icon, IconName};
use crate::features::sources::source_state::SourceState;
use crate::features::timeline::trouble::is_heard;
use crate::messages::Message;
use crate::routes::Route;

/// The most servers that are named here; the sources page has them all.
const MAX_ROWS: usize = 12;

/// The servers and how they are heard, and what belongs to no page.
#[component]
pub fn SidePanel(
    /// Opens the list of keys.
    help: RwSignal<bool>,
) -> impl IntoView {
    let sources = expect_context::<Store>().sources().clone();
    let sources = Memo::new(move |_| sources.get().map(|it| it.sources));
    let hearing = move || {
        let all = sources.get().unwrap_or_default();
        let hearing = all.iter().filter(|it| is_heard(it)).count();
        Message::SourcesHearing {
            hearing,
            total: all.len(),
        }
        .text()
    };
    let rows = move || {
        sources
            .get()
            .unwrap_or_default()
            .into_iter()
            .take(MAX_ROWS)
            .map(row)
            .collect_view()
    };
    view! {
        <aside class="shell__aside side-panel" aria-label=Message::Sources.text()>
            <Show when=move || sources.read().is_some()>
                <section class="side-panel__box">
                    <h2 class="side-panel__title"><a href=Route::Sources.to_string()>{Message::Sources.text()}</a></h2>
                    <p class="side-panel__note">{hearing}</p>
                    <ul class="side-panel__list" role="list">{rows}</ul>
                </section>
            </Show>
            <div class="side-panel__foot">
                <ThemeChoice/>
                <Button weight=Weight::Quiet on_press=move |()| help.set(true)>
                    <Icon name=IconName::Keyboard/>
                    {Message::Shortcuts.text()}
                </Button>
            </div>
        </aside>
    }
}

fn row(source: SourceReport) -> impl IntoView {
    view! {
        <li class="side-panel__row" title=source.reason.clone()>
            <span class="side-panel__name">{source.domain.clone()}</span>
            <SourceState state=source.state/>
        </li>
    }
}
