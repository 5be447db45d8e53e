//! What is kept between visits, as records of the database.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

use super::database::{Database, PREFERENCES};

/// The one record of preferences.
const KEY: &str = "preferences";

/// Preferences as they are kept: words, read by the boot script as well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// `light`, `dark` or `system`.
    pub theme: Option<String>,
    /// The address of the relay, when it is another one than the app's own.
    pub relay: Option<String>,
}

/// Reads what is kept; nothing when there is nothing or no storage.
pub async fn read() -> Kept {
    let record = match Database::open().await {
        Ok(database) => database
            .get(PREFERENCES, KEY)
            .await
            .unwrap_or(JsValue::UNDEFINED),
        Err(_) => JsValue::UNDEFINED,
    };
    let field = |name: &str| Reflect::get(&record, &name.into()).ok()?.as_string();
    Kept {
        theme: field("theme"),
        relay: field("relay"),
    }
}

/// Keeps preferences. Without storage they hold until the page is closed, which is no error worth words.
pub async fn write(kept: Kept) {
    let record = Object::new();
    for (name, value) in [("theme", kept.theme), ("relay", kept.relay)] {
        if let Some(value) = value {
            // Setting a property of an object of our own does not fail.
            drop(Reflect::set(&record, &name.into(), &value.into()));
        }
    }
    if let Ok(database) = Database::open().await {
        database.put(PREFERENCES, KEY, &record).await.ok();
    }
}
