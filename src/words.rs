//! The words that the server itself shows: the recording notice, read from `locales/<language>/notice.ftl` when the binary is
//! built. The screens' words are the web's.
//!
//! Invariant: a language whose notice cannot be read stops the start; nobody is ever asked to accept half a text.

use fluent_bundle::{FluentBundle, FluentResource};
use signalling::{
    notice::{Notices, notice},
    protocol::citizen::NoticeView,
};
use thiserror::Error;

/// What is wrong with a text of `locales/`.
#[derive(Debug, Error, Eq, PartialEq)]
pub enum WordsError {
    /// Not Fluent.
    #[error("notice.ftl of {language} is not Fluent: {found}")]
    Syntax {
        /// Folder of `locales/`.
        language: String,
        /// What the parser said.
        found: String,
    },
    /// A message that the notice needs is not there, or is not plain text.
    #[error("notice.ftl of {language} has no plain text {id}")]
    Missing {
        /// Folder of `locales/`.
        language: String,
        /// Message that was looked for.
        id: String,
    },
}

const FALLBACK: (&str, &str) = ("es-AR", include_str!("../locales/es-AR/notice.ftl"));
const OTHERS: [(&str, &str); 3] = [
    ("es-ES", include_str!("../locales/es-ES/notice.ftl")),
    ("es-CO", include_str!("../locales/es-CO/notice.ftl")),
    ("en", include_str!("../locales/en/notice.ftl")),
];

/// The notice in every language of `locales/`.
///
/// # Errors
/// A text that cannot be read; a test of this file shows that the ones in the tree can.
pub(crate) fn notices() -> Result<Notices, WordsError> {
    let (language, text) = FALLBACK;
    let others: Result<Vec<NoticeView>, WordsError> = OTHERS
        .iter()
        .map(|(language, text)| read(language, text))
        .collect();
    Ok(Notices::new(read(language, text)?, others?))
}

/// `notice-version` and `notice-paragraph-1`, `-2`, … until one is not there.
fn read(language: &str, text: &str) -> Result<NoticeView, WordsError> {
    let syntax = |found: String| WordsError::Syntax {
        language: language.to_owned(),
        found,
    };
    let resource = FluentResource::try_new(text.to_owned())
        .map_err(|(_, errors)| syntax(format!("{errors:?}")))?;
    let mut bundle = FluentBundle::default();
    bundle
        .add_resource(resource)
        .map_err(|errors| syntax(format!("{errors:?}")))?;

    let version = plain(&bundle, "notice-version");
    let paragraphs: Vec<String> = (1_u32..)
        .map_while(|n| plain(&bundle, &format!("notice-paragraph-{n}")))
        .collect();
    let missing = |id: &str| WordsError::Missing {
        language: language.to_owned(),
        id: id.to_owned(),
    };
    if paragraphs.is_empty() {
        return Err(missing("notice-paragraph-1"));
    }
    Ok(notice(
        language.to_owned(),
        version.ok_or_else(|| missing("notice-version"))?,
        paragraphs,
    ))
}

/// A message without variables.
fn plain(bundle: &FluentBundle<FluentResource>, id: &str) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    let mut errors = Vec::new();
    let text = bundle
        .format_pattern(pattern, None, &mut errors)
        .into_owned();
    errors.is_empty().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_the_tree_has_a_whole_notice() {
        let notices = notices().unwrap();
        let languages: Vec<&str> = notices
            .all()
            .map(|notice| notice.language.as_str())
            .collect();
        assert_eq!(languages, ["en", "es-AR", "es-CO", "es-ES"]);
        for notice in notices.all() {
            assert!(
                notice.paragraphs.len() >= 4
                    && notice
                        .paragraphs
                        .iter()
                        .all(|paragraph| !paragraph.is_empty())
            );
        }
    }

    #[test]
    fn a_text_with_a_hole_is_refused() {
        let hole = read("xx", "notice-paragraph-1 = aviso");
        assert_eq!(
            hole,
            Err(WordsError::Missing {
                language: "xx".to_owned(),
                id: "notice-version".to_owned()
            })
        );
        assert!(matches!(
            read("xx", "notice-version = 1\nnotice-paragraph-1 = { $who }"),
            Err(WordsError::Missing { .. })
        ));
    }
}
