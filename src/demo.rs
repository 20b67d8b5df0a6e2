//! The demo office: a town hall and a tax agency with their real catalogues (C3), made once in an empty store, and accounts
//! whose passwords everybody may know.
//!
//! Invariant: an office that exists is left alone: a second start keeps the data.

use std::{
    fs,
    io::Write,
    net::{IpAddr, SocketAddr},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use argon2::{Argon2, password_hash::PasswordHasher};
use config::Config;
use queue::{
    ChatPolicy, Command, Configuration, Desk, DeskId, Event, Office, OfficeId, OperatorId,
    OperatorProfile, Service, ServiceId, Timestamp,
};
use store::{Account, App, Role, SideRecord, Store};

use crate::Error;

/// An account of the demo.
#[derive(Clone, Copy, Debug)]
pub struct DemoAccount {
    /// Name to sign in with.
    pub account: &'static str,
    /// Password; the demo's are no secrets.
    pub password: &'static str,
    /// Name to show.
    pub name: &'static str,
    /// What it may do.
    pub role: Role,
    /// Office and operator, for those who attend.
    operator: Option<(u32, u32)>,
}

/// Every account of the demo.
pub const ACCOUNTS: [DemoAccount; 8] = [
    attends(
        "operador1",
        "demo-operador1",
        "Lucía Fernández",
        (TOWN_HALL, 1),
    ),
    attends(
        "operador2",
        "demo-operador2",
        "Martín Gómez",
        (TOWN_HALL, 2),
    ),
    attends(
        "operador3",
        "demo-operador3",
        "Carmen Ortega",
        (TAX_AGENCY, 1),
    ),
    attends(
        "operador4",
        "demo-operador4",
        "Javier Molina",
        (TAX_AGENCY, 2),
    ),
    keeps(
        "cumplimiento",
        "demo-cumplimiento",
        "Elena Sosa",
        Role::Compliance,
    ),
    keeps(
        "supervisor",
        "demo-supervisor",
        "Raúl Benítez",
        Role::Supervisor,
    ),
    keeps("editor", "demo-editor", "Paula Ríos", Role::Editor),
    keeps("admin", "demo-admin", "Administración", Role::Admin),
];

const TOWN_HALL: u32 = 1;
const TAX_AGENCY: u32 = 2;

const fn attends(
    account: &'static str,
    password: &'static str,
    name: &'static str,
    operator: (u32, u32),
) -> DemoAccount {
    DemoAccount {
        account,
        password,
        name,
        role: Role::Operator,
        operator: Some(operator),
    }
}

const fn keeps(
    account: &'static str,
    password: &'static str,
    name: &'static str,
    role: Role,
) -> DemoAccount {
    DemoAccount {
        account,
        password,
        name,
        role,
        operator: None,
    }
}

/// Where the demo lies and listens.
#[derive(Clone, Debug)]
pub struct Demo {
    data: PathBuf,
    call_limit_ms: u32,
}

/// "20 minutos por turno": the town hall's time limit of a call.
const CALL_LIMIT_MS: u32 = 20 * 60_000;

/// "Tiempo medio de atención" of the tax agency.
const AVERAGE_MS: u32 = 4 * 60_000;

impl Demo {
    /// A demo in this folder.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            call_limit_ms: CALL_LIMIT_MS,
        }
    }

    /// Ends calls of the town hall after another time than twenty minutes, so that it can be watched; 0: never.
    #[must_use]
    pub fn with_call_limit_ms(mut self, limit_ms: u32) -> Self {
        self.call_limit_ms = limit_ms;
        self
    }

    /// Makes the folder and the load token, and says with which settings to serve. Only the user who runs it can read it.
    ///
    /// # Errors
    /// When the folder or the token cannot be made.
    pub fn config(&self, http: SocketAddr, media_port: u16) -> Result<Config, Error> {
        let in_data = |source| Error::File {
            path: self.data.clone(),
            source,
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.data)
            .map_err(in_data)?;
        let token_file = self.data.join("load-token");
        write_load_token(&token_file)?;
        let mut config = Config::default();
        config.http.listen = vec![http];
        config.media.base_port = media_port;
        if !http.ip().is_loopback() {
            // Whoever chose an address to be reached at wants media there too, and nowhere else.
            config.media.announce = announce_only(http.ip());
        }
        config.storage.folder = self.data.clone();
        config.storage.keyring_folder = self.data.join("keyring");
        config.recorder.folder = self.data.join("records");
        config.load.token_file = Some(token_file);
        // A load test on the same machine comes from one address: a thousand rooms of two.
        config.limits.connections_per_address = 2_000;
        config.limits.requests_per_second = 500;
        Ok(config)
    }

    /// Puts the demo's offices and accounts into a store that has none.
    pub(crate) fn put_into(&self, store: &mut Store, now: Timestamp) -> Result<(), Error> {
        if !store.offices()?.is_empty() {
            return Ok(());
        }
        let mut side = Vec::new();
        for account in &ACCOUNTS {
            side.push(SideRecord::PutAccount(made(account)?));
        }
        for (number, configuration) in [
            (TOWN_HALL, town_hall(self.call_limit_ms)),
            (TAX_AGENCY, tax_agency()),
        ] {
            let id = OfficeId::new(number).expect("the demo's numbers are small");
            let epoch = store.take_over(id)?;
            let loaded = store.load(id)?;
            let events = first_events(id, configuration, now)?;
            store.append(
                id,
                epoch,
                loaded.version,
                &events,
                &std::mem::take(&mut side),
            )?;
        }
        Ok(())
    }
}

/// The office as configured, its operators available for everything: "sólo es necesario hacerlo una única vez" (O1).
fn first_events(
    id: OfficeId,
    configuration: Configuration,
    now: Timestamp,
) -> Result<Vec<Event>, Error> {
    let available: Vec<Command> = configuration
        .operators
        .iter()
        .flat_map(|operator| {
            operator
                .services
                .iter()
                .map(|service| (operator.id, *service))
        })
        .map(|(operator, service)| Command::SetAvailable {
            operator,
            service,
            available: true,
        })
        .collect();
    let configure = Command::Configure {
        configuration: Box::new(configuration),
    };
    let mut office = Office::new(id);
    let mut events = Vec::new();
    for command in std::iter::once(configure).chain(available) {
        let decided = office.decide(&command, now)?;
        decided.iter().for_each(|event| office.apply(event));
        events.extend(decided);
    }
    Ok(events)
}

/// What the demo tells whoever starts it: where to go, and the accounts.
#[must_use]
pub fn welcome(addresses: &[SocketAddr]) -> String {
    let mut text = String::from("\nVentanilla, demo office. Ctrl-C ends it; the data stays.\n\n");
    for address in addresses {
        text.push_str(&format!("  citizen    http://{address}/\n"));
        text.push_str(&format!("  operator   http://{address}/operador\n"));
        text.push_str(&format!("  office     http://{address}/oficina\n\n"));
    }
    for account in ACCOUNTS {
        let (name, password, role) = (account.account, account.password, account.role);
        text.push_str(&format!("  {name:<14} {password:<20} {role:?}\n"));
    }
    text
}

fn announce_only(address: IpAddr) -> config::Announce {
    if address.is_unspecified() {
        config::Announce::Auto
    } else {
        config::Announce::Addresses(vec![address])
    }
}

/// A new token if there is none: 256 random bits in hexadecimal, for this user only.
fn write_load_token(path: &Path) -> Result<(), Error> {
    let in_file = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    if path.exists() {
        return Ok(());
    }
    let mut bytes = [0_u8; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_unspecified| Error::Random)?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = fs::File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    file.and_then(|mut file| writeln!(file, "{token}").and_then(|()| file.sync_all()))
        .map_err(in_file)
}

fn made(account: &DemoAccount) -> Result<Account, Error> {
    let hashed = Argon2::default()
        .hash_password(account.password.as_bytes())
        .map_err(Error::Password)?;
    let office = account
        .operator
        .and_then(|(office, _)| OfficeId::new(office));
    Ok(Account {
        app: if account.role == Role::Operator {
            App::Operator
        } else {
            App::Office
        },
        name: account.account.to_owned(),
        shown: account.name.to_owned(),
        role: account.role,
        office,
        operator: account.operator.map(|(_, operator)| OperatorId(operator)),
        password: hashed.to_string(),
    })
}

/// Annex C3: subcategory, letter of its display codes, trámites.
const TOWN_HALL_SERVICES: [(&str, &str, &[&str]); 3] = [
    (
        "Automotor",
        "A",
        &[
            "Cambio de radicación",
            "Cambio de titularidad o responsable de pago",
            "Consulta de deuda y planes de pago prejudicial",
            "Consulta de expedientes",
            "Devolución de saldos a favor",
            "Eximiciones",
            "Libre deuda",
            "Pago doble/reimputación",
        ],
    ),
    (
        "ALSMI",
        "B",
        &[
            "Cambio de titularidad o responsable de pago",
            "Consulta de Deuda y planes de pago prejudicial",
            "Consulta de expedientes",
            "Devolución de saldos a favor",
            "Eximiciones",
            "Pago doble/reimputación",
        ],
    ),
    (
        "Cultura Tributaria",
        "C",
        &[
            "San Martín lee",
            "San Martín va al teatro",
            "San Martín visita Temaiken",
            "San Martín infantil",
        ],
    ),
];

/// Hours of the town hall, in words.
const TOWN_HALL_HOURS: &str =
    "De lunes a viernes (excepto feriados nacionales) de 08:00 a 14:00. (Hora de Argentina)";

/// The tax agency's services and their hours in words (C32).
const TAX_AGENCY_SERVICES: [(&str, &str, &str); 2] = [
    (
        "CLAVE: Trámites de asistencia por videollamada",
        "V",
        "De lunes a viernes (excepto festivos nacionales) de 09:00 a 15:00. (Horario peninsular)",
    ),
    (
        "APOYOIRPF: Trámites de Clave o Número de Referencia",
        "R",
        "De lunes a viernes (excepto festivos nacionales) de 09:00 a 14:00. (Horario peninsular)",
    ),
];

fn town_hall(call_limit_ms: u32) -> Configuration {
    let mut configuration = Configuration::empty("America/Argentina/Buenos_Aires");
    "Municipalidad de demostración".clone_into(&mut configuration.body);
    "Ingresos Municipales".clone_into(&mut configuration.office);
    "Sede central".clone_into(&mut configuration.branch);
    configuration.listed = true;
    for (subcategory, letter, names) in TOWN_HALL_SERVICES {
        for name in names {
            let chat = if subcategory == "Cultura Tributaria" {
                ChatPolicy::Incidencias
            } else {
                ChatPolicy::Conversacion
            };
            add_service(
                &mut configuration,
                (name, subcategory, letter),
                TOWN_HALL_HOURS,
                chat,
            );
        }
    }
    for service in &mut configuration.services {
        service.duration_max_ms = call_limit_ms;
        // One group of the catalogue shows how it is when citizens may show what is on their own screen.
        service.permits_sound_only = service.subcategory == "ALSMI";
        service.citizen_shares = service.subcategory == "ALSMI";
    }
    add_operators(&mut configuration, TOWN_HALL, "OP-10");
    configuration
}

fn tax_agency() -> Configuration {
    let mut configuration = Configuration::empty("Europe/Madrid");
    "Agencia de demostración".clone_into(&mut configuration.body);
    "Asistencia por videollamada".clone_into(&mut configuration.office);
    "Sede electrónica".clone_into(&mut configuration.branch);
    configuration.listed = true;
    for (name, letter, hours) in TAX_AGENCY_SERVICES {
        add_service(
            &mut configuration,
            (name, "Videoasistencia", letter),
            hours,
            ChatPolicy::Incidencias,
        );
    }
    for service in &mut configuration.services {
        service.average_ms = AVERAGE_MS;
    }
    add_operators(&mut configuration, TAX_AGENCY, "U-20");
    configuration
}

fn add_service(
    configuration: &mut Configuration,
    (name, subcategory, letter): (&str, &str, &str),
    hours: &str,
    chat: ChatPolicy,
) {
    let id = ServiceId(
        u32::try_from(configuration.services.len()).expect("the demo has some twenty services") + 1,
    );
    let mut service = Service::new(
        id,
        name,
        letter.parse().expect("the demo's letters are A to Z"),
    );
    subcategory.clone_into(&mut service.subcategory);
    hours.clone_into(&mut service.hours);
    service.chat = chat;
    configuration.services.push(service);
}

/// The office's operators, each at a desk of his own, for every service.
fn add_operators(configuration: &mut Configuration, office: u32, number: &str) {
    let services: Vec<ServiceId> = configuration
        .services
        .iter()
        .map(|service| service.id)
        .collect();
    for account in &ACCOUNTS {
        let Some((_, id)) = account.operator.filter(|(own, _)| *own == office) else {
            continue;
        };
        configuration.desks.push(Desk {
            id: DeskId(id),
            name: format!("Box {id:02}"),
        });
        configuration.operators.push(OperatorProfile {
            id: OperatorId(id),
            number: format!("{number}{id:02}"),
            name: account.name.to_owned(),
            desk: DeskId(id),
            services: services.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_that_of_the_annex() {
        let counts: Vec<usize> = TOWN_HALL_SERVICES
            .iter()
            .map(|(_, _, names)| names.len())
            .collect();
        assert_eq!(counts, [8, 6, 4]);
        for configuration in [town_hall(CALL_LIMIT_MS), tax_agency()] {
            configuration.check().unwrap();
            assert_eq!(configuration.operators.len(), 2);
        }
    }
}
