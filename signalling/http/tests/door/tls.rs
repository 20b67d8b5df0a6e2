//! HTTPS with a certificate of the test's own making.

use std::{path::Path, sync::Arc, time::Duration};

use config::{Http, Origin, Tls};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use signalling_http::Patience;
use tokio::{io::AsyncReadExt, net::TcpStream};
use tokio_rustls::TlsConnector;

use crate::{
    client::{exchange_over, json},
    control::{Server, Setting},
};

const ORIGIN: &str = "https://localhost:8443";

fn install_provider() {
    // Another test of this process may have been first.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .ok();
}

fn certificate(folder: &Path) -> Tls {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let files = Tls {
        certificate: folder.join("chain.pem"),
        key: folder.join("key.pem"),
    };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    files
}

fn http(tls: Tls) -> Http {
    Http {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        public_origins: vec![Origin::parse(ORIGIN).unwrap()],
        trusted_proxies: Vec::new(),
        tls: Some(tls),
    }
}

#[tokio::test]
async fn https_makes_secure_cookies() {
    install_provider();
    let folder = tempfile::tempdir().unwrap();
    let tls = certificate(folder.path());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&tls.certificate).unwrap())
        .unwrap();
    let server = Server::start(Setting {
        http: Some(http(tls)),
        ..Setting::default()
    })
    .await;
    let client = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(client));
    let body = r#"{"office":1,"service":1,"name":"Ana","document":"123","language":"es-AR"}"#;
    let ask = async |origin: &str| {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let stream = connector
            .connect(ServerName::try_from("localhost").unwrap(), stream)
            .await
            .unwrap();
        exchange_over(
            stream,
            &json("POST", "/api/visits", &[("Origin", origin)], body),
        )
        .await
    };
    let answer = ask(ORIGIN).await;
    assert_eq!(answer.status, 201);
    assert!(
        answer
            .header("set-cookie")
            .unwrap()
            .contains("; SameSite=Strict; Secure")
    );
    assert_eq!(
        answer.header("strict-transport-security"),
        Some("max-age=31536000")
    );
    assert_eq!(
        ask(&server.origin()).await.status,
        403,
        "plain loopback is no origin of an encrypted server"
    );
}

#[tokio::test]
async fn a_handshake_that_does_not_go_on_is_cut() {
    install_provider();
    let patience = Patience {
        handshake: Duration::from_millis(50),
        ..Patience::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Setting {
        patience,
        http: Some(http(certificate(folder.path()))),
        ..Setting::default()
    })
    .await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let ended = stream.read(&mut [0; 16]).await;
    assert!(matches!(ended, Ok(0) | Err(_)));
}

#[test]
fn unusable_files_are_named() {
    install_provider();
    let folder = tempfile::tempdir().unwrap();
    let good = certificate(folder.path());
    let other = tempfile::tempdir().unwrap();
    let stranger = certificate(other.path());
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let check = |certificate: &Path, key: &Path, expected: &str| {
        let tls = Tls {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
        };
        let error = signalling_http::Door::open(&http(tls), &config::Limits::default())
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(expected), "{error}");
    };
    check(
        &folder.path().join("missing.pem"),
        &good.key,
        "cannot read a certificate chain (PEM) from ",
    );
    check(&empty, &good.key, "found no certificate in ");
    check(
        &good.certificate,
        &empty,
        "cannot read a private key (PEM, without a password) from ",
    );
    check(&good.certificate, &stranger.key, "certificate ");
}
