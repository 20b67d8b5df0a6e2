// The real server as a child process, with a data folder of its own; it can be killed with -9 and started again on the same data.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BINARY = process.env.VENTANILLA ?? fileURLToPath(new URL('../../target/debug/ventanilla', import.meta.url));
const START_TIMEOUT_MS = 30_000;

/** A free TCP port of the loopback address. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export class Server {
  /** Starts a demo office on an empty folder; `settings`, when given, makes the lines of a settings file to serve it with;
   * `demo`: more arguments of the demo. */
  static async start({ settings, demo = [] } = {}) {
    const server = new Server();
    server.demo = demo;
    server.data = mkdtempSync(join(tmpdir(), 'ventanilla-e2e-'));
    server.port = await freePort();
    server.mediaPort = 20_000 + (await freePort()) % 20_000;
    server.origin = `http://127.0.0.1:${server.port}`;
    await server.run();
    if (settings) {
      await server.stop();
      server.settings = join(server.data, 'settings.toml');
      writeFileSync(server.settings, [...settings(server), '[storage]', `folder = "${server.data}"`, ''].join('\n'));
      await server.run();
    }
    return server;
  }

  async run() {
    const args = this.settings ? ['serve', '--config', this.settings] : ['demo', '--data', this.data, '--http', `127.0.0.1:${this.port}`, '--media-port', String(this.mediaPort), ...this.demo];
    this.child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.log = '';
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (chunk) => { this.log = (this.log + chunk).slice(-200_000); });
    }
    this.exited = new Promise((resolve) => { this.child.on('exit', (code, signal) => resolve({ code, signal })); });
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        const answer = await fetch(`${this.origin}/health`);
        if (answer.ok) return;
      } catch (cause) {
        if (this.child.exitCode !== null) throw new Error(`the server ended with ${this.child.exitCode}:\n${this.log}`, { cause });
      }
      if (Date.now() > deadline) throw new Error(`the server did not answer within ${START_TIMEOUT_MS} ms:\n${this.log}`);
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  }

  /** UDP ports of the media workers: one a core. */
  get mediaPorts() {
    return Array.from({ length: availableParallelism() }, (_, worker) => this.mediaPort + worker);
  }

  /** kill -9. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Ctrl-C; returns the exit code. */
  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGINT');
    const { code } = await this.exited;
    return code;
  }

  async end() {
    const killed = this.child.signalCode === 'SIGKILL';
    const code = await this.stop();
    if (!killed && code !== 0) throw new Error(`Ctrl-C ended the server with ${code}:\n${this.log}`);
    rmSync(this.data, { recursive: true, force: true });
  }
}
