//! "Conexión inestable": how the line of one person is, judged once a second, each direction and medium for itself.
//!
//! What a second brought is counted where the packets pass (`quality/reception.rs` for what a person sends; reports and NACKs for
//! what is sent to them); here it becomes a verdict, and verdicts become a level (`quality/flag.rs`). Voice is judged by the
//! E-model (`quality/emodel.rs`), a picture by the time that it stood still, the line by its round trip and by whether anything at
//! all comes from there: media, RTCP, STUN, or the signalling socket, so that it works with everything muted.
//! Invariants: time is an argument; a second in which nothing could be judged changes nothing; trouble of who sends is never
//! charged to who receives.

use std::time::Duration;

use media_packet::time::Micros;

mod delivery;
mod emodel;
mod flag;
mod reception;

pub(crate) use delivery::{Delivered, Delivery};
use emodel::{OPUS, Talk, rating};
use flag::{Flag, Verdict};
pub(crate) use reception::Reception;

/// How a line is.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// As it should be.
    #[default]
    Stable,
    /// Inestable: those who talk notice it.
    Unstable,
    /// Crítica: nobody can talk like this.
    Critical,
}

/// What is judged for itself; up is from the person to the server.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Strand {
    /// Voice that the person sends.
    VoiceUp,
    /// Picture that the person sends.
    PictureUp,
    /// Voice that the person is sent.
    VoiceDown,
    /// Pictures that the person is sent.
    PictureDown,
    /// The connection itself: round trip, and whether anything comes.
    Line,
}

/// All strands, in the order of their numbers.
pub const STRANDS: [Strand; 5] = [
    Strand::VoiceUp,
    Strand::PictureUp,
    Strand::VoiceDown,
    Strand::PictureDown,
    Strand::Line,
];

/// What the server does about it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Relief {
    /// What is lost is asked for and sent again; voice carries its own repair.
    #[default]
    Repairing,
    /// Pictures are made smaller, so that voice has room.
    PictureReduced,
    /// Nothing comes: the server waits, and everything goes on by itself when it does.
    Waiting,
}

/// How a person's line is, whole.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Quality {
    levels: [Level; 5],
    /// What is done about it.
    pub relief: Relief,
    /// What the last second was like.
    pub detail: Detail,
}

/// What the last second was like. Whole numbers, so that it can be compared and kept.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Detail {
    /// Round trip.
    pub rtt_ms: Option<u32>,
    /// Rating R of the voice that the person sends, and is sent; none while there is none.
    pub rating: [Option<u8>; 2],
    /// Voice that was lost for good, each way, in thousandths.
    pub lost_permille: [u16; 2],
    /// Time that the picture stood still in the last 5 s, each way.
    pub frozen_ms: [u32; 2],
    /// For how long nothing at all has come.
    pub silent_ms: u32,
}

impl Quality {
    /// Level of one strand.
    #[must_use]
    pub fn level_of(&self, strand: Strand) -> Level {
        self.levels
            .get(strand as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The same, but for the level of one strand.
    #[must_use]
    pub fn with(mut self, strand: Strand, level: Level) -> Self {
        if let Some(place) = self.levels.get_mut(strand as usize) {
            *place = level;
        }
        self
    }

    /// Level of the person's line: that of its worst strand.
    #[must_use]
    pub fn level(&self) -> Level {
        self.levels.into_iter().max().unwrap_or_default()
    }

    /// The same to whoever is told: numbers of the last second apart.
    fn says_the_same_as(&self, other: &Self) -> bool {
        let relief = |one: &Self| (one.level() > Level::Stable).then_some(one.relief);
        self.levels == other.levels && relief(self) == relief(other)
    }
}

/// Voice that went one way within a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct VoiceSecond {
    /// Packets that should have come.
    pub(crate) expected: u32,
    /// Share of them that nobody can hear: lost, and not made good by FEC. 0 to 1.
    pub(crate) lost: f64,
    /// Delay beyond the quickest packets' that 95 of 100 do not exceed: what a jitter buffer waits.
    pub(crate) jitter_us: u64,
}

/// What one second of a person's line brought.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Second {
    /// What the person sends.
    pub(crate) up: VoiceSecond,
    /// What the person is sent.
    pub(crate) down: VoiceSecond,
    /// Time that the person's picture stood still; none while no picture flows.
    pub(crate) frozen_up_us: Option<u64>,
    /// Time that a picture stood still at the person.
    pub(crate) frozen_down_us: Option<u64>,
    /// RTP packets that came.
    pub(crate) packets: u64,
    /// When something of the media plane came last.
    pub(crate) heard: Micros,
    /// Pictures are held down because of this person's line.
    pub(crate) reduced: bool,
}

// Thresholds: docs/quality.md says where each comes from.
const RATING_BAD: f64 = 70.0;
const RATING_VERY_BAD: f64 = 50.0;
const LOST_BAD: f64 = 0.03;
const LOST_VERY_BAD: f64 = 0.10;
const RTT_BAD_US: u64 = 500_000;
const SILENT_BAD_US: u64 = 1_000_000;
const SILENT_VERY_BAD_US: u64 = 5_000_000;
/// 5 % of [`FROZEN_SECONDS`].
const FROZEN_BAD_US: u64 = 250_000;
const FROZEN_SECONDS: usize = 5;

/// Fewer packets of voice in a second say nothing of the line: its owner has just begun, or ended.
const VOICE_MIN: u32 = 10;
/// With so many packets in the last second, one without any means that the line is cut.
const FLOWING_MIN: u64 = 20;
/// Without media and without signalling, a browser's connectivity checks are all that comes: one in 2.5 to 5 s.
const CHECKS_US: u64 = 6_000_000;

const SECOND_US: u64 = 1_000_000;
/// Samples are taken on this grid of the worker's clock, so that a worker with many people wakes up four times a second at the
/// most for all of them.
const GRID_US: u64 = 250_000;
/// The signalling socket is pinged once a second. A sample is best taken when an answer is that late that the round trip is bad.
const AFTER_PING_US: u64 = RTT_BAD_US + 50_000;
/// A report of media tells a round trip for so long: voice alone is reported every 5 s.
const MEDIA_RTT_AGE_US: u64 = 6_000_000;
/// Without an answer for so long, nobody is at the other end of the signalling socket.
const SIGNALLING_AGE_US: u64 = 10_000_000;

/// The judge of one person's line.
#[derive(Debug, Default)]
pub(crate) struct Monitor {
    flags: [Flag; 5],
    told: Quality,
    /// When the next sample is to be taken; none while nobody watches.
    next: Option<Micros>,
    frozen_us: [[u64; FROZEN_SECONDS]; 2],
    media_rtt: Option<(u64, Micros)>,
    signalling: Signalling,
    /// Media came all the time until it came no more.
    flowing: bool,
    /// Jitter of the voice that the person is sent, as last reported.
    jitter_down_us: u64,
    /// When something of the media plane came last, as of the last sample.
    heard: Micros,
    began: Micros,
    /// It was looked at between two samples already.
    glanced: bool,
}

/// What is known from the signalling socket.
#[derive(Clone, Copy, Debug, Default)]
struct Signalling {
    heard: Option<Micros>,
    /// Round trip of the last answered ping, and when that was sent.
    pong: Option<(u64, Micros)>,
}

impl Signalling {
    /// Round trip; that of a ping which is still unanswered is at least its age.
    fn rtt_us(&self, now: Micros) -> Option<u64> {
        let (rtt_us, sent) = self.pong?;
        let age_us = now.since(sent);
        if age_us > SIGNALLING_AGE_US {
            return None;
        }
        // A tenth of a second is left to timers that come late.
        let waiting_us = age_us.saturating_sub(SECOND_US + 100_000);
        Some(rtt_us.max(if waiting_us > RTT_BAD_US - 100_000 {
            waiting_us + 100_000
        } else {
            0
        }))
    }

    fn is_there(&self, now: Micros) -> bool {
        self.heard
            .is_some_and(|heard| now.since(heard) <= SIGNALLING_AGE_US)
    }
}

impl Monitor {
    /// Judges from now on.
    pub(crate) fn begin(&mut self, now: Micros) {
        if self.next.is_none() {
            *self = Self {
                signalling: self.signalling,
                media_rtt: self.media_rtt,
                next: Some(on_grid(now.plus(SECOND_US))),
                heard: now,
                began: now,
                ..Self::default()
            };
        }
    }

    /// Judges no longer; the line is as good as any. Returns that, when it is news.
    pub(crate) fn end(&mut self) -> Option<Quality> {
        self.next = None;
        let told = std::mem::take(&mut self.told);
        (told.level() > Level::Stable).then(Quality::default)
    }

    /// When [`Monitor::judge`] or [`Monitor::glance`] is due.
    pub(crate) fn due(&self) -> Option<Micros> {
        let next = self.next?;
        let flag = self.flags.get(Strand::Line as usize)?;
        let patience_us = self.patience_us(next);
        if self.glanced || flag.level() > Level::Stable || patience_us > SILENT_BAD_US {
            return Some(next);
        }
        // Two seconds without anything are two bad seconds, wherever the samples lie.
        Some(next.min(self.last_heard().plus(2 * patience_us)))
    }

    /// Whether a whole second has passed, so that [`Monitor::judge`] is to be called.
    pub(crate) fn has_second(&self, now: Micros) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    /// Looks between two samples, because nothing came until the last one. Returns how the line is, when that is news.
    pub(crate) fn glance(&mut self, heard: Micros, reduced: bool, now: Micros) -> Option<Quality> {
        self.next?;
        self.glanced = true;
        self.heard = self.heard.max(heard);
        self.notice_silence(now);
        self.news(now, reduced, self.told.detail)
    }

    /// A report of the browser told a round trip of media.
    pub(crate) fn note_rtt(&mut self, rtt_us: u64, now: Micros) {
        self.media_rtt = Some((rtt_us, now));
    }

    /// A report of the browser told the jitter of voice that it is sent, as the mean that RFC 3550 defines.
    pub(crate) fn note_jitter(&mut self, mean_us: u64) {
        // Of deviations that fall off exponentially 95 of 100 are below three times their mean.
        self.jitter_down_us = mean_us.saturating_mul(3).min(SECOND_US);
    }

    /// When something came from the signalling socket last; and the round trip of the last answered ping, and when that came.
    pub(crate) fn note_signalling(
        &mut self,
        heard: Option<Micros>,
        answered: Option<(Duration, Micros)>,
    ) {
        self.signalling.heard = self.signalling.heard.max(heard);
        let Some((rtt, at)) = answered else { return };
        let rtt_us = u64::try_from(rtt.as_micros()).unwrap_or(u64::MAX);
        let sent = Micros(at.0.saturating_sub(rtt_us));
        let pong = Some((rtt_us, sent));
        if std::mem::replace(&mut self.signalling.pong, pong) == pong {
            return;
        }
        let Some(next) = self.next else { return };
        // Not before the moment that tells most, and soon after it.
        let wanted = sent.plus(AFTER_PING_US).0 % SECOND_US;
        let behind = (next.0 % SECOND_US + SECOND_US - wanted) % SECOND_US;
        if behind >= 2 * GRID_US {
            let moved = on_grid(Micros(next.0.saturating_sub(behind)));
            let is_soon = moved.since(at) < SECOND_US / 2;
            self.next = Some(if is_soon {
                moved.plus(SECOND_US)
            } else {
                moved
            });
        }
    }

    /// Takes in what the time since the last sample brought. Returns how the line is, when that is news.
    pub(crate) fn judge(&mut self, second: &Second, now: Micros) -> Option<Quality> {
        let next = self.next?;
        self.glanced = false;
        self.heard = self.heard.max(second.heard);
        // After a stop of the whole process the missed samples are not made up for.
        self.next = Some(next.plus(SECOND_US).max(on_grid(now.plus(SECOND_US / 2))));
        // A second that was cut short by silence says nothing of what flowed before.
        let silent_us = now.since(second.heard);
        if second.packets >= FLOWING_MIN {
            self.flowing = true;
        } else if silent_us < SECOND_US / 3 || (second.packets == 0 && silent_us < SECOND_US) {
            self.flowing = false;
        }
        let mut detail = Detail::default();
        let rtt_us = self.rtt_us(now);
        self.judge_voice(second, rtt_us, &mut detail);
        self.judge_pictures(second, &mut detail);
        self.judge_line(rtt_us, now, &mut detail);
        self.notice_silence(now);
        self.news(now, second.reduced, detail)
    }

    fn judge_voice(&mut self, second: &Second, rtt_us: Option<u64>, detail: &mut Detail) {
        let down = VoiceSecond {
            jitter_us: self.jitter_down_us,
            ..second.down
        };
        let ways = [(Strand::VoiceUp, second.up), (Strand::VoiceDown, down)];
        let told = detail.rating.iter_mut().zip(&mut detail.lost_permille);
        for ((strand, voice), (told_rating, told_lost)) in ways.into_iter().zip(told) {
            if voice.expected < VOICE_MIN {
                continue;
            }
            let r = rate(voice, rtt_us.unwrap_or_default());
            *told_rating = Some(whole(r));
            *told_lost = thousandths(voice.lost);
            self.note(strand, judge_voice(r, voice.lost));
        }
    }

    fn judge_pictures(&mut self, second: &Second, detail: &mut Detail) {
        let ways = [
            (Strand::PictureUp, second.frozen_up_us),
            (Strand::PictureDown, second.frozen_down_us),
        ];
        for (way, (strand, frozen_us)) in ways.into_iter().enumerate() {
            let Some(last) = self.frozen_us.get_mut(way) else {
                continue;
            };
            last.rotate_right(1);
            last[0] = frozen_us.unwrap_or_default();
            let sum: u64 = last.iter().sum();
            if let Some(told) = detail.frozen_ms.get_mut(way) {
                *told = millis(sum);
            }
            if frozen_us.is_some() {
                let is_bad = sum > FROZEN_BAD_US;
                self.note(strand, if is_bad { Verdict::Bad } else { Verdict::Good });
            }
        }
    }

    fn judge_line(&mut self, rtt_us: Option<u64>, now: Micros, detail: &mut Detail) {
        let silent_us = self.silent_us(now);
        detail.silent_ms = millis(silent_us);
        detail.rtt_ms = rtt_us.map(millis);
        let verdict = if silent_us > SILENT_VERY_BAD_US {
            Verdict::VeryBad
        } else if silent_us >= self.patience_us(now) {
            Verdict::Bad
        } else {
            match rtt_us {
                // What the delay alone makes of a conversation, muted or not.
                Some(rtt_us) if rate(VoiceSecond::default(), rtt_us) < RATING_VERY_BAD => {
                    Verdict::VeryBad
                }
                Some(rtt_us) if rtt_us > RTT_BAD_US => Verdict::Bad,
                Some(_) | None => Verdict::Good,
            }
        };
        self.note(Strand::Line, verdict);
    }

    fn notice_silence(&mut self, now: Micros) {
        let silent_us = self.silent_us(now);
        if silent_us >= 2 * self.patience_us(now)
            && let Some(flag) = self.flags.get_mut(Strand::Line as usize)
        {
            flag.raise(Verdict::Bad);
        }
    }

    /// For how long nothing at all has come. While media flowed, signalling that still comes does not excuse its silence.
    fn silent_us(&self, now: Micros) -> u64 {
        now.since(self.last_heard())
    }

    fn last_heard(&self) -> Micros {
        let signalling = self.signalling.heard.filter(|_| !self.flowing);
        self.heard
            .max(signalling.unwrap_or_default())
            .max(self.began)
    }

    /// Silence that is a bad second.
    fn patience_us(&self, now: Micros) -> u64 {
        if self.flowing || self.signalling.is_there(now) {
            SILENT_BAD_US
        } else {
            CHECKS_US
        }
    }

    fn rtt_us(&self, now: Micros) -> Option<u64> {
        let recent =
            |(rtt_us, at): (u64, Micros)| (now.since(at) < MEDIA_RTT_AGE_US).then_some(rtt_us);
        self.media_rtt
            .and_then(recent)
            .max(self.signalling.rtt_us(now))
    }

    fn note(&mut self, strand: Strand, verdict: Verdict) {
        if let Some(flag) = self.flags.get_mut(strand as usize) {
            flag.note(verdict);
        }
    }

    fn news(&mut self, now: Micros, reduced: bool, detail: Detail) -> Option<Quality> {
        let relief = if self.silent_us(now) >= self.patience_us(now) {
            Relief::Waiting
        } else if reduced {
            Relief::PictureReduced
        } else {
            Relief::Repairing
        };
        let found = Quality {
            levels: self.flags.each_ref().map(Flag::level),
            relief,
            detail,
        };
        let is_news = !found.says_the_same_as(&self.told);
        self.told = found;
        is_news.then_some(found)
    }
}

/// R of a second of voice over a path with this round trip.
fn rate(voice: VoiceSecond, rtt_us: u64) -> f64 {
    let delay_us = rtt_us / 2 + voice.jitter_us;
    rating(Talk {
        delay_ms: f64::from(micros_u32(delay_us)) / 1_000.0,
        loss_percent: voice.lost * 100.0,
        codec: OPUS,
    })
}

fn judge_voice(r: f64, lost: f64) -> Verdict {
    if r < RATING_VERY_BAD || lost > LOST_VERY_BAD {
        Verdict::VeryBad
    } else if r < RATING_BAD || lost > LOST_BAD {
        Verdict::Bad
    } else if lost > 0.0 {
        Verdict::Fair
    } else {
        Verdict::Good
    }
}

/// The next moment of the grid, not before this one.
fn on_grid(at: Micros) -> Micros {
    Micros(at.0.div_ceil(GRID_US) * GRID_US)
}

fn micros_u32(us: u64) -> u32 {
    u32::try_from(us).unwrap_or(u32::MAX)
}

fn millis(us: u64) -> u32 {
    micros_u32(us / 1_000)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "R lies between 0 and 100"
)]
fn whole(r: f64) -> u8 {
    r.round() as u8
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share lies between 0 and 1"
)]
fn thousandths(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 1_000.0).round() as u16
}

#[cfg(test)]
mod tests;
