//! What goes on in a call beside the media: lines that are being written, files on their way, captions. In memory only; each is
//! bounded by the people of the call.

use std::{collections::BTreeMap, time::Instant};

use crate::{
    bucket::{Bucket, Rate},
    caption::Captions,
    switchboard::Upload,
};

/// Beside the media of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// Lines that are being written in real time, by participant.
    live: BTreeMap<u8, String>,
    /// Files on their way, by participant.
    uploads: BTreeMap<u8, Upload>,
    uploads_begun: Option<Bucket>,
    /// Until when the citizen's page may begin to send the one still of a document that it was asked for.
    pub(crate) still_until: Option<Instant>,
    /// What a recogniser posts.
    pub(crate) captions: Captions,
}

impl Beside {
    /// A file is begun; tells whether that is not too soon after the last ones.
    pub(crate) fn take_upload(&mut self, rate: Rate, now: Instant) -> bool {
        let begun = self.uploads_begun.get_or_insert_with(|| Bucket::new(now));
        begun.take(rate, now)
    }

    /// The file that this participant has on its way.
    pub(crate) fn upload(&self, participant: u8) -> Option<&Upload> {
        self.uploads.get(&participant)
    }

    /// The participant has this file on its way, and no other.
    pub(crate) fn put_upload(&mut self, participant: u8, upload: Upload) {
        self.uploads.insert(participant, upload);
    }

    /// A file is on its way no longer; returns whose it was.
    pub(crate) fn end_upload(&mut self, which: impl Fn(&Upload) -> bool) -> Option<(u8, Upload)> {
        let found = self.uploads.iter().find(|(_, upload)| which(upload));
        let participant = found.map(|(participant, _)| *participant)?;
        self.uploads.remove_entry(&participant)
    }

    /// What a participant is writing in real time is this now.
    pub(crate) fn write(&mut self, participant: u8, text: String) {
        if text.is_empty() {
            self.live.remove(&participant);
        } else {
            self.live.insert(participant, text);
        }
    }

    /// Lines that are being written in real time.
    pub(crate) fn take_written(&mut self, participant: u8) -> Option<String> {
        self.live.remove(&participant)
    }

    /// What people are writing, by their numbers.
    pub(crate) fn live(&self) -> &BTreeMap<u8, String> {
        &self.live
    }
}
