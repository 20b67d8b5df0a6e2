//! `[log]`: what the server writes to standard error.

use crate::section::Section;

/// What the server writes to standard error.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Log {
    /// How much.
    pub level: Level,
}

/// How much is written; each level includes those before it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Level {
    /// What is broken.
    Error,
    /// What somebody must do something about.
    Warn,
    /// Every change of state of a visit and a call.
    #[default]
    Info,
    /// Every decision.
    Debug,
    /// Everything; for developers.
    Trace,
}

impl Level {
    /// As it is written in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }

    const ALL: [Self; 5] = [
        Self::Error,
        Self::Warn,
        Self::Info,
        Self::Debug,
        Self::Trace,
    ];
}

impl Log {
    pub(crate) fn read(mut section: Section<'_, '_, '_>) -> Self {
        let allowed = "one of \"error\", \"warn\", \"info\", \"debug\", \"trace\"";
        let level = section.read("level", allowed, Level::default(), |value| {
            let found = value.as_str()?;
            Level::ALL.into_iter().find(|level| level.as_str() == found)
        });
        section.finish();
        Self { level }
    }
}
