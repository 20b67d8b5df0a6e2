//! The settings file: judged whole, before anything is started.

use std::process::{Command, Output};

fn check(text: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.toml");
    std::fs::write(&file, text).unwrap();
    Command::new(env!("CARGO_BIN_EXE_ventanilla"))
        .arg("check-config")
        .arg("--config")
        .arg(file)
        .output()
        .unwrap()
}

#[test]
fn every_fault_is_named_with_file_and_key() {
    let output = check("[http]\nlisten = [\"0.0.0.0:80\"]\n[log]\nlevel = \"loud\"\n");
    assert!(!output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    for part in [
        "server.toml:2: http.listen",
        "server.toml:4: log.level",
        "loud",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
}

#[test]
fn a_sound_file_is_called_so() {
    let output = check("[log]\nlevel = \"debug\"\n");
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("no fault")
    );
}
