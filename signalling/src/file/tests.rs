//! What is taken, what is cut off, what is refused: each at every size of pieces.

use super::*;

/// Taken from a real PNG writer: one black point.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDAT\x78\x9c\x63\x60\0\0\0\x02\0\x01\x48\xaf\xa4\x71\0\0\0\0IEND\xae\x42\x60\x82";
const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

/// The segments of a photograph, with a stuffed zero and a restart marker among its points.
fn jpeg() -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 7, b'J', b'F', b'I', b'F', 0];
    bytes.extend([0xff, 0xc0, 0, 11, 8, 0, 16, 0, 32, 1, 1, 0x11, 0]);
    bytes.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    bytes.extend([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4, 0xff, 0xd9]);
    bytes
}

/// What is kept of a file, however it is cut into pieces; the same for every size.
fn kept(bytes: &[u8]) -> Result<(FileForm, Vec<u8>), Fault> {
    let mut results = [1, 2, 7, 4_096, usize::MAX].map(|size| {
        let mut inspector = Inspector::default();
        let mut kept = Vec::new();
        for piece in bytes.chunks(size.min(bytes.len().max(1))) {
            let belongs = inspector.push(piece)?;
            kept.extend(belongs.begins);
            kept.extend_from_slice(belongs.rest);
        }
        inspector.finish().map(|form| (form, kept))
    });
    let first = results.first_mut().unwrap().clone();
    for other in &results {
        assert_eq!(other, &first, "pieces make a difference");
    }
    first
}

fn with(bytes: &[u8], behind: &[u8]) -> Vec<u8> {
    [bytes, behind].concat()
}

/// The end of a ZIP with a comment of this length.
fn end_of_zip(comment: &[u8]) -> Vec<u8> {
    let mut record = b"PK\x05\x06".to_vec();
    record.extend([0; 16]);
    record.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    record.extend_from_slice(comment);
    record
}

#[test]
fn each_of_the_three_is_taken_whole() {
    let check = |bytes: &[u8], form| assert_eq!(kept(bytes), Ok((form, bytes.to_vec())));
    check(PDF, FileForm::Pdf);
    check(PNG, FileForm::Png);
    check(&jpeg(), FileForm::Jpeg);
    check(&with(PDF, b"\r\n\0\0"), FileForm::Pdf);
}

#[test]
fn other_contents_are_refused_whatever_they_are_called() {
    for other in [
        b"".as_slice(),
        b"%PDF",
        b"PK\x03\x04 a zip of any size",
        b"GIF89a and so on",
        b"<!doctype html><script>",
        b"MZ\x90\0 a program",
        b"\x7fELF a program",
        b"\n%PDF-1.4 not at the first byte",
        b"%PDF-9.9 of another time",
        b"RIFF....WEBPVP8 ",
        b"\0\0\0\x18ftypheic",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
    ] {
        assert_eq!(kept(other), Err(Fault::Form), "{other:?}");
    }
}

#[test]
fn what_ends_too_early_is_refused() {
    for whole in [PDF, PNG, &jpeg()] {
        for end in [whole.len() / 2, whole.len() - 7] {
            let cut = whole.get(..end).unwrap();
            assert!(
                matches!(kept(cut), Err(Fault::Damaged | Fault::Form)),
                "{end}"
            );
        }
    }
    // No body, no end.
    assert_eq!(kept(b"%PDF-1.4\n%%EOF"), Err(Fault::Damaged));
    assert_eq!(
        kept(&[0xff, 0xd8, 0xff, 0xd9, 0, 0, 0, 0]),
        Err(Fault::Damaged)
    );
}

#[test]
fn two_files_in_one_are_refused() {
    let zip = end_of_zip(b"");
    for whole in [PDF, PNG, &jpeg()] {
        for behind in [
            zip.as_slice(),
            b"<html><script>alert(1)</script>",
            PDF.get(..40).unwrap(),
            b"MZ this program cannot be run in DOS mode, and so on and so on and so on and so on",
            &[b' '; 200],
        ] {
            let both = with(whole, behind);
            assert!(kept(&both).is_err(), "{both:?}");
        }
    }
    // An archive whose comment is the end of the document: each reader sees a file of its own.
    let comment = b"\nstartxref\n9\n%%EOF";
    let hidden = with(b"%PDF-1.4\nPK\x03\x04", &end_of_zip(comment));
    assert_eq!(kept(&hidden), Err(Fault::Hanging));
    let mut chunk = end_of_zip(&[0; 4 + 12]);
    chunk.truncate(22);
    let mut picture = PNG.get(..PNG.len() - 12).unwrap().to_vec();
    picture.extend(22_u32.to_be_bytes());
    picture.extend(b"tEXt");
    picture.extend(&chunk);
    picture.extend([0; 4]);
    picture.extend(PNG.get(PNG.len() - 12..).unwrap());
    assert_eq!(kept(&picture), Err(Fault::Hanging));
}

#[test]
fn what_a_camera_appends_is_cut_off() {
    let photo = jpeg();
    let film = b"\0\0\0\x18ftypmp42\0\0\0\0 a film of the moment, much longer than the photograph it belongs to.........";
    let notes = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1700000000000 SEFH and more of the same kind ............ SEFT";
    for behind in [jpeg().as_slice(), film, notes, b"\0\0\0"] {
        let sent = with(&photo, behind);
        assert_eq!(kept(&sent), Ok((FileForm::Jpeg, photo.clone())));
    }
    // Taken for a camera's or not, an archive behind it is not kept.
    let archive = with(film, &end_of_zip(b""));
    assert_eq!(kept(&with(&photo, &archive)), Ok((FileForm::Jpeg, photo)));
}

#[test]
fn a_small_file_that_would_become_a_huge_picture_is_refused() {
    let mut png = PNG.to_vec();
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    assert_eq!(kept(&png), Err(Fault::Large));
    let mut photo = jpeg();
    let size = photo
        .windows(2)
        .position(|two| two == [0xff, 0xc0])
        .unwrap()
        + 5;
    photo[size..size + 4].copy_from_slice(&[0xff; 4]);
    assert_eq!(kept(&photo), Err(Fault::Large));
    photo[size..size + 4].copy_from_slice(&[0; 4]);
    assert_eq!(kept(&photo), Err(Fault::Damaged));
}

#[test]
fn no_bytes_make_it_panic_and_memory_stays_small() {
    let mut state = 0x9e37_79b9_u32;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    for whole in [PDF, PNG, &jpeg()] {
        for _ in 0..2_000 {
            let mut bytes = whole.to_vec();
            for _ in 0..=random() % 3 {
                let at = random() as usize % bytes.len();
                bytes[at] = random().to_le_bytes()[0];
            }
            // Either answer is one.
            drop(kept(&bytes));
        }
    }
    let mut inspector = Inspector::default();
    inspector.push(b"%PDF-1.4").unwrap();
    for _ in 0..100 {
        inspector.push(&[b'x'; 10_000]).unwrap();
    }
    assert!(inspector.tail.len() <= TAIL_BYTES);
}
