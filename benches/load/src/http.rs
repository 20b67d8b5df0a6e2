//! One POST of JSON over plain HTTP/1.1: all that the bench asks of the server's HTTP door.

use anyhow::{Context as _, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Bytes of an answer at the most: two thousand session tokens are below 100 kB.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// The server's door.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// `127.0.0.1:8080`.
    pub(crate) authority: String,
    load_token: String,
}

/// An answer: its body, and the cookie it set.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    pub(crate) body: T,
    /// `name=value`.
    pub(crate) cookie: Option<String>,
}

impl Door {
    /// From `http://host:port`.
    pub(crate) fn new(server: &str, load_token: String) -> anyhow::Result<Self> {
        let Some(authority) = server.strip_prefix("http://") else {
            bail!(
                "--server {server}: an address that begins with http:// is needed (plain HTTP, loopback)"
            );
        };
        let authority = authority.trim_end_matches('/');
        let authority = if authority.contains(':') {
            authority.to_owned()
        } else {
            format!("{authority}:80")
        };
        Ok(Self {
            authority,
            load_token,
        })
    }

    /// `Origin` of the server's own pages.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.authority)
    }

    /// Sends the body, reads the answer; a status other than 2xx is an error with the server's words.
    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<Answer<T>> {
        self.try_post(path, body)
            .await
            .with_context(|| format!("POST {}{path}", self.origin()))
    }

    async fn try_post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<Answer<T>> {
        let body = serde_json::to_string(body).context("the body")?;
        let (authority, token, len) = (&self.authority, &self.load_token, body.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nOrigin: http://{authority}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {len}\r\nConnection: close\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(authority.as_str())
            .await
            .context("no server there")?;
        stream
            .write_all(request.as_bytes())
            .await
            .context("sending")?;
        let mut answer = Vec::new();
        stream
            .take(ANSWER_BYTES_MAX)
            .read_to_end(&mut answer)
            .await
            .context("receiving")?;
        let text = String::from_utf8(answer).context("an answer that is not UTF-8")?;
        read_answer(&text)
    }
}

fn read_answer<T: DeserializeOwned>(text: &str) -> anyhow::Result<Answer<T>> {
    let (head, body) = text
        .split_once("\r\n\r\n")
        .context("an answer without an end of its head")?;
    let status = head.split(' ').nth(1).unwrap_or_default();
    let header = |name: &str| {
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    };
    if !status.starts_with('2') {
        bail!("status {status}: {}", body.trim());
    }
    if header("transfer-encoding").is_some() {
        bail!("an answer in chunks, which the bench does not read");
    }
    let cookie = header("set-cookie").and_then(|cookie| cookie.split(';').next());
    let body = serde_json::from_str(body)
        .with_context(|| format!("an unexpected answer: {}", body.trim()))?;
    Ok(Answer {
        body,
        cookie: cookie.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_gives_body_and_cookie_or_the_servers_words() {
        let answer: Answer<Vec<u8>> =
            read_answer("HTTP/1.1 201 Created\r\nSet-Cookie: a=b; Path=/\r\n\r\n[1,2]").unwrap();
        assert_eq!(
            (answer.body, answer.cookie.as_deref()),
            (vec![1, 2], Some("a=b"))
        );
        let refused =
            read_answer::<Vec<u8>>("HTTP/1.1 403 Forbidden\r\n\r\n{\"code\":\"forbidden\"}");
        assert!(refused.unwrap_err().to_string().contains("forbidden"));
        assert!(Door::new("https://x", String::new()).is_err());
    }
}
