//! VP8 in RTP (RFC 7741): the payload descriptor, keyframes, and picture numbers rewritten in place.

use crate::Error;

/// What stands before the VP8 data of a packet (RFC 7741 §4.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Descriptor {
    /// Bytes of the descriptor.
    pub len: usize,
    /// The packet begins a partition.
    pub starts_partition: bool,
    /// Which partition.
    pub partition: u8,
    /// No other frame depends on this one.
    pub droppable: bool,
    /// Number of the picture.
    pub picture_id: Option<PictureId>,
    /// Running number of base layer pictures.
    pub tl0_picture: Option<u8>,
    /// Temporal layer, 0-3.
    pub temporal_layer: Option<u8>,
    /// The picture depends on the base layer only: a receiver may go up here.
    pub layer_sync: bool,
}

/// A picture number in either of its widths.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PictureId {
    /// 7 bits.
    Short(u8),
    /// 15 bits.
    Long(u16),
}

/// Where the optional fields are: bytes from the beginning of the payload.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    picture_id: Option<usize>,
    tl0_picture: Option<usize>,
}

impl Descriptor {
    /// Reads the descriptor of a payload.
    ///
    /// # Errors
    /// [`Error::TooShort`].
    pub fn parse(payload: &[u8]) -> Result<Self, Error> {
        Self::parse_with_places(payload).map(|(descriptor, _)| descriptor)
    }

    fn parse_with_places(payload: &[u8]) -> Result<(Self, Places), Error> {
        let mut len = 0;
        let mut next = || {
            let found = payload.len();
            let byte = payload.get(len).ok_or(Error::TooShort {
                found,
                needed: len + 1,
            });
            len += 1;
            byte.copied().map(|byte| (byte, len - 1))
        };
        let mut places = Places::default();
        let (first, _) = next()?;
        let extended = if first & 0x80 != 0 { next()?.0 } else { 0 };
        let mut picture_id = None;
        if extended & 0x80 != 0 {
            let (high, at) = next()?;
            places.picture_id = Some(at);
            picture_id = Some(if high & 0x80 != 0 {
                PictureId::Long(u16::from_be_bytes([high & 0x7f, next()?.0]))
            } else {
                PictureId::Short(high)
            });
        }
        let mut tl0_picture = None;
        if extended & 0x40 != 0 {
            let (value, at) = next()?;
            (tl0_picture, places.tl0_picture) = (Some(value), Some(at));
        }
        let layer = if extended & 0x30 != 0 { next()?.0 } else { 0 };
        let has_layer = extended & 0x20 != 0;
        let descriptor = Self {
            len,
            starts_partition: first & 0x10 != 0,
            partition: first & 0x07,
            droppable: first & 0x20 != 0,
            picture_id,
            tl0_picture,
            temporal_layer: has_layer.then_some(layer >> 6),
            layer_sync: has_layer && layer & 0x20 != 0,
        };
        Ok((descriptor, places))
    }

    /// The packet begins a picture.
    #[must_use]
    pub const fn starts_picture(&self) -> bool {
        self.starts_partition && self.partition == 0
    }
}

/// Size of a keyframe when the payload begins one: the receiver can begin here (RFC 6386 §9.1).
#[must_use]
pub fn keyframe(payload: &[u8]) -> Option<FrameSize> {
    let descriptor = Descriptor::parse(payload)
        .ok()
        .filter(Descriptor::starts_picture)?;
    let data = payload.get(descriptor.len..)?.first_chunk::<10>()?;
    let &[tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = data else {
        return None;
    };
    // The lowest bit is clear in keyframes.
    (tag & 0x01 == 0).then_some(FrameSize {
        width: u16::from_le_bytes([w0, w1]) & 0x3fff,
        height: u16::from_le_bytes([h0, h1]) & 0x3fff,
    })
}

/// Size of a picture in pixels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FrameSize {
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

/// Overwrites picture number and base layer number where the descriptor has them, each in its own width.
///
/// # Errors
/// [`Error::TooShort`].
pub fn rewrite(payload: &mut [u8], picture_id: u16, tl0_picture: u8) -> Result<(), Error> {
    let (descriptor, places) = Descriptor::parse_with_places(payload)?;
    let [high, low] = picture_id.to_be_bytes();
    match (descriptor.picture_id, places.picture_id) {
        (Some(PictureId::Long(_)), Some(at)) => {
            if let Some(place) = payload
                .get_mut(at..)
                .and_then(|rest| rest.first_chunk_mut())
            {
                *place = [high | 0x80, low];
            }
        }
        (Some(PictureId::Short(_)), Some(at)) => {
            if let Some(place) = payload.get_mut(at) {
                *place = low & 0x7f;
            }
        }
        (None, _) | (_, None) => {}
    }
    if let Some(place) = places.tl0_picture.and_then(|at| payload.get_mut(at)) {
        *place = tl0_picture;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_full_descriptor_is_read_and_rewritten() {
        let mut payload = [0x90, 0xf0, 0x81, 0x02, 0x07, 0x60, 0xaa];
        let descriptor = Descriptor::parse(&payload).unwrap();
        assert_eq!(
            descriptor,
            Descriptor {
                len: 6,
                starts_partition: true,
                partition: 0,
                droppable: false,
                picture_id: Some(PictureId::Long(0x0102)),
                tl0_picture: Some(7),
                temporal_layer: Some(1),
                layer_sync: true,
            }
        );
        rewrite(&mut payload, 0x7fff, 9).unwrap();
        assert_eq!(payload, [0x90, 0xf0, 0xff, 0xff, 0x09, 0x60, 0xaa]);
    }

    #[test]
    fn a_keyframe_is_found_with_its_size_and_only_at_its_beginning() {
        let mut payload = [
            0x10, 0x50, 0x01, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 0x00,
        ];
        assert_eq!(
            keyframe(&payload),
            Some(FrameSize {
                width: 640,
                height: 360
            })
        );
        payload[1] |= 1;
        assert_eq!(keyframe(&payload), None, "an inter frame");
        payload[1] &= !1;
        payload[0] = 0x00;
        assert_eq!(keyframe(&payload), None, "the middle of a keyframe");
        payload[0] = 0x11;
        assert_eq!(keyframe(&payload), None, "another partition");
        assert_eq!(keyframe(&payload[..5]), None);
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..16)) {
            let before = Descriptor::parse(&bytes);
            let _size = keyframe(&bytes);
            let rewritten = rewrite(&mut bytes, 77, 7);
            prop_assert_eq!(before.is_ok(), rewritten.is_ok());
            prop_assert_eq!(Descriptor::parse(&bytes).map(|after| after.len), before.map(|before| before.len));
        }
    }
}
