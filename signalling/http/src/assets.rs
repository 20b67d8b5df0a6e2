//! The web apps: three pages and their hashed files, held by the binary (a debug build reads `web/dist` each time it is asked).

use axum::{
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// The page of one app; never kept by a browser, because it names the hashed files of this version.
pub(crate) fn page(name: &str) -> Response {
    match Dist::get(name) {
        Some(file) => respond(file, HTML, "no-store"),
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    }
}

/// Any other path: a file of the web apps, or nothing.
pub(crate) async fn file(method: Method, uri: Uri) -> Response {
    let path = uri.path().strip_prefix('/').unwrap_or_default();
    if path.starts_with("api/") || path.starts_with("ws/") {
        let refusal = signalling::protocol::call::RefusalCode::NotFound;
        return crate::refusal::Refused::new(refusal, "path").into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
        )
            .into_response();
    }
    let found = content_type(path)
        .filter(|_| is_plain(path))
        .and_then(|kind| Some((Dist::get(path)?, kind)));
    match found {
        Some((file, kind)) => respond(
            file,
            kind,
            if path.starts_with("assets/") {
                FOREVER
            } else {
                AN_HOUR
            },
        ),
        None => (StatusCode::NOT_FOUND, Html(NOT_FOUND)).into_response(),
    }
}

/// Files under `assets/` have a hash of their content in their name.
const FOREVER: &str = "public, max-age=31536000, immutable";
const AN_HOUR: &str = "public, max-age=3600";

fn respond(file: EmbeddedFile, kind: &'static str, keep: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
    ];
    (headers, file.data).into_response()
}

/// Nothing but names: no dots in front, no empty parts, nothing escaped.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    })
}

const HTML: &str = "text/html; charset=utf-8";

/// By the ending; none for what the web apps do not hold. Pages are not among them: they have addresses of their own.
fn content_type(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit_once('.')?;
    match ending {
        "js" | "mjs" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "json" | "map" => Some("application/json"),
        "webmanifest" => Some("application/manifest+json"),
        "txt" => Some("text/plain; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "webp" => Some("image/webp"),
        "ico" => Some("image/x-icon"),
        "woff2" => Some("font/woff2"),
        "mp3" => Some("audio/mpeg"),
        "ogg" => Some("audio/ogg"),
        "wasm" => Some("application/wasm"),
        "tflite" => Some("application/octet-stream"),
        _ => None,
    }
}

const NOT_BUILT: &str = "<!doctype html><html lang=\"es\"><meta charset=\"utf-8\"><title>Ventanilla</title>\
    <h1>La web no está construida</h1><p>Este servidor se compiló sin las páginas. Ejecute <code>make web</code> y vuelva a \
    iniciarlo.</p><p lang=\"en\">The web apps are not built: run <code>make web</code>, then start the server again.</p></html>";

const NOT_FOUND: &str = "<!doctype html><html lang=\"es\"><meta charset=\"utf-8\"><title>Ventanilla</title>\
    <h1>Esta página no existe</h1><p><a href=\"/\">Ir al inicio</a></p></html>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_looked_up() {
        let check = |path: &str, expected: bool| assert_eq!(is_plain(path), expected, "{path}");
        check("assets/citizen-4f3a.js", true);
        check("favicon.svg", true);
        check("../Cargo.toml", false);
        check("assets/../../Cargo.toml", false);
        check("assets/%2e%2e/x.js", false);
        check("assets//x.js", false);
        check("/etc/passwd", false);
        check(".git/config", false);
        check("a\\b.js", false);
        check("", false);
    }
}
