//! The recording notice in every language: what a citizen reads, and the hash that says which text it was (K2).
//!
//! Invariant: the hash of a notice is the hash of exactly the paragraphs that are shown.

use std::collections::BTreeMap;

use crate::{
    entropy::{hash, hex},
    protocol::citizen::NoticeView,
};

/// The notice in every language the server speaks.
#[derive(Clone, Debug)]
pub struct Notices {
    by_language: BTreeMap<String, NoticeView>,
    fallback: NoticeView,
}

impl Notices {
    /// `fallback` is the text for a language that has none of its own; `others` are the rest, in any order.
    #[must_use]
    pub fn new(fallback: NoticeView, others: Vec<NoticeView>) -> Self {
        let mut by_language: BTreeMap<String, NoticeView> = others
            .into_iter()
            .map(|notice| (notice.language.clone(), notice))
            .collect();
        by_language.insert(fallback.language.clone(), fallback.clone());
        Self {
            by_language,
            fallback,
        }
    }

    /// The text for a language tag (BCP 47): its own, else another of the same language, else the fallback.
    #[must_use]
    pub fn in_language(&self, tag: &str) -> &NoticeView {
        let same = |language: &str| primary(language).eq_ignore_ascii_case(primary(tag));
        self.by_language
            .get(tag)
            .or_else(|| same(&self.fallback.language).then_some(&self.fallback))
            .or_else(|| {
                self.by_language
                    .values()
                    .find(|notice| same(&notice.language))
            })
            .unwrap_or(&self.fallback)
    }

    /// Every text, to be kept where the hash of an acceptance finds it again.
    pub fn all(&self) -> impl Iterator<Item = &NoticeView> {
        self.by_language.values()
    }
}

/// A text with its hash.
#[must_use]
pub fn notice(language: String, version: String, paragraphs: Vec<String>) -> NoticeView {
    let sha256 = hex(&hash(&[paragraphs.join("\n").as_bytes()]));
    NoticeView {
        language,
        version,
        paragraphs,
        sha256,
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, expected: &str) {
        let text = |language: &str| {
            notice(
                language.to_owned(),
                format!("{language}-1"),
                vec![format!("aviso {language}")],
            )
        };
        let notices = Notices::new(
            text("es-AR"),
            vec![text("en"), text("es-CO"), text("es-ES")],
        );
        assert_eq!(notices.in_language(tag).language, expected, "for {tag:?}");
    }

    #[test]
    fn a_language_gets_its_own_text_or_the_nearest() {
        check("es-CO", "es-CO");
        check("es-MX", "es-AR");
        check("en-GB", "en");
        check("fr", "es-AR");
        check("", "es-AR");
    }

    #[test]
    fn the_hash_is_over_the_paragraphs_joined_by_one_line_feed() {
        let shown = notice(
            "es-AR".to_owned(),
            "1".to_owned(),
            vec!["uno".to_owned(), "dos".to_owned()],
        );
        assert_eq!(shown.sha256, hex(&hash(&[b"uno\ndos"])));
    }
}
