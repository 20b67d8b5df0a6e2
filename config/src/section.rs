//! Reads one section of the file key by key, collecting every fault instead of stopping at the first.
//!
//! Invariant: whatever the file holds, a value comes out (the default where it is wrong), and the file is refused when any
//! fault was noted.

use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
    time::Duration,
};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    error::{Fault, Problem},
    units,
};

/// One reading of one file.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    /// As it was named to us.
    file: &'a str,
    text: &'a str,
    /// Old name and new name, both as `section.key`.
    renamed: &'a [(&'static str, &'static str)],
    /// Every fault so far.
    pub(crate) faults: Vec<Fault>,
    /// Every key that was asked for, as `section.key`.
    pub(crate) known: Vec<String>,
}

impl<'a> Reading<'a> {
    /// A reading without faults.
    pub(crate) fn new(
        file: &'a str,
        text: &'a str,
        renamed: &'a [(&'static str, &'static str)],
    ) -> Self {
        Self {
            file,
            text,
            renamed,
            faults: Vec::new(),
            known: Vec::new(),
        }
    }

    /// Notes a fault. `at` is a byte offset of the text.
    pub(crate) fn fault(&mut self, at: Option<usize>, key: &str, problem: Problem) {
        let line = at.map(|at| {
            self.text
                .bytes()
                .take(at)
                .filter(|byte| *byte == b'\n')
                .count()
                + 1
        });
        self.faults.push(Fault {
            file: self.file.to_owned(),
            line,
            key: key.to_owned(),
            problem,
        });
    }

    /// Notes a key or section that does not exist (any more).
    pub(crate) fn unknown(&mut self, at: usize, key: &str, allowed: String) {
        let renamed = self.renamed.iter().find(|(old, _)| *old == key);
        let problem = match renamed {
            Some((_, new)) => Problem::Renamed { new },
            None => Problem::Unknown { allowed },
        };
        self.fault(Some(at), key, problem);
    }

    /// A path of the file: relative ones count from the folder of the file.
    fn resolve(&self, path: &str) -> PathBuf {
        Path::new(self.file)
            .parent()
            .unwrap_or_else(|| Path::new(""))
            .join(path)
    }
}

/// One section while it is read.
#[derive(Debug)]
pub(crate) struct Section<'r, 'a, 't> {
    name: &'static str,
    table: Option<&'t DeTable<'t>>,
    keys: Vec<&'static str>,
    reading: &'r mut Reading<'a>,
}

impl<'r, 'a, 't> Section<'r, 'a, 't> {
    /// The section of this name; one that is not in the file reads as all defaults.
    pub(crate) fn new(
        name: &'static str,
        root: &'t DeTable<'t>,
        reading: &'r mut Reading<'a>,
    ) -> Self {
        let table = root.get(name).and_then(|value| {
            let table = value.get_ref().as_table();
            if table.is_none() {
                let found = shown(reading.text, value);
                let problem = Problem::Value {
                    found,
                    allowed: format!("a section, `[{name}]`"),
                };
                reading.fault(Some(value.span().start), name, problem);
            }
            table
        });
        Self {
            name,
            table,
            keys: Vec::new(),
            reading,
        }
    }

    /// The value of a key as `parse` reads it, or the default when it is not in the file or wrong.
    pub(crate) fn read<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        default: T,
        parse: impl FnOnce(&DeValue<'_>) -> Option<T>,
    ) -> T {
        self.keys.push(key);
        let Some(value) = self.table.and_then(|table| table.get(key)) else {
            return default;
        };
        parse(value.get_ref()).unwrap_or_else(|| {
            let problem = Problem::Value {
                found: shown(self.reading.text, value),
                allowed: allowed.to_owned(),
            };
            self.reading.fault(
                Some(value.span().start),
                &format!("{}.{key}", self.name),
                problem,
            );
            default
        })
    }

    /// A whole number within limits.
    pub(crate) fn integer<T: TryFrom<u64> + Into<u64>>(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u64>,
        default: T,
    ) -> T {
        let allowed = format!("a whole number from {} to {}", range.start(), range.end());
        self.read(key, &allowed, default, |value| {
            T::try_from(integer(value).filter(|found| range.contains(found))?).ok()
        })
    }

    /// A duration within limits.
    pub(crate) fn duration(
        &mut self,
        key: &'static str,
        range: RangeInclusive<Duration>,
        default: Duration,
    ) -> Duration {
        let (least, most) = (
            units::show_duration(*range.start()),
            units::show_duration(*range.end()),
        );
        let allowed = format!("a duration with its unit from \"{least}\" to \"{most}\"");
        self.read(key, &allowed, default, |value| {
            units::parse_duration(value.as_str()?).filter(|found| range.contains(found))
        })
    }

    /// A path that must be there.
    pub(crate) fn path(&mut self, key: &'static str, default: &str) -> PathBuf {
        let path = self.read(key, "a path, not empty", default.to_owned(), |value| {
            value
                .as_str()
                .filter(|path| !path.is_empty())
                .map(ToOwned::to_owned)
        });
        self.reading.resolve(&path)
    }

    /// A path, or none when it is empty.
    pub(crate) fn optional_path(&mut self, key: &'static str) -> Option<PathBuf> {
        let path = self.read(key, "a path, or \"\" for none", String::new(), |value| {
            value.as_str().map(ToOwned::to_owned)
        });
        (!path.is_empty()).then(|| self.reading.resolve(&path))
    }

    /// A list of so many texts, each as `parse` reads it; every wrong element is a fault of its own.
    pub(crate) fn list<T>(
        &mut self,
        key: &'static str,
        allowed: &str,
        count: RangeInclusive<usize>,
        default: Vec<T>,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        self.keys.push(key);
        let Some(value) = self.table.and_then(|table| table.get(key)) else {
            return default;
        };
        let path = format!("{}.{key}", self.name);
        let Some(elements) = value
            .get_ref()
            .as_array()
            .filter(|elements| count.contains(&elements.len()))
        else {
            let problem = Problem::Value {
                found: shown(self.reading.text, value),
                allowed: format!(
                    "a list of {} to {}, each {allowed}",
                    count.start(),
                    count.end()
                ),
            };
            self.reading.fault(Some(value.span().start), &path, problem);
            return default;
        };
        let mut parsed = Vec::with_capacity(elements.len());
        for element in elements {
            match element.get_ref().as_str().and_then(&parse) {
                Some(value) => parsed.push(value),
                None => {
                    let problem = Problem::Value {
                        found: shown(self.reading.text, element),
                        allowed: allowed.to_owned(),
                    };
                    self.reading
                        .fault(Some(element.span().start), &path, problem);
                }
            }
        }
        parsed
    }

    /// Notes a fault of a key whose value is right in itself, but not beside the others.
    pub(crate) fn fault(&mut self, key: &str, problem: Problem) {
        let at = self
            .table
            .and_then(|table| table.get(key))
            .map(|value| value.span().start);
        self.reading
            .fault(at, &format!("{}.{key}", self.name), problem);
    }

    /// Notes every key that nobody asked for.
    pub(crate) fn finish(self) {
        let allowed = self.keys.join(", ");
        for (key, _) in self.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if !self.keys.contains(&name) {
                self.reading.unknown(
                    key.span().start,
                    &format!("{}.{name}", self.name),
                    allowed.clone(),
                );
            }
        }
        self.reading
            .known
            .extend(self.keys.iter().map(|key| format!("{}.{key}", self.name)));
    }
}

/// A whole number that is not negative.
pub(crate) fn integer(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// Characters of a value that a fault repeats.
const SHOWN_CHARS_MAX: usize = 120;

/// The value as it stands in the file.
fn shown(text: &str, value: &Spanned<DeValue<'_>>) -> String {
    let found = text.get(value.span()).unwrap_or_default();
    let mut shown: String = found.chars().take(SHOWN_CHARS_MAX).collect();
    if shown.len() < found.len() {
        shown.push('…');
    }
    shown
}
