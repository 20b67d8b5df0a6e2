//! The keyring: one key per visit and class, each in a file of its own, wrapped under the master key.
//!
//! Destroying the file destroys what the key opens. Invariants: the master key is made once and never replaced by a new
//! one; no key is written in clear but the master key, mode 0600; keys in memory are wiped.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::{aead::LessSafeKey, hkdf, hmac, rand};
use queue::VisitId;
use zeroize::Zeroizing;

use crate::{
    error::Error,
    folders::{PRIVATE_FILE, make_private, sync_folder},
    frames,
    sealed::Class,
};

/// Keyed hash of a document number: finds a person's visits again, tells nothing without the keyring.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// All keys of a store.
pub struct Keyring {
    folder: PathBuf,
    wrapping: LessSafeKey,
    finding: hmac::Key,
    pub(crate) auditing: LessSafeKey,
    programs: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

const MASTER: &str = "master.key";

impl Keyring {
    pub(crate) fn open(folder: &Path) -> Result<Self, Error> {
        let master = master_key(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            wrapping: frames::key(&*derive(&master, b"ventanilla wrapping v1")?)?,
            finding: hmac::Key::new(
                hmac::HMAC_SHA256,
                derive(&master, b"ventanilla finding v1")?.as_ref(),
            ),
            auditing: frames::key(&*derive(&master, b"ventanilla auditing v1")?)?,
            programs: derive(&master, b"ventanilla programs v1")?,
        })
    }

    /// What tokens of programs are made with.
    #[must_use]
    pub fn program_secret(&self) -> &[u8; 32] {
        &self.programs
    }

    /// The key of a visit's recording; made and kept when there is none yet.
    ///
    /// # Errors
    /// When the key cannot be read or written, or was wrapped under another master key.
    pub fn media_key(&self, visit: VisitId) -> Result<Zeroizing<[u8; 32]>, Error> {
        self.key(visit, Class::Media)
    }

    /// The key of a visit's recording, if there is one.
    ///
    /// # Errors
    /// When the key cannot be read, or was wrapped under another master key.
    pub fn known_media_key(&self, visit: VisitId) -> Result<Option<Zeroizing<[u8; 32]>>, Error> {
        self.known_key(visit, Class::Media)
    }

    /// Destroys a key, and with it everything it opens. None there is no harm.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn destroy(&self, visit: VisitId, class: Class) -> Result<(), Error> {
        let path = self.path(visit, class);
        match fs::remove_file(&path) {
            Ok(()) => sync_folder(path.parent().unwrap_or(&self.folder)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Error::file(path)(error)),
        }
    }

    /// Fingerprint of a document number; spaces, dots, dashes and case make no difference.
    #[must_use]
    pub fn fingerprint(&self, document: &str) -> Fingerprint {
        let plain = document
            .chars()
            .filter(|character| character.is_alphanumeric());
        let plain: String = plain.flat_map(char::to_uppercase).collect();
        let mut hash = [0; 32];
        hash.copy_from_slice(hmac::sign(&self.finding, plain.as_bytes()).as_ref());
        Fingerprint(hash)
    }

    pub(crate) fn key(&self, visit: VisitId, class: Class) -> Result<Zeroizing<[u8; 32]>, Error> {
        if let Some(key) = self.known_key(visit, class)? {
            return Ok(key);
        }
        let key = random_key()?;
        let wrapped = frames::seal(&self.wrapping, &place(visit, class), key.as_ref())?;
        write_whole(&self.path(visit, class), &wrapped)?;
        Ok(key)
    }

    pub(crate) fn known_key(
        &self,
        visit: VisitId,
        class: Class,
    ) -> Result<Option<Zeroizing<[u8; 32]>>, Error> {
        const WHAT: &str = "a wrapped key";
        let path = self.path(visit, class);
        let wrapped = match fs::read(&path) {
            Ok(wrapped) => wrapped,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file(path)(error)),
        };
        let opened = frames::open(WHAT, &self.wrapping, &place(visit, class), &wrapped)?;
        let opened = Zeroizing::new(opened);
        let mut key = Zeroizing::new([0; 32]);
        if opened.len() != key.len() {
            return Err(Error::Short { what: WHAT });
        }
        key.copy_from_slice(&opened);
        Ok(Some(key))
    }

    fn path(&self, visit: VisitId, class: Class) -> PathBuf {
        let office = visit.office().map_or(0, queue::OfficeId::number);
        self.folder
            .join(office.to_string())
            .join(format!("{visit}.{}", class.name()))
    }
}

fn place(visit: VisitId, class: Class) -> Vec<u8> {
    format!("ventanilla key v1 {visit} {}", class.name()).into_bytes()
}

fn random_key() -> Result<Zeroizing<[u8; 32]>, Error> {
    let mut key = Zeroizing::new([0; 32]);
    rand::fill(key.as_mut()).map_err(|_unspecified| Error::Cryptography)?;
    Ok(key)
}

fn derive(master: &[u8; 32], purpose: &[u8]) -> Result<Zeroizing<[u8; 32]>, Error> {
    // RFC 5869 §3.1: the master key is uniformly random, so no salt is needed.
    let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(master);
    let mut key = Zeroizing::new([0; 32]);
    extracted
        .expand(&[purpose], hkdf::HKDF_SHA256)
        .and_then(|expanded| expanded.fill(key.as_mut()))
        .map_err(|_unspecified| Error::Cryptography)?;
    Ok(key)
}

/// Reads the master key; makes it only where there has never been a key.
fn master_key(folder: &Path) -> Result<Zeroizing<[u8; 32]>, Error> {
    let path = folder.join(MASTER);
    match File::open(&path) {
        Ok(mut file) => {
            let mode = file
                .metadata()
                .map_err(Error::file(&path))?
                .permissions()
                .mode()
                & 0o7777;
            if mode & 0o077 != 0 {
                return Err(Error::MasterKeyOpen { path, mode });
            }
            let mut key = Zeroizing::new([0; 32]);
            file.read_exact(key.as_mut()).map_err(Error::file(&path))?;
            Ok(key)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut entries = fs::read_dir(folder).map_err(Error::file(folder))?;
            if entries.any(|entry| entry.is_ok_and(|entry| entry.path().is_dir())) {
                return Err(Error::MasterKeyMissing { path });
            }
            let key = random_key()?;
            write_whole(&path, key.as_ref())?;
            Ok(key)
        }
        Err(error) => Err(Error::file(path)(error)),
    }
}

/// Writes a file that is there whole or not at all, readable by its owner only.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    if !folder.exists() {
        make_private(folder)?;
        sync_folder(folder.parent().unwrap_or(folder))?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let new = PathBuf::from(name);
    File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(PRIVATE_FILE)
        .open(&new)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .map_err(Error::file(&new))?;
    fs::rename(&new, path).map_err(Error::file(path))?;
    sync_folder(folder)
}
