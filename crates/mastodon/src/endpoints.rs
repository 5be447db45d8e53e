//! Every request of the API that a client makes, in tables by the part of the documentation that describes it.
//!
//! A row of a table reads: method, path (each `{}` one percent-encoded field), scope, name, fields of the path, the other
//! fields (query of GET and DELETE, JSON body of the rest) and the answer. What is empty, `false` or `None` is left out,
//! since some servers refuse empty parameters; `Some` of anything is sent.

mod accounts;
mod catalogue;
mod collections;
mod drafts;
mod filters;
mod instance;
mod media;
mod notifications;
mod oauth;
mod param;
mod search;
mod statuses;
mod summary;
mod timelines;

pub use accounts::*;
pub use catalogue::{Description, Reread, catalogue, reread};
pub use collections::*;
pub use drafts::*;
pub use filters::*;
pub use instance::*;
pub use media::*;
pub use notifications::*;
pub use oauth::*;
pub use param::Param;
pub use search::*;
pub use statuses::*;
pub use summary::*;
pub use timelines::*;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::{
    Body,
    lenient::{Notes, Shape, Unreadable, Wire},
    page::Query,
};

/// An answer that says no more than that it worked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Empty;

impl Wire for Empty {
    fn required(&self) -> bool {
        false
    }

    fn put(&mut self, _: Value, _: &mut Notes) -> Result<(), Unreadable> {
        Ok(())
    }

    fn shape() -> Shape {
        Shape::Object {
            name: "Empty",
            fields: Vec::new(),
        }
    }
}

impl serde::Serialize for Empty {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(std::iter::empty::<(&str, &str)>())
    }
}

/// All but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Fills each `{}` of a path with one encoded segment.
fn fill(template: &str, segments: &[&str]) -> String {
    let mut pieces = template.split("{}");
    let mut path = pieces.next().unwrap_or_default().to_owned();
    for (segment, piece) in segments.iter().zip(pieces) {
        // `.` and `..` would climb the path even when encoded.
        let segment = if matches!(*segment, "." | "..") {
            "%2E"
        } else {
            segment
        };
        path.extend(utf8_percent_encode(segment, SEGMENT));
        path.push_str(piece);
    }
    path
}

/// The name of a field without the mark of a Rust keyword.
fn plain(name: &'static str) -> &'static str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// A JSON body of the fields that have something to say.
fn json_body(fields: Vec<(&'static str, Option<Value>)>) -> Body {
    let map: Map<_, _> = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect();
    if map.is_empty() {
        Body::None
    } else {
        Body::Json(Value::Object(map))
    }
}

fn form_body(query: Query) -> Body {
    if query.is_empty() {
        Body::None
    } else {
        Body::Form(query)
    }
}

/// Declares endpoints; see the head of this file.
macro_rules! endpoints {
    ($(
        $(#[$meta:meta])*
        $method:ident $path:literal $scope:ident $(($needs:literal))? =>
        $name:ident ( $($segment:ident : $segment_ty:ty),* ) { $($field:ident : $ty:ty),* $(,)? } -> $answer:ty;
    )*) => { $(
        $(#[$meta])*
        ///
        #[doc = concat!("`", stringify!($method), " ", $path, "`")]
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( pub $segment: $segment_ty, )*
            $( pub $field: $ty, )*
        }

        impl $crate::Endpoint for $name {
            type Answer = $answer;

            const SCOPE: $crate::endpoint::Scope = $crate::endpoint::Scope::$scope $(($needs))?;

            fn method(&self) -> ::http::Method {
                $crate::endpoints::method!($method)
            }

            fn path(&self) -> String {
                $crate::endpoints::fill($path, &[$(self.$segment.as_ref()),*])
            }

            $crate::endpoints::parameters!($method, $($field),*);
        }
    )*

        /// Adds this table to the catalogue.
        pub(super) fn describe(list: &mut Vec<$crate::endpoints::Description>) {
            $( list.push($crate::endpoints::Description::of::<$name>(stringify!($name), $path)); )*
        }
    };
}

macro_rules! method {
    (FORM) => {
        ::http::Method::POST
    };
    ($method:ident) => {
        ::http::Method::$method
    };
}

macro_rules! parameters {
    ($method:ident, ) => {};
    (GET, $($field:ident),+) => { $crate::endpoints::parameters!(@pairs query $crate::page::Query, pairs, pairs, $($field),+); };
    (DELETE, $($field:ident),+) => { $crate::endpoints::parameters!(@pairs query $crate::page::Query, pairs, pairs, $($field),+); };
    (FORM, $($field:ident),+) => {
        $crate::endpoints::parameters!(@pairs body $crate::Body, pairs, $crate::endpoints::form_body(pairs), $($field),+);
    };
    (@pairs $name:ident $answer:ty, $pairs:ident, $result:expr, $($field:ident),+) => {
        fn $name(&self) -> $answer {
            let mut $pairs = $crate::page::Query::new();
            $( $crate::endpoints::Param::pairs(&self.$field, $crate::endpoints::plain(stringify!($field)), &mut $pairs); )+
            $result
        }
    };
    ($method:ident, $($field:ident),+) => {
        fn body(&self) -> $crate::Body {
            $crate::endpoints::json_body(vec![
                $( ($crate::endpoints::plain(stringify!($field)), $crate::endpoints::Param::value(&self.$field)), )+
            ])
        }
    };
}

use {endpoints, method, parameters};

#[cfg(test)]
mod tests;
