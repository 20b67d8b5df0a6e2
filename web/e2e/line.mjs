// A bad line of one page: the seeded UDP relay of the test kit (sim/src/bin/relay.rs) between it and the server's media ports.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const BINARY = process.env.RELAY ?? fileURLToPath(new URL('../../target/debug/relay', import.meta.url));

export class Line {
  /** Relays what the page sends to the server's media ports: one worker a core. Call before the page's first offer. */
  static async of(page, server, seed) {
    const line = new Line();
    const ports = Array.from({ length: availableParallelism() }, (_, worker) => String(server.mediaPort + worker));
    line.child = spawn(BINARY, [String(seed), ...ports], { stdio: ['pipe', 'pipe', 'inherit'] });
    const doors = {};
    for await (const text of createInterface({ input: line.child.stdout })) {
      const [port, door] = text.split(' ');
      doors[port] = door;
      if (Object.keys(doors).length === ports.length) break;
    }
    if (Object.keys(doors).length < ports.length) throw new Error('the relay did not start');
    await page.evaluateOnNewDocument(throughRelay, doors);
    await page.reload();
    return line;
  }

  /** From now on: { loss: percent, delay: ms, jitter: ms, rate: kbit/s, dark: s }; nothing for a good line. */
  is(settings = {}) {
    this.child.stdin.write(`${Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(' ')}\n`);
  }

  end() {
    this.child.stdin.end();
  }
}

/** Runs in the page: its connections reach the server through the relay, over UDP alone. */
function throughRelay(doors) {
  const real = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function (description) {
    const lines = description.sdp.split('\r\n').flatMap((line) => {
      if (!line.startsWith('a=candidate:')) return [line];
      const parts = line.split(' ');
      if (parts[2].toLowerCase() !== 'udp') return [];
      parts[5] = doors[parts[5]] ?? parts[5];
      return [parts.join(' ')];
    });
    return real.call(this, { type: description.type, sdp: lines.join('\r\n') });
  };
}
