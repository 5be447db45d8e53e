//! The relay's signature on what it hands to clients and gets back, so that it need not remember any of it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Bytes of a signature that are kept: 128 bits, more than anybody can guess.
const SIGNATURE_BYTES: usize = 16;

/// The key of all signatures; a clone signs the same.
#[derive(Clone)]
pub(in crate::serve) struct GuestKeys(Hmac<Sha256>);

/// What a signature is about. The same bytes signed for one purpose are worth nothing for another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    Client,
    Secret,
    Code,
    Token,
}

/// A signature.
pub(super) type Signature = [u8; SIGNATURE_BYTES];

/// A signed text that was found to be the relay's own.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) payload: Vec<u8>,
    /// Tells this text from all others of its purpose.
    pub(super) signature: Signature,
}

impl GuestKeys {
    /// Everything that another run of the relay signed with the same secret stays good.
    pub(in crate::serve) fn new(secret: [u8; 32]) -> Self {
        // Any length makes a key; the error cannot come.
        let keyed = Hmac::new_from_slice(&secret);
        Self(keyed.unwrap_or_else(|_error| Hmac::new(&Default::default())))
    }

    /// The payload with its signature, in characters that may stand in headers and addresses. `context` is signed too, but not told:
    /// whoever opens the text has to know it.
    pub(super) fn seal(&self, purpose: Purpose, payload: &[u8], context: &[&str]) -> String {
        let signature = self.signature(purpose, payload, context);
        let payload = URL_SAFE_NO_PAD.encode(payload);
        format!("{payload}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What [`Self::seal`] was given, or nothing when this is not its text.
    pub(super) fn open(&self, purpose: Purpose, text: &str, context: &[&str]) -> Option<Opened> {
        let (payload, signature) = text.split_once('.')?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let signature = Signature::try_from(signature).ok()?;
        // Compared in constant time.
        self.mac(purpose, &payload, context)
            .verify_truncated_left(&signature)
            .ok()?;
        Some(Opened { payload, signature })
    }

    /// The signature alone.
    pub(super) fn signature(
        &self,
        purpose: Purpose,
        payload: &[u8],
        context: &[&str],
    ) -> Signature {
        let whole = self.mac(purpose, payload, context).finalize().into_bytes();
        let mut signature = Signature::default();
        for (byte, from) in signature.iter_mut().zip(whole) {
            *byte = from;
        }
        signature
    }

    fn mac(&self, purpose: Purpose, payload: &[u8], context: &[&str]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(&[purpose as u8]);
        // Lengths keep parts apart, whatever is in them.
        for part in std::iter::once(payload).chain(context.iter().map(|it| it.as_bytes())) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl std::fmt::Debug for GuestKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GuestKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_for_the_purpose_and_context_opens() {
        let keys = GuestKeys::new([7; 32]);
        let text = keys.seal(Purpose::Code, b"payload", &["a", "bc"]);
        let opened = keys.open(Purpose::Code, &text, &["a", "bc"]).unwrap();
        assert_eq!(opened.payload, b"payload");
        assert!(keys.open(Purpose::Token, &text, &["a", "bc"]).is_none());
        assert!(keys.open(Purpose::Code, &text, &["ab", "c"]).is_none());
        let other = GuestKeys::new([8; 32]);
        assert!(other.open(Purpose::Code, &text, &["a", "bc"]).is_none());
        for broken in ["", ".", "cGF5bG9hZA", "cGF5bG9hZA.AAAA", "ä.ö"] {
            assert!(keys.open(Purpose::Code, broken, &["a", "bc"]).is_none());
        }
    }

    proptest::proptest! {
        #[test]
        fn what_a_stranger_wrote_never_opens(text in "[A-Za-z0-9_.-]{0,80}", context in "\\PC{0,20}") {
            let keys = GuestKeys::new([7; 32]);
            for purpose in [Purpose::Client, Purpose::Secret, Purpose::Code, Purpose::Token] {
                proptest::prop_assert!(keys.open(purpose, &text, &[&context]).is_none());
            }
        }
    }

    #[test]
    fn another_run_with_the_same_secret_opens_what_the_first_sealed() {
        let text = GuestKeys::new([7; 32]).seal(Purpose::Token, b"x", &[]);
        assert!(
            GuestKeys::new([7; 32])
                .open(Purpose::Token, &text, &[])
                .is_some()
        );
    }

    #[test]
    fn the_text_may_stand_in_headers_and_addresses() {
        let text = GuestKeys::new([7; 32]).seal(Purpose::Token, &[0xff; 40], &[]);
        let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-' | b'_');
        assert!(text.bytes().all(plain), "{text}");
    }
}
