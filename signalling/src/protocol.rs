//! Everything that travels between a browser and the server, as closed types: one enum per direction and role,
//! so a citizen cannot even express an operator's command, and one per direction for what all of them say and hear. Domain types never cross this line; these do.
//!
//! Invariant: an unknown message, an unknown field or an oversize message is refused before it is looked at.

pub mod call;
pub mod caption;
pub mod citizen;
pub mod entry;
pub mod file;
pub mod guest;
pub mod machine;
pub mod office;
pub mod operator;
pub mod person;

/// Version that a client names in `hello`; another version is refused with [`call::RefusalCode::Version`].
pub const PROTOCOL_VERSION: u16 = 1;

/// Bytes of one WebSocket message: an offer of sixteen sections has about 25 kB, nothing else comes near.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// Characters of one chat line, a remark or a note; longer text is refused, not cut.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// Characters of the line that is being written in real time: it is sent whole with each change, some four times a second,
/// so it is shorter than a line of chat; a page finishes it before it is longer.
pub const LIVE_TEXT_CHARS_MAX: usize = 300;

/// Characters of a line of captions, which also comes whole with each change: what a person says in some twenty seconds.
pub const CAPTION_CHARS_MAX: usize = 300;
