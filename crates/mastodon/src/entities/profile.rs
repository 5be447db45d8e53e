//! One's own profile as one edits it (4.6).

use crate::{AccountField, AccountId, FeaturedTag, macros::entity};

entity! {
    /// A profile, each text as it was typed and as it is shown.
    pub struct Profile {
        pub id: AccountId,
        pub display_name: String,
        pub note: String,
        pub fields: Vec<AccountField>,
        pub formatted_note: String,
        pub formatted_fields: Vec<AccountField>,
        pub avatar: Option<String>,
        pub avatar_static: Option<String>,
        pub avatar_description: String,
        pub header: Option<String>,
        pub header_static: Option<String>,
        pub header_description: String,
        pub locked: bool,
        pub bot: bool,
        pub hide_collections: Option<bool>,
        pub discoverable: Option<bool>,
        pub indexable: bool,
        pub show_media: bool,
        pub show_media_replies: bool,
        pub show_featured: bool,
        pub attribution_domains: Vec<String>,
        pub featured_tags: Vec<FeaturedTag>,
    }
}
