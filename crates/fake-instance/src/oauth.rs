//! Who may do what: apps, codes and tokens of one server, as strict as Mastodon.
pub(crate) mod authorize;
pub(crate) mod registry;
pub(crate) mod routes;

pub(crate) use registry::{Grant, Registry};

/// Every scope that Mastodon 4.7 knows, the families first.
pub(crate) const SCOPES: &[&str] = &[
    "read", "profile", "write", "write:accounts", "write:blocks", "write:bookmarks", "write:collections",
    "write:conversations", "write:favourites", "write:filters", "write:follows", "write:lists", "write:media",
    "write:mutes", "write:notifications", "write:reports", "write:statuses", "read:accounts", "read:blocks",
    "read:bookmarks", "read:collections", "read:favourites", "read:filters", "read:follows", "read:lists",
    "read:mutes", "read:notifications", "read:search", "read:statuses", "follow", "push", "admin:read",
    "admin:read:accounts", "admin:read:reports", "admin:read:domain_allows", "admin:read:domain_blocks",
    "admin:read:ip_blocks", "admin:read:email_domain_blocks", "admin:read:canonical_email_blocks", "admin:write",
    "admin:write:accounts", "admin:write:reports", "admin:write:domain_allows", "admin:write:domain_blocks",
    "admin:write:ip_blocks", "admin:write:email_domain_blocks", "admin:write:canonical_email_blocks",
];
