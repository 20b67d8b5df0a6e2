//! Tells Cargo when the built web apps change, because a release binary holds them.

use std::{env, path::Path};

fn main() {
    let dist = "../../web/dist";
    #[expect(
        clippy::disallowed_methods,
        reason = "Cargo tells build scripts the profile by the environment"
    )]
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    // A debug build reads the folder when it is asked; naming a folder that is missing would build anew each time.
    if release || Path::new(dist).exists() {
        println!("cargo::rerun-if-changed={dist}");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
