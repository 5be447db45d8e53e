//! IndexedDB, as little of it as this app needs: one database, named stores, whole records under a key.
//!
//! | store | key | record | read by |
//! |---|---|---|---|
//! | `preferences` | `preferences` | `{theme: "light" or "dark" or "system", relay: address or absent}` | app, boot script |
//!
//! The version rises when a store is added. A tab with an older version closes its connection as soon as a newer one asks,
//! so that no old tab keeps a new one waiting.

use js_sys::Promise;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

const NAME: &str = "watersmeet";
const VERSION: u32 = 1;
/// The store of preferences.
pub const PREFERENCES: &str = "preferences";

/// An open database.
pub struct Database(IdbDatabase);

/// Why a record could not be read or written: private windows, a full disk, storage switched off. The app goes on without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unavailable;

impl Database {
    /// Opens the database, making or migrating it first.
    pub async fn open() -> Result<Self, Unavailable> {
        let factory = web_sys::window()
            .and_then(|it| it.indexed_db().ok().flatten())
            .ok_or(Unavailable)?;
        let request = factory.open_with_u32(NAME, VERSION).map_err(unavailable)?;
        let migrated = request.clone();
        let migrate = Closure::once(move || migrate(&migrated));
        request.set_onupgradeneeded(Some(migrate.as_ref().unchecked_ref()));
        let opened = settled(&request).await?;
        let database: IdbDatabase = opened.dyn_into().map_err(unavailable)?;
        let old = database.clone();
        let give_way = Closure::<dyn FnMut()>::new(move || old.close()).into_js_value();
        database.set_onversionchange(Some(give_way.unchecked_ref()));
        Ok(Self(database))
    }

    /// The record under a key; `undefined` when there is none.
    pub async fn get(&self, store: &str, key: &str) -> Result<JsValue, Unavailable> {
        let transaction = self.0.transaction_with_str(store).map_err(unavailable)?;
        let records = transaction.object_store(store).map_err(unavailable)?;
        settled(&records.get(&key.into()).map_err(unavailable)?).await
    }

    /// Writes the record under a key.
    pub async fn put(&self, store: &str, key: &str, record: &JsValue) -> Result<(), Unavailable> {
        let mode = IdbTransactionMode::Readwrite;
        let transaction = self
            .0
            .transaction_with_str_and_mode(store, mode)
            .map_err(unavailable)?;
        let records = transaction.object_store(store).map_err(unavailable)?;
        settled(
            &records
                .put_with_key(record, &key.into())
                .map_err(unavailable)?,
        )
        .await
        .map(drop)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Brings any older database to the present version.
fn migrate(request: &IdbOpenDbRequest) {
    let database = request
        .result()
        .ok()
        .and_then(|it| it.dyn_into::<IdbDatabase>().ok());
    if let Some(database) = database.filter(|it| !it.object_store_names().contains(PREFERENCES)) {
        // A failure ends the migration, which the opening then reports.
        drop(database.create_object_store(PREFERENCES));
    }
}

/// The result of a request once it has one.
async fn settled(request: &IdbRequest) -> Result<JsValue, Unavailable> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(promise).await.map_err(unavailable)?;
    request.result().map_err(unavailable)
}

fn unavailable<E>(_: E) -> Unavailable {
    Unavailable
}
