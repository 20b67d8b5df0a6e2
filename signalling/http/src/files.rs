//! Files of a visit: taken in as raw bodies, looked at while they come in, sealed piece by piece; shown in a page that is
//! nobody's and runs nothing.
//!
//! Left to others: who may send and see (control thread), what a file may be (`signalling::file`), where it lies
//! (`recorder-disk`). Invariants: no file is held whole in memory; what is not kept is gone before the answer is, whatever broke off.

use std::{io, path::PathBuf, sync::Arc};

use axum::{
    Json, Router,
    body::{Body, BodyDataStream, Bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use futures_util::StreamExt;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use recorder_disk::{IncomingFile, RecordKey, SealedFile, WholeFile};
use signalling::{
    file::{FILE_BYTES_MAX, FileKind, Inspector},
    protocol::{
        call::RefusalCode,
        file::{FileForm, FileSent},
    },
    request::{App, FilePlace, FileRequest, OpenedFile, Reply, Request as Question, SessionToken},
    switchboard::{ArrivedFile, NewFile},
};
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    api::{mismatch, required},
    control::Control,
    playback::pieces,
    refusal::Refused,
    scanner::{self, Verdict},
    shared::Shared,
};

type Asked<T> = Result<T, Refused>;

/// Files on their way at one time, all people: each holds a piece in memory and writes to the disk.
pub(crate) const UPLOADS_MAX: usize = 64;

/// Bytes that are sealed and written in one go.
const PIECE_BYTES: usize = 64 * 1024;

/// Bytes of a body that is refused and read to its end all the same: a browser that is still sending does not hear an answer.
const DRAINED_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Bytes of a name as it is sent; what is longer has no name.
const NAME_BYTES_MAX: usize = 2_048;

/// The name of a file, percent-encoded UTF-8, and why it is sent: `sent` (default) or `still`.
const NAME: &str = "x-file-name";
const KIND: &str = "x-file-kind";

/// The routes.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    const FILE: &str = "/api/operator/visits/{visit}/files/{number}";
    const KEPT: &str = "/api/records/{visit}/files/{number}";
    Router::new()
        .route("/api/visits/mine/files", takes(App::Citizen))
        .route("/api/operator/files", takes(App::Operator))
        .route(FILE, gives(App::Operator, Disposition::Inline))
        .route(
            &format!("{FILE}/download"),
            gives(App::Operator, Disposition::Attachment),
        )
        .route(KEPT, gives(App::Office, Disposition::Inline))
        .route(
            &format!("{KEPT}/download"),
            gives(App::Office, Disposition::Attachment),
        )
}

/// A request that may last as long as an upload does.
pub(crate) fn is_upload(method: &Method, path: &str) -> bool {
    method == Method::POST && matches!(path, "/api/visits/mine/files" | "/api/operator/files")
}

fn takes(app: App) -> MethodRouter<Arc<Shared>> {
    post(move |State(shared): State<Arc<Shared>>, request: Request| take(app, shared, request))
}

async fn take(app: App, shared: Arc<Shared>, request: Request) -> Asked<Response> {
    let (head, body) = request.into_parts();
    let session = required(&head.headers, app)?;
    let announced = announced(&head.headers)?;
    let mut body = body.into_data_stream();
    let taken = async {
        let file = new_file(&head.headers, announced)?;
        receive(&shared, (app, session), file, &mut body).await
    };
    let taken = taken.await;
    if taken.is_err() && announced <= DRAINED_BYTES_MAX {
        // Whoever sends slower than that hears nothing, which is what he would have heard anyway.
        let end = timeout(shared.patience.answer, async {
            while body.next().await.is_some_and(|piece| piece.is_ok()) {}
        });
        drop(end.await);
    }
    let number = taken?;
    Ok((StatusCode::CREATED, Json(FileSent { number })).into_response())
}

/// How long the body is. A form of another page has another type: a second lock beside the Origin.
fn announced(headers: &HeaderMap) -> Asked<u64> {
    let malformed = |about, allowed| Refused::because(RefusalCode::Malformed, about, "", allowed);
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::CONTENT_TYPE) != Some("application/octet-stream") {
        return Err(malformed("content-type", "application/octet-stream"));
    }
    let length = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    length.ok_or_else(|| malformed("content-length", "the bytes of the file"))
}

fn new_file(headers: &HeaderMap, bytes: u64) -> Asked<NewFile> {
    if bytes > u64::from(FILE_BYTES_MAX) {
        let allowed = FILE_BYTES_MAX.to_string();
        let code = RefusalCode::TooLong;
        return Err(Refused::because(code, "file", &bytes.to_string(), &allowed));
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = match text(KIND) {
        None | Some("sent") => FileKind::Sent,
        Some("still") => FileKind::Still,
        Some(_) => {
            let code = RefusalCode::Malformed;
            return Err(Refused::because(code, KIND, "", "sent, still"));
        }
    };
    let name = text(NAME).filter(|name| name.len() <= NAME_BYTES_MAX);
    let name = percent_decode_str(name.unwrap_or_default()).decode_utf8_lossy();
    let name = name.into_owned();
    Ok(NewFile { kind, name, bytes })
}

/// Takes the file in and gives it over. Returns its number.
async fn receive(
    shared: &Shared,
    (app, session): (App, SessionToken),
    file: NewFile,
    body: &mut BodyDataStream,
) -> Asked<u8> {
    let _place = { shared.uploads.try_acquire() }
        .map_err(|_none| Refused::new(RefusalCode::Full, "uploads"))?;
    let question = Question::File(FileRequest::Place { app, session, file });
    let Reply::FilePlace(place) = shared.control.ask(question).await? else {
        mismatch("place for a file")
    };
    let mut underway = Underway {
        control: shared.control.clone(),
        place: Some(place.clone()),
    };
    let taken = async {
        let (whole, arrived) = read(shared, &place, body).await?;
        check(shared, &whole, &place).await?;
        Ok((whole, arrived))
    };
    let (whole, arrived) = match taken.await {
        Ok(taken) => taken,
        Err(refused) => {
            // Before the answer: whoever hears it may send the next file at once.
            underway.give_up().await;
            return Err(refused);
        }
    };
    // From here on the control thread answers for the file, even if nobody waits for the answer any more.
    underway.place = None;
    whole.hand_over();
    let control = shared.control.clone();
    let keep = tokio::spawn(async move {
        let (visit, ticket) = (place.visit, place.ticket);
        let file = arrived;
        let question = Question::File(FileRequest::Keep {
            visit,
            ticket,
            file,
        });
        control.ask(question).await
    });
    let Reply::FileKept { number } = keep.await.map_err(|_ended| storage())?? else {
        mismatch("kept file")
    };
    Ok(number)
}

async fn read(
    shared: &Shared,
    place: &FilePlace,
    body: &mut BodyDataStream,
) -> Asked<(WholeFile, ArrivedFile)> {
    let (path, key) = (place.path.clone(), RecordKey::from(place.key));
    let mut incoming = on_disk(move || IncomingFile::create(&path, &key)).await?;
    let mut inspector = Inspector::default();
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    loop {
        let next = timeout(shared.patience.answer, body.next()).await;
        let bytes = match next.map_err(|_elapsed| broken_off())? {
            Some(bytes) => bytes.map_err(|_gone| broken_off())?,
            None => break,
        };
        let belongs = inspect(&mut inspector, &bytes)?;
        piece.extend(belongs.begins);
        piece.extend_from_slice(belongs.rest);
        if piece.len() >= PIECE_BYTES {
            let full = std::mem::replace(&mut piece, Vec::with_capacity(PIECE_BYTES));
            incoming = on_disk(move || incoming.push(&full).map(|()| incoming)).await?;
        }
    }
    let form = { inspector.finish() }.map_err(|fault| Refused(fault.refusal()))?;
    let whole = on_disk(move || {
        incoming.push(&piece)?;
        incoming.finish()
    });
    let whole = whole.await?;
    let arrived = ArrivedFile {
        form,
        bytes: whole.bytes(),
        sha256: whole.sha256(),
    };
    Ok((whole, arrived))
}

/// Nothing is kept that the scanner does not call clean.
async fn check(shared: &Shared, whole: &WholeFile, place: &FilePlace) -> Asked<()> {
    if shared.scanner == config::Scanner::None {
        return Ok(());
    }
    let sealed = open_sealed(whole.path().to_owned(), RecordKey::from(place.key)).await?;
    match scanner::ask(&shared.scanner, sealed).await {
        Verdict::Clean => Ok(()),
        Verdict::Harmful => Err(Refused::new(RefusalCode::FileHarmful, "file")),
        Verdict::Unknown => Err(Refused::new(RefusalCode::FileUnchecked, "file")),
    }
}

fn inspect<'a>(
    inspector: &mut Inspector,
    bytes: &'a Bytes,
) -> Asked<signalling::file::Belongs<'a>> {
    inspector
        .push(bytes)
        .map_err(|fault| Refused(fault.refusal()))
}

/// Does something on the disk, beside the runtime.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Asked<T> {
    match spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            tracing::error!(%error, "a file cannot be kept: look at the disk");
            Err(storage())
        }
        Err(_panicked) => Err(storage()),
    }
}

fn storage() -> Refused {
    Refused::new(RefusalCode::Storage, "file")
}

/// Nobody hears it but whoever sent nothing for long.
fn broken_off() -> Refused {
    let code = RefusalCode::FileDamaged;
    Refused::because(code, "file", "an upload that broke off", "a whole file")
}

/// A file on its way: dropped with its place, the control thread is told that nothing came of it.
struct Underway {
    control: Control,
    place: Option<FilePlace>,
}

impl Underway {
    /// Tells that nothing comes of it, and waits until that is known.
    async fn give_up(&mut self) {
        if let Some(place) = self.place.take() {
            give_up(&self.control, place).await;
        }
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            let control = self.control.clone();
            drop(tokio::spawn(async move { give_up(&control, place).await }));
        }
    }
}

async fn give_up(control: &Control, place: FilePlace) {
    let (visit, ticket) = (place.visit, place.ticket);
    let question = Question::File(FileRequest::Abandon { visit, ticket });
    // Not told, the place is free again by time.
    drop(control.ask(question).await);
}

fn gives(app: App, disposition: Disposition) -> MethodRouter<Arc<Shared>> {
    get(
        move |State(shared): State<Arc<Shared>>,
              Path(which): Path<(String, String)>,
              headers: HeaderMap| async move {
            open(&shared, (app, &headers), which, disposition).await
        },
    )
}

/// Whose file may be opened by whom is the control thread's to say; what it opens for the office, it has logged.
async fn open(
    shared: &Shared,
    (app, headers): (App, &HeaderMap),
    (visit, number): (String, String),
    disposition: Disposition,
) -> Asked<Response> {
    let session = required(headers, app)?;
    let number =
        { number.parse() }.map_err(|_other| Refused::new(RefusalCode::NotFound, "file"))?;
    let question = if app == App::Office {
        Question::File(FileRequest::OpenKept {
            session,
            record: visit,
            number,
        })
    } else {
        Question::File(FileRequest::Open {
            app,
            session,
            visit,
            number,
        })
    };
    let Reply::File(file) = shared.control.ask(question).await? else {
        mismatch("file")
    };
    answer(file, disposition).await
}

/// How a file is handed out.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Disposition {
    /// To be looked at.
    Inline,
    /// To be saved.
    Attachment,
}

/// A document of its own, not of our origin, that runs nothing and reaches nothing; only our own pages may frame it.
const FILE_POLICY: &str = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// A file, on its way out in clear.
async fn answer(file: OpenedFile, disposition: Disposition) -> Asked<Response> {
    let OpenedFile {
        sealed,
        number,
        form,
        name,
    } = file;
    let (path, key) = (sealed.path, RecordKey::from(sealed.key));
    let (media_type, ending) = match form {
        FileForm::Pdf => ("application/pdf", "pdf"),
        FileForm::Jpeg => ("image/jpeg", "jpg"),
        FileForm::Png => ("image/png", "png"),
    };
    let sealed = open_sealed(path, key).await?;
    let length = sealed.plain_bytes();
    let fallback = format!("archivo-{number}.{ending}");
    let name = if name.is_empty() { &fallback } else { &name };
    let kind = match disposition {
        Disposition::Inline => "inline",
        Disposition::Attachment => "attachment",
    };
    // RFC 6266: the plain name for old programs, the whole one percent-encoded.
    let encoded = utf8_percent_encode(name, ATTRIBUTE);
    let named = format!("{kind}; filename=\"{fallback}\"; filename*=UTF-8''{encoded}");
    let named = HeaderValue::from_str(&named).expect("percent-encoded text is a header value");
    let text = HeaderValue::from_static;
    let headers = [
        (header::CONTENT_TYPE, text(media_type)),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_DISPOSITION, named),
        (header::CONTENT_SECURITY_POLICY, text(FILE_POLICY)),
        (header::X_FRAME_OPTIONS, text("SAMEORIGIN")),
    ];
    let body = Body::from_stream(pieces(sealed, 0..length));
    Ok((headers, body).into_response())
}

/// `attr-char` of RFC 8187 stands as it is.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

async fn open_sealed(path: PathBuf, key: RecordKey) -> Asked<SealedFile> {
    match spawn_blocking(move || SealedFile::open(&path, &key)).await {
        Ok(Ok(file)) => Ok(file),
        Ok(Err(recorder_disk::Error::Io(error))) if error.kind() == io::ErrorKind::NotFound => {
            Err(Refused::new(RefusalCode::NotFound, "file"))
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "a file cannot be opened");
            Err(storage())
        }
        Err(_panicked) => Err(storage()),
    }
}
