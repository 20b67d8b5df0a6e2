//! What an office is configured to be: one whole value, kept in the journal, replaced whole.
//!
//! Left to others: where it comes from (a file, an editor) and the words of notices. Invariant: a configuration that
//! [`Configuration::check`] lets through can be applied to any office.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    error::ConfigurationFault,
    id::{DeskId, Letter, OperatorId, ServiceId},
    time::Zone,
};

/// An office, its services, desks and people.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Configuration {
    /// Empresa: the public body.
    pub body: String,
    /// Name of the office: first level of the catalogue, "Ingresos Municipales".
    pub office: String,
    /// Sucursal.
    pub branch: String,
    /// IANA name of the time zone whose midnight begins a day.
    pub zone: String,
    /// The public catalogue shows the office.
    pub listed: bool,
    /// Services.
    pub services: Vec<Service>,
    /// Desks.
    pub desks: Vec<Desk>,
    /// People who attend.
    pub operators: Vec<OperatorProfile>,
    /// Limits of the whole office.
    pub limits: Limits,
}

/// A service (trámite) and its switches (§4).
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of one service that are independent of each other"
)]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Id, never used again for another service.
    pub id: ServiceId,
    /// Name.
    pub name: String,
    /// Second level of the catalogue: "Automotor".
    pub subcategory: String,
    /// Hours in words (C32).
    pub hours: String,
    /// Letter of its display codes.
    pub letter: Letter,
    /// Calls are recorded.
    pub recorded: bool,
    /// What happens to the chat (O21).
    pub chat: ChatPolicy,
    /// Who lets a called citizen in.
    pub admission: Admission,
    /// When the notice is accepted.
    pub consent_at: ConsentAt,
    /// Somebody else may act for the citizen (`permite_representacion`; §6, 9). Default no: the operator is warned of a representative.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub permits_representation: bool,
    /// Time to confirm a turn before it counts as abandoned. Default 10 min; without a connection [`VERIFYING_ABSENT_MS`].
    pub verifying_max_ms: u32,
    /// A waiting citizen whose line is lost is passed over after this time, his place kept. Default 15 s: a reload, or
    /// a restart of the server, costs nobody his turn.
    pub waiting_grace_ms: u32,
    /// A waiting citizen whose line is lost for this long has abandoned. Default 10 min.
    pub waiting_away_max_ms: u32,
    /// After this time of an interrupted call the operator is offered to end it. Default 2 min (§4).
    pub interrupted_offer_ms: u32,
    /// One round of the ring of a seeking operator. Default 9 s (O5).
    pub seek_round_ms: u32,
    /// A call ends by itself this long after the first admission (C25); 0: never. Default 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub duration_max_ms: u32,
    /// What the operator may add to that, once, while nobody waits for him; 0: nothing. Default 5 min.
    #[serde(
        default = "extension_default_ms",
        skip_serializing_if = "is_extension_default"
    )]
    pub extension_ms: u32,
    /// "Tiempo medio de atención" (O19): after so long the operator is warned, and nothing else; 0: never. Default 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub average_ms: u32,
    /// The citizen may share his screen; the operator always may. Default false.
    #[serde(default, skip_serializing_if = "is_default")]
    pub citizen_shares: bool,
    /// The citizen may come without a camera (§6.3, "atención adaptada"); the microphone stays obligatory. Default false.
    #[serde(default, skip_serializing_if = "is_default")]
    pub permits_sound_only: bool,
    /// Whether people of a call may send files (C22). Default accepted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub files: FilePolicy,
    /// What happens to real-time text; none: the same as to the chat. Default none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub live_text: Option<ChatPolicy>,
}

/// For configurations that were kept before there was an extension, too.
fn extension_default_ms() -> u32 {
    300_000
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the shape that serde asks for"
)]
fn is_extension_default(ms: &u32) -> bool {
    *ms == extension_default_ms()
}

/// What came later than the first records is written only where it is used, so that those are read and written as they were.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Service {
    /// A recorded service with the defaults of the field docs, admitted by hand, notice at assignment, chat kept.
    #[must_use]
    pub fn new(id: ServiceId, name: &str, letter: Letter) -> Self {
        Self {
            id,
            name: name.to_owned(),
            subcategory: String::new(),
            hours: String::new(),
            letter,
            recorded: true,
            chat: ChatPolicy::Conversacion,
            admission: Admission::Manual,
            consent_at: ConsentAt::Assignment,
            permits_representation: false,
            verifying_max_ms: 600_000,
            waiting_grace_ms: 15_000,
            waiting_away_max_ms: 600_000,
            interrupted_offer_ms: 120_000,
            seek_round_ms: 9_000,
            duration_max_ms: 0,
            extension_ms: extension_default_ms(),
            average_ms: 0,
            citizen_shares: false,
            permits_sound_only: false,
            files: FilePolicy::Accepted,
            live_text: None,
        }
    }

    /// What happens to real-time text.
    #[must_use]
    pub fn live_text(&self) -> ChatPolicy {
        self.live_text.unwrap_or(self.chat)
    }
}

/// A visit that verifies, and whose citizen is not connected for this long, counts as abandoned: a page connects within a
/// second, and a phone that changes networks within some ten; a turn that was taken without a page must not hold a place
/// for the whole time to confirm.
pub const VERIFYING_ABSENT_MS: u32 = 90_000;

/// What happens to the chat of a service (O21).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatPolicy {
    /// Relayed, never stored; only its count is a fact.
    Incidencias,
    /// Kept with the record.
    Conversacion,
    /// Becomes a registered request.
    Registro,
}

/// Whether people of a call may send files (C22).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FilePolicy {
    /// They may.
    #[default]
    Accepted,
    /// They may not; the operator's stills are no matter of this.
    Refused,
}

/// Who lets a called citizen in.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// The operator, by "Admitir" (O10).
    Manual,
    /// Nobody: he is let in as soon as he is called and there.
    Auto,
}

/// When the notice is accepted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAt {
    /// While verifying, before the line; assigned, the citizen comes in by himself.
    Entry,
    /// When an operator was assigned, whose name the notice shows (C27).
    Assignment,
}

/// A desk.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Desk {
    /// Id.
    pub id: DeskId,
    /// "Box 01".
    pub name: String,
}

/// A person who attends. Name and number are shown to citizens and are the body's data, not a citizen's.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorProfile {
    /// Id, never used again for somebody else.
    pub id: OperatorId,
    /// Identification number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Desk he sits at.
    pub desk: DeskId,
    /// Services he may make himself available for.
    pub services: Vec<ServiceId>,
}

/// Limits of an office.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Visits that verify at one time, up to [`Limits::VISITS_MAX`]. Default 1,000. Full: no new turns.
    pub verifying_max: u32,
    /// Visits that wait at one time, up to [`Limits::VISITS_MAX`]. Default 5,000. Full: no more confirmations.
    pub waiting_max: u32,
    /// How long an operator's line may be lost before he stops seeking, or the citizen assigned to him goes back to his
    /// place. Default 30 s.
    pub operator_grace_ms: u32,
    /// How long a visit that is over can still be asked for by its citizen. Default 1 h.
    pub over_kept_ms: u32,
}

impl Limits {
    /// Visits of one office in memory at one time: 100,000 of about 400 bytes are 40 MB, and the queue is measured there.
    pub const VISITS_MAX: u32 = 100_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            verifying_max: 1_000,
            waiting_max: 5_000,
            operator_grace_ms: 30_000,
            over_kept_ms: 3_600_000,
        }
    }
}

impl Configuration {
    /// Services of one office: no body we know offers more than some dozens; a catalogue page shows them all.
    pub const SERVICES_MAX: usize = 200;
    /// Operators of one office: the largest load test asks for 2,000.
    pub const OPERATORS_MAX: usize = 2_000;
    /// Desks of one office: one per operator.
    pub const DESKS_MAX: usize = 2_000;
    /// Bytes of any name or text: the longest name of the demo catalogue has 64, hours in words some 90.
    pub const TEXT_BYTES_MAX: usize = 400;
    /// Longest of any time: a day, so that no typing error makes a timeout of years.
    pub const TIME_MS_MAX: u32 = 86_400_000;

    /// An unlisted office without services in this zone.
    #[must_use]
    pub fn empty(zone: &str) -> Self {
        Self {
            body: String::new(),
            office: String::new(),
            branch: String::new(),
            zone: zone.to_owned(),
            listed: false,
            services: Vec::new(),
            desks: Vec::new(),
            operators: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// Looks for what cannot be.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self) -> Result<(), ConfigurationFault> {
        Zone::named(&self.zone).map_err(|unknown| ConfigurationFault::Zone {
            found: unknown.name,
        })?;
        at_most("services", self.services.len(), Self::SERVICES_MAX)?;
        at_most("operators", self.operators.len(), Self::OPERATORS_MAX)?;
        at_most("desks", self.desks.len(), Self::DESKS_MAX)?;
        let services = unique("service", self.services.iter().map(|service| service.id.0))?;
        let desks = unique("desk", self.desks.iter().map(|desk| desk.id.0))?;
        unique(
            "operator",
            self.operators.iter().map(|operator| operator.id.0),
        )?;
        self.operators.iter().try_for_each(|operator| {
            known("desk", operator.desk.0, &desks)?;
            operator
                .services
                .iter()
                .try_for_each(|id| known("service", id.0, &services))
        })?;
        self.texts().try_for_each(|text| {
            at_most("bytes in a name or text", text.len(), Self::TEXT_BYTES_MAX)
        })?;
        self.times().try_for_each(|ms| {
            at_most(
                "milliseconds in a time",
                ms as usize,
                Self::TIME_MS_MAX as usize,
            )
        })?;
        let limits = [self.limits.verifying_max, self.limits.waiting_max];
        limits
            .into_iter()
            .try_for_each(|visits| at_most("visits", visits as usize, Limits::VISITS_MAX as usize))
    }

    fn texts(&self) -> impl Iterator<Item = &String> {
        let services = self
            .services
            .iter()
            .flat_map(|one| [&one.name, &one.subcategory, &one.hours]);
        let people = self
            .operators
            .iter()
            .flat_map(|one| [&one.number, &one.name]);
        let desks = self.desks.iter().map(|one| &one.name);
        [&self.body, &self.office, &self.branch]
            .into_iter()
            .chain(services)
            .chain(people)
            .chain(desks)
    }

    fn times(&self) -> impl Iterator<Item = u32> {
        let services = self.services.iter().flat_map(|one| {
            [
                one.verifying_max_ms,
                one.waiting_grace_ms,
                one.waiting_away_max_ms,
                one.interrupted_offer_ms,
                one.seek_round_ms,
                one.duration_max_ms,
                one.extension_ms,
                one.average_ms,
            ]
        });
        services.chain([self.limits.operator_grace_ms, self.limits.over_kept_ms])
    }
}

fn at_most(what: &'static str, found: usize, allowed: usize) -> Result<(), ConfigurationFault> {
    if found > allowed {
        return Err(ConfigurationFault::TooMany {
            what,
            found,
            allowed,
        });
    }
    Ok(())
}

fn unique(
    what: &'static str,
    ids: impl Iterator<Item = u32>,
) -> Result<BTreeSet<u32>, ConfigurationFault> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(ConfigurationFault::Twice { what, id });
        }
    }
    Ok(seen)
}

fn known(what: &'static str, id: u32, ids: &BTreeSet<u32>) -> Result<(), ConfigurationFault> {
    if ids.contains(&id) {
        Ok(())
    } else {
        Err(ConfigurationFault::Missing { what, id })
    }
}
