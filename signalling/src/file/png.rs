//! PNG (RFC 2083): a signature, then chunks, the last of which is `IEND`; nothing follows it.

use super::{Fault, check_points};

/// What every PNG begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Bytes of a chunk's head, and of the checksum behind its body.
const HEAD_BYTES: usize = 8;
const CHECKSUM_BYTES: u64 = 4;

#[derive(Debug)]
pub(super) struct Png {
    place: Place,
    chunks: u64,
    has_picture: bool,
}

#[derive(Debug)]
enum Place {
    /// So many bytes of the signature are still to come.
    Signature(usize),
    Head(Vec<u8>),
    /// The first body: width and height stand in front.
    Size(Vec<u8>),
    Body {
        left: u64,
        is_last: bool,
    },
    End,
}

impl Default for Png {
    fn default() -> Self {
        Self {
            place: Place::Signature(SIGNATURE.len()),
            chunks: 0,
            has_picture: false,
        }
    }
}

impl Png {
    pub(super) fn take(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        while !bytes.is_empty() {
            match &mut self.place {
                Place::Signature(left) => {
                    let count = bytes.len().min(*left);
                    bytes = bytes.get(count..).unwrap_or_default();
                    *left -= count;
                    if *left == 0 {
                        self.place = Place::Head(Vec::new());
                    }
                }
                Place::Head(head) => {
                    bytes = fill(head, HEAD_BYTES, bytes);
                    if head.len() == HEAD_BYTES {
                        let head = std::mem::take(head);
                        self.begin(&head)?;
                    }
                }
                Place::Size(size) => {
                    bytes = fill(size, 8, bytes);
                    if let Some((width, height)) = size.as_chunks::<4>().0.split_first()
                        && let Some(height) = height.first()
                    {
                        check_points(u32::from_be_bytes(*width), u32::from_be_bytes(*height))?;
                        self.place = Place::Body {
                            left: 5 + CHECKSUM_BYTES,
                            is_last: false,
                        };
                    }
                }
                Place::Body { left, is_last } => {
                    let count = usize::try_from(*left)
                        .unwrap_or(usize::MAX)
                        .min(bytes.len());
                    bytes = bytes.get(count..).unwrap_or_default();
                    *left -= count as u64;
                    if *left == 0 {
                        self.place = if *is_last {
                            Place::End
                        } else {
                            Place::Head(Vec::new())
                        };
                    }
                }
                Place::End => return Err(Fault::Hanging),
            }
        }
        Ok(())
    }

    fn begin(&mut self, head: &[u8]) -> Result<(), Fault> {
        let (length, name) = head.split_first_chunk().ok_or(Fault::Damaged)?;
        let length = u32::from_be_bytes(*length);
        if length > i32::MAX as u32 || !name.iter().all(u8::is_ascii_alphabetic) {
            return Err(Fault::Damaged);
        }
        let is_first = self.chunks == 0;
        self.chunks += 1;
        self.has_picture |= name == b"IDAT";
        self.place = match (name, length) {
            (b"IHDR", 13) if is_first => Place::Size(Vec::new()),
            (b"IEND", 0) if self.has_picture => Place::Body {
                left: CHECKSUM_BYTES,
                is_last: true,
            },
            (b"IHDR" | b"IEND", _) => return Err(Fault::Damaged),
            _ if is_first => return Err(Fault::Damaged),
            _ => Place::Body {
                left: u64::from(length) + CHECKSUM_BYTES,
                is_last: false,
            },
        };
        Ok(())
    }

    pub(super) fn finish(&self) -> Result<(), Fault> {
        match self.place {
            Place::End => Ok(()),
            Place::Signature(_) | Place::Head(_) | Place::Size(_) | Place::Body { .. } => {
                Err(Fault::Damaged)
            }
        }
    }
}

/// Fills up to so many bytes; returns what is left.
pub(super) fn fill<'a>(into: &mut Vec<u8>, up_to: usize, bytes: &'a [u8]) -> &'a [u8] {
    let (own, rest) = bytes.split_at(bytes.len().min(up_to.saturating_sub(into.len())));
    into.extend_from_slice(own);
    rest
}
