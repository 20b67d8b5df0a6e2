//! A sealed track, played in parts.

use std::{fs::File, os::unix::fs::FileExt, path::Path, sync::atomic::Ordering};

use recorder::{RecordKey, sealed::Sealer};
use signalling::request::TrackFile;

use crate::{
    client::{Answer, bare, exchange},
    control::{SESSION, Server, Setting},
};

const KEY: [u8; 32] = [7; 32];
const LENGTH: usize = 200_000;

fn plain() -> Vec<u8> {
    (0..LENGTH)
        .map(|index| u8::try_from(index % 251).unwrap())
        .collect()
}

/// A sealed file of several chunks.
fn seal(path: &Path) -> TrackFile {
    let mut sealer = Sealer::new(&RecordKey::from(KEY), [3; recorder::SALT_BYTES]);
    let mut pieces = sealer.push(&plain());
    pieces.extend(sealer.finish(&plain()[..100]));
    let file = File::create(path).unwrap();
    for piece in pieces {
        file.write_all_at(&piece.bytes, piece.offset).unwrap();
    }
    TrackFile {
        path: path.to_owned(),
        key: KEY,
    }
}

async fn play(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let cookie = format!("ventanilla_office={SESSION}");
    let mut all = vec![("Cookie", cookie.as_str())];
    all.extend_from_slice(headers);
    exchange(server.address, &bare(method, path, &all)).await
}

const TRACK: &str = "/api/records/r1/tracks/2.webm";

#[tokio::test]
async fn a_track_is_played_whole_and_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    let track = seal(&folder.path().join("1-2.webm.sealed"));
    let server = Server::start(Setting {
        track: Some(track),
        ..Setting::default()
    })
    .await;
    let whole = play(&server, "GET", TRACK, &[]).await;
    assert_eq!(
        (
            whole.status,
            whole.header("content-type"),
            whole.header("accept-ranges")
        ),
        (200, Some("video/webm"), Some("bytes"))
    );
    assert!(whole.body == plain());
    assert_eq!(server.plays.load(Ordering::SeqCst), 1);
    let check = async |range: &str, expected: std::ops::Range<usize>| {
        let part = play(&server, "GET", TRACK, &[("Range", range)]).await;
        assert_eq!(part.status, 206, "{range}");
        let content_range = format!("bytes {}-{}/{LENGTH}", expected.start, expected.end - 1);
        assert_eq!(part.header("content-range"), Some(content_range.as_str()));
        assert!(part.body == plain()[expected], "{range}");
    };
    check("bytes=0-0", 0..1).await;
    check("bytes=0-", 0..LENGTH).await;
    check("bytes=65530-65545", 65_530..65_546).await;
    check("bytes=150000-", 150_000..LENGTH).await;
    check("bytes=-10", LENGTH - 10..LENGTH).await;
    check("bytes=199999-999999", LENGTH - 1..LENGTH).await;
    assert_eq!(
        server.plays.load(Ordering::SeqCst),
        3,
        "three requests begin at byte 0; the control thread logs a first one that begins elsewhere as well"
    );
}

#[tokio::test]
async fn ranges_that_cannot_be_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let track = seal(&folder.path().join("1-2.webm.sealed"));
    let server = Server::start(Setting {
        track: Some(track),
        ..Setting::default()
    })
    .await;
    let beyond = play(&server, "GET", TRACK, &[("Range", "bytes=200000-")]).await;
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, Some("bytes */200000"))
    );
    for ignored in ["bytes=0-1,3-4", "bytes=5-2", "lines=1-2"] {
        assert_eq!(
            play(&server, "GET", TRACK, &[("Range", ignored)])
                .await
                .status,
            200,
            "{ignored}"
        );
    }
    let conditional = play(
        &server,
        "GET",
        TRACK,
        &[("Range", "bytes=5-9"), ("If-Range", "\"x\"")],
    )
    .await;
    assert_eq!(conditional.status, 200);
    let begun = server.plays.load(Ordering::SeqCst);
    let head = play(&server, "HEAD", TRACK, &[]).await;
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (200, Some("200000"), 0)
    );
    assert_eq!(
        server.plays.load(Ordering::SeqCst),
        begun,
        "asking is not playing"
    );
}

#[tokio::test]
async fn a_track_is_for_those_who_may_and_only_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut track = seal(&folder.path().join("1-2.webm.sealed"));
    track.key = [8; 32];
    let server = Server::start(Setting {
        track: Some(track),
        ..Setting::default()
    })
    .await;
    let wrong_key = play(&server, "GET", TRACK, &[]).await;
    assert_eq!(
        (wrong_key.status, wrong_key.code().as_str()),
        (503, "storage")
    );
    let missing_file = play(&server, "GET", "/api/records/r1/tracks/3.webm", &[]).await;
    assert_eq!(
        (missing_file.status, missing_file.code().as_str()),
        (404, "not_found")
    );
    for path in [
        "/api/records/r1/tracks/9.webm",
        "/api/records/r1/tracks/2",
        "/api/records/r1/tracks/-2.webm",
        "/api/records/..%2fr1/tracks/2.webm",
    ] {
        assert_eq!(play(&server, "GET", path, &[]).await.status, 404, "{path}");
    }
    let stranger = exchange(server.address, &bare("GET", TRACK, &[])).await;
    assert_eq!(
        (stranger.status, stranger.code().as_str()),
        (401, "no_session")
    );
}
