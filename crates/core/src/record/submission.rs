//! What a browser, or a site's own server, sends to be recorded.

use alloc::string::String;

use super::answer::Answer;
use super::base64;
use super::fault::Fault;
use super::forms::visible;
use super::reader;
use super::strict::Members;
use super::uuid::Uuid;
use super::writer::Object;

/// The body of a request to record an answer.
///
/// A JSON object; unknown members, repeated members and whatever has not its form are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The record's name, drawn by its sender. The same again is the same record.
    pub id: Uuid,
    /// The id that the person's device made ([`super::Secret::subject`]).
    pub subject: [u8; 16],
    /// The token that opens the person's history ([`super::Secret::token`]); only needed with the first record.
    pub auth: Option<[u8; 32]>,
    /// What the archive gave out along with the policy, so that the record proves which policy was decided for whom.
    pub policy_token: Option<String>,
    /// What was answered.
    pub answer: Answer,
}

impl Submission {
    /// The longest text that is read, in bytes.
    pub const MOST_BYTES: usize = 16 * 1024;

    /// Reads the body of a request.
    ///
    /// # Errors
    /// The first fault, with its path. Nothing of the text is repeated in it but names of members that look like ours.
    pub fn parse(text: &str) -> Result<Submission, Fault> {
        let value = reader::parse(text, Submission::MOST_BYTES)?;
        let members = Members::of(&value, "", &[&["id", "subject", "auth", "policy_token"], &Answer::NAMES])?;
        Ok(Submission {
            id: members.text("id", Uuid::parse)?,
            subject: members.text("subject", base64::array_from_url)?,
            auth: members.maybe("auth", base64::array_from_url)?,
            policy_token: members.maybe_owned("policy_token", visible)?,
            answer: Answer::read(&members)?,
        })
    }

    /// The body in its canonical form (RFC 8785). Two bodies that say the same have the same one.
    pub fn text(&self) -> String {
        let mut object = Object::default();
        object.text("id", &self.id.text());
        object.text("subject", &base64::url(&self.subject));
        object.maybe("auth", self.auth.map(|auth| base64::url(&auth)).as_deref());
        object.maybe("policy_token", self.policy_token.as_deref());
        self.answer.write(&mut object);
        object.close()
    }
}
