//! The binary as a child process on a data folder: started, killed, started again.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

/// A running server.
pub(crate) struct Process {
    child: Child,
    pub(crate) server: SocketAddr,
}

impl Process {
    /// Starts the demo office on this folder and reads where it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_ventanilla")), data)
    }

    /// The same, where no file can become larger than so many blocks of 512 bytes: what stands for a full disk.
    pub(crate) fn start_with_small_files(data: &Path, blocks: u32) -> Self {
        let mut shell = Command::new("sh");
        shell
            .arg("-c")
            .arg(format!(
                "trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""
            ))
            .arg(env!("CARGO_BIN_EXE_ventanilla"));
        Self::run(shell, data)
    }

    fn run(mut command: Command, data: &Path) -> Self {
        let mut child = command
            .args([
                "demo",
                "--http",
                "127.0.0.1:0",
                "--media-port",
                "0",
                "--data",
            ])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.map_while(Result::ok).find_map(|line| {
            let (_, address) = line.split_once("citizen    http://")?;
            address.trim_end_matches('/').parse().ok()
        });
        Self {
            child,
            server: address.expect("the demo says where it listens"),
        }
    }

    /// kill -9.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub(crate) fn terminate(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    /// A test that failed leaves no server behind.
    fn drop(&mut self) {
        // It may have ended already, and a second panic here would hide the first.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
