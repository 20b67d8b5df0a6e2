//! Files of a visit (C22): who may send one when, and how many.

use queue::{
    Command, Error, FILE_BYTES_MAX, FILES_MAX, FileForm, FileKind, FilePolicy, KeptFile, Limit,
    Sha256,
};

use super::town::{ANA, Town};

const PHOTO: KeptFile = KeptFile {
    kind: FileKind::Sent,
    from: 1,
    form: FileForm::Jpeg,
    bytes: 1_000,
    sha256: Sha256([7; 32]),
};

#[test]
fn a_file_gets_its_number_in_the_call_and_while_it_stands_still() {
    let mut town = Town::new();
    let waits = town.waits(super::town::LIBRE_DEUDA);
    let early = town.send(&Command::KeepFile {
        visit: waits,
        file: PHOTO,
    });
    assert!(
        matches!(early, Err(Error::VisitOutOfOrder { .. })),
        "{early:?}"
    );

    let mut town = Town::new();
    let visit = town.call();
    let keep = Command::KeepFile { visit, file: PHOTO };
    assert_eq!(town.ok(keep.clone()), ["file_kept"]);
    // An upload that ends while the line is lost is not lost with it.
    town.ok(Command::LineLost { visit });
    assert_eq!(town.state(visit), "interrupted");
    assert_eq!(town.ok(keep.clone()), ["file_kept"]);
    let numbers: Vec<u8> = { town.office.visit(visit).unwrap().files.iter() }
        .map(|(number, _)| number)
        .collect();
    assert_eq!(numbers, [1, 2]);
    town.ok(Command::EndMeeting { operator: ANA });
    let late = town.send(&keep);
    assert!(
        matches!(late, Err(Error::VisitOutOfOrder { .. })),
        "{late:?}"
    );
}

#[test]
fn who_does_not_take_part_sends_nothing() {
    let mut town = Town::new();
    let visit = town.call();
    let file = KeptFile { from: 3, ..PHOTO };
    let stranger = town.send(&Command::KeepFile { visit, file });
    assert!(
        matches!(stranger, Err(Error::GuestOutOfOrder { .. })),
        "{stranger:?}"
    );
}

#[test]
fn files_have_a_size_a_number_and_a_sum() {
    let mut town = Town::new();
    let visit = town.call();
    let send = |town: &mut Town, bytes| {
        let file = KeptFile { bytes, ..PHOTO };
        town.send(&Command::KeepFile { visit, file }).map(|_| ())
    };
    assert!(matches!(
        send(&mut town, FILE_BYTES_MAX + 1),
        Err(Error::TooLong { .. })
    ));
    for _ in 0..5 {
        send(&mut town, FILE_BYTES_MAX).unwrap();
    }
    let full = |found: Result<(), Error>, expected: Limit| {
        let Err(Error::Full { limit, .. }) = found else {
            panic!("{found:?}");
        };
        assert_eq!(limit, expected);
    };
    full(send(&mut town, 1), Limit::FileBytes);

    let mut town = Town::new();
    let visit = town.call();
    let keep = Command::KeepFile { visit, file: PHOTO };
    for _ in 0..FILES_MAX {
        town.ok(keep.clone());
    }
    full(town.send(&keep).map(|_| ()), Limit::Files);
}

#[test]
fn a_service_without_files_still_has_stills() {
    let mut town = Town::new();
    let visit = town.call();
    let mut configuration = town.office.configuration().clone();
    for service in &mut configuration.services {
        service.files = FilePolicy::Refused;
    }
    town.ok(Command::Configure {
        configuration: Box::new(configuration),
    });
    let refused = town.send(&Command::KeepFile { visit, file: PHOTO });
    assert_eq!(refused, Err(Error::NoFiles(visit)));
    let file = KeptFile {
        kind: FileKind::Still,
        from: 2,
        ..PHOTO
    };
    assert_eq!(town.ok(Command::KeepFile { visit, file }), ["file_kept"]);
}
