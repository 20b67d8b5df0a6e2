//! Numbers of VP8 pictures that go on without a jump when a slot changes to another layer (RFC 7741 §4.2): each layer counts its
//! own pictures from somewhere.

use media_packet::vp8::{self, Descriptor, PictureId};

/// Numbers of one packet as the subscriber sees them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Numbers {
    picture_id: u16,
    tl0_picture: u8,
}

impl Numbers {
    /// Puts the numbers into a payload.
    pub(crate) fn rewrite(self, payload: &mut [u8]) -> Option<()> {
        vp8::rewrite(payload, self.picture_id, self.tl0_picture).ok()
    }

    /// Writes the payload with the numbers behind a header; returns the length of both.
    pub(crate) fn write(self, payload: &[u8], out: &mut [u8], header_len: usize) -> Option<usize> {
        let end = header_len + payload.len();
        let place = out.get_mut(header_len..end)?;
        place.copy_from_slice(payload);
        self.rewrite(place)?;
        Some(end)
    }
}

/// How a layer's numbers become the slot's.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbering {
    /// What is added to the layer's numbers; none before its first picture.
    offsets: Option<Numbers>,
    /// Highest numbers that were sent.
    last: Option<Numbers>,
}

/// 15 bits.
const ID_MASK: u16 = 0x7fff;

impl Numbering {
    /// What comes next is of another layer.
    pub(crate) const fn switch(&mut self) {
        self.offsets = None;
    }

    /// Numbers for a packet; none when it has none to rewrite.
    pub(crate) fn map(&mut self, payload: &[u8]) -> Option<Numbers> {
        let descriptor = Descriptor::parse(payload).ok()?;
        let id = match descriptor.picture_id? {
            PictureId::Short(id) => u16::from(id),
            PictureId::Long(id) => id,
        };
        let tl0 = descriptor.tl0_picture.unwrap_or(0);
        let last = self.last;
        let offsets = *self.offsets.get_or_insert_with(|| {
            last.map_or(
                Numbers {
                    picture_id: 0,
                    tl0_picture: 0,
                },
                |last| Numbers {
                    picture_id: last.picture_id.wrapping_add(1).wrapping_sub(id) & ID_MASK,
                    tl0_picture: last.tl0_picture.wrapping_add(1).wrapping_sub(tl0),
                },
            )
        });
        let numbers = Numbers {
            picture_id: id.wrapping_add(offsets.picture_id) & ID_MASK,
            tl0_picture: tl0.wrapping_add(offsets.tl0_picture),
        };
        let is_newer = |last: Numbers| {
            let ahead = numbers.picture_id.wrapping_sub(last.picture_id) & ID_MASK;
            ahead != 0 && ahead < 0x4000
        };
        if last.is_none_or(is_newer) {
            self.last = Some(numbers);
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(id: u16, tl0: u8) -> [u8; 7] {
        let [high, low] = id.to_be_bytes();
        [0x90, 0xe0, high | 0x80, low, tl0, 0, 0xaa]
    }

    fn mapped(numbering: &mut Numbering, id: u16, tl0: u8) -> (u16, u8) {
        let numbers = numbering.map(&payload(id, tl0)).unwrap();
        let mut out = [0; 20];
        let len = numbers.write(&payload(id, tl0), &mut out, 3).unwrap();
        let descriptor = Descriptor::parse(&out[3..len]).unwrap();
        let Some(PictureId::Long(id)) = descriptor.picture_id else {
            panic!("{descriptor:?}")
        };
        (id, descriptor.tl0_picture.unwrap())
    }

    #[test]
    fn numbers_go_on_over_a_switch_and_over_their_ends() {
        let mut numbering = Numbering::default();
        assert_eq!(mapped(&mut numbering, 0x7ffe, 254), (0x7ffe, 254));
        assert_eq!(mapped(&mut numbering, 0x7fff, 255), (0x7fff, 255));
        numbering.switch();
        assert_eq!(mapped(&mut numbering, 500, 9), (0, 0));
        assert_eq!(mapped(&mut numbering, 502, 11), (2, 2));
        assert_eq!(
            mapped(&mut numbering, 501, 10),
            (1, 1),
            "late or sent again"
        );
        numbering.switch();
        assert_eq!(mapped(&mut numbering, 3, 200), (3, 3));
    }

    #[test]
    fn a_picture_without_numbers_is_left_alone() {
        assert_eq!(Numbering::default().map(&[0x10, 0xaa]), None);
        assert_eq!(Numbering::default().map(&[]), None);
    }
}
