//! Settings of the server process: parsed once, validated whole, then immutable.
//!
//! One TOML file says where the process listens, keeps its data and how much it takes. What belongs to an office (services,
//! desks, texts, people) is data, not settings. Secrets are named by the path of their file, so the file itself holds none.
//! `config/example.toml` documents every key; a test compares it with [`Config::default`].
//!
//! Invariant: a [`Config`] that came from [`Config::parse`] is right in itself; whether its addresses, folders and files can be
//! used is found out by the parts that use them.
//!
//! ```
//! let config = config::Config::parse("[http]\nlisten = [\"127.0.0.1:9090\"]\n", "ventanilla.toml").unwrap();
//! assert_eq!(config.http.listen[0].port(), 9090);
//!
//! let faults = config::Config::parse("[http]\nlisten = [\"0.0.0.0:80\"]\nport = 1\n", "ventanilla.toml").unwrap_err();
//! assert_eq!(faults.len(), 2);
//! assert!(faults[0].to_string().starts_with("ventanilla.toml:2: http.listen: found 0.0.0.0:80 without a certificate"));
//! ```

mod error;
mod files;
mod http;
mod limits;
mod load;
mod log;
mod media;
mod recorder;
mod section;
mod storage;
mod units;

pub use error::{Fault, Problem};
pub use files::{Files, Scanner};
pub use http::{Http, LISTEN_MAX, ORIGINS_MAX, Origin, TRUSTED_PROXIES_MAX, Tls};
pub use limits::Limits;
pub use load::Load;
pub use log::{Level, Log};
pub use media::{ANNOUNCE_MAX, Announce, Media, Relay, TcpPort, WORKERS_MAX, Workers};
pub use recorder::{Recorder, SYNC_INTERVAL_MAX};
pub use storage::Storage;
use toml::de::DeTable;

use section::{Reading, Section};

/// Every setting of the process.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Config {
    /// Where browsers come in.
    pub http: Http,
    /// The UDP side.
    pub media: Media,
    /// Where facts and keys are kept.
    pub storage: Storage,
    /// The recordings.
    pub recorder: Recorder,
    /// Files that people send.
    pub files: Files,
    /// How much is taken.
    pub limits: Limits,
    /// The load test.
    pub load: Load,
    /// What the server writes to standard error.
    pub log: Log,
}

/// Bytes of a settings file: the example, with all its comments, has a tenth of this.
pub const FILE_BYTES_MAX: usize = 256 * 1024;

const SECTIONS: [&str; 8] = [
    "http", "media", "storage", "recorder", "files", "limits", "load", "log",
];

/// Keys that have another name now: old and new, both as `section.key`.
const RENAMED: &[(&str, &str)] = &[];

impl Config {
    /// Reads a settings file. Sections and keys that are not there have their defaults; relative paths count from the folder of
    /// `file`.
    ///
    /// # Errors
    /// Every fault that was found, in the order of the sections; never an empty list.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Fault>> {
        let mut reading = Reading::new(file, text, RENAMED);
        let config = read(text, &mut reading);
        if reading.faults.is_empty() {
            Ok(config)
        } else {
            Err(reading.faults)
        }
    }
}

fn read(text: &str, reading: &mut Reading<'_>) -> Config {
    if text.len() > FILE_BYTES_MAX {
        reading.fault(
            None,
            "",
            Problem::TooLong {
                found: text.len(),
                allowed: FILE_BYTES_MAX,
            },
        );
        return Config::default();
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reading.fault(
            error.span().map(|span| span.start),
            "",
            Problem::Syntax {
                reason: error.message().to_owned(),
            },
        );
    }
    let root = root.get_ref();
    for (name, _) in root {
        if !SECTIONS.contains(&name.get_ref().as_ref()) {
            let allowed = SECTIONS.map(|section| format!("[{section}]")).join(", ");
            reading.unknown(name.span().start, name.get_ref(), allowed);
        }
    }
    let http = Http::read(Section::new("http", root, reading));
    let media = Media::read(Section::new("media", root, reading));
    let storage = Storage::read(Section::new("storage", root, reading));
    let recorder = Recorder::read(Section::new("recorder", root, reading), &storage.folder);
    let files = Files::read(Section::new("files", root, reading));
    let limits = Limits::read(Section::new("limits", root, reading));
    let load = Load::read(Section::new("load", root, reading));
    let log = Log::read(Section::new("log", root, reading));
    Config {
        http,
        media,
        storage,
        recorder,
        files,
        limits,
        load,
        log,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../example.toml");

    fn faults(text: &str) -> Vec<String> {
        let faults = Config::parse(text, "here.toml").err().unwrap_or_default();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_example_holds_the_defaults() {
        assert_eq!(
            Config::parse(EXAMPLE, "example.toml"),
            Ok(Config::default())
        );
        assert_eq!(Config::parse("", "empty.toml"), Ok(Config::default()));
    }

    #[test]
    fn the_example_explains_every_key() {
        let mut reading = Reading::new("example.toml", EXAMPLE, RENAMED);
        read(EXAMPLE, &mut reading);
        let mut explained = Vec::new();
        let (mut section, mut comment) = ("", String::new());
        for line in EXAMPLE.lines() {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
            } else if line.starts_with('#') {
                comment.push_str(line);
            } else if let Some((key, _)) = line.split_once(" = ") {
                for part in ["# Meaning: ", "# Range: ", "# Change: "] {
                    assert!(comment.contains(part), "{section}.{key} has no {part:?}");
                }
                explained.push(format!("{section}.{key}"));
            } else {
                comment.clear();
            }
        }
        reading.known.sort();
        explained.sort();
        assert_eq!(explained, reading.known);
    }

    #[test]
    fn every_fault_is_explained_at_once() {
        let text = r#"
[http]
listen = ["0.0.0.0:80", "localhost:80", "127.0.0.1:8080"]
certificate = ""
key = "key.pem"
[media]
workers = 0
base_port = 65530
announce = ["10.0.0.1", "10.0.0.1"]
[storage]
folder = 64
folders = "x"
[recorder]
sync_interval = "2s"
[limits]
connections = -1
[log]
level = "loud"
[queue]
"#;
        let expected = [
            r#"here.toml:19: queue: no such key; allowed here: [http], [media], [storage], [recorder], [files], [limits], [load], [log]; correct or delete it"#,
            r#"here.toml:3: http.listen: found "localhost:80", allowed is an IP address and port such as "127.0.0.1:8080"; correct the value"#,
            r#"here.toml:4: http.certificate: found nothing, but `http.key` is set; set both or neither"#,
            r#"here.toml:7: media.workers: found 0, allowed is "auto" or a whole number from 1 to 64; correct the value"#,
            r#"here.toml:9: media.announce: found ["10.0.0.1", "10.0.0.1"], allowed is "auto" or a list of 1 to 16 different IP addresses that reach this machine; correct the value"#,
            r#"here.toml:8: media.base_port: found 65530 for 64 workers, the last port would be 65593, allowed up to 65535; choose a lower one"#,
            r#"here.toml:11: storage.folder: found 64, allowed is a path, not empty; correct the value"#,
            r#"here.toml:12: storage.folders: no such key; allowed here: folder, keyring_folder; correct or delete it"#,
            r#"here.toml:14: recorder.sync_interval: found "2s", allowed is a duration with its unit from "50ms" to "1s"; correct the value"#,
            r#"here.toml:16: limits.connections: found -1, allowed is a whole number from 16 to 100000; correct the value"#,
            r#"here.toml:18: log.level: found "loud", allowed is one of "error", "warn", "info", "debug", "trace"; correct the value"#,
        ];
        assert_eq!(faults(text), expected);
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        let check = |listen: &str, expected: usize| {
            assert_eq!(
                faults(&format!("http.listen = [{listen}]")).len(),
                expected,
                "{listen}"
            );
        };
        check(r#""127.0.0.1:8080", "[::1]:8080", "127.0.0.2:0""#, 0);
        check(r#""0.0.0.0:8080""#, 1);
        check(r#""[::]:8080", "192.0.2.1:80""#, 2);
        // An IPv4-mapped loopback address is not what it seems to every system: refused.
        check(r#""[::ffff:127.0.0.1]:80""#, 1);
        check("", 1);
    }

    #[test]
    fn encryption_needs_both_files_and_a_name() {
        let with = |text: &str| Config::parse(text, "/etc/ventanilla/server.toml");
        let files = "http.certificate = \"tls/chain.pem\"\nhttp.key = \"/keys/key.pem\"\nhttp.listen = [\"0.0.0.0:443\"]\n";
        assert_eq!(with(files).unwrap_err().len(), 1);
        let config = with(&format!(
            "{files}http.public_origins = [\"https://turnos.example.org\"]"
        ))
        .unwrap();
        let tls = config.http.tls.unwrap();
        assert_eq!(
            tls.certificate.to_str(),
            Some("/etc/ventanilla/tls/chain.pem")
        );
        assert_eq!(tls.key.to_str(), Some("/keys/key.pem"));
    }

    #[test]
    fn folders_follow_the_data_folder_and_the_file() {
        let config = Config::parse("storage.folder = \"v\"", "/srv/server.toml").unwrap();
        assert_eq!(config.storage.folder.to_str(), Some("/srv/v"));
        assert_eq!(
            config.storage.keyring_folder.to_str(),
            Some("/srv/v/keyring")
        );
        assert_eq!(config.recorder.folder.to_str(), Some("/srv/v/records"));
    }

    #[test]
    fn a_renamed_key_answers_with_its_new_name() {
        let text = "[http]\nport = 80\n[turn]\n";
        let mut reading = Reading::new(
            "old.toml",
            text,
            &[("http.port", "http.listen"), ("turn", "media")],
        );
        read(text, &mut reading);
        let found: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "old.toml:3: turn: is now called `media`; rename it",
                "old.toml:2: http.port: is now called `http.listen`; rename it"
            ]
        );
    }

    #[test]
    fn what_is_not_toml_is_told_by_line() {
        let found = faults("[http]\nlisten = [\n[media]\nworkers = = 2\n");
        assert!(!found.is_empty());
        assert!(
            found.iter().all(|fault| fault.starts_with("here.toml:")),
            "{found:?}"
        );
        assert!(
            faults("http = 3")
                .iter()
                .any(|fault| fault.contains("allowed is a section, `[http]`"))
        );
        let large = "#".repeat(FILE_BYTES_MAX + 1);
        assert_eq!(faults(&large).len(), 1);
    }
}
