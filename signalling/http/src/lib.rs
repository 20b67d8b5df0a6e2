//! HTTP and WebSocket: routes, sessions and assets around the signalling plane.
