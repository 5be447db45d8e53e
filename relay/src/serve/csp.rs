//! The content security policy, once: the relay sends it as a header and the static site carries it as a meta element.
//!
//! This file depends on nothing, so that `xtask` includes it by path and the two can never differ.

/// Names of the trusted types policies that the app creates. Empty means that `require-trusted-types-for` is left out.
pub const TRUSTED_TYPES_POLICIES: &[&str] = &[];

/// Sources that stand for this machine: fake instances and a relay in development answer there without TLS.
/// The grammar of host sources has no place for `[::1]`.
const LOOPBACK_HTTP: &str = "http://127.0.0.1:* http://localhost:* http://*.localhost:*";

/// The same for sockets.
const LOOPBACK_SOCKETS: &str = "ws://127.0.0.1:* ws://localhost:* ws://*.localhost:*";

/// The policy as both outputs take it.
///
/// `loopback` adds plain http and ws on this machine, for the demo and for development.
/// `frame-ancestors` is missing on purpose: browsers ignore it in a meta element, see [`content_security_policy_header`].
pub fn content_security_policy(loopback: bool) -> String {
    policy(loopback, TRUSTED_TYPES_POLICIES)
}

/// The policy as a header, which alone may say who frames the page: nobody.
pub fn content_security_policy_header(loopback: bool) -> String {
    format!(
        "{}; frame-ancestors 'none'",
        content_security_policy(loopback)
    )
}

/// Builds the policy with the given trusted types policies.
fn policy(loopback: bool, trusted_types: &[&str]) -> String {
    let (http, sockets) = if loopback {
        (LOOPBACK_HTTP, LOOPBACK_SOCKETS)
    } else {
        ("", "")
    };
    let directives = [
        ("default-src", "'none'", "", ""),
        ("script-src", "'self' 'wasm-unsafe-eval'", "", ""),
        ("style-src", "'self'", "", ""),
        ("connect-src", "'self' https: wss:", http, sockets),
        ("img-src", "'self' https: blob: data:", http, ""),
        ("media-src", "'self' https: blob:", http, ""),
        ("font-src", "'self'", "", ""),
        ("worker-src", "'self'", "", ""),
        ("manifest-src", "'self'", "", ""),
        ("base-uri", "'none'", "", ""),
        ("form-action", "'self'", "", ""),
        ("object-src", "'none'", "", ""),
    ];
    let mut text = String::new();
    for (name, always, first, second) in directives {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(name);
        for part in [always, first, second] {
            if !part.is_empty() {
                text.push(' ');
                text.push_str(part);
            }
        }
    }
    if !trusted_types.is_empty() {
        text.push_str("; require-trusted-types-for 'script'; trusted-types ");
        text.push_str(&trusted_types.join(" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_policy_is_the_one_that_was_decided() {
        assert_eq!(
            policy(false, &[]),
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
             connect-src 'self' https: wss:; img-src 'self' https: blob: data:; \
             media-src 'self' https: blob:; font-src 'self'; worker-src 'self'; manifest-src 'self'; \
             base-uri 'none'; form-action 'self'; object-src 'none'"
        );
    }

    #[test]
    fn the_demo_may_reach_plain_http_and_sockets_on_this_machine_only() {
        let text = policy(true, &[]);
        let connect = text.split("; ").find(|it| it.starts_with("connect-src"));
        assert_eq!(
            connect,
            Some(
                "connect-src 'self' https: wss: http://127.0.0.1:* http://localhost:* http://*.localhost:* \
                 ws://127.0.0.1:* ws://localhost:* ws://*.localhost:*"
            )
        );
        let script = text.split("; ").find(|it| it.starts_with("script-src"));
        assert_eq!(script, Some("script-src 'self' 'wasm-unsafe-eval'"));
    }

    #[test]
    fn trusted_types_are_asked_for_only_with_named_policies() {
        assert!(!policy(false, &[]).contains("trusted-types"));
        assert!(
            policy(false, &["parse", "worker"])
                .ends_with("; require-trusted-types-for 'script'; trusted-types parse worker")
        );
    }

    #[test]
    fn only_the_header_says_who_may_frame_the_page() {
        assert!(!content_security_policy(false).contains("frame-ancestors"));
        assert!(content_security_policy_header(false).ends_with("; frame-ancestors 'none'"));
    }
}
