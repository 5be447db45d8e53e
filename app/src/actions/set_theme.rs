//! Chooses light, dark or the system's colours, now and for the next visits.

use leptos::prelude::{GetUntracked as _, Update as _};
use store::Theme;

use super::session::Session;
use crate::browser::{page, storage, task};

/// Shows the theme and keeps it.
pub fn set_theme(session: Session, theme: Theme) {
    let preferences = session.shared().store.preferences().clone();
    if preferences.get_untracked().theme == theme {
        return;
    }
    preferences.update(|it| it.theme = theme);
    show(theme);
    task::spawn(async move {
        let kept = storage::read().await;
        storage::write(storage::Kept {
            theme: Some(theme.as_str().to_owned()),
            ..kept
        })
        .await;
    });
}

pub(super) fn show(theme: Theme) {
    page::set_theme((theme != Theme::System).then(|| theme.as_str()));
}
