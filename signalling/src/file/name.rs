//! The name of a file as it is shown: nobody's path, no control characters, an ending that tells the truth.

use queue::FileForm;

/// Characters of a name; longer ones are cut in front of the ending.
pub const NAME_CHARS_MAX: usize = 120;

/// What of a name is shown: the part behind the last slash of either kind, without characters that control, hide or turn
/// text, without dots in front. May be empty.
#[must_use]
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = last
        .chars()
        .filter(|one| !one.is_control() && !is_hidden(*one));
    let shown: String = shown.collect();
    let trimmed = shown.trim().trim_start_matches('.').trim();
    trimmed.chars().take(NAME_CHARS_MAX).collect()
}

/// The name with the ending of what the file is, unless it has one already.
#[must_use]
pub fn with_ending(name: &str, form: FileForm) -> String {
    let endings: &[&str] = match form {
        FileForm::Pdf => &[".pdf"],
        FileForm::Jpeg => &[".jpg", ".jpeg"],
        FileForm::Png => &[".png"],
    };
    let lower = name.to_lowercase();
    if name.is_empty() || endings.iter().any(|ending| lower.ends_with(ending)) {
        return name.to_owned();
    }
    let ending = endings.first().copied().unwrap_or_default();
    let kept: String = { name.chars() }
        .take(NAME_CHARS_MAX - ending.len())
        .collect();
    format!("{kept}{ending}")
}

/// Characters of Unicode that are not seen, or turn what is around them (UAX #9 §2).
fn is_hidden(one: char) -> bool {
    matches!(
        one,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_nobodys_path_and_plays_no_tricks() {
        let check = |name: &str, expected: &str| assert_eq!(clean_name(name), expected, "{name:?}");
        check("DNI frente.jpg", "DNI frente.jpg");
        check("../../etc/passwd", "passwd");
        check(r"C:\Users\ana\factura.pdf", "factura.pdf");
        check("..", "");
        check(".htaccess", "htaccess");
        check("a\0b\r\nc.pdf", "abc.pdf");
        check("factura\u{202e}fdp.exe", "facturafdp.exe");
        check("  \u{feff}constancia ñandú.png ", "constancia ñandú.png");
        check("/", "");
        assert_eq!(clean_name(&"ñ".repeat(500)).chars().count(), NAME_CHARS_MAX);
    }

    #[test]
    fn the_ending_tells_what_the_file_is() {
        let check =
            |name: &str, form, expected: &str| assert_eq!(with_ending(name, form), expected);
        check("dni.JPG", FileForm::Jpeg, "dni.JPG");
        check("dni.jpeg", FileForm::Jpeg, "dni.jpeg");
        check("dni.pdf", FileForm::Png, "dni.pdf.png");
        check("factura.pdf.exe", FileForm::Pdf, "factura.pdf.exe.pdf");
        check("", FileForm::Pdf, "");
        let long = with_ending(&"a".repeat(NAME_CHARS_MAX), FileForm::Pdf);
        assert!(long.ends_with("a.pdf") && long.len() == NAME_CHARS_MAX);
    }
}
