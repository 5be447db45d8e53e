//! Scopes: what clients ask to be allowed. A guest can only read, whatever is asked; but clients compare what they got with what they asked for.

/// Every scope that Mastodon knows. A scope is kept as its place in this list inside tokens that outlive a version: new ones go to the end.
const NAMES: [&str; 47] = [
    "read",
    "write",
    "follow",
    "push",
    "profile",
    "read:accounts",
    "read:blocks",
    "read:bookmarks",
    "read:collections",
    "read:favourites",
    "read:filters",
    "read:follows",
    "read:lists",
    "read:mutes",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write:accounts",
    "write:blocks",
    "write:bookmarks",
    "write:collections",
    "write:conversations",
    "write:favourites",
    "write:filters",
    "write:follows",
    "write:lists",
    "write:media",
    "write:mutes",
    "write:notifications",
    "write:reports",
    "write:statuses",
    "admin:read",
    "admin:read:accounts",
    "admin:read:reports",
    "admin:read:domain_allows",
    "admin:read:domain_blocks",
    "admin:read:ip_blocks",
    "admin:read:email_domain_blocks",
    "admin:read:canonical_email_blocks",
    "admin:write",
    "admin:write:accounts",
    "admin:write:reports",
    "admin:write:domain_allows",
    "admin:write:domain_blocks",
    "admin:write:ip_blocks",
    "admin:write:email_domain_blocks",
    "admin:write:canonical_email_blocks",
];

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scopes(u64);

impl Scopes {
    /// All there are.
    pub(super) fn every() -> Self {
        Self((1 << NAMES.len()) - 1)
    }

    /// What is asked for, separated by spaces; nothing stands for `read`, as on Mastodon. An unknown one is the error.
    pub(super) fn parse(text: Option<&str>) -> Result<Self, String> {
        let mut set = 0;
        // A plus is a space that was not decoded; libraries send it.
        for name in text.unwrap_or_default().split([' ', '+', ',']) {
            if name.is_empty() {
                continue;
            }
            let place = NAMES.iter().position(|it| *it == name);
            set |= 1 << place.ok_or_else(|| name.to_owned())?;
        }
        Ok(Self(if set == 0 { 1 } else { set }))
    }

    /// From what [`Self::bits`] said.
    pub(super) fn from_bits(bits: u64) -> Self {
        Self(bits & Self::every().0)
    }

    pub(super) fn bits(self) -> u64 {
        self.0
    }

    /// Whether each of `asked` is in here, by itself or by the broader one before its colon.
    pub(super) fn cover(self, asked: Self) -> bool {
        let mut mine = self.names();
        // The oldest scopes of Mastodon hold newer ones.
        if mine.contains(&"follow") {
            mine.extend([
                "read:follows",
                "write:follows",
                "read:blocks",
                "write:blocks",
                "read:mutes",
                "write:mutes",
            ]);
        }
        asked.names().iter().all(|name| {
            let broader = |it: &&str| {
                name.strip_prefix(*it)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
            };
            mine.iter().any(broader)
        })
    }

    /// Whether more than reading is asked for.
    pub(super) fn write(self) -> bool {
        let reads = |it: &&str| it.starts_with("read") || *it == "profile";
        !self.names().iter().all(reads)
    }

    /// Their names, always in the same order.
    pub(super) fn names(self) -> Vec<&'static str> {
        let held = NAMES
            .iter()
            .enumerate()
            .filter(|(place, _)| self.0 >> place & 1 == 1);
        held.map(|(_, name)| *name).collect()
    }

    /// Their names with spaces between.
    pub(super) fn text(self) -> String {
        self.names().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(text: &str) -> Scopes {
        Scopes::parse(Some(text)).unwrap()
    }

    #[test]
    fn scopes_are_a_set() {
        assert_eq!(scopes("write read  read").text(), "read write");
        assert_eq!(Scopes::parse(None).unwrap().text(), "read");
        assert_eq!(scopes("").text(), "read");
        assert_eq!(scopes("read+push").text(), "read push");
        assert_eq!(
            Scopes::parse(Some("read:everything")),
            Err("read:everything".to_owned())
        );
        let every = Scopes::every();
        assert_eq!(Scopes::from_bits(every.bits()), every);
        assert_eq!(every.names().len(), NAMES.len());
    }

    #[test]
    fn a_broad_scope_covers_its_parts_and_nothing_else() {
        for (mine, asked, covered) in [
            ("read write", "read:statuses write:media", true),
            ("read", "read", true),
            ("read", "write", false),
            ("read:statuses", "read", false),
            ("follow", "read:follows", true),
            ("admin:read", "admin:read:accounts", true),
            ("read", "admin:read", false),
        ] {
            assert_eq!(
                scopes(mine).cover(scopes(asked)),
                covered,
                "{mine}: {asked}"
            );
        }
    }

    #[test]
    fn it_is_known_which_scopes_only_read() {
        assert!(!scopes("read profile read:lists").write());
        assert!(scopes("read push").write());
        assert!(scopes("write:media").write());
    }
}
