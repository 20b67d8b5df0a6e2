//! `/api`: the handlers of `signalling::protocol::entry` and `signalling::protocol::office`, and of the load test. Each asks the
//! control thread once and puts its answer into HTTP; what may be done is decided there.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::{Deserialize, Serialize};
use signalling::{
    PairingCode,
    protocol::{
        call::RefusalCode,
        entry::{Account, Catalogue, EnterInvitation, EnterMachine, SignIn, TakeTurn},
        office::{AccessLog, OpenRecord, RecordDetail, RecordsFound, SearchRecords},
    },
    request::{App, Reply, Request, SessionToken},
};

use crate::{
    body::Body,
    cookie,
    refusal::Refused,
    shared::{Peer, Shared, bearer, now},
};

type Asked<T> = Result<T, Refused>;
type Server = State<Arc<Shared>>;

/// The routes.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/catalogue", get(catalogue))
        .route("/api/visits", post(take_turn))
        .route("/api/visits/mine", delete(forget_turn))
        .route("/api/visits/mine/program", program(App::Citizen))
        .route("/api/operator/program", program(App::Operator))
        .route("/api/invitations", link(App::Guest))
        .route("/api/moves", link(App::Citizen))
        .route("/api/machines", post(enter_machine))
        .route("/api/operator/session", sessions(App::Operator))
        .route("/api/office/session", sessions(App::Office))
        .route("/api/records/search", post(search_records))
        .route("/api/records/open", post(open_record))
        .route("/api/records/access", get(access_log))
        .route("/api/load/office", post(load_office))
}

async fn catalogue(State(shared): Server) -> Asked<Json<Catalogue>> {
    let Reply::Catalogue(catalogue) = shared.control.ask(Request::Catalogue).await? else {
        mismatch("catalogue")
    };
    Ok(Json(catalogue))
}

async fn take_turn(
    State(shared): Server,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(body): Body<TakeTurn>,
) -> Asked<Response> {
    let load_token = shared
        .is_load_test(&headers)
        .then(|| bearer(&headers).map(str::to_owned))
        .flatten();
    let request = Request::TakeTurn {
        body,
        address: peer.client,
        load_token,
    };
    let Reply::TurnTaken(taken, session) = shared.control.ask(request).await? else {
        mismatch("turn")
    };
    let cookie = cookie::set(App::Citizen, &session, shared.is_secure(&headers));
    Ok((
        StatusCode::CREATED,
        [(header::SET_COOKIE, cookie)],
        Json(taken),
    )
        .into_response())
}

/// A link opens a place: a guest's of its own, or a citizen's on another device.
fn link(app: App) -> axum::routing::MethodRouter<Arc<Shared>> {
    post(
        move |State(shared): Server,
              Extension(peer): Extension<Peer>,
              headers: HeaderMap,
              Body(body): Body<EnterInvitation>| enter(app, shared, peer, headers, body),
    )
}

async fn enter(
    app: App,
    shared: Arc<Shared>,
    peer: Peer,
    headers: HeaderMap,
    body: EnterInvitation,
) -> Asked<Response> {
    let about = if app == App::Guest {
        "invitation"
    } else {
        "move"
    };
    if !shared.rates.invitations.take(peer.network(), now()) {
        return Err(Refused::new(RefusalCode::TooFast, about));
    }
    let Some(link) = cookie::token(&body.token) else {
        return Err(Refused::new(RefusalCode::InvitationOver, about));
    };
    let own = cookie::session(&headers, app);
    let request = if app == App::Guest {
        let invitation = link;
        Request::EnterInvitation { invitation, own }
    } else {
        Request::EnterMove { link, own }
    };
    let Reply::Entered(session) = shared.control.ask(request).await? else {
        mismatch("session of a link")
    };
    Ok(entered(app, session, &shared, &headers))
}

/// A code that was typed joins this browser to somebody's call. What is no code has the answer of one that is wrong.
async fn enter_machine(
    State(shared): Server,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    Body(body): Body<EnterMachine>,
) -> Asked<Response> {
    const ABOUT: &str = "code";
    if !shared.rates.codes.take(peer.network(), now()) {
        return Err(Refused::new(RefusalCode::TooFast, ABOUT));
    }
    let code = PairingCode::parse(&body.code);
    let code = code.ok_or_else(|| Refused::new(RefusalCode::WrongCode, ABOUT))?;
    let own = cookie::session(&headers, App::Machine);
    let request = Request::EnterMachine { code, own };
    let Reply::Entered(session) = shared.control.ask(request).await? else {
        mismatch("session of a machine")
    };
    Ok(entered(App::Machine, session, &shared, &headers))
}

fn entered(
    app: App,
    session: Option<SessionToken>,
    shared: &Shared,
    headers: &HeaderMap,
) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Some(session) = session {
        let cookie = cookie::set(app, &session, shared.is_secure(headers));
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn forget_turn(State(shared): Server, headers: HeaderMap) -> Asked<Response> {
    if let Some(session) = cookie::session(&headers, App::Citizen) {
        forget_session(shared.control.ask(Request::ForgetTurn(session)).await)?;
    }
    Ok(forgotten(App::Citizen, &shared, &headers))
}

fn program(app: App) -> axum::routing::MethodRouter<Arc<Shared>> {
    post(move |State(shared): Server, headers: HeaderMap| program_token(app, shared, headers))
}

async fn program_token(app: App, shared: Arc<Shared>, headers: HeaderMap) -> Asked<Response> {
    let session = required(&headers, app)?;
    let asked = shared
        .control
        .ask(Request::Program { app, session })
        .await?;
    let Reply::Program(access) = asked else {
        mismatch("token")
    };
    Ok((StatusCode::CREATED, Json(access)).into_response())
}

fn sessions(app: App) -> axum::routing::MethodRouter<Arc<Shared>> {
    get(move |State(shared): Server, headers: HeaderMap| who_am_i(app, shared, headers))
        .post(
            move |State(shared): Server,
                  Extension(peer): Extension<Peer>,
                  headers: HeaderMap,
                  Body(body): Body<SignIn>| {
                sign_in(app, shared, peer, headers, body)
            },
        )
        .delete(move |State(shared): Server, headers: HeaderMap| sign_out(app, shared, headers))
}

async fn who_am_i(app: App, shared: Arc<Shared>, headers: HeaderMap) -> Asked<Json<Account>> {
    let session = required(&headers, app)?;
    let Reply::Account(account) = shared.control.ask(Request::WhoAmI { app, session }).await?
    else {
        mismatch("account")
    };
    Ok(Json(account))
}

/// Bytes of an account's name: longer ones are nobody's.
const ACCOUNT_BYTES_MAX: usize = 64;

/// Bytes of a password: argon2 reads all of it, so a stranger must not choose how much.
const PASSWORD_BYTES_MAX: usize = 256;

async fn sign_in(
    app: App,
    shared: Arc<Shared>,
    peer: Peer,
    headers: HeaderMap,
    body: SignIn,
) -> Asked<Response> {
    let SignIn { account, password } = body;
    if account.is_empty()
        || account.len() > ACCOUNT_BYTES_MAX
        || password.len() > PASSWORD_BYTES_MAX
    {
        return Err(Refused::new(RefusalCode::WrongPassword, "password"));
    }
    let (network, time) = (peer.network(), now());
    if !shared.rates.sign_ins_of_address.take(network, time)
        || !shared.rates.sign_ins.take((network, app, &account), time)
    {
        return Err(Refused::new(RefusalCode::TooFast, "password"));
    }
    let asked = shared
        .control
        .ask(Request::PasswordOf {
            app,
            account: account.clone(),
        })
        .await?;
    let Reply::Password(stored) = asked else {
        mismatch("password")
    };
    let verified = shared.verifier.verify(password, stored).await;
    if !verified.ok_or_else(|| Refused::new(RefusalCode::Full, "password"))? {
        return Err(Refused::new(RefusalCode::WrongPassword, "password"));
    }
    let Reply::SignedIn(account, session) =
        shared.control.ask(Request::SignIn { app, account }).await?
    else {
        mismatch("sign-in")
    };
    let cookie = cookie::set(app, &session, shared.is_secure(&headers));
    Ok(([(header::SET_COOKIE, cookie)], Json(account)).into_response())
}

async fn sign_out(app: App, shared: Arc<Shared>, headers: HeaderMap) -> Asked<Response> {
    if let Some(session) = cookie::session(&headers, app) {
        forget_session(shared.control.ask(Request::SignOut { app, session }).await)?;
    }
    Ok(forgotten(app, &shared, &headers))
}

async fn search_records(
    State(shared): Server,
    headers: HeaderMap,
    Body(body): Body<SearchRecords>,
) -> Asked<Json<RecordsFound>> {
    let session = required(&headers, App::Office)?;
    let Reply::Records(found) = shared
        .control
        .ask(Request::SearchRecords(session, body))
        .await?
    else {
        mismatch("records")
    };
    Ok(Json(found))
}

async fn open_record(
    State(shared): Server,
    headers: HeaderMap,
    Body(body): Body<OpenRecord>,
) -> Asked<Json<RecordDetail>> {
    let session = required(&headers, App::Office)?;
    let Reply::Record(record) = shared
        .control
        .ask(Request::OpenRecord(session, body))
        .await?
    else {
        mismatch("record")
    };
    Ok(Json(*record))
}

async fn access_log(State(shared): Server, headers: HeaderMap) -> Asked<Json<AccessLog>> {
    let session = required(&headers, App::Office)?;
    let Reply::AccessLog(log) = shared.control.ask(Request::AccessLog(session)).await? else {
        mismatch("access log")
    };
    Ok(Json(log))
}

/// Body of `POST /api/load/office`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WantedOffice {
    /// Operators, 1 to 2000.
    operators: u32,
}

/// Answer to it.
#[derive(Debug, Serialize)]
struct MadeOffice {
    office: u32,
    service: u32,
    /// Values of the cookie `ventanilla_operator`, one per operator.
    operators: Vec<String>,
}

async fn load_office(
    State(shared): Server,
    headers: HeaderMap,
    Body(wanted): Body<WantedOffice>,
) -> Asked<Json<MadeOffice>> {
    if !shared.is_load_test(&headers) {
        return Err(Refused::because(
            RefusalCode::Forbidden,
            "authorization",
            "",
            "the token of load.token_file",
        ));
    }
    let load_token = bearer(&headers).unwrap_or_default().to_owned();
    let request = Request::LoadOffice {
        load_token,
        operators: wanted.operators,
    };
    let Reply::LoadOffice(made) = shared.control.ask(request).await? else {
        mismatch("load office")
    };
    let operators = made.operators.into_iter().map(|token| token.0).collect();
    Ok(Json(MadeOffice {
        office: made.office,
        service: made.service,
        operators,
    }))
}

/// The session of this app, or a refusal.
pub(crate) fn required(headers: &HeaderMap, app: App) -> Asked<SessionToken> {
    cookie::session(headers, app).ok_or_else(|| Refused::new(RefusalCode::NoSession, "session"))
}

/// A session that is no more is as good as one that was just ended.
fn forget_session(answer: Result<Reply, signalling::protocol::call::Refusal>) -> Asked<()> {
    match answer {
        Ok(_done) => Ok(()),
        Err(refusal) if refusal.code == RefusalCode::NoSession => Ok(()),
        Err(refusal) => Err(refusal.into()),
    }
}

fn forgotten(app: App, shared: &Shared, headers: &HeaderMap) -> Response {
    (
        StatusCode::NO_CONTENT,
        [(
            header::SET_COOKIE,
            cookie::forget(app, shared.is_secure(headers)),
        )],
    )
        .into_response()
}

/// Our own mistake: this request fails, the others do not notice.
pub(crate) fn mismatch(asked: &str) -> ! {
    panic!("the control thread answered something else than a {asked}")
}
