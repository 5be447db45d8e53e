//! What the boot script asked for while this program was still on its way.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::fetch::Answer;

/// Where the script leaves `{url, answer}`; `answer` is a promise of `{status, link, body}` or null.
const PLACE: &str = "watersmeetBoot";

/// Takes the early answer to a request for this path and query, if there is one. It can be taken once.
pub async fn take(path_and_query: &str) -> Option<Answer> {
    let window = web_sys::window()?;
    let left = get(&window, PLACE)?;
    if get(&left, "url")?.as_string()? != path_and_query {
        return None;
    }
    // From now on the answer is ours or nobody's: later requests must not be given old posts.
    drop(Reflect::set(
        &window,
        &JsValue::from_str(PLACE),
        &JsValue::NULL,
    ));
    let promise = get(&left, "answer")?.dyn_into::<Promise>().ok()?;
    let answer = JsFuture::from(promise)
        .await
        .ok()
        .filter(JsValue::is_object)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a status has three digits"
    )]
    let status = StatusCode::from_u16(get(&answer, "status")?.as_f64()? as u16).ok()?;
    let mut headers = HeaderMap::new();
    if let Some(link) = get(&answer, "link").and_then(|it| it.as_string()) {
        headers.insert(header::LINK, HeaderValue::try_from(link).ok()?);
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let body = get(&answer, "body")?.as_string()?.into_bytes();
    Some(Answer {
        status,
        headers,
        body,
    })
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name))
        .ok()
        .filter(|it| !it.is_null() && !it.is_undefined())
}
