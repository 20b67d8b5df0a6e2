//! Session cookies: one name per app, so that three roles fit one browser.

use axum::http::{HeaderMap, HeaderValue, header};
use signalling::request::{App, SessionToken};

/// A citizen's phone may close the browser in the background: the turn is found again for a day. The people of the office
/// sit at shared computers: closing the browser forgets them.
const CITIZEN_AGE_S: u32 = 24 * 60 * 60;

/// Shortest and longest token that is looked at.
const TOKEN_CHARS: std::ops::RangeInclusive<usize> = 16..=64;

/// The session of this app that the browser sent; none when there is none, or it cannot be one of ours.
pub(crate) fn session(headers: &HeaderMap, app: App) -> Option<SessionToken> {
    let name = name(app);
    let value = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))?;
    token(value)
}

/// A secret that can be one of ours.
pub(crate) fn token(value: &str) -> Option<SessionToken> {
    is_token(value).then(|| SessionToken(value.to_owned()))
}

/// The header that gives the browser a session. `secure` when it came by HTTPS.
///
/// # Panics
/// When the token has other characters than base64url: tokens are our own.
pub(crate) fn set(app: App, session: &SessionToken, secure: bool) -> HeaderValue {
    assert!(is_token(&session.0), "a session token is base64url");
    let age = match app {
        App::Citizen | App::Guest => format!("; Max-Age={CITIZEN_AGE_S}"),
        App::Operator | App::Office | App::Machine => String::new(),
    };
    header_value(&format!(
        "{}={}{}{age}",
        name(app),
        session.0,
        attributes(secure)
    ))
}

/// The header that takes it away.
pub(crate) fn forget(app: App, secure: bool) -> HeaderValue {
    header_value(&format!("{}={}; Max-Age=0", name(app), attributes(secure)))
}

fn name(app: App) -> &'static str {
    match app {
        App::Citizen => "ventanilla_citizen",
        App::Operator => "ventanilla_operator",
        App::Office => "ventanilla_office",
        App::Guest => "ventanilla_guest",
        App::Machine => "ventanilla_machine",
    }
}

fn attributes(secure: bool) -> &'static str {
    if secure {
        "; Path=/; HttpOnly; SameSite=Strict; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Strict"
    }
}

fn is_token(value: &str) -> bool {
    TOKEN_CHARS.contains(&value.len())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("a cookie of ours is visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cookie: &str, app: App, expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        assert_eq!(
            session(&headers, app).map(|found| found.0).as_deref(),
            expected,
            "{cookie}"
        );
    }

    #[test]
    fn each_app_finds_its_own_cookie() {
        let three = "ventanilla_citizen=cccccccccccccccccccccc; ventanilla_operator=oooooooooooooooooooooo;ventanilla_office=ffffffffffffffffffffff";
        check(three, App::Citizen, Some("cccccccccccccccccccccc"));
        check(three, App::Operator, Some("oooooooooooooooooooooo"));
        check(three, App::Office, Some("ffffffffffffffffffffff"));
        check("other=1", App::Citizen, None);
        check("ventanilla_citizen=short", App::Citizen, None);
        check(
            "ventanilla_citizen=cccccccccccccccc\"cccc",
            App::Citizen,
            None,
        );
        check(
            &format!("ventanilla_citizen={}", "c".repeat(65)),
            App::Citizen,
            None,
        );
        check(
            "xventanilla_citizen=cccccccccccccccccccccc",
            App::Citizen,
            None,
        );
    }
}
