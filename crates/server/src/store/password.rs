//! Passwords of those who administer.
//!
//! What this is: argon2id (RFC 9106) with 19 MiB and two passes, as OWASP names them for one core.
//!
//! What it is not: for tokens or pseudonyms. Those are drawn and not thought up, so a plain hash is enough.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use super::{Error, Result};

/// The shortest password where there is no second factor (NIST SP 800-63B-4, section 3.1.1.2).
const SHORTEST: usize = 15;
const LONGEST: usize = 1024;

/// Each takes 19 MiB and a core for a while: more at once would be taken from those who record.
static ROOM: Semaphore = Semaphore::const_new(2);

/// What is compared with where nobody has the name, so that this takes as long. Nothing has this hash.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash(b"", &[0; 16]).unwrap_or_default());

/// A password, wiped when it is dropped.
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password as it was typed.
    pub fn new(text: String) -> Password {
        Password(Zeroizing::new(text))
    }

    /// Its hash, with this salt.
    pub(super) async fn hash(self, salt: [u8; 16]) -> Result<String> {
        if self.0.chars().count() < SHORTEST || self.0.len() > LONGEST {
            return Err(Error::Refused("a password has 15 characters at least, and 1024 bytes at most"));
        }
        apart(move || hash(self.0.as_bytes(), &salt)).await?
    }

    /// Whether this is the password of a hash. Without a hash it is not, and takes as long.
    pub(super) async fn is(self, hash: Option<String>) -> Result<bool> {
        // Long ones are cut off, and nobody has one.
        let is_usual = self.0.len() <= LONGEST;
        let verify = move || {
            // Made now or before, whoever asks.
            let nobody: &String = &NOBODY;
            let known = hash.as_ref().unwrap_or(nobody);
            let text = if is_usual { self.0.as_bytes() } else { b"" };
            let is_same = Argon2::default().verify_password(text, known.as_str()).is_ok();
            is_same && is_usual && hash.is_some()
        };
        apart(verify).await
    }
}

fn hash(text: &[u8], salt: &[u8; 16]) -> Result<String> {
    let hash = Argon2::default().hash_password_with_salt(text, salt);
    hash.map(|hash| hash.to_string()).map_err(|_| Error::Engine("a password could not be hashed".into()))
}

/// Away from the threads that answer.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _room = ROOM.acquire().await.map_err(|_| Error::Busy)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Engine("a password was lost".into()))
}
