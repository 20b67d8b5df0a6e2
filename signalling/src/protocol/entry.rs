//! HTTP bodies at the door: the catalogue, taking a turn, signing in. JSON; a refusal is [`super::call::Refusal`] with a 4xx status.
//!
//! | request | answer |
//! | --- | --- |
//! | `GET /api/catalogue` | 200 [`Catalogue`] |
//! | `POST /api/visits` [`TakeTurn`] | 201 [`TurnTaken`] and the cookie `ventanilla_citizen` |
//! | `POST /api/invitations` [`EnterInvitation`] | 204 and the cookie `ventanilla_guest` |
//! | `POST /api/machines` [`EnterMachine`] | 204 and the cookie `ventanilla_machine` |
//! | `DELETE /api/visits/mine` | 204, forgets the cookie (after the visit is over) |
//! | `POST /api/visits/mine/program`, `POST /api/operator/program` | 201 [`ProgramAccess`], for WHIP and WHEP (docs/whip.md) |
//! | `POST /api/operator/session` [`SignIn`] | 200 [`Account`] and the cookie `ventanilla_operator` |
//! | `POST /api/office/session` [`SignIn`] | 200 [`Account`] and the cookie `ventanilla_office` |
//! | `GET /api/operator/session`, `GET /api/office/session` | 200 [`Account`], or 401 |
//! | `DELETE /api/operator/session`, `DELETE /api/office/session` | 204 |

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Offices, categories and services that can be chosen.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Catalogue {
    /// Name of the body (Empresa).
    pub body: String,
    /// Every office that is open to the public.
    pub offices: Vec<CatalogueOffice>,
}

/// One office: first level of the catalogue (C1).
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct CatalogueOffice {
    /// Id.
    pub id: u32,
    /// "Ingresos Municipales".
    pub name: String,
    /// Sucursal.
    pub branch: String,
    /// Second level.
    pub subcategories: Vec<CatalogueSubcategory>,
}

/// Second level of the catalogue.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct CatalogueSubcategory {
    /// "Automotor".
    pub name: String,
    /// Trámites.
    pub services: Vec<CatalogueService>,
}

/// One trámite.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct CatalogueService {
    /// Id within its office.
    pub id: u32,
    /// Name.
    pub name: String,
    /// Hours in words.
    pub hours: String,
    /// The visit is recorded.
    pub recorded: bool,
    /// How many wait now.
    pub waiting: u32,
    /// Operators on duty for it now.
    pub operators: u32,
}

/// A walk-in asks for a turn.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TakeTurn {
    /// Office.
    pub office: u32,
    /// Service within it.
    pub service: u32,
    /// Given name and surname, 1 to 120 characters.
    pub name: String,
    /// Document number, 3 to 20 letters, digits, dots or dashes.
    pub document: String,
    /// Language of the screen.
    pub language: String,
}

/// A turn was taken; the cookie opens it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct TurnTaken {
    /// "Código de su turno".
    pub turno_code: String,
}

/// A token for a program that takes the asker's place in the media of the visit he is in.
#[derive(Clone, Deserialize, PartialEq, Serialize, TS)]
pub struct ProgramAccess {
    /// For `Authorization: Bearer`; good while the asker has this place in this visit, and for nothing but its media.
    pub token: String,
}

impl std::fmt::Debug for ProgramAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProgramAccess(…)")
    }
}

/// A guest opens his link (C23).
#[derive(Clone, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EnterInvitation {
    /// What stood in the fragment of the link.
    pub token: String,
}

impl std::fmt::Debug for EnterInvitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnterInvitation(…)")
    }
}

/// A second machine is joined by the code that somebody shows on the first (O22, O23).
#[derive(Clone, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EnterMachine {
    /// Nine digits; spaces and dashes between them do not matter.
    pub code: String,
}

impl std::fmt::Debug for EnterMachine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnterMachine(…)")
    }
}

/// Account and password.
#[derive(Clone, Deserialize, PartialEq, Serialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Account name.
    pub account: String,
    /// Password.
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// Who is signed in.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, TS)]
pub struct Account {
    /// Account name.
    pub account: String,
    /// Name to show.
    pub name: String,
    /// What the account may do.
    pub role: AccountRole,
}

/// Roles of the people of the office.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountRole {
    /// Attends citizens.
    Operator,
    /// Watches over services and operators.
    Supervisor,
    /// Finds, plays and keeps recordings.
    Compliance,
    /// Keeps the catalogue.
    Editor,
    /// Runs the server.
    Admin,
}
