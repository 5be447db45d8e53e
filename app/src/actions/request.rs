//! One question to a server: from an endpoint to its answer or the reason why there is none.

use mastodon::{Answer, Endpoint, read};
use store::Failure;

use super::failure::{of_answer, of_trouble};
use crate::browser::{boot, fetch};

/// Asks the server at `address`.
pub(super) async fn ask<E: Endpoint>(
    address: &str,
    endpoint: &E,
) -> Result<Answer<E::Answer>, Failure> {
    let request = endpoint
        .to_request(address, None)
        .ok()
        .ok_or(Failure::Malformed)?;
    understand::<E>(exchange(request).await?)
}

/// Asks the page's own server, unless the boot script has asked the same already.
pub(super) async fn ask_early<E: Endpoint>(
    address: &str,
    endpoint: &E,
) -> Result<Answer<E::Answer>, Failure> {
    match boot::take(&endpoint.path_and_query()).await {
        Some(answer) => understand::<E>(answer),
        None => ask(address, endpoint).await,
    }
}

async fn exchange(request: http::Request<Vec<u8>>) -> Result<fetch::Answer, Failure> {
    fetch::send(request).await.map_err(of_trouble)
}

fn understand<E: Endpoint>(answer: fetch::Answer) -> Result<Answer<E::Answer>, Failure> {
    read::<E>(answer.status, &answer.headers, &answer.body).map_err(of_answer)
}
