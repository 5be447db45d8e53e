//! `dist`: what is given to people: one binary with the app inside, and the app as a static site.

use std::{fs, path::Path};

use crate::{
    building,
    failure::{Context as _, Failure, Outcome},
    finish_dist,
    progress::{Steps, say},
    run, workspace,
};

#[path = "../../relay/src/serve/csp.rs"]
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "the relay alone sends the header form")
)]
#[expect(
    unreachable_pub,
    reason = "the relay's own file, so that header and meta element can never differ"
)]
mod csp;

/// Builds both into `target/dist`.
pub(crate) fn run(root: &Path) -> Outcome {
    let out = root.join("target/dist");
    let mut steps = Steps::new(4);
    run::prepare_tools(root, &mut steps)?;
    steps.begin("Building the app (about 4 minutes the first time)");
    building::app(root)?;
    steps.begin("Building the relay with the app inside (about 5 minutes the first time)");
    let binary = building::release(root, "relay", "watersmeet", &["embed-app"])?;
    let name = binary.file_name().unwrap_or_default();
    fs::create_dir_all(&out).at("create", &out)?;
    let copy = out.join(name);
    fs::copy(&binary, &copy).at("copy", &binary)?;
    steps.begin("Making the static site");
    let site = out.join("site");
    static_site(&building::dist(root), &site)?;
    steps.end();
    for path in [copy, site] {
        say(format!(
            "{}  {}",
            workspace::shown(root, &path),
            spell(&path)
        ));
    }
    Ok(())
}

/// The size of a file or folder, without the compressed twins.
fn spell(path: &Path) -> String {
    let bytes: u64 = workspace::files(path, &[])
        .iter()
        .filter(|file| !finish_dist::is_twin(&file.to_string_lossy()))
        .filter_map(|file| Some(fs::metadata(file).ok()?.len()))
        .sum();
    let mebibytes = u32::try_from(bytes / 1024).map_or(f64::MAX, f64::from) / 1024.0;
    format!("{mebibytes:.1} MiB")
}

/// Copies the site and adds what a plain file server cannot send: the policy as a meta element, and a page for
/// addresses that are no file, because the app reads the address itself.
fn static_site(dist: &Path, site: &Path) -> Outcome {
    drop(fs::remove_dir_all(site));
    workspace::copy_folder(dist, site)?;
    let index = site.join("index.html");
    let page = with_policy(
        &workspace::read(&index)?,
        &csp::content_security_policy(false),
    )?;
    for name in ["index.html", "404.html"] {
        workspace::write(&site.join(name), &page)?;
    }
    // The page's bytes changed, so the list the worker keeps must change too.
    finish_dist::finish(site, true)
}

/// Puts the policy before everything that it governs.
fn with_policy(page: &str, policy: &str) -> Outcome<String> {
    if policy.contains("frame-ancestors") || policy.contains('"') {
        return Err(Failure::new(
            "the policy does not fit a meta element: browsers ignore frame-ancestors there",
        ));
    }
    // Trunk's minifier leaves out `<head>`, which HTML allows.
    let tag = match page.contains("<head>") {
        true => "<head>",
        false => "<html",
    };
    let inside = page
        .find(tag)
        .and_then(|start| Some(start + page.get(start..)?.find('>')? + 1))
        .ok_or_else(|| Failure::new("index.html has neither <head> nor <html>"))?;
    let (before, after) = page.split_at(inside);
    Ok(format!(
        "{before}<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_static_site_answers_unknown_addresses_and_carries_the_policy() {
        let root = tempfile::tempdir().unwrap();
        let dist = root.path().join("dist");
        workspace::write(&dist.join("index.html"), "<html><head></head></html>").unwrap();
        workspace::write(&dist.join("app.js"), "js").unwrap();
        let site = root.path().join("target/dist/site");
        static_site(&dist, &site).unwrap();
        let page = workspace::read(&site.join("404.html")).unwrap();
        assert!(page.contains("http-equiv=\"Content-Security-Policy\""));
        assert!(page.contains("default-src 'none'"));
        assert!(!page.contains("frame-ancestors"));
        assert_eq!(page, workspace::read(&site.join("index.html")).unwrap());
        let shell = workspace::read(&site.join("shell.json")).unwrap();
        assert!(!shell.contains("404.html"));
    }

    #[test]
    fn the_policy_comes_before_everything_else_with_or_without_a_head_tag() {
        for page in [
            "<html dir=ltr><meta charset=utf-8>",
            "<html><head><meta charset=utf-8>",
        ] {
            let with = with_policy(page, "p").unwrap();
            assert!(with.contains("content=\"p\"><meta charset"), "{with}");
        }
        assert!(with_policy("<p>", "p").is_err());
    }

    #[test]
    fn a_policy_that_a_meta_element_cannot_carry_is_refused() {
        assert!(with_policy("<head></head>", "frame-ancestors 'none'").is_err());
    }
}
