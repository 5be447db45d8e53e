//! The four small macros that keep entities, parts of entities, open enums and ids down to what differs between them.

/// Declares an entity: a struct whose fields carry the wire's names.
///
/// `name as "type": T` gives a field another name on the wire, `= opt` leaves it out when it has nothing to say,
/// `= flat` reads and writes the fields of another entity in the same object (it must come first).
/// `by function` lets a function put the object into the usual form before it is read.
macro_rules! entity {
    ($($body:tt)*) => { $crate::macros::declare!(object, [], $($body)*); };
}

/// Declares a part of an entity: like [`entity`], but a missing one reads as its default.
macro_rules! part {
    ($($body:tt)*) => {
        $crate::macros::declare!(
            object_or_empty,
            [fn required(&self) -> bool { false }],
            $($body)*
        );
    };
}

macro_rules! declare {
    (
        $object:ident, [$($required:tt)*],
        $(#[$meta:meta])*
        pub struct $name:ident $(by $prepare:ident)? {
            $( $(#[$field_meta:meta])* pub $field:ident $(as $wire:literal)? : $ty:ty $(= $mode:ident)? ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $ty, )*
        }

        impl $crate::lenient::Wire for $name {
            $($required)*

            fn put(
                &mut self,
                value: ::serde_json::Value,
                notes: &mut $crate::lenient::Notes,
            ) -> Result<(), $crate::lenient::Unreadable> {
                $crate::macros::prepared!(
                    map, $crate::lenient::$object(value, stringify!($name))? $(, $prepare)?
                );
                let mut read = Self::default();
                let mut reader = $crate::lenient::Reader::new(map, notes);
                $( $crate::macros::read_field!(
                    reader, read.$field, $crate::macros::wire_name!($field $($wire)?) $(, $mode)?
                ); )*
                reader.end()?;
                *self = read;
                Ok(())
            }

            fn shape() -> $crate::lenient::Shape {
                let mut fields = Vec::new();
                <Self as $crate::macros::Fields>::list(&mut fields);
                $crate::lenient::Shape::Object { name: stringify!($name), fields }
            }
        }

        impl $crate::macros::Fields for $name {
            fn list(fields: &mut Vec<$crate::lenient::Field>) {
                $( $crate::macros::list_field!(
                    fields, $ty, $crate::macros::wire_name!($field $($wire)?) $(, $mode)?
                ); )*
            }

            fn write<M: ::serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                $( $crate::macros::write_field!(
                    map, self.$field, $crate::macros::wire_name!($field $($wire)?) $(, $mode)?
                ); )*
                Ok(())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $crate::macros::Fields::write(self, &mut map)?;
                ::serde::ser::SerializeMap::end(map)
            }
        }

        $crate::macros::deserialize!($name);
    };
}

/// `Deserialize` by way of [`crate::lenient::Wire`].
macro_rules! deserialize {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let value =
                    <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                <Self as $crate::lenient::Wire>::read(value, &mut $crate::lenient::Notes::default())
                    .map_err(::serde::de::Error::custom)
            }
        }
    };
}

macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

macro_rules! prepared {
    ($map:ident, $object:expr) => {
        let $map = $object;
    };
    ($map:ident, $object:expr, $prepare:ident) => {
        let mut $map = $object;
        $prepare(&mut $map);
    };
}

macro_rules! read_field {
    ($reader:ident, $place:expr, $name:expr, flat) => {
        $reader.flat(&mut $place)
    };
    ($reader:ident, $place:expr, $name:expr $(, opt)?) => {
        $reader.take($name, &mut $place)
    };
}

macro_rules! list_field {
    ($fields:ident, $ty:ty, $name:expr, flat) => {
        <$ty as $crate::macros::Fields>::list($fields)
    };
    ($fields:ident, $ty:ty, $name:expr $(, opt)?) => {
        $fields.push(($name, <$ty as $crate::lenient::Wire>::shape))
    };
}

macro_rules! write_field {
    ($map:ident, $value:expr, $name:expr, flat) => {
        $crate::macros::Fields::write(&$value, $map)?
    };
    ($map:ident, $value:expr, $name:expr, opt) => {
        if !$crate::lenient::Wire::skipped(&$value) {
            $map.serialize_entry($name, &$value)?;
        }
    };
    ($map:ident, $value:expr, $name:expr) => {
        $map.serialize_entry($name, &$value)?
    };
}

/// Declares an enum of words that keeps a word it does not know as it came, so that nothing is lost on the way back.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $first:ident = $first_word:literal $(, $variant:ident = $word:literal)* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            #[doc = concat!("`", $first_word, "`, which a missing value also means.")]
            #[default]
            $first,
            $( #[doc = concat!("`", $word, "`.")] $variant, )*
            /// A word that this crate does not know, as it came.
            Other(String),
        }

        impl $name {
            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    Self::$first => $first_word,
                    $( Self::$variant => $word, )*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $first_word => Self::$first,
                    $( $word => Self::$variant, )*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::lenient::Wire for $name {
            fn required(&self) -> bool {
                false
            }

            fn put(
                &mut self,
                value: ::serde_json::Value,
                _: &mut $crate::lenient::Notes,
            ) -> Result<(), $crate::lenient::Unreadable> {
                *self = Self::from($crate::lenient::text(value, stringify!($name))?.as_str());
                Ok(())
            }

            fn shape() -> $crate::lenient::Shape {
                $crate::lenient::Shape::Text
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::macros::deserialize!($name);
    };
}

/// Declares ids: opaque strings that mean something on one server only.
macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident ),* $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Takes an id as a server gave it.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as it goes on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::lenient::Wire for $name {
            fn put(
                &mut self,
                value: ::serde_json::Value,
                _: &mut $crate::lenient::Notes,
            ) -> Result<(), $crate::lenient::Unreadable> {
                self.0 = $crate::lenient::id(value, stringify!($name))?;
                Ok(())
            }

            fn shape() -> $crate::lenient::Shape {
                $crate::lenient::Shape::Text
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        $crate::macros::deserialize!($name);
    )* };
}

/// The fields of an entity, apart from the braces around them, so that entities can share one object.
pub(crate) trait Fields {
    fn list(fields: &mut Vec<crate::lenient::Field>);
    fn write<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;
}

pub(crate) use {
    declare, deserialize, entity, ids, list_field, open_enum, part, prepared, read_field,
    wire_name, write_field,
};
