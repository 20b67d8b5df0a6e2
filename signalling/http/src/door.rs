//! The doors: listening sockets, TLS handshakes, connections, and their orderly end.

use std::{
    collections::HashSet,
    future::Future,
    io,
    net::{IpAddr, SocketAddr, TcpListener as StdListener},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    control::Control,
    error::Error,
    files, forwarded,
    limit::network,
    metrics::{Counters, Observe, count},
    password::Verifier,
    patience::Patience,
    places::{Guest, Places, Room},
    relay::{Begun, Relay},
    routes,
    shared::{Peer, Rates, Shared, until_true},
    tls,
};

#[cfg(any(test, fuzzing))]
pub mod fuzz;

/// Bytes of a request's line and headers: three cookies and what browsers add have 2 kB.
const HEADERS_BYTES_MAX: usize = 32 * 1024;

/// Headers of a request: browsers send some twenty.
const HEADERS_MAX: usize = 64;

/// TLS handshakes at a time: each costs a signature of some 0.1 ms to 1 ms.
const HANDSHAKES_MAX: usize = 256;

/// Rest after an accept that failed for want of files or memory, so that the loop does not spin.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// Listening sockets that serve nobody yet.
#[derive(Debug)]
pub struct Door {
    listeners: Vec<StdListener>,
    addresses: Vec<SocketAddr>,
    tls: Option<Arc<ServerConfig>>,
    origins: HashSet<String>,
    proxies: Vec<IpAddr>,
    limits: config::Limits,
    patience: Patience,
    relay: Option<Relay>,
    scanner: config::Scanner,
}

/// What the doors need of the rest of the server.
#[derive(Debug)]
pub struct Serving {
    /// The way to the control thread.
    pub control: Control,
    /// The load test's token, the content of its file; none refuses load tests.
    pub load_token: Option<String>,
    /// Numbers of the other parts, for `/metrics`.
    pub observe: Observe,
}

impl Door {
    /// Binds every address and reads the certificate. With TLS, `rustls`'s default provider must have been installed before.
    ///
    /// # Errors
    /// An address or file that cannot be used; the settings were right in themselves.
    pub fn open(http: &config::Http, limits: &config::Limits) -> Result<Self, Error> {
        let tls = http.tls.as_ref().map(tls::server_config).transpose()?;
        let mut listeners = Vec::with_capacity(http.listen.len());
        let mut addresses = Vec::with_capacity(http.listen.len());
        for &address in &http.listen {
            let in_listen = |source| Error::Listen { address, source };
            let listener = StdListener::bind(address).map_err(in_listen)?;
            listener.set_nonblocking(true).map_err(in_listen)?;
            addresses.push(listener.local_addr().map_err(in_listen)?);
            listeners.push(listener);
        }
        let mut origins: HashSet<String> = http
            .public_origins
            .iter()
            .map(ToString::to_string)
            .collect();
        if tls.is_none() {
            origins.extend(addresses.iter().flat_map(|address| own_origins(*address)));
        }
        Ok(Self {
            listeners,
            addresses,
            tls,
            origins,
            proxies: http.trusted_proxies.clone(),
            limits: *limits,
            patience: Patience::default(),
            relay: None,
            scanner: config::Scanner::None,
        })
    }

    /// With a scanner of files; without one they are kept unscanned.
    #[must_use]
    pub fn with_scanner(self, scanner: config::Scanner) -> Self {
        Self { scanner, ..self }
    }

    /// With another patience than the default.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// With a relay for the connections that are no HTTP; without one they are refused as bad HTTP.
    #[must_use]
    pub fn with_relay(self, relay: Relay) -> Self {
        Self {
            relay: Some(relay),
            ..self
        }
    }

    /// Where it listens, in the order of the settings, with the ports that the system chose.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Serves until `closing` is done, then lets open requests end for some seconds.
    ///
    /// # Errors
    /// When the runtime cannot take over a listening socket.
    pub async fn serve(
        self,
        serving: Serving,
        closing: impl Future<Output = ()>,
    ) -> Result<(), Error> {
        let Self {
            listeners,
            addresses,
            tls,
            origins,
            proxies,
            limits,
            patience,
            relay,
            scanner,
        } = self;
        let Serving {
            control,
            load_token,
            observe,
        } = serving;
        let (close, closed) = watch::channel(false);
        let (places, mut ended) = Places::new(Room {
            all: limits.connections,
            per_address: limits.connections_per_address,
        });
        let shared = Arc::new(Shared {
            control,
            origins,
            encrypted: tls.is_some(),
            proxies,
            places,
            load_token,
            rates: Rates::new(&limits),
            scanner,
            uploads: Semaphore::new(files::UPLOADS_MAX),
            verifier: Verifier::new(),
            counters: Counters::default(),
            observe,
            patience,
            opened: tokio::time::Instant::now(),
            closing: closed,
        });
        let handshake = tls.map(|config| Handshake {
            acceptor: TlsAcceptor::from(config),
            running: Arc::new(Semaphore::new(HANDSHAKES_MAX)),
        });
        let router = routes::router(Arc::clone(&shared));
        let mut entrances = JoinSet::new();
        for (listener, address) in listeners.into_iter().zip(addresses) {
            let listener = TcpListener::from_std(listener)
                .map_err(|source| Error::Listen { address, source })?;
            let entrance = Entrance {
                shared: Arc::clone(&shared),
                handshake: handshake.clone(),
                router: router.clone(),
                relay: relay.clone(),
            };
            entrances.spawn(entrance.accept(listener));
        }
        drop((router, shared));
        closing.await;
        close.send_replace(true);
        while entrances.join_next().await.is_some() {}
        if timeout(patience.closing, all_ended(&mut ended))
            .await
            .is_err()
        {
            tracing::info!("some connections did not end in time and are cut");
        }
        Ok(())
    }
}

/// Returns when every connection has given its place back.
async fn all_ended(ended: &mut mpsc::Receiver<()>) {
    while ended.recv().await.is_some() {}
}

/// A plain loopback address as it stands in an address bar.
fn own_origins(address: SocketAddr) -> [String; 2] {
    match address.port() {
        80 if address.is_ipv4() => [
            format!("http://{}", address.ip()),
            "http://localhost".to_owned(),
        ],
        80 => [
            format!("http://[{}]", address.ip()),
            "http://localhost".to_owned(),
        ],
        port => [
            format!("http://{address}"),
            format!("http://localhost:{port}"),
        ],
    }
}

#[derive(Clone)]
struct Handshake {
    acceptor: TlsAcceptor,
    running: Arc<Semaphore>,
}

/// One listening address.
#[derive(Clone)]
struct Entrance {
    shared: Arc<Shared>,
    handshake: Option<Handshake>,
    router: Router,
    relay: Option<Relay>,
}

impl Entrance {
    async fn accept(self, listener: TcpListener) {
        let mut closing = self.shared.closing.clone();
        loop {
            let accepted = tokio::select! {
                () = until_true(&mut closing) => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, address)) => self.admit(stream, address),
                Err(error) => self.rest(&error).await,
            }
        }
    }

    fn admit(&self, stream: TcpStream, address: SocketAddr) {
        let client = address.ip().to_canonical();
        let guest = if self.shared.proxies.contains(&client) {
            Guest::Proxy
        } else {
            Guest::Direct(network(client))
        };
        let Some(place) = self.shared.places.take(guest) else {
            count(&self.shared.counters.connections_refused);
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "the connection ended before it began");
            return;
        }
        let peer = Peer {
            address,
            client,
            place: Arc::new(place),
        };
        let connection = Served {
            peer,
            router: self.router.clone(),
            shared: Arc::clone(&self.shared),
            relay: self.relay.clone(),
        };
        match self.handshake.clone() {
            None => drop(tokio::spawn(connection.run(stream))),
            Some(handshake) => drop(tokio::spawn(encrypt(handshake, stream, connection))),
        }
    }

    async fn rest(&self, error: &io::Error) {
        count(&self.shared.counters.connections_refused);
        tracing::warn!(%error, "cannot accept a connection: raise the limit of open files (ulimit -n) or lower limits.connections");
        sleep(ACCEPT_REST).await;
    }
}

async fn encrypt(handshake: Handshake, stream: TcpStream, connection: Served) {
    let Handshake { acceptor, running } = handshake;
    let shaken = timeout(connection.shared.patience.handshake, async {
        let _running = running.acquire_owned().await.ok()?;
        acceptor.accept(stream).await.ok()
    });
    match shaken.await {
        Ok(Some(stream)) => connection.run(stream).await,
        Ok(None) | Err(_) => count(&connection.shared.counters.handshakes_failed),
    }
}

/// One connection that speaks HTTP, or, when there is a relay, what a relay's clients speak.
struct Served {
    peer: Peer,
    router: Router,
    shared: Arc<Shared>,
    relay: Option<Relay>,
}

impl Served {
    async fn run(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Some(relay) = self.relay.clone() else {
            return self.speak_http(stream).await;
        };
        let mut closing = self.shared.closing.clone();
        let begun = tokio::select! {
            begun = timeout(self.shared.patience.headers, Begun::new(stream)) => begun,
            () = until_true(&mut closing) => return,
        };
        match begun {
            Ok(Some(begun)) if begun.is_relays() => {
                count(&self.shared.counters.relays_opened);
                let address = self.peer.address;
                tokio::select! {
                    () = relay.serve(Box::new(begun), address) => {}
                    () = until_true(&mut closing) => {}
                }
            }
            Ok(Some(begun)) => self.speak_http(begun).await,
            Ok(None) | Err(_) => {}
        }
    }

    async fn speak_http(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self {
            peer,
            router,
            shared,
            relay: _,
        } = self;
        let mut closing = shared.closing.clone();
        let router = TowerToHyperService::new(router);
        let proxies = Arc::clone(&shared);
        let service = service_fn(move |mut request: Request<Incoming>| {
            let client = forwarded::client(peer.address.ip(), request.headers(), &proxies.proxies);
            request.extensions_mut().insert(Peer {
                client,
                ..peer.clone()
            });
            hyper::service::Service::call(&router, request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(shared.patience.headers)
            .max_buf_size(HEADERS_BYTES_MAX)
            .max_headers(HEADERS_MAX)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = until_true(&mut closing) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
