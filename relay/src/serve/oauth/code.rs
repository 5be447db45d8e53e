//! Codes: good once, for ten minutes, for one client and one address; signed instead of stored.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{
    keys::{GuestKeys, Purpose},
    scopes::Scopes,
    spent::Spent,
};

/// How long a code is good, in seconds; Mastodon's own.
const LIFE_S: u64 = 600;

/// Length of a challenge: 32 bytes in base64.
const CHALLENGE_BYTES: usize = 43;

/// Bytes inside a code: when it ends, its scopes, whether it has a challenge, and what makes it unlike all others.
const PAYLOAD_BYTES: usize = 8 + 8 + 1 + 8;

/// What a code is bound to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bond<'a> {
    pub(super) client_id: &'a str,
    pub(super) redirect_uri: &'a str,
    /// The S256 challenge of PKCE (RFC 7636).
    pub(super) challenge: Option<&'a str>,
}

/// A new code, `now` in seconds since 1970.
pub(super) fn mint(keys: &GuestKeys, bond: Bond<'_>, scopes: Scopes, now: u64) -> String {
    let mut payload = Vec::with_capacity(PAYLOAD_BYTES);
    payload.extend((now + LIFE_S).to_be_bytes());
    payload.extend(scopes.bits().to_be_bytes());
    payload.push(u8::from(bond.challenge.is_some()));
    payload.extend(rand::random::<u64>().to_be_bytes());
    keys.seal(Purpose::Code, &payload, &context(&bond))
}

/// Uses a code up and gives its scopes, when it is good and bound to this. The verifier of PKCE takes the challenge's place, and must be there exactly
/// when the code has a challenge.
pub(super) fn redeem(
    keys: &GuestKeys,
    spent: &Spent,
    code: &str,
    bond: Bond<'_>,
    now: u64,
) -> Option<Scopes> {
    let opened = keys.open(Purpose::Code, code, &context(&bond))?;
    let (ends, rest) = opened.payload.split_first_chunk()?;
    let (scopes, rest) = rest.split_first_chunk()?;
    let has_challenge = *rest.first()? == 1;
    let is_good = now < u64::from_be_bytes(*ends) && has_challenge == bond.challenge.is_some();
    (is_good && spent.spend_code(opened.signature))
        .then(|| Scopes::from_bits(u64::from_be_bytes(*scopes)))
}

fn context<'a>(bond: &Bond<'a>) -> [&'a str; 3] {
    [
        bond.client_id,
        bond.redirect_uri,
        bond.challenge.unwrap_or_default(),
    ]
}

/// The challenge of a verifier.
pub(super) fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Whether this can be a challenge of S256.
pub(super) fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_BYTES
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'))
}

/// Whether this looks like a code, so that a page may show it.
pub(super) fn is_code(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOND: Bond<'_> = Bond {
        client_id: "client",
        redirect_uri: "https://elk.example/",
        challenge: None,
    };

    fn try_with(bond: Bond<'_>, later: u64) -> Option<Scopes> {
        let keys = GuestKeys::new([1; 32]);
        let code = mint(
            &keys,
            BOND,
            Scopes::parse(Some("read push")).unwrap(),
            1_000,
        );
        assert!(is_code(&code));
        redeem(&keys, &Spent::default(), &code, bond, 1_000 + later)
    }

    #[test]
    fn a_code_is_good_for_ten_minutes_and_its_own_client_and_address() {
        assert_eq!(try_with(BOND, 599).unwrap().text(), "read push");
        assert!(try_with(BOND, 600).is_none());
        assert!(
            try_with(
                Bond {
                    client_id: "other",
                    ..BOND
                },
                1
            )
            .is_none()
        );
        let elsewhere = Bond {
            redirect_uri: "https://elk.example/x",
            ..BOND
        };
        assert!(try_with(elsewhere, 1).is_none());
        let with_verifier = Bond {
            challenge: Some(""),
            ..BOND
        };
        assert!(try_with(with_verifier, 1).is_none());
    }

    #[test]
    fn a_code_is_good_once() {
        let keys = GuestKeys::new([1; 32]);
        let spent = Spent::default();
        let code = mint(&keys, BOND, Scopes::every(), 1_000);
        assert!(redeem(&keys, &spent, &code, BOND, 1_001).is_some());
        assert!(redeem(&keys, &spent, &code, BOND, 1_001).is_none());
    }

    #[test]
    fn a_code_with_a_challenge_wants_its_verifier() {
        // The example of RFC 7636, appendix B.
        let challenge = challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(is_challenge(&challenge));
        let keys = GuestKeys::new([1; 32]);
        let bond = Bond {
            challenge: Some(&challenge),
            ..BOND
        };
        let code = mint(&keys, bond, Scopes::every(), 1_000);
        let redeemed = |bond| redeem(&keys, &Spent::default(), &code, bond, 1_001).is_some();
        let other = challenge_of("another verifier");
        assert!(!redeemed(BOND));
        assert!(!redeemed(Bond {
            challenge: Some(&other),
            ..BOND
        }));
        assert!(redeemed(bond));
    }
}
