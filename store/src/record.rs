//! How a value is written: one byte that names the format, then JSON.
//!
//! JSON, because a journal is read for decades, by people too, and because a field that is added later does not make old
//! records unreadable (docs/decisions/0003-journal-records.md).

use serde::{Serialize, de::DeserializeOwned};

use crate::error::Error;

/// The one format so far.
const FORMAT: u8 = 1;

pub(crate) fn encode<T: Serialize>(what: &'static str, value: &T) -> Result<Vec<u8>, Error> {
    let mut bytes = vec![FORMAT];
    serde_json::to_writer(&mut bytes, value).map_err(|source| Error::Record { what, source })?;
    Ok(bytes)
}

pub(crate) fn decode<T: DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T, Error> {
    match bytes.split_first() {
        None => Err(Error::Short { what }),
        Some((&FORMAT, json)) => {
            serde_json::from_slice(json).map_err(|source| Error::Record { what, source })
        }
        Some((&found, _)) => Err(Error::Format {
            what,
            found,
            known: FORMAT,
        }),
    }
}
