//! The SFU core: peers, rooms and forwarding, without a socket or a clock.
//!
//! [`Core`] is the state of one worker. It is fed with datagrams and [`control::Command`]s and says what to send, what to tell
//! signalling ([`control::Event`]) and what to hand to the recorder. ICE checks and DTLS are the crates' `is` and `dimpl`, each
//! behind one module; no general stack touches an RTP packet. Sockets and the clock are left to `media-udp`.
//!
//! ```
//! use std::time::Instant;
//!
//! use media::control::{Command, Event, PeerId, RoomId};
//! use media::{Core, CoreSettings, Identity, Input, Output};
//!
//! let now = Instant::now();
//! let candidates = vec!["127.0.0.1:40000".parse()?];
//! let settings = CoreSettings { worker: 0, candidates, peers_max: 10 };
//! let mut core = Core::new(settings, Identity::generate([7; 32])?, now)?;
//! let offer = "v=0".to_owned();
//! core.handle(Input::Command(Command::Join { room: RoomId(1), peer: PeerId(1), participant: 0, offer }), now);
//! assert!(matches!(core.poll(), Output::Event(Event::Refused { .. })));
//! assert!(matches!(core.poll(), Output::Timeout(None)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod allowance;
mod bandwidth;
pub mod control;
mod core;
mod demux;
mod dtls;
mod error;
mod footprint;
mod forward;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod half_open;
mod ice;
mod identity;
mod keyframe;
mod layer;
mod negotiation;
mod numbering;
mod outbox;
mod path;
mod peer;
mod pulse;
pub mod quality;
mod receive;
mod recorded;
mod relay;
mod repeats;
mod room;
mod settings;
mod slab;
mod stats;
mod tap;
mod timer;
mod transport;

pub use core::{Core, CoreSettings, Input, Output};
pub use error::Error;
pub use footprint::Footprint;
pub use ice::{restart_credentials, worker_of};
pub use identity::Identity;
pub use outbox::{DATAGRAM_BYTES_MAX, Outbox};
pub use path::{is_stream, stream_path};
pub use pulse::Pulse;
pub use relay::RelayKey;
pub use settings::{PEERS_MAX, Settings, WORKERS_MAX};
pub use stats::Stats;
