//! The figures of docs/quality.md: how soon a line is called unstable and stable again, over many seeds, and how often a good one
//! is for nothing; and the plot of one call. Written by
//! `WRITE_QUALITY=1 cargo test --release -p media --lib quality_figures -- --ignored`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::line::{Life, Line, play, play_whole};
use crate::quality::*;

const SEEDS: u64 = 200;
const ONSET_S: u64 = 20;
const TROUBLE_S: u64 = 20;
const WHOLE_S: u64 = 70;
const BEGIN: &str = "<!-- figures: begin -->\n";
const END: &str = "<!-- figures: end -->\n";

/// One row of the table.
struct Case {
    name: &'static str,
    line: Line,
    /// How long it lasts.
    trouble_s: u64,
    /// Within how many seconds it must be raised in 95 of 100; none where nothing is to be raised.
    limit_s: Option<f64>,
}

fn cases() -> Vec<Case> {
    let good = Line::default();
    let loss = |name, loss_percent, limit_s| Case {
        name,
        line: Line {
            loss_percent,
            ..good
        },
        trouble_s: TROUBLE_S,
        limit_s,
    };
    let delay = |name, delay_ms, limit_s| Case {
        name,
        line: Line { delay_ms, ..good },
        trouble_s: TROUBLE_S,
        limit_s,
    };
    vec![
        loss("0 % loss", 0, None),
        loss("3 % loss", 3, None),
        loss("10 % loss", 10, None),
        loss("30 % loss", 30, Some(3.0)),
        delay("100 ms each way", 100, None),
        delay("200 ms each way", 200, None),
        delay("300 ms each way", 300, Some(3.0)),
        delay("400 ms each way", 400, Some(3.0)),
        delay("800 ms each way", 800, Some(3.0)),
        Case {
            name: "300 kbit/s",
            line: Line {
                rate_bps: Some(300_000),
                ..good
            },
            trouble_s: TROUBLE_S,
            limit_s: None,
        },
        Case {
            name: "blackout of 5 s",
            line: Line {
                loss_percent: 100,
                ..good
            },
            trouble_s: 5,
            limit_s: Some(2.5),
        },
    ]
}

/// Seconds from the onset until raised, and from its end until stable again; for those seeds in which it was raised.
#[derive(Default)]
struct Times {
    raised: Vec<f64>,
    cleared: Vec<f64>,
    never_cleared: u64,
}

fn seconds(us: u64, since_s: u64) -> f64 {
    f64::from(u32::try_from(us.saturating_sub(since_s * 1_000_000) / 1_000).unwrap()) / 1_000.0
}

fn measure(case: &Case, life: Life) -> Times {
    let mut times = Times::default();
    let end_s = ONSET_S + case.trouble_s;
    for seed in 0..SEEDS {
        let good = Line::default();
        let changes = [(0, good), (ONSET_S, case.line), (end_s, good)];
        let told = play(seed, life, &changes, WHOLE_S);
        let raised = told
            .iter()
            .find(|(_, quality)| quality.level() > Level::Stable);
        let Some((at_us, _)) = raised else { continue };
        assert!(
            *at_us >= ONSET_S * 1_000_000,
            "{} seed {seed}: raised before anything was wrong",
            case.name
        );
        times.raised.push(seconds(*at_us, ONSET_S));
        match told.last() {
            Some((at_us, last)) if last.level() == Level::Stable => {
                times.cleared.push(seconds(*at_us, end_s))
            }
            Some(_) | None => times.never_cleared += 1,
        }
    }
    times
}

fn quantile(values: &mut [f64], percent: usize) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    values
        .get(
            (values.len() * percent)
                .div_ceil(100)
                .saturating_sub(1)
                .min(last),
        )
        .copied()
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
}

fn table(faults: &mut Vec<String>) -> String {
    let mut out = String::from(
        "| line | on | raised in | raised after s, p50 | p95 | stable again after s, p50 | p95 |\n|---|---|---|---|---|---|---|\n",
    );
    for case in cases() {
        for (life, name) in [
            (Life::All, "voice and picture"),
            (Life::Voice, "voice alone"),
            (Life::Muted, "nothing"),
        ] {
            let mut times = measure(&case, life);
            let count = times.raised.len();
            let late = quantile(&mut times.raised, 95);
            if let Some(limit_s) = case.limit_s
                && (life != Life::Muted
                    || case.line.loss_percent == 100
                    || case.line.delay_ms > 100)
            {
                let found = late.unwrap_or(f64::INFINITY);
                if count as u64 != SEEDS || found > limit_s {
                    let (name_of, seeds) = (case.name, SEEDS);
                    faults.push(format!(
                        "{name_of}, {name}: {count} of {seeds}, p95 {found} s, at most {limit_s} s"
                    ));
                }
            }
            if times.never_cleared > 0 {
                faults.push(format!("{}, {name}: never cleared", case.name));
            }
            let (p50, again) = (
                quantile(&mut times.raised, 50),
                quantile(&mut times.cleared, 50),
            );
            let again_late = quantile(&mut times.cleared, 95);
            writeln!(
                out,
                "| {} | {name} | {count} of {SEEDS} | {} | {} | {} | {} |",
                case.name,
                shown(p50),
                shown(late),
                shown(again),
                shown(again_late)
            )
            .unwrap();
        }
    }
    out
}

/// Times that a good line was called unstable within a simulated day.
fn false_alarms(life: Life, line: Line) -> usize {
    let told = play(1, life, &[(0, line)], 86_400);
    let raised = told
        .iter()
        .filter(|(_, quality)| quality.level() > Level::Stable);
    raised.count()
}

/// R, loss and level of one call, second by second.
#[expect(clippy::too_many_lines, reason = "one picture, drawn in order")]
fn plot() -> String {
    let good = Line::default();
    let loss = Line {
        loss_percent: 30,
        ..good
    };
    let slow = Line {
        delay_ms: 400,
        ..good
    };
    let dark = Line {
        loss_percent: 100,
        ..good
    };
    let changes = [
        (0, good),
        (15, loss),
        (35, good),
        (55, slow),
        (75, good),
        (95, dark),
        (100, good),
    ];
    let seconds = play_whole(4, Life::All, &changes, 125);
    let (width, height) = (1_000.0, 300.0);
    let x = |us: u64| 40.0 + reception::share(us, 125_000_000) * (width - 60.0);
    let y = |share: f64| height - 40.0 - share * (height - 70.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>One call: rating R of the voice sent (blue), voice lost for good (red), level (shaded)</title>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n"
    );
    for pair in seconds.windows(2) {
        let [(from, quality), (to, _)] = pair else {
            continue;
        };
        let colour = match quality.level() {
            Level::Stable => continue,
            Level::Unstable => "#fbd5a5",
            Level::Critical => "#f2a0a0",
        };
        writeln!(
            out,
            "<rect x=\"{:.1}\" y=\"30\" width=\"{:.1}\" height=\"{}\" fill=\"{colour}\"/>",
            x(*from),
            x(*to) - x(*from),
            height - 70.0
        )
        .unwrap();
    }
    for (from, to, name) in [
        (15, 35, "30 % loss"),
        (55, 75, "400 ms each way"),
        (95, 100, "blackout"),
    ] {
        writeln!(
            out,
            "<path d=\"M{:.1} 24H{:.1}\" stroke=\"black\" stroke-width=\"3\"/><text x=\"{:.1}\" y=\"16\">{name}</text>",
            x(from * 1_000_000),
            x(to * 1_000_000),
            x(from * 1_000_000)
        )
        .unwrap();
    }
    for (value, name) in [(0.0, "0"), (0.5, "50"), (0.7, "70"), (1.0, "100")] {
        writeln!(
            out,
            "<path d=\"M40 {0:.1}H{1}\" stroke=\"#ccc\"/><text x=\"6\" y=\"{2:.1}\">{name}</text>",
            y(value),
            width - 20.0,
            y(value) + 4.0
        )
        .unwrap();
    }
    for at in (0..=125).step_by(25) {
        writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{}\">{at} s</text>",
            x(at * 1_000_000),
            height - 16.0
        )
        .unwrap();
    }
    for (colour, value) in [
        (
            "#1f5fbf",
            (|one: &Quality| one.detail.rating[0].map(|r| f64::from(r) / 100.0))
                as fn(&Quality) -> Option<f64>,
        ),
        ("#c01818", |one| {
            one.detail.rating[0].map(|_| f64::from(one.detail.lost_permille[0]) / 1_000.0)
        }),
    ] {
        let mut path = String::new();
        let mut pen = 'M';
        for (at, quality) in &seconds {
            match value(quality) {
                Some(share) => {
                    write!(path, "{pen}{:.1} {:.1}", x(*at), y(share)).unwrap();
                    pen = 'L';
                }
                None => pen = 'M',
            }
        }
        writeln!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        )
        .unwrap();
    }
    out + "</svg>\n"
}

#[test]
#[ignore = "a simulated day and thousands of calls: minutes, and only in release; writes docs/quality.md when asked to"]
fn quality_figures() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let mut faults = Vec::new();
    let mut out = table(&mut faults);
    out.push_str(
        "\nFalse alarms within a simulated day of 24 h:\n\n| line | on | times |\n|---|---|---|\n",
    );
    let rough = Line {
        loss_percent: 1,
        ..Line::default()
    };
    for (line, what) in [(Line::default(), "good"), (rough, "1 % loss")] {
        for (life, name) in [
            (Life::All, "voice and picture"),
            (Life::Voice, "voice alone"),
            (Life::Muted, "nothing"),
        ] {
            let count = false_alarms(life, line);
            if line.loss_percent == 0 && count >= 24 {
                faults.push(format!("{name}: {count} false alarms a day on a good line"));
            }
            writeln!(out, "| {what} | {name} | {count} |").unwrap();
        }
    }
    if option_env!("WRITE_QUALITY").is_some() {
        let path = docs.join("quality.md");
        let text = fs::read_to_string(&path).unwrap();
        let (head, rest) = text.split_once(BEGIN).unwrap();
        let (_, tail) = rest.split_once(END).unwrap();
        fs::write(&path, format!("{head}{BEGIN}{out}{END}{tail}")).unwrap();
        fs::write(docs.join("quality-one-call.svg"), plot()).unwrap();
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
