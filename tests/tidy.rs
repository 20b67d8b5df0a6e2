//! The rules of this tree that no lint can hold: who depends on whom, how long a file is, what the map names.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the answer"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Lines of one source file without its tests; a longer one hides more than one idea.
const FILE_LINES_MAX: usize = 600;

/// Crates of ours, and the crates of ours that each may name. An arrow that is not here is a design error.
const ARROWS: &[(&str, &[&str])] = &[
    ("config", &[]),
    ("queue", &[]),
    ("media-packet", &[]),
    ("media", &["media-packet"]),
    ("media-udp", &["media", "media-packet"]),
    ("media-stream", &["media", "media-udp"]),
    ("recorder", &["media-packet"]),
    ("recorder-disk", &["config", "recorder", "media-packet"]),
    ("signalling", &["queue", "media"]),
    (
        "signalling-http",
        &["config", "signalling", "recorder-disk"],
    ),
    ("store", &["queue"]),
    ("sim", &["media-packet"]),
    ("ventanilla-limit", &["media-packet"]),
    ("ventanilla-plane", &["media", "media-udp"]),
    (
        "ventanilla-bench",
        &["media-packet", "signalling", "ventanilla-limit"],
    ),
];

/// Crates that decide: they see no socket, no runtime, no database.
const PURE: &[&str] = &[
    "config",
    "queue",
    "media-packet",
    "media",
    "recorder",
    "signalling",
];

/// What a pure crate may not name.
const IO_CRATES: &[&str] = &[
    "tokio",
    "axum",
    "hyper",
    "sled",
    "nix",
    "socket2",
    "quinn-udp",
    "tokio-tungstenite",
    "crossbeam-channel",
    "rand",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every package of the workspace with its ordinary dependencies.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    packages
        .iter()
        .map(|package| {
            let names = package["dependencies"]
                .as_array()
                .expect("a list of dependencies");
            let ordinary = names
                .iter()
                .filter(|one| one["kind"].is_null())
                .map(|one| one["name"].as_str().unwrap().to_owned());
            (
                package["name"].as_str().unwrap().to_owned(),
                ordinary.collect(),
            )
        })
        .collect()
}

/// Files of the tree with one of these endings, without what is built or fetched.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)
            .expect("a readable folder")
            .map(|entry| entry.expect("an entry").path())
        {
            let name = entry.file_name().unwrap().to_string_lossy().into_owned();
            if entry.is_dir() {
                if !name.starts_with('.')
                    && ![
                        "target",
                        "node_modules",
                        "dist",
                        "demo-data",
                        "out",
                        "corpus",
                        "artifacts",
                    ]
                    .contains(&name.as_str())
                {
                    folders.push(entry);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[test]
fn arrows_between_crates_point_one_way() {
    let dependencies = dependencies();
    let ours: BTreeSet<&str> = dependencies.keys().map(String::as_str).collect();
    for (name, allowed) in ARROWS {
        let found = dependencies.get(*name).unwrap_or_else(|| {
            panic!("crate {name} is in the list of arrows but not in the workspace")
        });
        for dependency in found.iter().filter(|one| ours.contains(one.as_str())) {
            assert!(
                allowed.contains(&dependency.as_str()),
                "{name} depends on {dependency}; allowed: {allowed:?}"
            );
        }
    }
    for name in ours.iter().filter(|name| **name != "ventanilla") {
        assert!(
            ARROWS.iter().any(|(known, _)| known == name),
            "crate {name} has no line in the list of arrows"
        );
    }
}

#[test]
fn pure_crates_name_no_io() {
    let dependencies = dependencies();
    for name in PURE {
        for crate_name in IO_CRATES {
            assert!(
                !dependencies[*name].contains(*crate_name),
                "{name} must not depend on {crate_name}"
            );
        }
    }
}

#[test]
fn only_store_names_the_database() {
    for (name, found) in dependencies() {
        assert!(
            name == "store" || !found.contains("sled"),
            "{name} must not depend on sled"
        );
    }
}

#[test]
fn files_are_short() {
    for path in files(&[".rs", ".ts", ".tsx", ".mjs"]) {
        let name = shown(&path);
        if name.ends_with("shared/protocol.ts")
            || name.ends_with("shared/words.ts")
            || name.ends_with("/tests.rs")
            || name.contains("tests/")
        {
            continue; // generated, or tests
        }
        let text = fs::read_to_string(&path).expect("UTF-8");
        let without_tests = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        let lines = without_tests.lines().count();
        assert!(
            lines <= FILE_LINES_MAX,
            "{} has {lines} lines without tests, limit {FILE_LINES_MAX}",
            shown(&path)
        );
    }
}

#[test]
fn no_unfinished_work_without_a_number() {
    let words = [
        "TO".to_owned() + "DO",
        "FIX".to_owned() + "ME",
        "XX".to_owned() + "X:",
    ];
    for path in files(&[".rs", ".ts", ".tsx", ".mjs", ".css", ".ftl"]) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        for (number, line) in text.lines().enumerate() {
            for word in &words {
                assert!(
                    !line.contains(word.as_str()) || line.contains("(#"),
                    "{}:{} says {word} without an issue number",
                    shown(&path),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn every_limit_says_why() {
    for path in files(&[".rs"]) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let code = line
                .trim_start()
                .trim_start_matches("pub ")
                .trim_start_matches("pub(crate) ")
                .trim_start_matches("pub(super) ");
            let is_limit = code.starts_with("const ")
                && code
                    .split(':')
                    .next()
                    .is_some_and(|head| head.ends_with("_MAX"));
            let documented = number > 0
                && (lines[number - 1].trim_start().starts_with("//")
                    || lines[number - 1].trim_start().starts_with("#["));
            assert!(
                !is_limit || documented,
                "{}:{} is a limit without its reason",
                shown(&path),
                number + 1
            );
        }
    }
}

#[test]
fn the_map_names_every_crate_and_folder() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for (name, _) in ARROWS {
        assert!(
            map.contains(&format!("`{name}`")),
            "ARCHITECTURE.md does not name the crate {name}"
        );
    }
    for entry in fs::read_dir(root())
        .expect("the root")
        .map(|entry| entry.expect("an entry").path())
    {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        if entry.is_dir()
            && !name.starts_with('.')
            && !["target", "demo-data"].contains(&name.as_str())
        {
            assert!(
                map.contains(&format!("`{name}/")),
                "ARCHITECTURE.md does not name the folder {name}/"
            );
        }
    }
}

#[test]
fn requirements_name_every_id() {
    let table =
        fs::read_to_string(root().join("docs/requirements.md")).expect("docs/requirements.md");
    for (letter, last) in [('C', 33), ('O', 27), ('S', 4), ('K', 5), ('E', 8), ('N', 4)] {
        for number in 1..=last {
            assert!(
                table.contains(&format!("| {letter}{number} |")),
                "docs/requirements.md has no row for {letter}{number}"
            );
        }
    }
}

#[test]
fn documents_name_files_that_exist() {
    for path in files(&[".md"]) {
        let text = fs::read_to_string(&path).expect("UTF-8");
        let folder = path.parent().expect("a folder");
        for link in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = link.split('#').next().unwrap_or_default();
            let elsewhere = target.is_empty() || target.contains("://");
            assert!(
                elsewhere || folder.join(target).exists(),
                "{} links to {target}, which does not exist",
                shown(&path)
            );
        }
    }
    let table =
        fs::read_to_string(root().join("docs/requirements.md")).expect("docs/requirements.md");
    for named in table
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|named| named.contains('/'))
    {
        assert!(
            root().join(named).exists(),
            "docs/requirements.md names {named}, which does not exist"
        );
    }
}

/// A table of attacks is worth what its tests are: each that it names exists.
#[test]
fn every_attack_has_the_test_that_it_names() {
    let sources: Vec<String> = files(&[".rs"])
        .iter()
        .map(|path| fs::read_to_string(path).expect("UTF-8"))
        .collect();
    let table = fs::read_to_string(root().join("docs/attacks.md")).expect("docs/attacks.md");
    let attacks = table
        .split("## What a flood costs")
        .next()
        .unwrap_or_default();
    let rows: Vec<&str> = attacks
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| attack"))
        .collect();
    assert!(rows.len() > 25, "{} rows", rows.len());
    for row in rows {
        let tests = row.rsplit('|').nth(1).expect("a last column");
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "no test: {row}");
        for name in names {
            let head = format!("fn {name}(");
            assert!(
                sources.iter().any(|source| source.contains(&head)),
                "docs/attacks.md names the test {name}, which does not exist"
            );
        }
    }
}
