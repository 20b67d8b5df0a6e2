//! The figures of `docs/bandwidth.md`: what links of several rates are used for, and how long packets wait before them.
//!
//! `UPDATE_FIGURES=1 cargo test -p media --lib figures` writes the table and its plots anew; without it they are only judged.

use std::fmt::Write as _;
use std::time::Duration;

use sim::Chance;

use super::{DELAY_US, Kind, Lines, Passed};

/// Measured from here on: before, the estimate is being found.
const WARM_UP_US: u64 = 10_000_000;
const SAMPLE: Duration = Duration::from_millis(200);

/// A link whose rate changes at these seconds.
struct Course {
    name: &'static str,
    title: &'static str,
    seconds: u64,
    rates: Vec<(u64, u64)>,
    jitter_us: u64,
    loss_ppm: u32,
}

fn steady(name: &'static str, title: &'static str, kbps: u64) -> Course {
    Course {
        name,
        title,
        seconds: 130,
        rates: vec![(0, kbps * 1_000)],
        jitter_us: 0,
        loss_ppm: 0,
    }
}

fn changing(name: &'static str, title: &'static str, each_s: u64, kbps: &[u64]) -> Course {
    let rates = (0..)
        .zip(kbps)
        .map(|(step, rate)| (step * each_s, rate * 1_000));
    Course {
        name,
        title,
        seconds: each_s * kbps.len() as u64,
        rates: rates.collect(),
        jitter_us: 0,
        loss_ppm: 0,
    }
}

fn courses() -> Vec<Course> {
    let mut chance = Chance::from_seed(11);
    let wandering: Vec<u64> = (0..12).map(|_| 150 + chance.below(1_350)).collect();
    vec![
        steady("steady-150", "150 kbit/s", 150),
        steady("steady-300", "300 kbit/s", 300),
        steady("steady-700", "700 kbit/s", 700),
        steady("steady-1500", "1,500 kbit/s", 1_500),
        Course {
            jitter_us: 15_000,
            loss_ppm: 10_000,
            ..steady("radio-700", "700 kbit/s, 15 ms of jitter, 1 % lost", 700)
        },
        changing(
            "halving",
            "700, 300, 150, 300, 700",
            30,
            &[700, 300, 150, 300, 700],
        ),
        changing(
            "steps",
            "1,500, 700, 300, 700, 1,500",
            30,
            &[1_500, 700, 300, 700, 1_500],
        ),
        changing(
            "drop",
            "1,500, 300, 1,500, 300",
            40,
            &[1_500, 300, 1_500, 300],
        ),
        changing("wandering", "another rate every 15 s", 15, &wandering),
    ]
}

/// One moment of a course.
struct Sample {
    at_s: f64,
    rate_bps: u64,
    estimate_bps: u64,
    used_bps: u64,
    queue_ms: u64,
}

/// What a course came to.
struct Outcome {
    used_percent: u64,
    padding_permille: u64,
    queue_p50_ms: u64,
    queue_p95_ms: u64,
    voice_p95_ms: u64,
    voice_lost_permille: u64,
    voice_gap_ms: u64,
    pictures_per_s: f64,
    freeze_ms: u64,
    samples: Vec<Sample>,
}

fn play(course: &Course) -> Outcome {
    let mut lines = Lines::repeating_pair(21);
    let mut settings = lines.people[1].down.settings();
    (settings.jitter_us, settings.loss_ppm) = (course.jitter_us, course.loss_ppm);
    lines.people[1].down.set(settings);
    let (mut samples, mut carried, mut rate_bps) = (Vec::new(), 0, 0);
    while lines.now_us < course.seconds * 1_000_000 {
        let now = lines.now_us;
        let rate = { course.rates.iter().rev() }.find(|(from, _)| from * 1_000_000 <= now);
        let (_, rate) = rate.unwrap();
        if *rate != rate_bps {
            rate_bps = *rate;
            lines.set_rate(1, rate_bps);
        }
        let first = lines.people[1].passed.len();
        lines.run(SAMPLE);
        if now >= WARM_UP_US {
            carried += rate_bps / 5 / 8;
        }
        let passed = &lines.people[1].passed[first..];
        let bytes: usize = passed
            .iter()
            .filter(|one| one.arrived_us.is_some())
            .map(|one| one.bytes)
            .sum();
        samples.push(Sample {
            at_s: now as f64 / 1e6,
            rate_bps,
            estimate_bps: lines.estimate(1),
            used_bps: bytes as u64 * 8 * 5,
            queue_ms: percentile(&waits(passed), 95),
        });
    }
    outcome(&lines, carried, samples)
}

fn waits(passed: &[Passed]) -> Vec<u64> {
    let wait = |one: &Passed| Some((one.arrived_us? - one.sent_us - DELAY_US) / 1_000);
    let mut waits: Vec<_> = passed.iter().filter_map(wait).collect();
    waits.sort_unstable();
    waits
}

fn percentile(sorted: &[u64], percent: usize) -> u64 {
    sorted
        .get(sorted.len() * percent / 100)
        .copied()
        .unwrap_or(0)
}

fn outcome(lines: &Lines, carried_bytes: u64, samples: Vec<Sample>) -> Outcome {
    let all: Vec<Passed> = { lines.people[1].passed.iter() }
        .filter(|one| one.sent_us >= WARM_UP_US)
        .copied()
        .collect();
    let of = |kind: Kind| -> Vec<Passed> {
        all.iter().filter(|one| one.kind == kind).copied().collect()
    };
    let arrived = |list: &[Passed]| -> u64 {
        let came = list.iter().filter(|one| one.arrived_us.is_some());
        came.map(|one| one.bytes as u64).sum()
    };
    let (voices, padding) = (of(Kind::Voice), arrived(&of(Kind::Padding)));
    let lost = voices.iter().filter(|one| one.arrived_us.is_none()).count();
    let times: Vec<_> = voices.iter().filter_map(|one| one.arrived_us).collect();
    let gap = times
        .windows(2)
        .map(|pair| pair[1].saturating_sub(pair[0]))
        .max();
    let seconds = (lines.now_us - WARM_UP_US) as f64 / 1e6;
    let (pictures, freeze_ms) = lines.pictures(1, WARM_UP_US);
    let all_waits = waits(&all);
    Outcome {
        used_percent: (arrived(&all) - padding) * 100 / carried_bytes,
        padding_permille: padding * 1_000 / carried_bytes,
        queue_p50_ms: percentile(&all_waits, 50),
        queue_p95_ms: percentile(&all_waits, 95),
        voice_p95_ms: percentile(&waits(&voices), 95),
        voice_lost_permille: lost as u64 * 1_000 / voices.len() as u64,
        voice_gap_ms: gap.unwrap() / 1_000,
        pictures_per_s: pictures as f64 / seconds,
        freeze_ms,
        samples,
    }
}

fn row(course: &Course, outcome: &Outcome) -> String {
    format!(
        "| {} | {} % | {}.{} % | {} | {} | {} | {}.{} % | {} | {:.1} | {} |",
        course.title,
        outcome.used_percent,
        outcome.padding_permille / 10,
        outcome.padding_permille % 10,
        outcome.queue_p50_ms,
        outcome.queue_p95_ms,
        outcome.voice_p95_ms,
        outcome.voice_lost_permille / 10,
        outcome.voice_lost_permille % 10,
        outcome.voice_gap_ms,
        outcome.pictures_per_s,
        outcome.freeze_ms,
    )
}

/// Rates above, the queue below.
fn plot(course: &Course, outcome: &Outcome) -> String {
    let most = outcome
        .samples
        .iter()
        .map(|one| one.rate_bps)
        .max()
        .unwrap_or(1) as f64
        * 1.3;
    let (width, height, queue_height) = (760.0, 220.0, 90.0);
    let end = course.seconds as f64;
    let x = |at_s: f64| 50.0 + at_s / end * width;
    let line = |color: &str, value: &dyn Fn(&Sample) -> f64| {
        let points = outcome
            .samples
            .iter()
            .map(|one| format!("{:.1},{:.1}", x(one.at_s), value(one)));
        let points: Vec<_> = points.collect();
        format!(
            "<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\" points=\"{}\"/>\n",
            points.join(" ")
        )
    };
    let rate_y = |bps: u64| 20.0 + height - (bps as f64).min(most) / most * height;
    let queue_y = |ms: u64| 270.0 + queue_height - (ms as f64).min(500.0) / 500.0 * queue_height;
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 830 390\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"830\" height=\"390\" fill=\"white\"/>\n",
    );
    writeln!(svg, "<text x=\"50\" y=\"13\">{}: link (grey), estimate (orange), sent (blue), kbit/s; below the queue's p95, ms (150 dashed)</text>", course.title).unwrap();
    for kbps in [0.0, 0.25, 0.5, 0.75].map(|share| (most * share / 1_000.0) as u64) {
        let y = rate_y(kbps * 1_000);
        writeln!(
            svg,
            "<text x=\"4\" y=\"{y:.1}\">{kbps}</text><path d=\"M50 {y:.1}H810\" stroke=\"#eee\"/>"
        )
        .unwrap();
    }
    let (top, limit) = (queue_y(500), queue_y(150));
    writeln!(
        svg,
        "<text x=\"4\" y=\"{top:.1}\">500</text><text x=\"4\" y=\"{limit:.1}\">150</text>"
    )
    .unwrap();
    writeln!(
        svg,
        "<path d=\"M50 {limit:.1}H810\" stroke=\"#c00\" stroke-dasharray=\"4\"/>"
    )
    .unwrap();
    svg += &line("#999", &|one| rate_y(one.rate_bps));
    svg += &line("#36c", &|one| rate_y(one.used_bps));
    svg += &line("#e70", &|one| rate_y(one.estimate_bps));
    svg += &line("#36c", &|one| queue_y(one.queue_ms));
    writeln!(
        svg,
        "<text x=\"50\" y=\"380\">0 s</text><text x=\"770\" y=\"380\">{end} s</text>\n</svg>"
    )
    .unwrap();
    svg
}

const BEGIN: &str = "<!-- figures: begin -->";
const END: &str = "<!-- figures: end -->";

/// Puts the table and the plots where the documentation has them.
fn write(table: &str, plots: &[(&str, String)]) {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs");
    let page = format!("{docs}/bandwidth.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    std::fs::write(&page, format!("{before}{BEGIN}\n{table}{END}{after}")).unwrap();
    std::fs::create_dir_all(format!("{docs}/bandwidth")).unwrap();
    for (name, svg) in plots {
        std::fs::write(format!("{docs}/bandwidth/{name}.svg"), svg).unwrap();
    }
}

#[test]
fn figures_of_links_steady_and_changing() {
    let mut table = String::from(
        "| link | used | padding | queue p50, ms | p95 | of voice, p95 | voice lost | longest gap in it, ms | pictures/s | longest freeze, ms |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    let mut plots = Vec::new();
    let mut missed = Vec::new();
    for course in courses() {
        let outcome = play(&course);
        let row = row(&course, &outcome);
        println!("{row}");
        if std::env::var_os("DUMP").is_some_and(|name| name == course.name) {
            for one in outcome.samples.iter().step_by(1) {
                println!(
                    "  {:6.1} link {:5} est {:5} used {:5} queue {}",
                    one.at_s,
                    one.rate_bps / 1000,
                    one.estimate_bps / 1000,
                    one.used_bps / 1000,
                    one.queue_ms
                );
            }
        }
        // Losses that the link makes by itself are no starving.
        let own = u64::from(course.loss_ppm) / 1_000;
        if outcome.used_percent < 80
            || outcome.queue_p95_ms >= 150
            || outcome.voice_lost_permille > 10 + own * 3 / 2
            || outcome.voice_gap_ms > 600
        {
            missed.push(course.name);
        }
        writeln!(table, "{row}").unwrap();
        plots.push((course.name, plot(&course, &outcome)));
    }
    if std::env::var_os("UPDATE_FIGURES").is_some() {
        let images = plots
            .iter()
            .map(|(name, _)| format!("![{name}](bandwidth/{name}.svg)\n"));
        write(&format!("{table}\n{}", images.collect::<String>()), &plots);
    }
    assert!(missed.is_empty(), "{missed:?}");
}
