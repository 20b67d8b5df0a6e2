# Two commands matter: `make demo` (set up and run a demo office) and `make test` (everything CI checks).
DATA ?= ./demo-data
HTTP ?= 127.0.0.1:8080
ROOMS ?= 50
SECONDS ?= 20
CARGO ?= cargo

.PHONY: demo test bench limit audit outages web web-check rust-check screens e2e packages-build packages-test clean

packages-build:
	@tools/install-packages build

packages-test:
	@tools/install-packages test

# Not `npm ci`: it refuses a lock file where a registry lacks the linter's builds for other systems. The versions are the lock's all the same.
web/node_modules/.stamp: web/package-lock.json web/package.json
	cd web && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

# The three screens, built into web/dist; the server carries them inside its binary.
web: packages-build web/node_modules/.stamp
	cd web && npm run --silent build

# Sets up everything, then serves a demo office on embedded storage until Ctrl-C.
demo: web
	$(CARGO) build --release --locked
	target/release/ventanilla demo --data $(DATA) --http $(HTTP)

test: packages-test web-check screens rust-check e2e
	@echo "make test: all passed"

web-check: packages-test web/node_modules/.stamp
	cd web && npm run --silent check && npm run --silent build

rust-check: web-check
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(CARGO) test --workspace --locked
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked

# Every screen in every state, the rare ones too, from fixed states: axe finds nothing, nothing scrolls sideways.
screens: web-check
	cd web && npm run --silent screens -- e2e/out/screens "" 1280,360,320

# The journeys in real Chromium and Firefox against the real server.
e2e: web-check
	$(CARGO) build --locked -p ventanilla -p sim --bins
	cd web && npm run --silent e2e

# N two-person calls against a server of its own on one core (see docs/performance.md).
bench: web
	$(CARGO) build --release --locked -p ventanilla -p ventanilla-bench
	tools/bench $(ROOMS) $(SECONDS)

# The bare loop beside the server under the same load: how far from the least that a packet can cost.
limit: web
	$(CARGO) build --release --locked -p ventanilla -p ventanilla-bench -p ventanilla-limit -p ventanilla-plane
	tools/limit $(ROOMS) $(SECONDS)

# 200 seeded outages in virtual time: picture and table of docs/coming-back.md.
outages:
	$(CARGO) test --locked -p media --lib core::tests::outages -- --ignored

# What needs more tools or time than CI has. FUZZ_SECONDS for each target; new seeds each day.
FUZZ_SECONDS ?= 60
audit:
	$(CARGO) install --locked cargo-machete typos-cli cargo-deny
	$(CARGO) machete
	typos
	$(CARGO) deny --workspace check bans licenses sources
	$(CARGO) test --release --locked -p queue --test simulation
	SIMULATION_HISTORIES=2000 SIMULATION_FIRST=$$(date +%Y%m%d)0000 $(CARGO) test --release --locked -p media --test calls
	tools/fuzz $(FUZZ_SECONDS)

clean:
	$(CARGO) clean
	rm -rf web/dist web/node_modules
