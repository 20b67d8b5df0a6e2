//! The queue: visits, operators and desks as a pure core that decides and applies.
