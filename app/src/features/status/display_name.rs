//! Who wrote a post: the name that people chose and the address that is theirs alone.

use leptos::prelude::*;
use store::{AccountRef, Store};

use crate::components::emoji_text::EmojiText;
use crate::components::icon::{Icon, IconName};
use crate::messages::Message;

/// Shows the name of `account` and its handle; both give way when there is little room.
#[component]
pub fn DisplayName(
    /// Whose.
    account: AccountRef,
    /// The handle below the name rather than beside it.
    #[prop(optional)]
    stacked: bool,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let name = store.account(account, |it| it.name.clone());
    let acct = store.account(account, |it| it.acct.clone());
    let bot = store.account(account, |it| it.bot);
    view! {
        <span class="display-name" data-stacked=stacked.then_some("")>
            <span class="display-name__who">
            <bdi class="display-name__name">{move || view! { <EmojiText inlines=name.get().to_vec()/> }}</bdi>
            {move || {
                bot.get()
                    .then(|| {
                        view! {
                            <span class="display-name__bot" title=Message::Automated.text()>
                                <Icon name=IconName::Bot/>
                                <span class="visually-hidden">{Message::Automated.text()}</span>
                            </span>
                        }
                    })
            }}
            </span>
            <span class="display-name__handle" dir="ltr">{move || format!("@{}", acct.get())}</span>
        </span>
    }
}
