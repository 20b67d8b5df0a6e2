//! EBML elements (RFC 8794): what WebM is written with. Only writing, only what the muxer needs.

/// Ids of the elements, as they stand in the file (RFC 9559 §5).
pub(super) mod id {
    pub(crate) const EBML: u32 = 0x1a45_dfa3;
    pub(crate) const EBML_VERSION: u32 = 0x4286;
    pub(crate) const EBML_READ_VERSION: u32 = 0x42f7;
    pub(crate) const EBML_MAX_ID_LENGTH: u32 = 0x42f2;
    pub(crate) const EBML_MAX_SIZE_LENGTH: u32 = 0x42f3;
    pub(crate) const DOC_TYPE: u32 = 0x4282;
    pub(crate) const DOC_TYPE_VERSION: u32 = 0x4287;
    pub(crate) const DOC_TYPE_READ_VERSION: u32 = 0x4285;
    pub(crate) const VOID: u32 = 0xec;
    pub(crate) const SEGMENT: u32 = 0x1853_8067;
    pub(crate) const SEEK_HEAD: u32 = 0x114d_9b74;
    pub(crate) const SEEK: u32 = 0x4dbb;
    pub(crate) const SEEK_ID: u32 = 0x53ab;
    pub(crate) const SEEK_POSITION: u32 = 0x53ac;
    pub(crate) const INFO: u32 = 0x1549_a966;
    pub(crate) const TIMESTAMP_SCALE: u32 = 0x2a_d7b1;
    pub(crate) const DURATION: u32 = 0x4489;
    pub(crate) const DATE_UTC: u32 = 0x4461;
    pub(crate) const MUXING_APP: u32 = 0x4d80;
    pub(crate) const WRITING_APP: u32 = 0x5741;
    pub(crate) const TRACKS: u32 = 0x1654_ae6b;
    pub(crate) const TRACK_ENTRY: u32 = 0xae;
    pub(crate) const TRACK_NUMBER: u32 = 0xd7;
    pub(crate) const TRACK_UID: u32 = 0x73c5;
    pub(crate) const TRACK_TYPE: u32 = 0x83;
    pub(crate) const FLAG_LACING: u32 = 0x9c;
    pub(crate) const LANGUAGE: u32 = 0x22_b59c;
    pub(crate) const CODEC_ID: u32 = 0x86;
    pub(crate) const CODEC_PRIVATE: u32 = 0x63a2;
    pub(crate) const CODEC_DELAY: u32 = 0x56aa;
    pub(crate) const SEEK_PRE_ROLL: u32 = 0x56bb;
    pub(crate) const VIDEO: u32 = 0xe0;
    pub(crate) const PIXEL_WIDTH: u32 = 0xb0;
    pub(crate) const PIXEL_HEIGHT: u32 = 0xba;
    pub(crate) const AUDIO: u32 = 0xe1;
    pub(crate) const SAMPLING_FREQUENCY: u32 = 0xb5;
    pub(crate) const CHANNELS: u32 = 0x9f;
    pub(crate) const CLUSTER: u32 = 0x1f43_b675;
    pub(crate) const TIMESTAMP: u32 = 0xe7;
    pub(crate) const SIMPLE_BLOCK: u32 = 0xa3;
    pub(crate) const CUES: u32 = 0x1c53_bb6b;
    pub(crate) const CUE_POINT: u32 = 0xbb;
    pub(crate) const CUE_TIME: u32 = 0xb3;
    pub(crate) const CUE_TRACK_POSITIONS: u32 = 0xb7;
    pub(crate) const CUE_TRACK: u32 = 0xf7;
    pub(crate) const CUE_CLUSTER_POSITION: u32 = 0xf1;
}

/// An element whose content is bytes.
pub(super) fn bytes(out: &mut Vec<u8>, id: u32, content: &[u8]) {
    element_id(out, id);
    size(out, content.len() as u64);
    out.extend_from_slice(content);
}

/// An element whose content is text.
pub(super) fn text(out: &mut Vec<u8>, id: u32, content: &str) {
    bytes(out, id, content.as_bytes());
}

/// An element whose content is a number, in as few bytes as it takes.
pub(super) fn number(out: &mut Vec<u8>, id: u32, value: u64) {
    let all = value.to_be_bytes();
    let zeros = (value.leading_zeros() / 8).min(7) as usize;
    bytes(out, id, all.get(zeros..).unwrap_or_default());
}

/// An element whose content is a number of eight bytes: its place is known before its value.
pub(super) fn wide_number(out: &mut Vec<u8>, id: u32, value: u64) {
    bytes(out, id, &value.to_be_bytes());
}

/// An element whose content is a float.
pub(super) fn float(out: &mut Vec<u8>, id: u32, value: f64) {
    bytes(out, id, &value.to_be_bytes());
}

/// An element whose content is elements.
pub(super) fn master(out: &mut Vec<u8>, id: u32, fill: impl FnOnce(&mut Vec<u8>)) {
    let mut content = Vec::new();
    fill(&mut content);
    bytes(out, id, &content);
}

/// Fills exactly `len` bytes, at least nine, with nothing.
pub(super) fn void(out: &mut Vec<u8>, len: usize) {
    element_id(out, id::VOID);
    let content = len.saturating_sub(9);
    wide_size(out, content as u64);
    out.resize(out.len() + content, 0);
}

/// An id, which carries its own length.
pub(super) fn element_id(out: &mut Vec<u8>, id: u32) {
    let zeros = (id.leading_zeros() / 8) as usize;
    out.extend_from_slice(id.to_be_bytes().get(zeros..).unwrap_or_default());
}

/// A size in as few bytes as it takes (RFC 8794 §4).
pub(super) fn size(out: &mut Vec<u8>, value: u64) {
    // All ones of a length mean "unknown", so they are not used.
    let len = (1..8).find(|len| value < (1 << (7 * len)) - 1).unwrap_or(8);
    let marked = value | 1 << (7 * len);
    out.extend_from_slice(marked.to_be_bytes().get(8 - len..).unwrap_or_default());
}

/// A size in eight bytes.
pub(super) fn wide_size(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&(value | 1 << 56).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(write: impl FnOnce(&mut Vec<u8>), expected: &[u8]) {
        let mut out = Vec::new();
        write(&mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn sizes_take_the_bytes_they_need() {
        check(|out| size(out, 0), &[0x80]);
        check(|out| size(out, 126), &[0xfe]);
        check(|out| size(out, 127), &[0x40, 0x7f]);
        check(|out| size(out, 16_382), &[0x7f, 0xfe]);
        check(|out| size(out, 16_383), &[0x20, 0x3f, 0xff]);
        check(|out| wide_size(out, 5), &[1, 0, 0, 0, 0, 0, 0, 5]);
    }

    #[test]
    fn numbers_take_the_bytes_they_need() {
        check(|out| number(out, id::TRACK_NUMBER, 0), &[0xd7, 0x81, 0]);
        check(
            |out| number(out, id::TRACK_NUMBER, 256),
            &[0xd7, 0x82, 1, 0],
        );
        check(
            |out| number(out, id::DOC_TYPE_VERSION, 4),
            &[0x42, 0x87, 0x81, 4],
        );
    }

    #[test]
    fn void_fills_exactly() {
        for len in [9, 10, 200, 70_000] {
            let mut out = Vec::new();
            void(&mut out, len);
            assert_eq!(out.len(), len);
        }
    }
}
