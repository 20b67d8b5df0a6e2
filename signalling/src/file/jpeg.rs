//! JPEG (ITU-T T.81, annex B): segments between markers, the last of which is EOI.
//!
//! Telephones append to their photographs: a film of the moment, a second picture, notes of their own. None of that is the
//! photograph: it is cut off. Anything else behind the end is refused.

use super::{Fault, SLACK_BYTES, check_points, is_slack, png::fill};

/// Bytes behind the end that tell what hangs there: padding, and the beginning of what a camera appends.
const BEHIND_BYTES: usize = SLACK_BYTES + 12;

#[derive(Debug, Default)]
pub(super) struct Jpeg {
    place: Place,
    has_size: bool,
    has_scan: bool,
}

#[derive(Debug, Default)]
enum Place {
    /// A marker must begin here.
    #[default]
    Marker,
    /// Behind 0xff.
    Code,
    /// The length of a segment.
    Length { code: u8, bytes: Vec<u8> },
    /// The beginning of a frame header: precision, height, width.
    Size { left: usize, bytes: Vec<u8> },
    /// The rest of a segment.
    Skip { left: usize, then_scan: bool },
    /// Compressed points, and whether the last byte was 0xff.
    Scan { escape: bool },
    /// Behind EOI.
    Behind(Vec<u8>),
    /// What a camera appended.
    Cut,
}

impl Jpeg {
    /// Returns how many of the bytes belong to the photograph.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<usize, Fault> {
        let mut rest = bytes;
        while let Some((byte, after)) = rest.split_first() {
            match &mut self.place {
                Place::Marker if *byte == 0xff => {
                    rest = after;
                    self.place = Place::Code;
                }
                Place::Marker => return Err(Fault::Damaged),
                Place::Code => {
                    rest = after;
                    self.begin(*byte)?;
                }
                Place::Length { code, bytes } => {
                    rest = fill(bytes, 2, rest);
                    if let Some(length) = bytes.first_chunk() {
                        let (code, length) = (*code, u16::from_be_bytes(*length));
                        self.segment(code, length)?;
                    }
                }
                Place::Size { left, bytes } => {
                    rest = fill(bytes, 5, rest);
                    if let [_, size @ ..] = bytes.as_slice()
                        && let [height, width] = size.as_chunks::<2>().0
                    {
                        let (height, width) =
                            (u16::from_be_bytes(*height), u16::from_be_bytes(*width));
                        check_points(width.into(), height.into())?;
                        let left = *left - 5;
                        self.has_size = true;
                        self.skip(left, false);
                    }
                }
                Place::Skip { left, then_scan } => {
                    let count = rest.len().min(*left);
                    rest = rest.get(count..).unwrap_or_default();
                    *left -= count;
                    let (left, then_scan) = (*left, *then_scan);
                    self.skip(left, then_scan);
                }
                Place::Scan { escape } => {
                    rest = after;
                    match (*escape, *byte) {
                        // A stuffed zero or a restart marker: still points.
                        (true, 0 | 0xd0..=0xd7) | (false, 0..=0xfe) => *escape = false,
                        (true | false, 0xff) => *escape = true,
                        (true, code) => self.begin(code)?,
                    }
                }
                Place::Behind(behind) => {
                    fill(behind, BEHIND_BYTES, rest);
                    if behind.len() == BEHIND_BYTES {
                        check_behind(behind)?;
                        self.place = Place::Cut;
                    }
                    break;
                }
                Place::Cut => break,
            }
        }
        Ok(bytes.len() - rest.len())
    }

    fn begin(&mut self, code: u8) -> Result<(), Fault> {
        self.place = match code {
            0xff => Place::Code,
            // SOI, at the beginning only; it is what the file was known by.
            0xd8 if !self.has_size && !self.has_scan => Place::Marker,
            0xd9 if self.has_size && self.has_scan => Place::Behind(Vec::new()),
            0x01 | 0xd0..=0xd7 => Place::Marker,
            0x00 | 0xd8 | 0xd9 => return Err(Fault::Damaged),
            code => Place::Length {
                code,
                bytes: Vec::new(),
            },
        };
        Ok(())
    }

    fn segment(&mut self, code: u8, length: u16) -> Result<(), Fault> {
        let left = usize::from(length).checked_sub(2).ok_or(Fault::Damaged)?;
        let is_frame = matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc);
        if is_frame && left < 6 {
            return Err(Fault::Damaged);
        }
        if is_frame {
            let bytes = Vec::new();
            self.place = Place::Size { left, bytes };
        } else {
            self.has_scan |= code == 0xda;
            self.skip(left, code == 0xda);
        }
        Ok(())
    }

    fn skip(&mut self, left: usize, then_scan: bool) {
        self.place = match (left, then_scan) {
            (0, true) => Place::Scan { escape: false },
            (0, false) => Place::Marker,
            (left, then_scan) => Place::Skip { left, then_scan },
        };
    }

    pub(super) fn finish(&self) -> Result<(), Fault> {
        match &self.place {
            Place::Cut => Ok(()),
            Place::Behind(behind) => check_behind(behind),
            Place::Marker
            | Place::Code
            | Place::Length { .. }
            | Place::Size { .. }
            | Place::Skip { .. }
            | Place::Scan { .. } => Err(Fault::Damaged),
        }
    }
}

/// Nothing but white space, or what a camera is known to append: another JPEG (Multi-Picture Format, gain maps), an MP4 of
/// the moment, the notes of one maker. It is cut off all the same, so nothing is risked where one is taken for the other.
fn check_behind(bytes: &[u8]) -> Result<(), Fault> {
    let slack = bytes.iter().take_while(|byte| is_slack(byte)).count();
    let shown = bytes.get(slack..).unwrap_or_default();
    let is_padding = shown.is_empty() && slack <= SLACK_BYTES;
    let is_picture = shown.starts_with(&[0xff, 0xd8, 0xff]);
    let is_film = bytes.windows(4).any(|part| part == b"ftyp");
    let is_notes = matches!(bytes, [0, 0, _, 0x0a, ..]);
    if is_padding || is_picture || is_film || is_notes {
        Ok(())
    } else {
        Err(Fault::Hanging)
    }
}
