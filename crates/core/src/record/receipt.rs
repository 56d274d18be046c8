//! What the archive promises to whoever sent a record.
//!
//! What this is: a compact JWS (RFC 7515) with Ed25519 (RFC 9864), in which the archive says which record it has put
//! where in its log. It stands alone; the inclusion proof shows that the promise is kept. Whoever signs gets the bytes
//! from [`Receipt::signing_input`] and hands the signature to [`Receipt::jws`].

use alloc::string::String;

use super::base64;
use super::digest::{Digest, Hash};
use super::fault::{Fault, What};
use super::forms::{concat, line, origin};
use super::reader;
use super::strict::Members;
use super::time::Time;
use super::uuid::Uuid;
use super::words::{Kind, words};
use super::writer::Object;

const MOST_BYTES: usize = 4096;
const MOST: u64 = 999_999_999_999_999;

words! {
    /// What a receipt is about; the `typ` of its header.
    ReceiptKind {
        /// A consent or a withdrawal.
        Consent = "consent-receipt+jwt",
        /// An erasure: the receipt for the tombstone.
        Erasure = "erasure-receipt+jwt",
    }
}

/// The claims of a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// What it is about.
    pub kind: ReceiptKind,
    /// `iss`: who keeps the archive, as an address or a name. One line.
    pub issuer: String,
    /// `jti`: the record's name.
    pub id: Uuid,
    /// `iat`: when it was received, in seconds since 1970.
    pub issued_at: u64,
    /// `log`: the origin of the log.
    pub log: String,
    /// `idx`: the leaf's index.
    pub index: u64,
    /// `cmt`: the commitment.
    pub commitment: Hash,
    /// `pol`: the policy, for consent receipts.
    pub policy: Option<Digest>,
    /// `nbf`: since when the answer holds, in seconds since 1970.
    pub not_before: Option<u64>,
    /// `exp`: until when it holds. A withdrawal and an erasure hold for ever and have none.
    pub expires: Option<u64>,
}

impl ReceiptKind {
    /// What a receipt for that kind of record is called; none is given for what is not a person's.
    pub fn of(kind: Kind) -> Option<ReceiptKind> {
        match kind {
            Kind::Consent | Kind::Withdrawal => Some(ReceiptKind::Consent),
            Kind::Erasure => Some(ReceiptKind::Erasure),
            _ => None,
        }
    }
}

impl Receipt {
    /// What is to be signed: header and claims, with a dot between them. `kid` is [`super::note::VerifierKey::kid`].
    pub fn signing_input(&self, kid: &str) -> String {
        let mut header = Object::default();
        header.text("alg", "Ed25519");
        header.text("kid", kid);
        header.text("typ", self.kind.name());
        let mut claims = Object::default();
        claims.text("iss", &self.issuer);
        claims.text("jti", &self.id.text());
        claims.number("iat", self.issued_at);
        claims.text("log", &self.log);
        claims.number("idx", self.index);
        claims.text("cmt", &base64::url(&self.commitment));
        claims.maybe("pol", self.policy.map(|policy| policy.text()).as_deref());
        claims.maybe_number("nbf", self.not_before);
        claims.maybe_number("exp", self.expires);
        concat(&[&base64::url(header.close().as_bytes()), ".", &base64::url(claims.close().as_bytes())])
    }

    /// The receipt out of what was signed and the signature.
    pub fn jws(signing_input: &str, signature: &[u8; 64]) -> String {
        concat(&[signing_input, ".", &base64::url(signature)])
    }

    fn read(kind: ReceiptKind, claims: &str) -> Result<Receipt, Fault> {
        let value = reader::parse(claims, MOST_BYTES)?;
        let names = ["iss", "jti", "iat", "log", "idx", "cmt", "pol", "nbf", "exp"];
        let members = Members::of(&value, "", &[&names])?;
        let receipt = Receipt {
            kind,
            issuer: members.owned("iss", line)?,
            id: members.text("jti", Uuid::parse)?,
            issued_at: members.number("iat", Time::LAST.seconds())?,
            log: members.owned("log", origin)?,
            index: members.number("idx", MOST)?,
            commitment: members.text("cmt", base64::array_from_url)?,
            policy: members.maybe("pol", Digest::parse)?,
            not_before: members.maybe_number("nbf", Time::LAST.seconds())?,
            expires: members.maybe_number("exp", Time::LAST.seconds())?,
        };
        match kind {
            ReceiptKind::Consent => members.need("pol").map(|_| receipt),
            ReceiptKind::Erasure => Ok(receipt),
        }
    }
}

/// A receipt as it was given out. That its signature is good is still to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReceipt {
    /// What it says.
    pub receipt: Receipt,
    /// The id of the key that it says it is signed with.
    pub kid: String,
    /// What is signed.
    pub signing_input: String,
    /// The signature.
    pub signature: [u8; 64],
}

impl SignedReceipt {
    /// Reads a compact JWS. Its algorithm must be called `Ed25519`, or `EdDSA` as it was before RFC 9864.
    ///
    /// # Errors
    /// The first fault, with its path in header or claims.
    pub fn parse(jws: &str) -> Result<SignedReceipt, Fault> {
        let bad = || Fault::whole(What::BadForm);
        if jws.len() > 2 * MOST_BYTES {
            return Err(Fault::whole(What::TooLong));
        }
        let (header, rest) = jws.split_once('.').ok_or_else(bad)?;
        let (claims, signature) = rest.split_once('.').ok_or_else(bad)?;
        let signing_input = jws.get(..header.len() + 1 + claims.len()).ok_or_else(bad)?;
        let json =
            |text| base64::from_url(text).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad);
        let header = json(header)?;
        let value = reader::parse(&header, MOST_BYTES)?;
        let members = Members::of(&value, "", &[&["alg", "kid", "typ"]])?;
        members.text("alg", |alg| ["Ed25519", "EdDSA"].contains(&alg).then_some(()))?;
        Ok(SignedReceipt {
            receipt: Receipt::read(members.text("typ", ReceiptKind::from_name)?, &json(claims)?)?,
            kid: members.owned("kid", line)?,
            signing_input: signing_input.into(),
            signature: base64::array_from_url(signature).ok_or_else(bad)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn receipt() -> Receipt {
        Receipt {
            kind: ReceiptKind::Consent,
            issuer: "https://consent.example.com".into(),
            id: Uuid::parse("017f22e2-79b0-7cc3-98c4-dc0c0c07398f").unwrap(),
            issued_at: 1_795_000_000,
            log: "consent.example.com/2026h2".into(),
            index: 7,
            commitment: [1; 32],
            policy: Some(Digest([2; 32])),
            not_before: Some(1_795_000_000),
            expires: Some(1_810_000_000),
        }
    }

    #[test]
    fn a_receipt_reads_back() {
        for receipt in [
            receipt(),
            Receipt { expires: None, not_before: None, ..receipt() },
            Receipt { kind: ReceiptKind::Erasure, policy: None, expires: None, ..receipt() },
        ] {
            let signing_input = receipt.signing_input("0123abcd");
            let jws = Receipt::jws(&signing_input, &[3; 64]);
            let kid = String::from("0123abcd");
            assert_eq!(
                SignedReceipt::parse(&jws),
                Ok(SignedReceipt { receipt, kid, signing_input, signature: [3; 64] })
            );
        }
    }

    #[test]
    fn another_header_or_claim_is_refused() {
        let claims = receipt().signing_input("k");
        let claims = claims.split_once('.').unwrap().1;
        let jws =
            |header: &str| format!("{}.{claims}.{}", base64::url(header.as_bytes()), base64::url(&[0; 64]));
        assert!(
            SignedReceipt::parse(&jws(r#"{"alg":"EdDSA","kid":"k","typ":"consent-receipt+jwt"}"#)).is_ok()
        );
        for (header, path, what) in [
            (r#"{"alg":"none","kid":"k","typ":"consent-receipt+jwt"}"#, "alg", What::BadForm),
            (r#"{"alg":"HS256","kid":"k","typ":"consent-receipt+jwt"}"#, "alg", What::BadForm),
            (r#"{"alg":"Ed25519","kid":"k","typ":"JWT"}"#, "typ", What::BadForm),
            (r#"{"alg":"Ed25519","typ":"consent-receipt+jwt"}"#, "kid", What::Missing),
            (
                r#"{"alg":"Ed25519","crit":["x"],"kid":"k","typ":"consent-receipt+jwt"}"#,
                "crit",
                What::Unknown,
            ),
            (
                r#"{"alg":"none","alg":"Ed25519","kid":"k","typ":"consent-receipt+jwt"}"#,
                "alg",
                What::Repeated,
            ),
        ] {
            assert_eq!(
                SignedReceipt::parse(&jws(header)),
                Err(Fault { path: path.into(), what }),
                "{header}"
            );
        }
        let without_policy = Receipt { policy: None, ..receipt() }.signing_input("k");
        let fault = SignedReceipt::parse(&Receipt::jws(&without_policy, &[0; 64])).unwrap_err();
        assert_eq!((fault.path.as_str(), fault.what), ("pol", What::Missing));
        for bad in ["", ".", "..", "a.b.c", "a.b", "e30.e30.e30.e30"] {
            assert!(SignedReceipt::parse(bad).is_err(), "{bad}");
        }
    }
}
