//! What was measured, as numbers and as words.

use std::collections::BTreeMap;
use std::fmt;

use hdrhistogram::Histogram;
use media_packet::time::Micros;
use serde::Serialize;

use crate::arguments::Arguments;
use crate::media::Ended;
use crate::process::{CpuTime, Look};

/// The report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    rooms: u32,
    participants: u32,
    seconds: f64,
    /// From offer to ICE and DTLS done.
    join_ms: Quantiles,
    /// From sending by one client to reception by the other.
    forwarding_ms: Quantiles,
    packets_received: u64,
    packets_per_second: f64,
    megabits_per_second: f64,
    /// By sequence number, before and after retransmission, in percent.
    loss_percent: f64,
    residual_loss_percent: f64,
    /// Retransmissions that clients sent because the server asked.
    retransmissions_sent: u64,
    /// Packets that were no media of the bench, or did not open.
    strange_packets: u64,
    /// The bench's own trouble: by how much a packet left too late, and packets that the socket refused.
    bench_late_ms_max: f64,
    bench_send_failures: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Server>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Quantiles {
    p50: f64,
    p99: f64,
    max: f64,
}

/// CPU and memory of the server.
#[derive(Clone, Debug, Serialize)]
struct Server {
    /// Per packet that a client received.
    cpu_us_per_packet: f64,
    user_us_per_packet: f64,
    sys_us_per_packet: f64,
    /// Share of one core, in percent.
    core_percent: f64,
    /// Per call and second, whatever was sent.
    cpu_us_per_room_second: f64,
    /// From before the first call to the beginning of the measurement, per person: joining, and what was sent meanwhile.
    cpu_ms_per_join: f64,
    /// By name of the thread, per packet.
    threads_us_per_packet: BTreeMap<String, f64>,
    resident_kib: u64,
    /// Growth since before the first call.
    kib_per_participant: f64,
}

impl Report {
    /// `looks` are those before the calls, at the beginning and at the end of the measurement.
    pub(crate) fn new(
        arguments: &Arguments,
        joins: &Histogram<u64>,
        begun: Micros,
        ended: &Ended,
        looks: Option<[&Look; 3]>,
    ) -> Self {
        let seconds = float(ended.at.since(begun)) / 1e6;
        let measure = &ended.measure;
        let participants = arguments.rooms * arguments.group;
        Self {
            rooms: arguments.rooms,
            participants,
            seconds,
            join_ms: Quantiles::of_us(joins),
            forwarding_ms: Quantiles::of_us(&measure.delay_us),
            packets_received: measure.packets,
            packets_per_second: float(measure.packets) / seconds,
            megabits_per_second: float(measure.bytes) * 8.0 / seconds / 1e6,
            loss_percent: percent(ended.loss.lost, ended.loss.expected),
            residual_loss_percent: percent(
                ended.loss.lost.saturating_sub(ended.loss.recovered),
                ended.loss.expected,
            ),
            retransmissions_sent: ended.retransmissions_sent,
            strange_packets: measure.foreign + measure.undecipherable,
            bench_late_ms_max: float(measure.late_us_max) / 1e3,
            bench_send_failures: measure.send_failures,
            server: looks.map(|looks| {
                let people = (arguments.rooms, participants);
                Server::new(looks, measure.packets, seconds, people)
            }),
        }
    }
}

impl Quantiles {
    fn of_us(histogram: &Histogram<u64>) -> Self {
        let at = |quantile| float(histogram.value_at_quantile(quantile)) / 1e3;
        Self {
            p50: at(0.5),
            p99: at(0.99),
            max: float(histogram.max()) / 1e3,
        }
    }
}

impl Server {
    fn new(
        [before, first, last]: [&Look; 3],
        packets: u64,
        seconds: f64,
        (rooms, participants): (u32, u32),
    ) -> Self {
        let cpu = last.cpu.since(first.cpu);
        let packets = float(packets.max(1));
        let per_packet = |us: u64| float(us) / packets;
        let threads = last.threads.iter().map(|(name, cpu)| {
            let earlier = first.threads.get(name).copied().unwrap_or_default();
            (name.clone(), per_packet(cpu.since(earlier).total_us()))
        });
        let CpuTime { user_us, sys_us } = cpu;
        Self {
            cpu_us_per_packet: per_packet(cpu.total_us()),
            user_us_per_packet: per_packet(user_us),
            sys_us_per_packet: per_packet(sys_us),
            core_percent: float(cpu.total_us()) / seconds / 1e4,
            cpu_us_per_room_second: float(cpu.total_us()) / seconds / f64::from(rooms),
            cpu_ms_per_join: float(first.cpu.since(before.cpu).total_us())
                / 1e3
                / f64::from(participants),
            threads_us_per_packet: threads.filter(|(_, us)| *us > 0.0).collect(),
            resident_kib: last.resident_bytes / 1024,
            kib_per_participant: float(last.resident_bytes.saturating_sub(before.resident_bytes))
                / 1024.0
                / f64::from(participants),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Quantiles { p50, p99, max } = self.join_ms;
        writeln!(
            f,
            "calls                {} of {} people, measured for {:.1} s",
            self.rooms,
            self.participants / self.rooms.max(1),
            self.seconds
        )?;
        writeln!(
            f,
            "join                 p50 {p50:.1} ms, p99 {p99:.1} ms, max {max:.1} ms (offer to DTLS done)"
        )?;
        let Quantiles { p50, p99, max } = self.forwarding_ms;
        writeln!(
            f,
            "forwarding           p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.2} ms"
        )?;
        let (packets, megabits) = (self.packets_per_second, self.megabits_per_second);
        writeln!(
            f,
            "received             {packets:.0} packets/s, {megabits:.1} Mbit/s"
        )?;
        let (loss, residual) = (self.loss_percent, self.residual_loss_percent);
        writeln!(
            f,
            "loss                 {loss:.4} %, after retransmission {residual:.4} %"
        )?;
        if let Some(server) = &self.server {
            let Server {
                cpu_us_per_packet,
                user_us_per_packet,
                sys_us_per_packet,
                core_percent,
                ..
            } = server;
            writeln!(
                f,
                "server CPU           {cpu_us_per_packet:.1} µs per forwarded packet \
                 (user {user_us_per_packet:.1}, sys {sys_us_per_packet:.1}), {core_percent:.0} % of a core"
            )?;
            for (name, us) in &server.threads_us_per_packet {
                writeln!(f, "  {name:<18} {us:.1} µs")?;
            }
            writeln!(
                f,
                "                     {:.0} µs a second per call; until all had joined {:.2} ms per person",
                server.cpu_us_per_room_second, server.cpu_ms_per_join
            )?;
            let (resident, each) = (server.resident_kib / 1024, server.kib_per_participant);
            writeln!(
                f,
                "server memory        {resident} MiB, {each:.0} KiB per participant"
            )?;
        }
        write!(
            f,
            "bench                {} strange packets, {} not sent, at most {:.1} ms late, {} sent again",
            self.strange_packets,
            self.bench_send_failures,
            self.bench_late_ms_max,
            self.retransmissions_sent
        )
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    float(part) * 100.0 / float(whole.max(1))
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn float(value: u64) -> f64 {
    value as f64
}
