//! Captions: what a recogniser of the office makes of the voices of a call. It posts them, everybody in the call sees them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a recogniser posts: a line as it is now, whole with each change.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PostCaption {
    /// Who is speaking, by his number in the visit.
    pub participant: u8,
    /// The whole line so far, at most [`super::CAPTION_CHARS_MAX`]; empty: what was heard is taken back.
    pub text: String,
    /// The line is finished; what this person says next is another.
    pub done: bool,
    /// Language of the text, where it is known (BCP 47): `es-AR`.
    #[serde(default)]
    pub language: Option<String>,
}

impl std::fmt::Debug for PostCaption {
    /// Without the words: they are nobody's but the call's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostCaption")
            .field("participant", &self.participant)
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

/// A line of captions as it is now.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
pub struct Caption {
    /// Who is speaking.
    pub participant: u8,
    /// Which of this person's lines in the call it is, from 1: the same number takes the place of what came before.
    pub number: u32,
    /// The whole line so far; empty: it was taken back.
    pub text: String,
    /// Nothing more comes of this line.
    pub done: bool,
    /// Language of the text (BCP 47), where the recogniser says it.
    pub language: Option<String>,
}
