//! A table of endpoints: registration and tokens, <https://docs.joinmastodon.org/methods/oauth/>.

use super::endpoints;
use crate::{Application, AuthorizationServer, Token, UserInfo, endpoints::Empty};

endpoints! {
    /// Registers an application. A server refuses any scope that it does not know.
    ///
    /// `redirect_uris` is one text, its addresses separated by newlines, since not every server takes a list.
    FORM "/api/v1/apps" Public => CreateApp() {
        client_name: String, redirect_uris: String, scopes: String, website: Option<String>,
    } -> Application;

    /// The application that a token was given to.
    GET "/api/v1/apps/verify_credentials" Token => VerifyApp() {} -> Application;

    /// Gets a token for a code (`authorization_code`), for the application (`client_credentials`) or anew (`refresh_token`).
    FORM "/oauth/token" Public => CreateToken() {
        grant_type: String, client_id: String, client_secret: String, redirect_uri: Option<String>,
        code: Option<String>, code_verifier: Option<String>, scope: Option<String>, refresh_token: Option<String>,
    } -> Token;

    /// Ends a token and its push subscription.
    FORM "/oauth/revoke" Public => RevokeToken() { client_id: String, client_secret: String, token: String } -> Empty;

    /// Who the token belongs to (4.4).
    GET "/oauth/userinfo" Needs("profile") => GetUserInfo() {} -> UserInfo;

    /// What the authorization server can do (4.3).
    GET "/.well-known/oauth-authorization-server" Public => GetAuthorizationServer() {} -> AuthorizationServer;
}
