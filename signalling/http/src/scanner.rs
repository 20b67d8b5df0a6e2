//! Asks a scanner whether a file is harmful: clamd's INSTREAM (clamd(8)), by hand, since an answer that is not exactly "OK" must
//! never count as one.
//!
//! Left to others: what is done with a file that is not clean. Invariant: whatever goes wrong, a file counts as not clean.

use std::{io, time::Duration};

use config::Scanner;
use futures_util::{StreamExt, pin_mut};
use recorder_disk::SealedFile;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    time::timeout,
};

use crate::playback::pieces;

/// What a scanner says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// Nothing was found.
    Clean,
    /// Something was found, or something that cannot be looked into.
    Harmful,
    /// There was no answer that could be understood.
    Unknown,
}

/// For connection, file and answer together: clamd takes 20 MB in less than a second, and a minute on a bad day.
const SCAN_TIMEOUT: Duration = Duration::from_secs(60);

/// Bytes of an answer: the name of what was found.
const ANSWER_BYTES_MAX: u64 = 4_096;

/// Asks about a file.
pub(crate) async fn ask(scanner: &Scanner, file: SealedFile) -> Verdict {
    let asked = timeout(SCAN_TIMEOUT, async {
        match scanner {
            Scanner::None => Ok(Verdict::Clean),
            Scanner::Tcp(address) => scan(TcpStream::connect(address).await?, file).await,
            Scanner::Unix(path) => scan(UnixStream::connect(path).await?, file).await,
        }
    });
    match asked.await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(error)) => {
            tracing::error!(%error, "the scanner of files.scanner does not answer: no file is taken");
            Verdict::Unknown
        }
        Err(_elapsed) => {
            tracing::error!("the scanner of files.scanner takes too long: no file is taken");
            Verdict::Unknown
        }
    }
}

async fn scan(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    file: SealedFile,
) -> io::Result<Verdict> {
    let sent = send(&mut socket, file).await;
    // A scanner that has had enough says so and closes: what it said counts, not the broken pipe.
    let mut answer = Vec::new();
    let read = socket.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent.and(read)?;
    }
    Ok(verdict(&answer))
}

async fn send(socket: &mut (impl AsyncWrite + Unpin), file: SealedFile) -> io::Result<usize> {
    let length = file.plain_bytes();
    let pieces = pieces(file, 0..length);
    pin_mut!(pieces);
    socket.write_all(b"zINSTREAM\0").await?;
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        let bytes = u32::try_from(piece.len()).map_err(io::Error::other)?;
        socket.write_all(&bytes.to_be_bytes()).await?;
        socket.write_all(&piece).await?;
    }
    socket.write_all(&[0; 4]).await?;
    socket.flush().await?;
    Ok(0)
}

fn verdict(answer: &[u8]) -> Verdict {
    let text = answer.split(|byte| *byte == 0).next().unwrap_or_default();
    if text == b"stream: OK" {
        return Verdict::Clean;
    }
    let shown = String::from_utf8_lossy(text);
    if text.ends_with(b" FOUND") {
        tracing::warn!(answer = %shown, "a file was refused by the scanner");
        return Verdict::Harmful;
    }
    tracing::error!(answer = %shown, "the scanner of files.scanner did not check a file: it was not taken");
    Verdict::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ok_is_ok() {
        let check = |answer: &[u8], expected| assert_eq!(verdict(answer), expected, "{answer:?}");
        check(b"stream: OK\0", Verdict::Clean);
        check(b"stream: Eicar-Test-Signature FOUND\0", Verdict::Harmful);
        check(
            b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0",
            Verdict::Harmful,
        );
        check(b"INSTREAM size limit exceeded. ERROR\0", Verdict::Unknown);
        check(b"", Verdict::Unknown);
        check(b"stream: OK but", Verdict::Unknown);
        check(b"NOT stream: OK", Verdict::Unknown);
        check(b"COMMAND READ TIMED OUT ERROR", Verdict::Unknown);
    }
}
