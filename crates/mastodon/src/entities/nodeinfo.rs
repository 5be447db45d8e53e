//! What every server of the network says about itself: <https://nodeinfo.diaspora.software/>.

use serde_json::Value;

use crate::macros::part;

part! {
    /// `/.well-known/nodeinfo`: where the documents are.
    pub struct NodeInfoLinks {
        pub links: Vec<NodeInfoLink>,
    }
}

impl NodeInfoLinks {
    /// The address of the newest document that this crate reads (2.1, 2.0 or 1.0).
    #[must_use]
    pub fn best(&self) -> Option<&str> {
        ["2.1", "2.0", "1.0"].iter().find_map(|version| {
            let link = self.links.iter().find(|link| link.rel.ends_with(version))?;
            Some(link.href.as_str())
        })
    }
}

part! {
    /// A document in one version of the schema.
    pub struct NodeInfoLink {
        pub rel: String,
        pub href: String,
    }
}

part! {
    /// A document.
    pub struct NodeInfo {
        pub version: String,
        pub software: Software,
        /// A list, in version 1.0 an object.
        pub protocols: Value,
        pub services: Value = opt,
        pub usage: NodeUsage,
        pub open_registrations as "openRegistrations": bool,
        pub metadata: Value = opt,
    }
}

part! {
    /// The program of a server.
    pub struct Software {
        /// In lower case, such as `mastodon`.
        pub name: String,
        pub version: String,
        pub repository: Option<String> = opt,
        pub homepage: Option<String> = opt,
    }
}

part! {
    /// How much a server is used.
    pub struct NodeUsage {
        pub users: NodeUsers,
        pub local_posts as "localPosts": Option<i64> = opt,
        pub local_comments as "localComments": Option<i64> = opt,
    }
}

part! {
    /// How many people use a server.
    pub struct NodeUsers {
        pub total: Option<i64> = opt,
        pub active_month as "activeMonth": Option<i64> = opt,
        pub active_halfyear as "activeHalfyear": Option<i64> = opt,
    }
}
