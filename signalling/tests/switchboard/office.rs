//! The office that plays on the stage: two services, two desks, its accounts and its notice.

use queue::{
    ChatPolicy, Configuration, Desk, DeskId, Office, OfficeId, OperatorId, OperatorProfile,
    Service, ServiceId, Timestamp,
};
use signalling::{
    notice::{Notices, notice},
    protocol::entry::AccountRole,
    session::Account,
};

use super::{KEPT, OFFICE, RELAYED};

pub(super) fn notices() -> Notices {
    Notices::new(
        notice(
            "es-AR".to_owned(),
            "es-AR-1".to_owned(),
            vec!["La videoconferencia va a ser grabada.".to_owned()],
        ),
        Vec::new(),
    )
}

pub(super) fn accounts() -> Vec<Account> {
    let account = |name: &str, role, operator: Option<u32>| Account {
        account: name.to_owned(),
        name: name.to_owned(),
        role,
        operator: operator.map(|id| (OfficeId::new(OFFICE).unwrap(), OperatorId(id))),
        password: Some("$argon2id$".to_owned()),
    };
    vec![
        account("ana", AccountRole::Operator, Some(1)),
        account("beto", AccountRole::Operator, Some(2)),
        account("carla", AccountRole::Compliance, None),
        account("dora", AccountRole::Supervisor, None),
    ]
}

pub(crate) fn office() -> Office {
    office_with(|_| {})
}

/// The same, but for what `change` does to its configuration.
pub(crate) fn office_with(change: impl FnOnce(&mut Configuration)) -> Office {
    let mut configuration = Configuration::empty("America/Argentina/Buenos_Aires");
    "Municipalidad".clone_into(&mut configuration.body);
    configuration.listed = true;
    let mut relayed = Service::new(ServiceId(RELAYED), "CLAVE", "V".parse().unwrap());
    relayed.chat = ChatPolicy::Incidencias;
    configuration.services = vec![
        Service::new(ServiceId(KEPT), "Libre deuda", "A".parse().unwrap()),
        relayed,
    ];
    for (id, name) in [(1, "Ana Gil"), (2, "Beto Ruiz")] {
        configuration.desks.push(Desk {
            id: DeskId(id),
            name: format!("Box {id:02}"),
        });
        configuration.operators.push(OperatorProfile {
            id: OperatorId(id),
            number: format!("OP-{id}"),
            name: name.to_owned(),
            desk: DeskId(id),
            services: vec![ServiceId(KEPT), ServiceId(RELAYED)],
        });
    }
    change(&mut configuration);
    let mut office = Office::new(OfficeId::new(OFFICE).unwrap());
    let configure = queue::Command::Configure {
        configuration: Box::new(configuration),
    };
    for event in office
        .decide(&configure, Timestamp(1_799_999_000_000))
        .unwrap()
    {
        office.apply(&event);
    }
    office
}
