//! Reads from another relay, or from a single server, than the one that the page came from.

use leptos::prelude::Set as _;
use mastodon::endpoints::GetInstanceSummary;
use store::{Relay, RelayState};

use super::request::ask;
use super::session::Session;
use crate::browser::{location, page, storage, task};

/// Tries an address as a person types it. If a server answers there it is kept and the app starts anew; the relay's state
/// says otherwise.
pub fn set_relay(session: Session, typed: &str) {
    let shared = session.shared();
    let address = tidied(typed);
    let state = shared.store.relay().clone();
    state.set(RelayState::Asking);
    task::spawn(async move {
        match identify(&address).await {
            Ok(_) => {
                let kept = storage::read().await;
                let relay = (address != location::origin()).then_some(address);
                storage::write(storage::Kept { relay, ..kept }).await;
                page::reload();
            }
            Err(failure) => state.set(RelayState::Missing { address, failure }),
        }
    });
}

/// Asks a server who it is.
pub(super) async fn identify(address: &str) -> Result<Relay, store::Failure> {
    let instance = ask(address, &GetInstanceSummary).await?.value;
    let merges = instance.api_versions.contains_key("watersmeet");
    // A relay streams where it answers, by whatever name the page reached it; a single server may stream elsewhere.
    let stated = instance
        .configuration
        .urls
        .streaming
        .filter(|it| !merges && (it.starts_with("ws:") || it.starts_with("wss:")));
    let streaming = stated.unwrap_or_else(|| address.replacen("http", "ws", 1));
    Ok(Relay {
        address: address.to_owned(),
        title: if instance.title.is_empty() {
            instance.domain
        } else {
            instance.title
        },
        version: mastodon::software(&instance.version, "").unwrap_or_default(),
        streaming: streaming.trim_end_matches('/').to_owned(),
        merges,
    })
}

/// The address that somebody means: https unless it is said otherwise or this machine, without anything behind the host.
fn tidied(typed: &str) -> String {
    let typed = typed.trim();
    let (scheme, rest) = typed.split_once("://").unwrap_or_else(|| {
        let host = typed.split([':', '/']).next().unwrap_or_default();
        let here = host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1";
        (if here { "http" } else { "https" }, typed)
    });
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    [scheme, "://", host].concat().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::tidied;

    #[test]
    fn an_address_is_understood_as_people_type_it() {
        for (typed, meant) in [
            ("relay.example", "https://relay.example"),
            (" https://Relay.example/about?x ", "https://relay.example"),
            ("localhost:4040", "http://localhost:4040"),
            ("alpha.localhost:1/", "http://alpha.localhost:1"),
            ("http://192.168.1.5:4040/", "http://192.168.1.5:4040"),
        ] {
            assert_eq!(tidied(typed), meant);
        }
    }
}
