//! What the kernel says of the server's process.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;

/// Ticks of `/proc/*/stat` in a second: USER_HZ is 100 on every Linux that this runs on.
const TICKS_PER_SECOND: u64 = 100;

/// `/proc/*/task/*/schedstat` begins with nanoseconds on a core: exact, where `stat` counts ticks.
const NS_PER_US: u64 = 1_000;

/// CPU time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct CpuTime {
    pub(crate) user_us: u64,
    pub(crate) sys_us: u64,
}

impl CpuTime {
    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            user_us: self.user_us.saturating_sub(earlier.user_us),
            sys_us: self.sys_us.saturating_sub(earlier.sys_us),
        }
    }

    pub(crate) fn total_us(self) -> u64 {
        self.user_us + self.sys_us
    }

    /// The same shares of user and system, of this time in all.
    fn scaled(self, total_us: u64) -> Self {
        let share = (total_us * self.user_us).checked_div(self.total_us());
        // Too short for a tick: a thread that seldom runs does so in system calls.
        let user_us = share.unwrap_or_default();
        Self {
            user_us,
            sys_us: total_us - user_us,
        }
    }
}

/// One look at a process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    pub(crate) cpu: CpuTime,
    /// By name of the thread; threads of one name are added up.
    pub(crate) threads: BTreeMap<String, CpuTime>,
    pub(crate) resident_bytes: u64,
}

/// Looks at the process.
pub(crate) fn look(pid: u32) -> anyhow::Result<Look> {
    let root = PathBuf::from(format!("/proc/{pid}"));
    let read = |name: &str| {
        let path = root.join(name);
        fs::read_to_string(&path).with_context(|| format!("--server-pid {pid}: {}", path.display()))
    };
    let status = read("status")?;
    let resident = status.lines().find_map(|line| {
        line.strip_prefix("VmRSS:")?
            .trim()
            .strip_suffix(" kB")?
            .parse::<u64>()
            .ok()
    });
    let mut threads: BTreeMap<String, CpuTime> = BTreeMap::new();
    let tasks = root.join("task");
    for task in fs::read_dir(&tasks).with_context(|| tasks.display().to_string())? {
        // A thread may end between the two looks.
        let Ok(task) = task.map(|task| task.path()) else {
            continue;
        };
        let read = |name: &str| fs::read_to_string(task.join(name)).ok();
        let stat = read("stat").and_then(|stat| parse_stat(&stat));
        let on_core = read("schedstat").and_then(|stat| parse_schedstat(&stat));
        if let Some((name, cpu)) = stat {
            let cpu = on_core.map_or(cpu, |on_core_us| cpu.scaled(on_core_us));
            let sum = threads.entry(name).or_default();
            sum.user_us += cpu.user_us;
            sum.sys_us += cpu.sys_us;
        }
    }
    Ok(Look {
        cpu: threads
            .values()
            .fold(CpuTime::default(), |sum, one| CpuTime {
                user_us: sum.user_us + one.user_us,
                sys_us: sum.sys_us + one.sys_us,
            }),
        threads,
        resident_bytes: resident.context("no VmRSS in /proc/*/status")? * 1024,
    })
}

fn parse_schedstat(stat: &str) -> Option<u64> {
    let ns: u64 = stat.split_ascii_whitespace().next()?.parse().ok()?;
    Some(ns / NS_PER_US)
}

/// Name and CPU time: fields 2, 14 and 15 of `stat` (proc(5)); the name may itself hold spaces and brackets.
fn parse_stat(stat: &str) -> Option<(String, CpuTime)> {
    let (head, tail) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    let mut fields = tail
        .split_ascii_whitespace()
        .skip(11)
        .map(|ticks| ticks.parse::<u64>().ok());
    let mut next_us = || Some(fields.next()?? * (1_000_000 / TICKS_PER_SECOND));
    let cpu = CpuTime {
        user_us: next_us()?,
        sys_us: next_us()?,
    };
    Some((name.to_owned(), cpu))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_time_keeps_the_shares_of_the_ticks() {
        assert_eq!(parse_schedstat("12345678 99 7\n"), Some(12_345));
        let ticks = CpuTime {
            user_us: 30_000,
            sys_us: 10_000,
        };
        let expected = CpuTime {
            user_us: 9_258,
            sys_us: 3_087,
        };
        assert_eq!(ticks.scaled(12_345), expected);
    }

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = "7 (a) b) S 1 2 3 4 5 6 7 8 9 10 150 250 0 0";
        let expected = CpuTime {
            user_us: 1_500_000,
            sys_us: 2_500_000,
        };
        assert_eq!(parse_stat(stat), Some(("a) b".to_owned(), expected)));
    }
}
