// A bad line of one page: the seeded UDP relay of the test kit (sim/src/bin/relay.rs) between it and the server's media ports.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BINARY = process.env.RELAY ?? fileURLToPath(new URL('../../target/debug/relay', import.meta.url));

export class Line {
  /** A good line to the server's media ports. `seed`: the same losses for the same packets in the same order. */
  static async to(server, seed) {
    const line = new Line();
    const ports = server.mediaPorts.map(String);
    line.child = spawn(BINARY, [String(seed), ...ports], { stdio: ['pipe', 'pipe', 'inherit'] });
    line.said = createInterface({ input: line.child.stdout })[Symbol.asyncIterator]();
    line.doors = {};
    for (const _ of ports) {
      const [port, door] = (await line.hears()).split(' ');
      line.doors[port] = door;
    }
    return line;
  }

  async hears() {
    const { value, done } = await this.said.next();
    if (done) throw new Error('the relay has ended');
    return value;
  }

  /** The page's connections go by this line; before its first load. */
  async between(page) {
    await page.evaluateOnNewDocument(throughRelay, this.doors);
  }

  /** From now on: { loss: percent, delay: ms, jitter: ms, rate: kbit/s, queue: ms, dark: s }; nothing for a good line. `direction`: 'down' to the page or 'up' from it
   * alone, the other is good. */
  is(settings = {}, direction = '') {
    const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    this.child.stdin.write(`${[direction, ...words].join(' ')}\n`);
  }

  /** As `is`, for the direction to the page alone. */
  isDown(settings) {
    this.is(settings, 'down');
  }

  /** Datagrams since the counts were last asked for. */
  async counts() {
    this.child.stdin.write('counts\n');
    const [up, lostUp, down, lostDown] = (await this.hears()).split(' ').slice(1).map(Number);
    return { up, lostUp, down, lostDown };
  }

  end() {
    this.child.stdin.end();
  }
}

/** Runs in the page: its connections reach the server through the relay, over UDP alone. */
function throughRelay(doors) {
  const Real = globalThis.RTCPeerConnection;
  if (!Real) return;
  const set = Real.prototype.setRemoteDescription;
  Real.prototype.setRemoteDescription = function (description) {
    const lines = description.sdp.split('\r\n').flatMap((line) => {
      if (!line.startsWith('a=candidate:')) return [line];
      const parts = line.split(' ');
      if (parts[2].toLowerCase() !== 'udp') return [];
      parts[5] = doors[parts[5]] ?? parts[5];
      return [parts.join(' ')];
    });
    return set.call(this, { type: description.type, sdp: lines.join('\r\n') });
  };
}
