//! The office of the load test: made and extended by whoever has the load token, apart from every office of the public.

use queue::{
    Command, Configuration, Desk, DeskId, OfficeId, OperatorId, OperatorProfile, Service,
    ServiceId, Timestamp,
};

use super::{Moment, Output, RequestId, Switchboard, requests::storage_refused};
use crate::{
    entropy::hash,
    protocol::{
        call::{Refusal, RefusalCode},
        entry::AccountRole,
    },
    request::{App, LoadOffice, Reply},
    session::{ACCOUNT_SESSION_MS, Account, Subject},
};

/// Number of the load test's office: the last one, so that no body's numbering meets it.
const LOAD_OFFICE: u32 = (1 << 20) - 1;

/// Its one service.
const LOAD_SERVICE: ServiceId = ServiceId(1);

/// Operators of a load test: as many as an office may have.
const LOAD_OPERATORS: std::ops::RangeInclusive<u32> = 1..=2_000;

/// The hash under which the load token is kept in memory.
#[must_use]
pub fn load_token_hash(token: &str) -> [u8; 32] {
    hash(&[token.as_bytes()])
}

impl Switchboard {
    /// Compares in constant time: hashes of equal length, by the library made for it.
    pub(super) fn is_load_token(&self, token: &str) -> bool {
        let found = load_token_hash(token);
        self.settings.load_token.is_some_and(|kept| {
            aws_lc_rs::constant_time::verify_slices_are_equal(&kept, &found).is_ok()
        })
    }

    pub(super) fn load_office(
        &mut self,
        id: RequestId,
        load_token: &str,
        operators: u32,
        now: Moment,
    ) -> Result<Option<Reply>, Refusal> {
        if !self.is_load_token(load_token) {
            return Err(Refusal::of(RefusalCode::Forbidden, "load_token"));
        }
        if !LOAD_OPERATORS.contains(&operators) {
            return Err(Refusal::because(
                RefusalCode::Invalid,
                "operators",
                operators,
                "1 to 2000",
            ));
        }
        self.check_sessions(usize::try_from(operators).unwrap_or(usize::MAX))?;
        let office = OfficeId::new(LOAD_OFFICE).expect("the last office is one");
        let known = self
            .offices
            .entry(office)
            .or_insert_with(|| queue::Office::new(office));
        // Only ever extended: an operator in a call cannot be taken away.
        let before = u32::try_from(known.configuration().operators.len()).unwrap_or(u32::MAX);
        let configuration = Box::new(configuration(operators.max(before)));
        self.command_for(
            office,
            "load_office",
            &Command::Configure { configuration },
            now,
        )?;
        let expires = Timestamp(now.utc.0 + ACCOUNT_SESSION_MS);
        let mut sessions = Vec::new();
        for number in 1..=operators {
            let operator = OperatorId(number);
            let available = Command::SetAvailable {
                operator,
                service: LOAD_SERVICE,
                available: true,
            };
            self.command_for(office, "load_office", &available, now)?;
            let account = account(office, operator);
            let subject = Subject::Account(account.account.clone());
            self.directory.put_account(account);
            sessions.push(self.begin_session(App::Operator, subject, expires).0);
        }
        let told = Reply::LoadOffice(LoadOffice {
            office: LOAD_OFFICE,
            service: LOAD_SERVICE.0,
            operators: sessions,
        });
        self.promise(vec![Output::Reply(id, told)], Some(storage_refused(id)));
        Ok(None)
    }
}

/// Accounts of the load test exist as long as the process: nobody can sign in to them with a password.
fn account(office: OfficeId, operator: OperatorId) -> Account {
    Account {
        account: format!("load-{operator}"),
        name: format!("Load {operator}"),
        role: AccountRole::Operator,
        operator: Some((office, operator)),
        password: None,
    }
}

fn configuration(operators: u32) -> Configuration {
    let mut configuration = Configuration::empty("UTC");
    "Load test".clone_into(&mut configuration.office);
    configuration.services.push(Service::new(
        LOAD_SERVICE,
        "Load test",
        "L".parse().expect("L is a letter"),
    ));
    for number in 1..=operators {
        configuration.desks.push(Desk {
            id: DeskId(number),
            name: format!("Load {number:04}"),
        });
        configuration.operators.push(OperatorProfile {
            id: OperatorId(number),
            number: format!("L{number:04}"),
            name: format!("Load {number}"),
            desk: DeskId(number),
            services: vec![LOAD_SERVICE],
        });
    }
    configuration
}
