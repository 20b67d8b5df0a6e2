//! `[files]`: files that people send.

use std::{net::SocketAddr, path::PathBuf};

use crate::section::Section;

/// Files that people send.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Files {
    /// Who looks for harmful ones before they are kept.
    pub scanner: Scanner,
}

/// A scanner that speaks clamd's protocol.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Scanner {
    /// None: files are kept as they are.
    #[default]
    None,
    /// By TCP. Files travel in clear: on this machine, or in a network of the office's own.
    Tcp(SocketAddr),
    /// By a socket of this machine.
    Unix(PathBuf),
}

impl Files {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let allowed = "\"\" for none, an address such as \"127.0.0.1:3310\", or \"unix:\" and the path of a socket";
        let scanner = section.read("scanner", allowed, Scanner::None, |value| {
            scanner(value.as_str()?)
        });
        section.finish();
        Self { scanner }
    }
}

fn scanner(text: &str) -> Option<Scanner> {
    if text.is_empty() {
        return Some(Scanner::None);
    }
    match text.strip_prefix("unix:") {
        Some(path) => path.starts_with('/').then(|| Scanner::Unix(path.into())),
        None => text.parse().ok().map(Scanner::Tcp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanner_is_none_an_address_or_a_socket() {
        let check = |text: &str, expected| assert_eq!(scanner(text), expected, "{text}");
        check("", Some(Scanner::None));
        let address = "127.0.0.1:3310".parse().unwrap();
        check("127.0.0.1:3310", Some(Scanner::Tcp(address)));
        let path = "/run/clamav/clamd.ctl";
        check(
            "unix:/run/clamav/clamd.ctl",
            Some(Scanner::Unix(path.into())),
        );
        check("unix:clamd.ctl", None);
        check("clamd:3310", None);
        check("127.0.0.1", None);
    }
}
