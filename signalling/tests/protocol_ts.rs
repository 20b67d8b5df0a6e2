//! `web/src/shared/protocol.ts` is generated from the Rust types: this test fails when it is not up to date and
//! writes it anew when run with `UPDATE_PROTOCOL=1`.

use std::{fs, path::Path};

use signalling::protocol::{
    LIVE_TEXT_CHARS_MAX, MESSAGE_BYTES_MAX, PROTOCOL_VERSION, TEXT_CHARS_MAX, call, caption,
    citizen, entry, file, guest, machine, office, operator, person,
};
use ts_rs::{Config, TS};

fn declaration<T: TS>(config: &Config, out: &mut String) {
    out.push_str("export ");
    out.push_str(&T::decl(config));
    out.push_str("\n\n");
}

const HEADER: &str = "// Generated from signalling/src/protocol by signalling/tests/protocol_ts.rs; do not edit.\n\n";

#[expect(clippy::too_many_lines, reason = "one line a type")]
fn generated() -> String {
    let config = Config::default();
    let mut out = HEADER.to_owned();
    let limits = [
        ("PROTOCOL_VERSION", usize::from(PROTOCOL_VERSION)),
        ("MESSAGE_BYTES_MAX", MESSAGE_BYTES_MAX),
        ("TEXT_CHARS_MAX", TEXT_CHARS_MAX),
        ("LIVE_TEXT_CHARS_MAX", LIVE_TEXT_CHARS_MAX),
    ];
    out.extend(limits.map(|(name, value)| format!("export const {name} = {value};\n")));
    out += "\n";
    macro_rules! all { ($($t:ty),* $(,)?) => { $(declaration::<$t>(&config, &mut out);)* } }
    all!(
        call::Role,
        call::RecordingState,
        call::GuestRole,
        call::GuestState,
        call::GuestLine,
        call::Invitation,
        call::DeviceState,
        call::DeviceStates,
        call::LineLevel,
        call::LineStrand,
        call::LineRelief,
        call::LineState,
        call::Participant,
        call::RelayAccess,
        call::SlotKind,
        call::Slot,
        call::ChatPolicy,
        call::ChatLine,
        call::Device,
        call::CallLimit,
        call::LiveText,
        caption::Caption,
        call::RefusalCode,
        call::Refusal,
        file::FileKind,
        file::FileForm,
        file::FileLine,
        file::FileSent,
        person::FromPerson,
        person::ToPerson,
        citizen::FromCitizen,
        citizen::ToCitizen,
        citizen::CitizenView,
        citizen::CitizenStep,
        citizen::InterruptionCause,
        citizen::DocumentStep,
        citizen::LinePath,
        citizen::LineTest,
        citizen::LineVerdict,
        citizen::LoopbackWay,
        citizen::OperatorCard,
        citizen::NoticeView,
        machine::MachineUse,
        machine::FromMachine,
        machine::ToMachine,
        machine::CallView,
        machine::CallStep,
        machine::SoundView,
        machine::SoundStep,
        guest::FromGuest,
        guest::ToGuest,
        guest::GuestView,
        guest::GuestStep,
        operator::FromOperator,
        operator::ToOperator,
        operator::OperatorView,
        operator::CallMachine,
        operator::ServiceLine,
        operator::OperatorStep,
        operator::VisitCard,
        operator::VisitResult,
        operator::AfterClose,
        entry::Catalogue,
        entry::CatalogueOffice,
        entry::CatalogueSubcategory,
        entry::CatalogueService,
        entry::TakeTurn,
        entry::TurnTaken,
        entry::ProgramAccess,
        entry::EnterInvitation,
        entry::EnterMachine,
        entry::SignIn,
        entry::Account,
        entry::AccountRole,
        office::SearchRecords,
        office::RecordsFound,
        office::RecordLine,
        office::OpenRecord,
        office::RecordDetail,
        office::RecordGuest,
        office::Acceptance,
        office::RecordEvent,
        office::LineEvent,
        office::Track,
        office::AccessLog,
        office::AccessEntry,
        office::AccessAction,
    );
    out
}

#[test]
fn the_typescript_types_are_those_of_rust() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/shared/protocol.ts");
    let expected = generated();
    if option_env!("UPDATE_PROTOCOL").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "web/src/shared/protocol.ts is not up to date: run `UPDATE_PROTOCOL=1 cargo test -p signalling --test protocol_ts`"
    );
}
