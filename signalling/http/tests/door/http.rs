//! Routes, cookies, refusals and headers.

use std::time::Duration;

use signalling_http::Patience;

use crate::{
    client::{Answer, bare, exchange, json},
    control::{ACCOUNT, LOAD_TOKEN, PASSWORD, SESSION, Server, Setting},
};

/// Shorter than anybody who would wait.
const SHORT: Duration = Duration::from_millis(50);

const TURN: &str =
    r#"{"office":1,"service":1,"name":"Ana Sosa","document":"12.345.678","language":"es-AR"}"#;

impl Server {
    async fn get(&self, path: &str) -> Answer {
        exchange(self.address, &bare("GET", path, &[])).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        exchange(
            self.address,
            &json(method, path, &[("Origin", &self.origin())], body),
        )
        .await
    }

    async fn sign_in(&self, app: &str, account: &str, password: &str) -> Answer {
        let body = serde_json::json!({ "account": account, "password": password }).to_string();
        self.send("POST", &format!("/api/{app}/session"), &body)
            .await
    }
}

pub(crate) fn cookie(app: &str) -> String {
    format!("ventanilla_{app}={SESSION}")
}

#[tokio::test]
async fn a_turn_is_a_cookie_that_scripts_cannot_read() {
    let server = Server::start(Setting::default()).await;
    let answer = server.send("POST", "/api/visits", TURN).await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (201, r#"{"turno_code":"ABCDEFGHJKLM"}"#)
    );
    let expected =
        format!("ventanilla_citizen={SESSION}; Path=/; HttpOnly; SameSite=Strict; Max-Age=86400");
    assert_eq!(answer.header("set-cookie"), Some(expected.as_str()));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        server.get("/api/catalogue").await.text(),
        r#"{"body":"Municipio","offices":[]}"#
    );
}

#[tokio::test]
async fn each_app_has_a_session_of_its_own() {
    let server = Server::start(Setting::default()).await;
    let answer = server.sign_in("office", ACCOUNT, PASSWORD).await;
    assert_eq!(answer.status, 200);
    let expected = format!("{}; Path=/; HttpOnly; SameSite=Strict", cookie("office"));
    assert_eq!(answer.header("set-cookie"), Some(expected.as_str()));
    let who = |cookie: String| {
        let request = bare("GET", "/api/office/session", &[("Cookie", &cookie)]);
        let address = server.address;
        async move { exchange(address, &request).await.status }
    };
    assert_eq!(who(cookie("office")).await, 200);
    assert_eq!(who(cookie("operator")).await, 401);
    assert_eq!(
        who(format!("ventanilla_office={}", "x".repeat(22))).await,
        401
    );
    let signed_out = exchange(
        server.address,
        &bare(
            "DELETE",
            "/api/office/session",
            &[("Cookie", &cookie("office")), ("Origin", &server.origin())],
        ),
    )
    .await;
    assert_eq!(signed_out.status, 204);
    assert_eq!(
        signed_out.header("set-cookie"),
        Some("ventanilla_office=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")
    );
}

#[tokio::test]
async fn a_turn_is_forgotten_only_when_it_is_over() {
    let server = Server::start(Setting::default()).await;
    let forget = async |cookie: &str| {
        let request = bare(
            "DELETE",
            "/api/visits/mine",
            &[("Cookie", cookie), ("Origin", &server.origin())],
        );
        let answer = exchange(server.address, &request).await;
        (answer.status, answer.header("set-cookie").is_some())
    };
    assert_eq!(forget(&cookie("citizen")).await, (409, false));
    assert_eq!(
        forget(&format!("ventanilla_citizen={}", "x".repeat(22))).await,
        (204, true)
    );
    assert_eq!(forget("other=1").await, (204, true));
}

#[tokio::test]
async fn what_changes_something_comes_from_our_own_pages() {
    let setting = Setting {
        http: Some(config::Http {
            listen: vec!["127.0.0.1:0".parse().unwrap()],
            public_origins: vec![config::Origin::parse("https://turnos.example.org").unwrap()],
            ..config::Http::default()
        }),
        ..Setting::default()
    };
    let server = Server::start(setting).await;
    let check = async |origins: &[&str], expected: u16| {
        let headers: Vec<(&str, &str)> = origins.iter().map(|origin| ("Origin", *origin)).collect();
        let answer = exchange(server.address, &json("POST", "/api/visits", &headers, TURN)).await;
        assert_eq!(answer.status, expected, "{origins:?}");
        answer
    };
    check(&[&server.origin()], 201).await;
    check(
        &[&format!("http://localhost:{}", server.address.port())],
        201,
    )
    .await;
    let behind_a_proxy = check(&["https://turnos.example.org"], 201).await;
    assert!(
        behind_a_proxy
            .header("set-cookie")
            .unwrap()
            .contains("; Secure")
    );
    for others in [
        "https://evil.example",
        "https://turnos.example.org.evil.example",
        "null",
        "",
        "http://127.0.0.1",
        "http://turnos.example.org",
    ] {
        assert_eq!(check(&[others], 403).await.code(), "forbidden");
    }
    check(&[], 403).await;
    check(&[&server.origin(), "https://evil.example"], 403).await;
}

#[tokio::test]
async fn a_body_is_small_json_of_the_known_fields() {
    let server = Server::start(Setting::default()).await;
    let check = async |headers: &[(&str, &str)], body: &str, expected: (u16, &str)| {
        let origin = server.origin();
        let mut all = vec![("Origin", origin.as_str())];
        all.extend_from_slice(headers);
        let mut request = bare("POST", "/api/visits", &all);
        request.extend_from_slice(body.as_bytes());
        let answer = exchange(server.address, &request).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            expected,
            "{headers:?}"
        );
        answer.text()
    };
    let length = TURN.len().to_string();
    let typed = ("Content-Type", "application/json; charset=utf-8");
    check(&[typed, ("Content-Length", &length)], TURN, (201, "")).await;
    check(
        &[("Content-Type", "text/plain"), ("Content-Length", &length)],
        TURN,
        (400, "malformed"),
    )
    .await;
    check(&[("Content-Length", &length)], TURN, (400, "malformed")).await;
    let said = check(
        &[typed, ("Content-Length", "20")],
        r#"{"name":"secreto"}  "#,
        (400, "malformed"),
    )
    .await;
    assert!(!said.contains("secreto"), "{said}");
    let unknown = TURN.replace("{", r#"{"apellido":1,"#);
    let said = check(
        &[typed, ("Content-Length", &unknown.len().to_string())],
        &unknown,
        (400, "malformed"),
    )
    .await;
    assert!(!said.contains("apellido"), "{said}");
    check(
        &[typed, ("Content-Length", "99999999")],
        "",
        (413, "too_long"),
    )
    .await;
    let large = format!("{:x}\r\n{}\r\n0\r\n\r\n", 20_000, " ".repeat(20_000));
    check(
        &[typed, ("Transfer-Encoding", "chunked")],
        &large,
        (413, "too_long"),
    )
    .await;
    let asked = exchange(
        server.address,
        &json(
            "POST",
            "/api/visits?name=Ana",
            &[("Origin", &server.origin())],
            TURN,
        ),
    )
    .await;
    assert_eq!((asked.status, asked.code().as_str()), (400, "malformed"));
}

#[tokio::test]
async fn refusals_of_the_control_thread_have_their_status() {
    let server = Server::start(Setting::default()).await;
    let other_service = TURN.replace(r#""service":1"#, r#""service":2"#);
    let answer = server.send("POST", "/api/visits", &other_service).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"));
    let body = r#"{"reason":"","code":"","from_day":"","to_day":""}"#;
    let headers = [
        ("Origin", &*server.origin()),
        ("Cookie", &*cookie("office")),
    ];
    let answer = exchange(
        server.address,
        &json("POST", "/api/records/search", &headers, body),
    )
    .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (428, "reason_needed")
    );
    let answer = server.send("POST", "/api/records/search", body).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "no_session"));
    assert_eq!(server.get("/api/no-such-thing").await.code(), "not_found");
    let other_method = server.send("POST", "/api/catalogue", "{}").await;
    assert_eq!(
        (other_method.status, other_method.code().as_str()),
        (405, "not_found")
    );
    assert_eq!(other_method.header("allow"), Some("GET,HEAD"));
}

#[tokio::test]
async fn guessing_passwords_is_slow_and_tells_nothing() {
    let limits = config::Limits {
        sign_ins_per_minute: 3,
        ..config::Limits::default()
    };
    let server = Server::start(Setting {
        limits,
        ..Setting::default()
    })
    .await;
    let wrong = server.sign_in("operator", ACCOUNT, "incorrecto").await;
    let nobody = server.sign_in("operator", "nadie", "incorrecto").await;
    assert_eq!((wrong.status, wrong.text()), (401, nobody.text()));
    assert_eq!(wrong.code(), "wrong_password");
    assert_eq!(wrong.header("set-cookie"), None);
    server.sign_in("operator", ACCOUNT, "incorrecto").await;
    server.sign_in("operator", ACCOUNT, "incorrecto").await;
    let right = server.sign_in("operator", ACCOUNT, PASSWORD).await;
    assert_eq!((right.status, right.code().as_str()), (429, "too_fast"));
    assert_eq!(right.header("retry-after"), Some("10"));
    assert_eq!(
        server.sign_in("operator", "otra", "x").await.status,
        401,
        "another account has tries of its own"
    );
    assert_eq!(
        server
            .sign_in("operator", &"a".repeat(65), "x")
            .await
            .status,
        401
    );
    assert_eq!(
        server
            .sign_in("operator", "larga", &"a".repeat(257))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_refused() {
    let limits = config::Limits {
        requests_per_second: 1,
        ..config::Limits::default()
    };
    let server = Server::start(Setting {
        limits,
        ..Setting::default()
    })
    .await;
    let mut statuses = Vec::new();
    for _ in 0..40 {
        statuses.push(server.get("/api/catalogue").await.status);
    }
    assert_eq!(statuses[..10], [200; 10]);
    assert!(statuses.contains(&429));
    assert_eq!(
        server.get("/health").await.status,
        200,
        "pages and health are not counted"
    );
    let token = format!("Bearer {LOAD_TOKEN}");
    let load_test = bare("GET", "/api/catalogue", &[("Authorization", &token)]);
    for _ in 0..20 {
        assert_eq!(exchange(server.address, &load_test).await.status, 200);
    }
}

#[tokio::test]
async fn the_office_of_the_load_test_needs_the_token() {
    let server = Server::start(Setting::default()).await;
    let ask = async |token: &str, body: &str| {
        let headers = [
            ("Origin", &*server.origin()),
            ("Authorization", &*format!("Bearer {token}")),
        ];
        exchange(
            server.address,
            &json("POST", "/api/load/office", &headers, body),
        )
        .await
    };
    let made = ask(LOAD_TOKEN, r#"{"operators":2}"#).await;
    assert_eq!(
        made.text(),
        format!(r#"{{"office":9,"service":1,"operators":["{SESSION}","{SESSION}"]}}"#)
    );
    assert_eq!(
        ask("load-token", r#"{"operators":2}"#).await.code(),
        "forbidden"
    );
    assert_eq!(ask("", r#"{"operators":2}"#).await.code(), "forbidden");
    assert_eq!(
        ask(LOAD_TOKEN, r#"{"operators":-2}"#).await.code(),
        "malformed"
    );
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::start(Setting::default()).await;
    for path in [
        "/",
        "/operador",
        "/oficina",
        "/nothing",
        "/api/catalogue",
        "/api/nothing",
        "/health",
        "/assets/x.js",
    ] {
        let answer = server.get(path).await;
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
            "{path}"
        );
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("media-src 'self' blob:"),
            "{path}"
        );
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"));
        assert!(
            answer
                .header("permissions-policy")
                .unwrap()
                .starts_with("camera=(self), microphone=(self)")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), None);
    }
}

#[tokio::test]
async fn the_pages_are_there_or_say_how_to_build_them() {
    let server = Server::start(Setting::default()).await;
    for path in ["/", "/operador", "/oficina"] {
        let answer = server.get(path).await;
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(
            answer.status == 200 || (answer.status == 503 && answer.text().contains("make web")),
            "{path}: {}",
            answer.status
        );
        let head = exchange(server.address, &bare("HEAD", path, &[])).await;
        assert_eq!((head.status, head.body.len()), (answer.status, 0));
        assert_eq!(
            head.header("content-length"),
            Some(answer.body.len().to_string().as_str())
        );
    }
}

#[tokio::test]
async fn no_path_leaves_the_web_folder() {
    let server = Server::start(Setting::default()).await;
    for path in [
        "/../Cargo.toml",
        "/assets/../../package.json",
        "/..%2f..%2fpackage.json",
        "/%2e%2e/package.json",
        "/assets/..\\..\\package.json",
        "//etc/passwd.txt",
        "/.git/config.json",
        "/citizen.html",
        "/package.json",
        "/assets/",
        "/assets",
    ] {
        let answer = server.get(path).await;
        assert!(
            matches!(answer.status, 404 | 400),
            "{path}: {}",
            answer.status
        );
    }
    let posted = server.send("POST", "/favicon.svg", "{}").await;
    assert_eq!(
        (posted.status, posted.header("allow")),
        (405, Some("GET, HEAD"))
    );
}

#[tokio::test]
async fn numbers_are_for_this_machine_only() {
    let server = Server::start(Setting::default()).await;
    let page = server.get("/metrics").await;
    assert!(
        page.text()
            .contains("# TYPE queue_waiting gauge\nqueue_waiting 7\n"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("media_packets_lost_total 3\n"));
    assert!(page.text().contains("http_requests_total 1\n"));
    let forwarded = exchange(
        server.address,
        &bare("GET", "/metrics", &[("X-Forwarded-For", "192.0.2.1")]),
    )
    .await;
    assert_eq!(forwarded.status, 404);
    assert_eq!(server.get("/health").await.text(), r#"{"status":"ok"}"#);
}

#[tokio::test]
async fn one_address_has_so_many_connections() {
    let limits = config::Limits {
        connections_per_address: 4,
        ..config::Limits::default()
    };
    let server = Server::start(Setting {
        limits,
        ..Setting::default()
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut stream = tokio::net::TcpStream::connect(server.address)
            .await
            .unwrap();
        // Answered and kept open: the server has it for certain.
        let request = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, request)
            .await
            .unwrap();
        assert!(
            tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 1024])
                .await
                .unwrap()
                > 0
        );
        held.push(stream);
    }
    let mut fifth = tokio::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    let ended = tokio::io::AsyncReadExt::read(&mut fifth, &mut [0; 16]).await;
    assert!(matches!(ended, Ok(0) | Err(_)), "closed without a word");
}

#[tokio::test]
async fn headers_that_trickle_in_are_not_waited_for() {
    let patience = Patience {
        headers: SHORT,
        ..Patience::default()
    };
    let server = Server::start(Setting {
        patience,
        ..Setting::default()
    })
    .await;
    let mut stream = tokio::net::TcpStream::connect(server.address)
        .await
        .unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET / HTTP/1.1\r\nHost:")
        .await
        .unwrap();
    let mut rest = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest)
        .await
        .ok();
    let said = String::from_utf8_lossy(&rest);
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 408"),
        "{said}"
    );
}

#[tokio::test]
async fn a_body_that_trickles_in_is_not_waited_for() {
    let patience = Patience {
        answer: SHORT,
        ..Patience::default()
    };
    let server = Server::start(Setting {
        patience,
        ..Setting::default()
    })
    .await;
    let headers = [
        ("Origin", &*server.origin()),
        ("Content-Type", "application/json"),
        ("Content-Length", "100"),
    ];
    let mut request = bare("POST", "/api/visits", &headers);
    request.extend_from_slice(b"{\"office\"");
    assert_eq!(exchange(server.address, &request).await.status, 408);
}

#[tokio::test]
async fn an_idle_connection_is_not_kept() {
    let patience = Patience {
        headers: SHORT,
        ..Patience::default()
    };
    let server = Server::start(Setting {
        patience,
        ..Setting::default()
    })
    .await;
    // Without "Connection: close": the server may keep it, but not for ever.
    let answer = exchange(server.address, b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn headers_beyond_measure_are_refused() {
    let server = Server::start(Setting::default()).await;
    let long = "x".repeat(60_000);
    let answer = exchange(server.address, &bare("GET", "/", &[("X-Long", &long)])).await;
    assert_eq!(answer.status, 431);
    let many = vec![("X-Many", "1"); 100];
    let answer = exchange(server.address, &bare("GET", "/", &many)).await;
    assert_eq!(answer.status, 431);
}
