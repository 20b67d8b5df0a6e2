//! Clients of the server: one HTTP request at a time, and WebSockets that wait for what they are told.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use signalling::protocol::{
    PROTOCOL_VERSION,
    call::{DeviceState, DeviceStates, Refusal},
    citizen::{CitizenStep, CitizenView, FromCitizen, ToCitizen},
    operator::{FromOperator, OperatorStep, OperatorView, ToOperator},
    person::{FromPerson, ToPerson},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// A test that waits longer than this has failed; nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const DEVICE: &str = "device0000000001";
pub(crate) const ON: DeviceStates = DeviceStates {
    camera: DeviceState::On,
    microphone: DeviceState::On,
};

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `name=value` of the cookie that was set.
    pub(crate) cookie: Option<String>,
    pub(crate) body: Value,
}

pub(crate) async fn ask(
    server: SocketAddr,
    method: &str,
    path: &str,
    cookie: Option<&str>,
    body: Option<Value>,
) -> Answer {
    let body = body.map(|body| body.to_string()).unwrap_or_default();
    let cookie = cookie
        .map(|cookie| format!("Cookie: {cookie}\r\n"))
        .unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\nOrigin: http://{server}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n{cookie}\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut text))
        .await
        .expect("an answer in time")
        .unwrap();
    let (head, body) = text.split_once("\r\n\r\n").expect("headers and body");
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status line");
    let set = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .starts_with("set-cookie: ")
            .then(|| &line["set-cookie: ".len()..])
    });
    let cookie = set
        .and_then(|line| line.split(';').next())
        .map(ToOwned::to_owned);
    Answer {
        status,
        cookie,
        body: serde_json::from_str(body).unwrap_or(Value::Null),
    }
}

/// The text of a page.
pub(crate) async fn text(server: SocketAddr, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n\r\n");
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut text))
        .await
        .expect("an answer in time")
        .unwrap();
    text
}

/// Takes a turn in the demo office; returns its cookie and code.
pub(crate) async fn take_turn(server: SocketAddr, service: u32) -> (String, String) {
    let body = json!({ "office": 1, "service": service, "name": "Ana Paz", "document": "20.345.678", "language": "es-AR" });
    let answer = ask(server, "POST", "/api/visits", None, Some(body)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    (
        answer.cookie.expect("a cookie"),
        answer.body["turno_code"]
            .as_str()
            .expect("a code")
            .to_owned(),
    )
}

/// Signs in; returns the cookie.
pub(crate) async fn sign_in(server: SocketAddr, app: &str, account: &str) -> String {
    let body = json!({ "account": account, "password": format!("demo-{account}") });
    let answer = ask(
        server,
        "POST",
        &format!("/api/{app}/session"),
        None,
        Some(body),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.cookie.expect("a cookie")
}

/// A WebSocket.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
}

impl Socket {
    pub(crate) async fn open(server: SocketAddr, path: &str, cookie: &str) -> Self {
        let mut request = format!("ws://{server}{path}")
            .into_client_request()
            .unwrap();
        request
            .headers_mut()
            .insert("Cookie", cookie.parse().unwrap());
        request
            .headers_mut()
            .insert("Origin", format!("http://{server}").parse().unwrap());
        let stream = TcpStream::connect(server).await.unwrap();
        let (stream, _) = timeout(PATIENCE, client_async(request, stream))
            .await
            .expect("a WebSocket in time")
            .unwrap();
        Self { stream }
    }

    pub(crate) async fn send_text(&mut self, text: String) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// The next message; none when the server has closed.
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> Option<T> {
        loop {
            match timeout(PATIENCE, self.stream.next())
                .await
                .expect("something in time")
            {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_control)) => {}
            }
        }
    }
}

/// A citizen's page.
pub(crate) struct Citizen {
    pub(crate) socket: Socket,
}

impl Citizen {
    pub(crate) async fn open(server: SocketAddr, cookie: &str, device: &str) -> Self {
        let mut citizen = Self {
            socket: Socket::open(server, "/ws/citizen", cookie).await,
        };
        let (device, language) = (device.to_owned(), "es-AR".to_owned());
        citizen
            .say(&FromCitizen::Person(FromPerson::Hello {
                version: PROTOCOL_VERSION,
                device,
                language,
                attempt: None,
                take_over: false,
            }))
            .await;
        citizen
    }

    pub(crate) async fn say(&mut self, message: &FromCitizen) {
        self.socket.send_text(json_of(message)).await;
    }

    pub(crate) async fn next(&mut self) -> Option<ToCitizen> {
        self.socket.next().await
    }

    /// Waits for a view in which this is true.
    pub(crate) async fn until<R>(
        &mut self,
        what: &str,
        test: impl Fn(&CitizenView) -> Option<R>,
    ) -> R {
        loop {
            match self.next().await {
                Some(ToCitizen::Visit { view }) => {
                    if let Some(found) = test(&view) {
                        return found;
                    }
                }
                Some(_other) => {}
                None => panic!("closed before {what}"),
            }
        }
    }

    pub(crate) async fn refusal(&mut self) -> Refusal {
        loop {
            match self.next().await {
                Some(ToCitizen::Person(ToPerson::Refused { refusal })) => return refusal,
                Some(_other) => {}
                None => panic!("closed without a refusal"),
            }
        }
    }

    /// Confirms, and returns display code and place.
    pub(crate) async fn wait_in_line(&mut self) -> (String, u32) {
        self.say(&FromCitizen::Confirm {
            devices: ON,
            line: None,
        })
        .await;
        self.until("waiting", place).await
    }
}

/// Display code and place of a waiting citizen.
pub(crate) fn place(view: &CitizenView) -> Option<(String, u32)> {
    match &view.step {
        CitizenStep::Waiting { position, .. } => Some((
            view.display_code.clone().expect("a display code"),
            *position,
        )),
        _other => None,
    }
}

/// An operator's page.
pub(crate) struct Operator {
    pub(crate) socket: Socket,
}

impl Operator {
    pub(crate) async fn open(server: SocketAddr, cookie: &str) -> Self {
        let mut operator = Self {
            socket: Socket::open(server, "/ws/operator", cookie).await,
        };
        let (device, language) = (DEVICE.to_owned(), "es-AR".to_owned());
        operator
            .say(&FromOperator::Person(FromPerson::Hello {
                version: PROTOCOL_VERSION,
                device,
                language,
                attempt: None,
                take_over: false,
            }))
            .await;
        operator
    }

    pub(crate) async fn say(&mut self, message: &FromOperator) {
        self.socket.send_text(json_of(message)).await;
    }

    pub(crate) async fn until<R>(
        &mut self,
        what: &str,
        test: impl Fn(&OperatorView) -> Option<R>,
    ) -> R {
        loop {
            match self.socket.next().await {
                Some(ToOperator::Console { view }) => {
                    if let Some(found) = test(&view) {
                        return found;
                    }
                }
                Some(_other) => {}
                None => panic!("closed before {what}"),
            }
        }
    }

    pub(crate) async fn refusal(&mut self) -> Refusal {
        loop {
            match self.socket.next().await {
                Some(ToOperator::Person(ToPerson::Refused { refusal })) => return refusal,
                Some(_other) => {}
                None => panic!("closed without a refusal"),
            }
        }
    }
}

/// Takes both from the assignment into the call.
pub(crate) async fn into_the_call(citizen: &mut Citizen, operator: &mut Operator) {
    let sha256 = citizen
        .until("assigned", |view| match &view.step {
            CitizenStep::Assigned { notice, .. } => Some(notice.sha256.clone()),
            _other => None,
        })
        .await;
    citizen.say(&FromCitizen::AcceptNotice { sha256 }).await;
    operator.say(&FromOperator::Start {}).await;
    operator
        .until("the lobby", |view| {
            matches!(&view.step, OperatorStep::Started { lobby, .. } if lobby.len() == 1)
                .then_some(())
        })
        .await;
    operator.say(&FromOperator::Admit { participant: 1 }).await;
    citizen
        .until("in call", |view| {
            matches!(view.step, CitizenStep::InCall { .. }).then_some(())
        })
        .await;
    operator
        .until("in call", |view| {
            matches!(view.step, OperatorStep::InCall { .. }).then_some(())
        })
        .await;
}

fn json_of(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("a message is JSON")
}
