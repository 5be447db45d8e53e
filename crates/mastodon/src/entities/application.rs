//! Programs and their rights: <https://docs.joinmastodon.org/entities/Application/>.

use crate::{ApplicationId, macros::part};

part! {
    /// An application, with its secret right after registration.
    pub struct Application {
        pub id: Option<ApplicationId> = opt,
        pub name: String,
        pub website: Option<String>,
        pub scopes: Vec<String> = opt,
        pub redirect_uris: Vec<String> = opt,
        /// All of them joined by newlines.
        pub redirect_uri: Option<String> = opt,
        pub client_id: Option<String> = opt,
        pub client_secret: Option<String> = opt,
        /// Seconds since 1970; 0 means never.
        pub client_secret_expires_at: Option<i64> = opt,
        pub vapid_key: Option<String> = opt,
    }
}

part! {
    /// A token: <https://docs.joinmastodon.org/entities/Token/>.
    pub struct Token {
        pub access_token: String,
        pub token_type: String,
        /// Separated by spaces.
        pub scope: String,
        /// Seconds since 1970.
        pub created_at: i64,
        pub expires_in: Option<i64> = opt,
        pub refresh_token: Option<String> = opt,
        /// The address of the account (Pleroma).
        pub me: Option<String> = opt,
        pub id: Option<String> = opt,
    }
}

part! {
    /// `/.well-known/oauth-authorization-server` (4.3).
    pub struct AuthorizationServer {
        /// Ends in a slash.
        pub issuer: String,
        pub authorization_endpoint: String,
        pub token_endpoint: String,
        pub revocation_endpoint: Option<String> = opt,
        pub userinfo_endpoint: Option<String> = opt,
        pub app_registration_endpoint: Option<String> = opt,
        pub service_documentation: Option<String> = opt,
        pub scopes_supported: Vec<String>,
        pub response_types_supported: Vec<String>,
        pub response_modes_supported: Vec<String> = opt,
        pub grant_types_supported: Vec<String> = opt,
        pub code_challenge_methods_supported: Vec<String> = opt,
        pub token_endpoint_auth_methods_supported: Vec<String> = opt,
    }
}

part! {
    /// Who a token belongs to, in the words of OpenID (4.4).
    pub struct UserInfo {
        pub iss: String,
        /// The identity of the account in the whole network.
        pub sub: String,
        pub name: String,
        pub preferred_username: String,
        pub profile: String,
        pub picture: Option<String>,
    }
}
