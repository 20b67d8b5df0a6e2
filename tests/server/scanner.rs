//! The real clamd beside the whole server, with a signature of our own: what it finds, what it cannot look at and its absence
//! are three answers, and none of them keeps the file. Skipped where clamd is not installed.

use std::{
    io::Write,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use config::{Config, Scanner};
use ventanilla::demo::Demo;

use crate::files::{Scene, pdf};

const MARKER: &[u8] = b"ventanilla-test-signature";

/// Bytes that clamd takes here: less than a file may have.
const STREAM_BYTES_MAX: usize = 1_000_000;

/// clamd in the foreground, on a socket of its own.
struct Clamd {
    child: Child,
    socket: PathBuf,
}

impl Clamd {
    /// None: it is not installed.
    fn start(folder: &Path) -> Option<Self> {
        let program = ["/usr/sbin/clamd", "/usr/local/sbin/clamd"]
            .into_iter()
            .find(|path| Path::new(path).exists())?;
        let (socket, database) = (folder.join("clamd.ctl"), folder.join("signatures"));
        std::fs::create_dir(&database).unwrap();
        let hex: String = MARKER.iter().map(|byte| format!("{byte:02x}")).collect();
        std::fs::write(database.join("own.ndb"), format!("Own.Marker:0:*:{hex}\n")).unwrap();
        let settings = format!(
            "Foreground yes\nLocalSocket {}\nDatabaseDirectory {}\nStreamMaxLength {STREAM_BYTES_MAX}\n\
             AlertExceedsMax yes\nAlertEncrypted yes\n",
            socket.display(),
            database.display()
        );
        let file = folder.join("clamd.conf");
        std::fs::write(&file, settings).unwrap();
        let mut child = Command::new(program)
            .arg("-c")
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        loop {
            if UnixStream::connect(&socket)
                .and_then(|mut socket| socket.write_all(b"zPING\0"))
                .is_ok()
            {
                break;
            }
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "clamd ended with {ended:?}");
            std::thread::yield_now();
        }
        Some(Self { child, socket })
    }

    fn stop(&mut self) {
        // It may have ended already, and a panic in a drop would hide the first one.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.stop();
    }
}

#[tokio::test]
async fn the_real_scanner_is_asked_and_nothing_is_kept_that_it_does_not_call_clean() {
    let folder = tempfile::tempdir().unwrap();
    let Some(mut clamd) = Clamd::start(folder.path()) else {
        eprintln!(
            "skipped: clamd is not installed (apt-get install --no-install-recommends clamav-daemon)"
        );
        return;
    };
    let data = tempfile::tempdir().unwrap();
    let demo = Demo::new(data.path());
    let mut settings: Config = demo.config("127.0.0.1:0".parse().unwrap(), 0).unwrap();
    settings.files.scanner = Scanner::Unix(clamd.socket.clone());
    let running = ventanilla::run(&settings, Some(demo)).unwrap();
    let scene = Scene::on(data, running.http_addresses()[0], None).await;

    assert_eq!(scene.send("limpio.pdf", &pdf(300_000)).await.status, 201);
    assert_eq!(scene.on_disk().len(), 1);
    let check = async |what: &str, bytes: &[u8], expected: (u16, &str)| {
        let answer = scene.send(what, bytes).await;
        assert_eq!((answer.status, answer.code().as_str()), expected, "{what}");
        assert_eq!(scene.on_disk().len(), 1, "{what} was kept");
    };
    let mut harmful = pdf(300_000);
    harmful.splice(150_000..150_000, MARKER.iter().copied());
    check("malo.pdf", &harmful, (422, "file_harmful")).await;
    let large = pdf(STREAM_BYTES_MAX * 3);
    check("grande.pdf", &large, (503, "file_unchecked")).await;
    clamd.stop();
    check("despues.pdf", &pdf(300_000), (503, "file_unchecked")).await;
    drop(scene);
    tokio::task::spawn_blocking(|| running.stop())
        .await
        .unwrap()
        .unwrap();
}
