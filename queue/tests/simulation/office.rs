//! The office that is simulated: three services that differ by every switch, four operators.

use queue::{
    Admission, ChatPolicy, Configuration, ConsentAt, Desk, DeskId, OperatorId, OperatorProfile,
    Service, ServiceId,
};

/// By hand and recorded; by itself with the notice at entry; not recorded, sharing the first one's letter.
pub(crate) fn configuration() -> Configuration {
    let mut configuration = Configuration::empty("America/Argentina/Buenos_Aires");
    let by_hand = Service {
        duration_max_ms: 120_000,
        extension_ms: 60_000,
        ..Service::new(ServiceId(1), "Libre deuda", "A".parse().unwrap())
    };
    let by_itself = Service {
        consent_at: ConsentAt::Entry,
        admission: Admission::Auto,
        chat: ChatPolicy::Incidencias,
        ..Service::new(ServiceId(2), "Eximiciones", "B".parse().unwrap())
    };
    let unrecorded = Service {
        recorded: false,
        ..Service::new(
            ServiceId(3),
            "Consulta de expedientes",
            "A".parse().unwrap(),
        )
    };
    configuration.services = vec![by_hand, by_itself, unrecorded];
    configuration.desks = vec![Desk {
        id: DeskId(1),
        name: "Box 01".to_owned(),
    }];
    let attend = [&[1, 2, 3][..], &[1, 2], &[2, 3], &[1]];
    configuration.operators = (1..)
        .zip(attend)
        .map(|(id, services)| OperatorProfile {
            id: OperatorId(id),
            number: format!("77{id:03}"),
            name: format!("Operador {id}"),
            desk: DeskId(1),
            services: services.iter().map(|service| ServiceId(*service)).collect(),
        })
        .collect();
    configuration
}
