//! What simulated media say of themselves, so that whoever receives them knows what was sent.

/// Bytes at the end of each payload.
const IDENT_BYTES: usize = 10;

/// The first of them: what else ends like this is not ours.
const MARK: u8 = 0xa5;

/// Voice or picture.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// One packet a frame.
    Voice,
    /// Several packets a frame, keyframes and others.
    Camera,
}

/// Which packet of which frame of whom.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Ident {
    /// The person's number.
    pub participant: u8,
    /// Voice or picture.
    pub kind: Kind,
    /// Number of the frame, from 1.
    pub frame: u32,
    /// Number of the packet in the frame, from 0.
    pub index: u8,
    /// Packets of the frame.
    pub count: u8,
    /// The frame can be decoded alone.
    pub key: bool,
}

impl Ident {
    fn to_bytes(self) -> [u8; IDENT_BYTES] {
        let [f0, f1, f2, f3] = self.frame.to_be_bytes();
        let flags = u8::from(self.kind == Kind::Camera) | (u8::from(self.key) << 1);
        [
            MARK,
            self.participant,
            flags,
            f0,
            f1,
            f2,
            f3,
            self.index,
            self.count,
            MARK,
        ]
    }

    /// What a payload says of itself; none when it is none of ours.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let &[MARK, participant, flags, f0, f1, f2, f3, index, count, MARK] =
            payload.last_chunk()?
        else {
            return None;
        };
        let kind = if flags & 1 == 0 {
            Kind::Voice
        } else {
            Kind::Camera
        };
        let frame = u32::from_be_bytes([f0, f1, f2, f3]);
        let key = flags & 2 != 0;
        Some(Self {
            participant,
            kind,
            frame,
            index,
            count,
            key,
        })
    }
}

/// The payload of a packet behind its descriptor: codec bytes as far as anybody looks at them, filling that follows from the
/// ident, the ident.
#[must_use]
pub fn body(ident: Ident, bytes: usize) -> Vec<u8> {
    let mut body = match ident.kind {
        Kind::Voice => vec![0x78],
        // RFC 6386 §9.1: a keyframe of 640 × 480.
        Kind::Camera if ident.key && ident.index == 0 => {
            vec![0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]
        }
        Kind::Camera => vec![0x11, 0, 0],
    };
    let mut filling = ident.frame ^ (u32::from(ident.participant) << 24) ^ u32::from(ident.index);
    while body.len() + IDENT_BYTES < bytes {
        filling = filling.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        body.push(filling.to_be_bytes().into_iter().next().unwrap_or_default());
    }
    body.extend(ident.to_bytes());
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_tells_what_it_is() {
        for (kind, key, index) in [
            (Kind::Voice, false, 0),
            (Kind::Camera, true, 0),
            (Kind::Camera, false, 2),
        ] {
            let ident = Ident {
                participant: 3,
                kind,
                frame: 70_000,
                index,
                count: 4,
                key,
            };
            let body = body(ident, 300);
            assert_eq!((body.len(), Ident::read(&body)), (300, Some(ident)));
        }
        assert_eq!(Ident::read(b"something else"), None);
    }
}
