//! What the program says of itself. (An integration test beside the binary also makes cargo build it with the tests.)

use std::process::Command;

#[test]
fn every_command_of_the_contract_explains_itself() {
    for command in [
        "run",
        "check",
        "preview",
        "classify",
        "explain",
        "queue",
        "train",
        "evaluate",
        "models",
        "tags",
        "register-entry",
    ] {
        let said = Command::new(env!("CARGO_BIN_EXE_langhals")).args([command, "--help"]).output().unwrap();
        assert!(said.status.success());
        assert!(String::from_utf8_lossy(&said.stdout).contains(&format!("langhals {command}")), "{command}");
    }
}
