//! The E-model (ITU-T G.107, 06/2015): how well people can talk over a line, from delay and loss, as one number R.
//!
//! Everything but delay, loss and codec has the Recommendation's default value. Pure arithmetic, once a second a stream.

/// What a codec makes of loss (ITU-T G.113, Appendix I).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Codec {
    /// Impairment without any loss.
    pub(crate) ie: f64,
    /// Robustness against random loss, in percent.
    pub(crate) bpl: f64,
}

/// Opus with its concealment. G.113 has no value for it; 10 is that of AMR at 12.2 kbit/s, which conceals worse, so that R errs
/// towards warning. In-band FEC is not a property of the codec here: what it made good is not counted as lost.
pub(crate) const OPUS: Codec = Codec { ie: 0.0, bpl: 10.0 };

/// A voice stream for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Talk {
    /// Mouth to ear, in milliseconds: path and jitter buffer.
    pub(crate) delay_ms: f64,
    /// Packets that nobody can hear, in percent.
    pub(crate) loss_percent: f64,
    /// Codec.
    pub(crate) codec: Codec,
}

// Defaults of G.107, table 3: dB, dBm0p, dBmp as there.
const SLR: f64 = 8.0;
const RLR: f64 = 2.0;
const STMR: f64 = 15.0;
const DS: f64 = 3.0;
const DR: f64 = 3.0;
const TELR: f64 = 65.0;
const WEPL: f64 = 110.0;
const PS: f64 = 35.0;
const PR: f64 = 35.0;
const NC: f64 = -70.0;
const NFOR: f64 = -64.0;

/// Transmission rating R: 93.2 at its best, below 70 some are dissatisfied, below 50 nearly all are.
pub(crate) fn rating(talk: Talk) -> f64 {
    let no = noise();
    let ro = 15.0 - 1.5 * (SLR + no);
    (ro - simultaneous(ro, no, talk.delay_ms) - delay(ro, no, talk.delay_ms) - equipment(talk))
        .clamp(0.0, 100.0)
}

/// Mean opinion score of a rating (G.107, annex B).
#[cfg(test)]
pub(crate) fn opinion(r: f64) -> f64 {
    match r {
        r if r <= 0.0 => 1.0,
        r if r >= 100.0 => 4.5,
        r => 1.0 + 0.035 * r + r * (r - 60.0) * (100.0 - r) * 7e-6,
    }
}

fn power(db: f64) -> f64 {
    10_f64.powf(db / 10.0)
}

/// No: all noise together (7-3 to 7-7).
fn noise() -> f64 {
    let olr = SLR + RLR;
    let nos = PS - SLR - DS - 100.0 + 0.004 * (PS - olr - DS - 14.0).powi(2);
    let pre = PR + 10.0 * (1.0 + power(10.0 - STMR - DR)).log10();
    let nor = RLR - 121.0 + pre + 0.008 * (pre - 35.0).powi(2);
    10.0 * (power(NC) + power(nos) + power(nor) + power(NFOR + RLR)).log10()
}

/// Is: loudness, sidetone, quantising (7-8 to 7-17).
fn simultaneous(ro: f64, no: f64, delay_ms: f64) -> f64 {
    let xolr = SLR + RLR + 0.2 * (64.0 + no - RLR);
    let loud = 20.0 * ((1.0 + (xolr / 8.0).powi(8)).powf(0.125) - xolr / 8.0);
    let sidetone = -10.0 * (power(-STMR) + (-delay_ms / 4.0).exp() * power(-TELR)).log10();
    let side = 12.0 * (1.0 + ((sidetone - 13.0) / 6.0).powi(8)).powf(0.125)
        - 28.0 * (1.0 + ((sidetone + 1.0) / 19.4).powi(35)).powf(1.0 / 35.0)
        - 13.0 * (1.0 + ((sidetone - 3.0) / 33.0).powi(13)).powf(1.0 / 13.0)
        + 29.0;
    // One quantising distortion unit.
    let q = 37.0;
    let g = 1.07 + 0.258 * q + 0.0602 * q * q;
    let y = (ro - 100.0) / 15.0 + 46.0 / 8.4 - g / 9.0;
    let z = 46.0 / 30.0 - g / 40.0;
    loud + side + 15.0 * (1.0 + 10_f64.powf(y) + 10_f64.powf(z)).log10()
}

/// Id: echo of the talker and of the listener, and delay itself (7-18 to 7-28). The round trip is twice the one way.
fn delay(ro: f64, no: f64, delay_ms: f64) -> f64 {
    let terv = TELR - 40.0 * ((1.0 + delay_ms / 10.0) / (1.0 + delay_ms / 150.0)).log10()
        + 6.0 * (-0.3 * delay_ms * delay_ms).exp();
    let talker = {
        let half = (-1.5 * (no - RLR) - (80.0 + 2.5 * (terv - 14.0))) / 2.0;
        (half + (half * half + 100.0).sqrt() - 1.0) * (1.0 - (-delay_ms).exp())
    };
    let listener = {
        let half = (ro - 10.5 * (WEPL + 7.0) * (2.0 * delay_ms + 1.0).powf(-0.25)) / 2.0;
        half + (half * half + 169.0).sqrt()
    };
    let absolute = if delay_ms <= 100.0 {
        0.0
    } else {
        let x = (delay_ms / 100.0).log2();
        let sixth = |x: f64| (1.0 + x.powi(6)).powf(1.0 / 6.0);
        25.0 * (sixth(x) - 3.0 * sixth(x / 3.0) + 2.0)
    };
    talker + listener + absolute
}

/// Ie,eff with random loss (7-29).
fn equipment(talk: Talk) -> f64 {
    let Codec { ie, bpl } = talk.codec;
    ie + (95.0 - ie) * talk.loss_percent / (talk.loss_percent + bpl)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn r(delay_ms: f64, loss_percent: f64) -> f64 {
        rating(Talk {
            delay_ms,
            loss_percent,
            codec: OPUS,
        })
    }

    #[test]
    fn the_defaults_give_the_published_rating_and_opinion() {
        // G.107 §7.7: "With all parameter values set to default, the calculation results in … R = 93.2."
        assert_eq!(format!("{:.1}", r(0.0, 0.0)), "93.2");
        assert_eq!(format!("{:.2}", opinion(r(0.0, 0.0))), "4.41");
    }

    #[test]
    fn ratings_have_the_opinions_of_annex_b() {
        for (rating, published) in [
            (90.0, 4.34),
            (80.0, 4.03),
            (70.0, 3.60),
            (60.0, 3.10),
            (50.0, 2.58),
        ] {
            let found = opinion(rating);
            assert!(
                (found - published).abs() < 0.0075,
                "R {rating}: {found}, published {published}"
            );
        }
    }

    #[test]
    fn loss_impairs_g729a_as_published() {
        // G.113 (02/2001), table I.3: G.729A with VAD, random loss; its Bpl is 19.0.
        let codec = Codec {
            ie: 11.0,
            bpl: 19.0,
        };
        for (loss_percent, published) in [
            (0.0, 11.0),
            (0.5, 13.0),
            (1.0, 15.0),
            (1.5, 17.0),
            (2.0, 19.0),
            (3.0, 23.0),
            (4.0, 26.0),
            (8.0, 36.0),
            (16.0, 49.0),
        ] {
            let found = equipment(Talk {
                delay_ms: 0.0,
                loss_percent,
                codec,
            });
            assert!(
                (found - published).abs() < 0.75,
                "{loss_percent} %: {found}, published {published}"
            );
        }
    }

    #[test]
    fn delay_is_nearly_free_up_to_150_ms_and_dear_from_300_on() {
        // The equations of §7 worked out apart from this code; G.114's curve has the same shape.
        for (delay_ms, expected) in [
            (0.0, 93.2),
            (50.0, 91.8),
            (100.0, 90.7),
            (150.0, 89.5),
            (200.0, 85.8),
            (250.0, 79.2),
            (300.0, 72.7),
            (400.0, 62.2),
            (600.0, 49.5),
            (800.0, 42.8),
        ] {
            let found = r(delay_ms, 0.0);
            assert!(
                (found - expected).abs() < 0.06,
                "{delay_ms} ms: {found}, expected {expected}"
            );
        }
    }

    proptest! {
        #[test]
        fn more_delay_or_loss_is_never_better(delay in 0.0..2_000.0_f64, loss in 0.0..100.0_f64, more in 0.0..500.0_f64) {
            let base = r(delay, loss);
            prop_assert!((0.0..=100.0).contains(&base));
            prop_assert!(r(delay + more, loss) <= base + 1e-6);
            prop_assert!(r(delay, (loss + more / 10.0).min(100.0)) <= base + 1e-6);
        }
    }
}
