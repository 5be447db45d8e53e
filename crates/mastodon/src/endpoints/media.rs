//! Requests with files: media and one's own profile, <https://docs.joinmastodon.org/methods/media/>.

use http::Method;

use super::{AlertsDraft, Param, PushSubscriptionDraft, endpoints};
use crate::{
    Body, CredentialAccount, Endpoint, MediaAttachment, MediaId, Part, WebPushSubscription,
    endpoint::{Content, File, Scope},
    endpoints::Empty,
    page::Query,
};

endpoints! {
    /// Media in work (206) or ready (200).
    GET "/api/v1/media/{}" Needs("write:media") => GetMedia(id: MediaId) {} -> MediaAttachment;

    /// Deletes media that no status uses (4.4).
    DELETE "/api/v1/media/{}" Needs("write:media") => DeleteMedia(id: MediaId) {} -> Empty;

    /// Changes the text or focus of media that no status uses yet.
    PUT "/api/v1/media/{}" Needs("write:media") => UpdateMedia(id: MediaId) {
        description: Option<String>, focus: Option<String>,
    } -> MediaAttachment;

    /// The push subscription of this token.
    GET "/api/v1/push/subscription" Needs("push") => GetPushSubscription() {} -> WebPushSubscription;

    /// Makes the push subscription of this token; it replaces the one before.
    POST "/api/v1/push/subscription" Needs("push") => CreatePushSubscription() {
        subscription: PushSubscriptionDraft, data: Option<AlertsDraft>,
    } -> WebPushSubscription;

    /// Changes what the push subscription tells of.
    PUT "/api/v1/push/subscription" Needs("push") => UpdatePushSubscription() { data: AlertsDraft } -> WebPushSubscription;

    /// Ends the push subscription of this token.
    DELETE "/api/v1/push/subscription" Needs("push") => DeletePushSubscription() {} -> Empty;
}

/// Sends media. 202 means that the server still works on it: ask with [`GetMedia`].
///
/// `POST /api/v2/media`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UploadMedia {
    pub file: File,
    pub thumbnail: Option<File>,
    pub description: Option<String>,
    /// `x,y`, each from -1 to 1.
    pub focus: Option<String>,
}

impl Endpoint for UploadMedia {
    type Answer = MediaAttachment;

    const SCOPE: Scope = Scope::Needs("write:media");

    fn method(&self) -> Method {
        Method::POST
    }

    fn path(&self) -> String {
        "/api/v2/media".to_owned()
    }

    fn body(&self) -> Body {
        let mut query = Query::new();
        self.description.pairs("description", &mut query);
        self.focus.pairs("focus", &mut query);
        multipart(
            query,
            [
                ("file", Some(&self.file)),
                ("thumbnail", self.thumbnail.as_ref()),
            ],
        )
    }
}

/// Changes one's own profile; `None` leaves a field as it is.
///
/// `PATCH /api/v1/accounts/update_credentials`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateCredentials {
    pub display_name: Option<String>,
    pub note: Option<String>,
    pub avatar: Option<File>,
    pub avatar_description: Option<String>,
    pub header: Option<File>,
    pub header_description: Option<String>,
    pub locked: Option<bool>,
    pub bot: Option<bool>,
    pub discoverable: Option<bool>,
    pub hide_collections: Option<bool>,
    pub indexable: Option<bool>,
    pub attribution_domains: Option<Vec<String>>,
    /// Names and values; they replace the whole table.
    pub fields: Option<Vec<(String, String)>>,
    pub default_privacy: Option<String>,
    pub default_sensitive: Option<bool>,
    pub default_language: Option<String>,
    pub default_quote_policy: Option<String>,
}

impl Endpoint for UpdateCredentials {
    type Answer = CredentialAccount;

    const SCOPE: Scope = Scope::Needs("write:accounts");

    fn method(&self) -> Method {
        Method::PATCH
    }

    fn path(&self) -> String {
        "/api/v1/accounts/update_credentials".to_owned()
    }

    fn body(&self) -> Body {
        let mut query = Query::new();
        self.display_name.pairs("display_name", &mut query);
        self.note.pairs("note", &mut query);
        self.avatar_description
            .pairs("avatar_description", &mut query);
        self.header_description
            .pairs("header_description", &mut query);
        self.locked.pairs("locked", &mut query);
        self.bot.pairs("bot", &mut query);
        self.discoverable.pairs("discoverable", &mut query);
        self.hide_collections.pairs("hide_collections", &mut query);
        self.indexable.pairs("indexable", &mut query);
        self.attribution_domains
            .pairs("attribution_domains", &mut query);
        for (index, (name, value)) in self.fields.iter().flatten().enumerate() {
            query.push((
                format!("fields_attributes[{index}][name]").into(),
                name.clone(),
            ));
            query.push((
                format!("fields_attributes[{index}][value]").into(),
                value.clone(),
            ));
        }
        self.default_privacy.pairs("source[privacy]", &mut query);
        self.default_sensitive
            .pairs("source[sensitive]", &mut query);
        self.default_language.pairs("source[language]", &mut query);
        self.default_quote_policy
            .pairs("source[quote_policy]", &mut query);
        multipart(
            query,
            [
                ("avatar", self.avatar.as_ref()),
                ("header", self.header.as_ref()),
            ],
        )
    }
}

fn multipart<const N: usize>(query: Query, files: [(&'static str, Option<&File>); N]) -> Body {
    let files = files
        .into_iter()
        .filter_map(|(name, file)| Some((name, file?)));
    let files = files.map(|(name, file)| Part {
        name: name.into(),
        content: Content::File(file.clone()),
    });
    let texts = query.into_iter().map(|(name, text)| Part {
        name,
        content: Content::Text(text),
    });
    Body::Multipart(texts.chain(files).collect())
}
