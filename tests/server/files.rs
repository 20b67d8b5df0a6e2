//! Files of a visit: sent by the citizen in the call, sealed on the disk, opened by the operator. Whatever is refused or broken
//! off leaves nothing.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use signalling::protocol::{
    citizen::FromCitizen,
    file::{FileForm, FileKind, FileLine},
    operator::{FromOperator, OperatorStep},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    client::{Citizen, DEVICE, ON, Operator, into_the_call, sign_in, take_turn},
    process::Process,
};

const SEND: &str = "/api/visits/mine/files";
const SECRET: &str = "constancia de domicilio de Ana Paz";

/// A citizen and an operator in a call.
pub(crate) struct Scene {
    data: tempfile::TempDir,
    /// The server's process, where it is one.
    process: Option<Process>,
    server: SocketAddr,
    citizen: String,
    operator_cookie: String,
    operator: Operator,
    // Kept open: a citizen whose page is gone has no call.
    _page: Citizen,
}

impl Scene {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let process = Process::start(data.path());
        Self::of(data, process).await
    }

    async fn of(data: tempfile::TempDir, process: Process) -> Self {
        let server = process.server;
        Self::on(data, server, Some(process)).await
    }

    pub(crate) async fn on(
        data: tempfile::TempDir,
        server: SocketAddr,
        process: Option<Process>,
    ) -> Self {
        let operator_cookie = sign_in(server, "operator", "operador1").await;
        let mut operator = Operator::open(server, &operator_cookie).await;
        operator.say(&FromOperator::Seek {}).await;
        let (cookie, _) = take_turn(server, 7).await;
        let mut page = Citizen::open(server, &cookie, DEVICE).await;
        page.say(&FromCitizen::Confirm {
            devices: ON,
            line: None,
        })
        .await;
        into_the_call(&mut page, &mut operator).await;
        Self {
            data,
            process,
            server,
            citizen: cookie,
            operator_cookie,
            operator,
            _page: page,
        }
    }

    fn server(&self) -> SocketAddr {
        self.server
    }

    /// Sends a file as the citizen.
    pub(crate) async fn send(&self, name: &str, bytes: &[u8]) -> Answer {
        let name = format!("X-File-Name: {name}\r\n");
        exchange(self.server(), &post(SEND, &self.citizen, &name, bytes)).await
    }

    /// What the operator sees, once there are so many files.
    async fn seen(&mut self, count: usize) -> Vec<FileLine> {
        self.operator
            .until("the files", |view| match &view.step {
                OperatorStep::InCall { visit, .. } => {
                    (visit.files.len() == count).then(|| visit.files.clone())
                }
                _ => None,
            })
            .await
    }

    async fn open(&self, url: &str) -> Answer {
        exchange(self.server(), &get(url, Some(&self.operator_cookie))).await
    }

    /// Files on the disk that are on their way or kept.
    pub(crate) fn on_disk(&self) -> Vec<PathBuf> {
        let mut found = all_files(&self.data.path().join("records"));
        found.retain(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.starts_with("file-") || name.ends_with(".part")
        });
        found
    }
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all_files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = all_files(folder);
    let has = |bytes: Vec<u8>| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    found.retain(|path| has(std::fs::read(path).unwrap()));
    found
}

fn head(method: &str, path: &str, cookie: Option<&str>, more: &str) -> Vec<u8> {
    let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n"));
    let cookie = cookie.unwrap_or_default();
    format!("{method} {path} HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nConnection: close\r\n{cookie}{more}\r\n")
        .into_bytes()
}

fn get(path: &str, cookie: Option<&str>) -> Vec<u8> {
    head("GET", path, cookie, "")
}

fn post(path: &str, cookie: &str, more: &str, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len();
    let more =
        format!("Content-Type: application/octet-stream\r\nContent-Length: {length}\r\n{more}");
    [head("POST", path, Some(cookie), &more), bytes.to_vec()].concat()
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn code(&self) -> String {
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// A request as bytes, with `HOST` for the server's address.
async fn exchange(server: SocketAddr, request: &[u8]) -> Answer {
    let end = request
        .windows(4)
        .position(|part| part == b"\r\n\r\n")
        .unwrap();
    let (head, body) = request.split_at(end);
    let head = String::from_utf8(head.to_vec())
        .unwrap()
        .replace("HOST", &server.to_string());
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    timeout(Duration::from_secs(60), stream.read_to_end(&mut answer))
        .await
        .expect("an answer in time")
        .unwrap();
    let end = answer
        .windows(4)
        .position(|part| part == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head,
        body: answer[end + 4..].to_vec(),
    }
}

/// A PDF of about so many bytes that says [`SECRET`] all over.
pub(crate) fn pdf(bytes: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    while pdf.len() < bytes {
        pdf.extend_from_slice(format!("% {SECRET}\n").as_bytes());
    }
    pdf.extend_from_slice(b"startxref\n0\n%%EOF\n");
    pdf
}

#[tokio::test]
async fn a_file_goes_from_the_citizen_to_the_operator_and_is_sealed_on_the_disk() {
    let mut scene = Scene::new().await;
    let document = pdf(3_000_000);
    let sent = scene
        .send("../../DNI%20%C3%B1and%C3%BA.exe", &document)
        .await;
    assert_eq!(sent.status, 201, "{}", sent.code());
    let files = scene.seen(1).await;
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    assert_eq!(
        (
            file.number,
            file.kind,
            file.form,
            file.from,
            file.name.as_str()
        ),
        (1, FileKind::Sent, FileForm::Pdf, 1, "DNI ñandú.exe.pdf")
    );
    assert_eq!(usize::try_from(file.bytes).unwrap(), document.len());

    let opened = scene.open(&file.url).await;
    assert_eq!(opened.status, 200);
    assert!(opened.body == document);
    assert_eq!(opened.header("content-type"), Some("application/pdf"));
    assert_eq!(opened.header("x-content-type-options"), Some("nosniff"));
    let policy = opened.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("sandbox; default-src 'none'"),
        "{policy}"
    );
    let saved = scene.open(&format!("{}/download", file.url)).await;
    let disposition = saved.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"archivo-1.pdf\""));
    assert!(disposition.ends_with("filename*=UTF-8''DNI%20%C3%B1and%C3%BA.exe.pdf"));

    // Nobody else opens it.
    let nobody = exchange(scene.server(), &get(&file.url, None)).await;
    assert_eq!((nobody.status, nobody.code().as_str()), (401, "no_session"));
    let other = sign_in(scene.server(), "operator", "operador2").await;
    let other = exchange(scene.server(), &get(&file.url, Some(&other))).await;
    assert!(matches!(other.status, 404 | 409), "{}", other.status);

    let data = scene.data.path().to_owned();
    assert_eq!(scene.on_disk().len(), 1);
    assert!(scene.process.take().unwrap().terminate().success());
    for secret in [SECRET, "ñandú"] {
        assert_eq!(holding(&data, secret), Vec::<PathBuf>::new(), "{secret}");
    }
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() {
    let scene = Scene::new().await;
    let check = async |what: &str, bytes: &[u8], expected: (u16, &str)| {
        let answer = scene.send(what, bytes).await;
        assert_eq!((answer.status, answer.code().as_str()), expected, "{what}");
        assert_eq!(scene.on_disk(), Vec::<PathBuf>::new(), "{what}");
    };
    check("21MB.pdf", &pdf(21_000_000), (413, "too_long")).await;
    check(
        "programa.pdf",
        &[b"MZ".as_slice(), &[7; 5_000]].concat(),
        (415, "file_form"),
    )
    .await;
    check(
        "archivo.zip",
        b"PK\x03\x04 and more of it",
        (415, "file_form"),
    )
    .await;
    check(
        "pagina.png",
        b"<!doctype html><script>alert(1)</script>",
        (415, "file_form"),
    )
    .await;
    check("vacio.pdf", b"", (415, "file_form")).await;
    let both = [pdf(200_000), b"<script>alert(1)</script>".to_vec()].concat();
    check("dos.pdf", &both, (422, "file_damaged")).await;
    let whole = pdf(200_000);
    check("mitad.pdf", &whole[..100_000], (422, "file_damaged")).await;

    let form = head(
        "POST",
        SEND,
        Some(&scene.citizen),
        "Content-Type: text/plain\r\nContent-Length: 3\r\n",
    );
    let form = exchange(scene.server(), &[form, b"abc".to_vec()].concat()).await;
    assert_eq!((form.status, form.code().as_str()), (400, "malformed"));
    let stranger = post(
        SEND,
        "ventanilla_citizen=AAAAAAAAAAAAAAAAAAAAAA",
        "",
        &whole,
    );
    let stranger = exchange(scene.server(), &stranger).await;
    assert_eq!(
        (stranger.status, stranger.code().as_str()),
        (401, "no_session")
    );
    let page = String::from_utf8(post(SEND, &scene.citizen, "", &whole)).unwrap();
    let page = page.replacen("Origin: http://HOST", "Origin: http://elsewhere.example", 1);
    let page = exchange(scene.server(), page.as_bytes()).await;
    assert_eq!((page.status, page.code().as_str()), (403, "forbidden"));
    let still = post(SEND, &scene.citizen, "X-File-Kind: still\r\n", &whole);
    let still = exchange(scene.server(), &still).await;
    assert_eq!((still.status, still.code().as_str()), (403, "forbidden"));
    assert_eq!(scene.on_disk(), Vec::<PathBuf>::new());
    // After all that, a good one is taken.
    assert_eq!(scene.send("bien.pdf", &whole).await.status, 201);
    assert_eq!(scene.on_disk().len(), 1);
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing_and_can_be_sent_again() {
    let mut scene = Scene::new().await;
    let whole = pdf(1_000_000);
    let request = post(SEND, &scene.citizen, "", &whole);
    let text = String::from_utf8(request)
        .unwrap()
        .replace("HOST", &scene.server().to_string());
    let mut stream = TcpStream::connect(scene.server()).await.unwrap();
    stream.write_all(&text.as_bytes()[..600_000]).await.unwrap();
    // The file is there while it comes in, and goes when the line breaks.
    while scene.on_disk().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(stream);
    while !scene.on_disk().is_empty() {
        tokio::task::yield_now().await;
    }
    // The place is free again as soon as the control thread has heard of it.
    let sent = loop {
        let sent = scene.send("otra%20vez.pdf", &whole).await;
        if sent.code() != "too_fast" {
            break sent;
        }
    };
    assert_eq!(sent.status, 201, "{}", sent.code());
    let files = scene.seen(1).await;
    assert_eq!(files[0].name, "otra vez.pdf");
}

#[tokio::test]
async fn a_still_is_what_the_operator_asked_the_citizens_camera_for() {
    let scene = Scene::new().await;
    let still = |cookie: &str, path: &str| {
        let headers = "X-File-Kind: still\r\nX-File-Name: \r\n";
        post(path, cookie, headers, &pdf(10_000))
    };
    let citizens = still(&scene.citizen, SEND);
    let refused = exchange(scene.server(), &citizens).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "forbidden")
    );
    let operators = still(&scene.operator_cookie, "/api/operator/files");
    assert_eq!(exchange(scene.server(), &operators).await.status, 403);
    assert!(scene.on_disk().is_empty());
}

/// Killed between the last byte and the fact, or between the fact and its name: the next start puts it right.
#[tokio::test]
async fn a_start_after_a_crash_keeps_what_is_a_fact_and_removes_the_rest() {
    let mut scene = Scene::new().await;
    let document = pdf(100_000);
    assert_eq!(scene.send("uno.pdf", &document).await.status, 201);
    let url = scene.seen(1).await[0].url.clone();
    let [kept] = scene.on_disk().try_into().unwrap();
    let Scene {
        data,
        process,
        operator_cookie,
        ..
    } = scene;
    process.unwrap().kill();
    let record = kept
        .parent()
        .unwrap()
        .file_name()
        .unwrap()
        .to_str()
        .unwrap();
    let incoming = data.path().join("records/incoming");
    std::fs::copy(&kept, incoming.join(format!("{record}-9.part"))).unwrap();
    std::fs::remove_file(&kept).unwrap();
    std::fs::write(incoming.join(format!("{record}-8.part")), [7; 5_000]).unwrap();

    let process = Process::start(data.path());
    assert_eq!(all_files(&incoming), Vec::<PathBuf>::new());
    assert!(kept.exists());
    let opened = exchange(process.server, &get(&url, Some(&operator_cookie))).await;
    assert_eq!(opened.status, 200);
    assert!(opened.body == document);
}

#[tokio::test]
async fn compliance_opens_the_files_of_a_record_and_each_opening_is_logged() {
    let scene = Scene::new().await;
    let document = pdf(50_000);
    assert_eq!(scene.send("dni.pdf", &document).await.status, 201);
    let [kept] = scene.on_disk().try_into().unwrap();
    let record = { kept.parent().unwrap().file_name() }
        .unwrap()
        .to_str()
        .unwrap();
    let server = scene.server();
    let officer = sign_in(server, "office", "cumplimiento").await;
    let url = format!("/api/records/{record}/files/1");
    let open = async |url: &str| exchange(server, &get(url, Some(&officer))).await;
    let ask = async |path: &str, body: serde_json::Value| {
        crate::client::ask(server, "POST", path, Some(&officer), Some(body))
            .await
            .body
    };
    let early = open(&url).await;
    assert_eq!(
        (early.status, early.code().as_str()),
        (428, "reason_needed")
    );
    let body = serde_json::json!({ "record": record, "reason": "reclamo 12" });
    let detail = ask("/api/records/open", body.clone()).await;
    assert_eq!(
        (
            detail["files"][0]["name"].as_str(),
            detail["intact"].as_bool()
        ),
        (Some("dni.pdf"), Some(true))
    );
    assert_eq!(detail["files"][0]["url"], url);
    let opened = open(&url).await;
    assert_eq!(opened.status, 200);
    assert!(opened.body == document);
    let none = open(&format!("/api/records/{record}/files/2")).await;
    assert_eq!(none.status, 404);
    let log = crate::client::ask(server, "GET", "/api/records/access", Some(&officer), None).await;
    let newest = &log.body["entries"][0];
    assert_eq!(
        (newest["action"].as_str(), newest["reason"].as_str()),
        (Some("file"), Some("reclamo 12"))
    );

    // A file that was changed or taken away is told.
    let mut sealed = std::fs::read(&kept).unwrap();
    sealed[1_000] ^= 1;
    std::fs::write(&kept, sealed).unwrap();
    let detail = ask("/api/records/open", body).await;
    assert_eq!(detail["intact"], false);
}

/// A limit of file size stands for the full disk: 8 MiB.
#[tokio::test]
async fn a_full_disk_is_told_and_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_with_small_files(data.path(), 16_384);
    let scene = Scene::of(data, process).await;
    let refused = scene.send("grande.pdf", &pdf(15_000_000)).await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "storage"));
    assert_eq!(scene.on_disk(), Vec::<PathBuf>::new());
    assert_eq!(scene.send("chico.pdf", &pdf(1_000_000)).await.status, 201);
}
