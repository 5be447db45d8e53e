//! Rebuilds the relay when the app that goes inside it was built anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_EMBED_APP").is_some() {
        println!("cargo::rerun-if-changed=../dist");
    }
}
