//! Refusals, in the words and in the language of the server.
use serde_json::json;

use crate::http::answer::Answer;

/// Why a call is not served.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) body: Body,
}

/// What a refusal says.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A sentence that is translated.
    Text(String),
    /// An OAuth error: code and description.
    OAuth(&'static str, &'static str),
}

/// What handlers give back.
pub(crate) type Outcome = Result<Answer, Refusal>;

impl Refusal {
    pub(crate) fn new(status: u16, text: impl Into<String>) -> Self {
        Self {
            status,
            body: Body::Text(text.into()),
        }
    }

    /// 404 of a record.
    pub(crate) fn not_found() -> Self {
        Self::new(404, "Record not found")
    }

    /// 401 of a call that needs a token.
    pub(crate) fn invalid_token() -> Self {
        Self::new(401, "The access token is invalid")
    }

    /// 422 of a user-only call without a user.
    pub(crate) fn needs_user() -> Self {
        Self::new(422, "This method requires an authenticated user")
    }

    /// 403 of a token with too few scopes.
    pub(crate) fn out_of_scope() -> Self {
        Self::new(403, "This action is outside the authorized scopes")
    }

    /// 422 of a value that does not fit.
    pub(crate) fn invalid(what: &str) -> Self {
        Self::new(422, format!("Validation failed: {what}"))
    }

    /// An OAuth refusal.
    pub(crate) fn oauth(status: u16, code: &'static str) -> Self {
        let description = match code {
            "invalid_client" => {
                "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method."
            }
            "invalid_grant" => {
                "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."
            }
            "invalid_scope" => "The requested scope is invalid, unknown, or malformed.",
            "unauthorized_client" => "You are not authorized to revoke this token",
            "unsupported_grant_type" => {
                "The authorization grant type is not supported by the authorization server."
            }
            _ => {
                "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed."
            }
        };
        Self {
            status,
            body: Body::OAuth(code, description),
        }
    }

    /// The answer in the given language.
    pub(crate) fn answer(&self, locale: &str) -> Answer {
        let body = match &self.body {
            Body::Text(text) => json!({ "error": translate(text, locale) }),
            Body::OAuth(code, description) => {
                json!({ "error": code, "error_description": description })
            }
        };
        Answer::json(body).status(self.status)
    }
}

const JAPANESE: &[(&str, &str)] = &[
    ("The access token is invalid", "アクセストークンは無効です"),
    ("Record not found", "見つかりませんでした"),
    (
        "This method requires an authenticated user",
        "このメソッドにはユーザー認証が必要です",
    ),
    (
        "This action is outside the authorized scopes",
        "このアクションは許可されたスコープの範囲外です",
    ),
    ("Too many requests", "リクエストが多すぎます"),
    (
        "Validation failed: Text character limit of 500 exceeded",
        "バリデーションに失敗しました: Text上限は500文字です",
    ),
    (
        "Validation failed: Text can't be blank",
        "バリデーションに失敗しました: Textを入力してください",
    ),
    (
        "Validation failed: You have already voted on this poll",
        "バリデーションに失敗しました: このアンケートには投票済みです",
    ),
];

const GERMAN: &[(&str, &str)] = &[
    (
        "The access token is invalid",
        "Das Zugriffstoken ist ungültig",
    ),
    ("Record not found", "Nicht gefunden"),
    (
        "This method requires an authenticated user",
        "Diese Methode erfordert ein angemeldetes Konto",
    ),
    (
        "This action is outside the authorized scopes",
        "Diese Aktion liegt außerhalb der erlaubten Berechtigungen",
    ),
    ("Too many requests", "Zu viele Anfragen"),
    (
        "Validation failed: Text character limit of 500 exceeded",
        "Gültigkeitsprüfung gescheitert: Text überschreitet das Zeichenlimit von 500",
    ),
    (
        "Validation failed: Text can't be blank",
        "Gültigkeitsprüfung gescheitert: Text darf nicht leer sein",
    ),
];

/// Error texts in other languages: a client must never match on words.
fn translate(text: &str, locale: &str) -> String {
    let (table, prefix) = match locale {
        "ja" => (JAPANESE, "バリデーションに失敗しました: "),
        "de" => (GERMAN, "Gültigkeitsprüfung gescheitert: "),
        _ => return text.to_owned(),
    };
    if let Some((_, translated)) = table.iter().find(|(english, _)| *english == text) {
        return (*translated).to_owned();
    }
    match text.strip_prefix("Validation failed: ") {
        Some(rest) => format!("{prefix}{rest}"),
        None => text.to_owned(),
    }
}

/// The language that an `Accept-Language` header wants most, among those that the server speaks.
pub(crate) fn preferred_locale(header: Option<&str>) -> Option<&'static str> {
    let mut wishes: Vec<(f32, &'static str)> = header?
        .split(',')
        .filter_map(|wish| {
            let mut parts = wish.trim().split(';');
            let language = parts.next()?.split('-').next()?;
            let known = ["en", "ja", "de"]
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(language))?;
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q=")?.parse().ok())
                .unwrap_or(1.0);
            Some((weight, known))
        })
        .collect();
    wishes.sort_by(|one, other| other.0.total_cmp(&one.0));
    wishes.first().map(|(_, language)| *language)
}
