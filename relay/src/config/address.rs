//! What addresses and hashtags of a configuration must look like.

use std::collections::HashSet;

use timeline::{key::host_of, tag};

/// Hashtags one source or view may have: each is a subscription and a poll.
const MAX_HASHTAGS: usize = 200;

/// An address without a path and without a slash at the end. Plain http and ws are for this machine alone, unless `open` says so.
pub(super) fn base_url(url: &str, schemes: &[&str], open: bool) -> Result<String, String> {
    let wrong = |what: &str| format!("is \"{url}\"; {what}");
    let no_scheme = || wrong("write it with its scheme, as \"https://example.org\"");
    let (scheme, rest) = url.split_once("://").ok_or_else(no_scheme)?;
    if !schemes.contains(&scheme) {
        return Err(wrong(&format!(
            "it must begin with {}://",
            schemes.join(":// or ")
        )));
    }
    let base = rest.trim_end_matches('/');
    let host = host_of(&format!("https://{base}/")).ok_or_else(|| wrong("that is no address"))?;
    if base.contains(['/', '?', '#']) {
        return Err(wrong("leave the path away"));
    }
    if matches!(scheme, "http" | "ws") && !open && !is_loopback(&host) {
        return Err(wrong(
            "without encryption only this machine may be reached; use https:// or wss://",
        ));
    }
    Ok(format!("{scheme}://{base}"))
}

/// Hashtags without their # and without repeats, each in its first spelling.
pub(super) fn hashtags(names: Vec<String>) -> Result<Vec<String>, String> {
    if names.len() > MAX_HASHTAGS {
        return Err(format!(
            "has {} names; {MAX_HASHTAGS} is the most",
            names.len()
        ));
    }
    let mut seen = HashSet::new();
    let mut hashtags = Vec::new();
    for name in names {
        let key = tag::key(&name);
        if key.is_empty() {
            return Err(format!("has \"{name}\", which is no hashtag"));
        }
        if seen.insert(key) {
            hashtags.push(name.trim_start_matches('#').to_owned());
        }
    }
    Ok(hashtags)
}

/// Whether a host (with or without a port) is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let ip = name
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::IpAddr>();
    name == "localhost" || name.ends_with(".localhost") || ip.is_ok_and(|ip| ip.is_loopback())
}
