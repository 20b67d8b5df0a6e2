// A line that loses: a seeded UDP relay between one page and the server's media ports, for any browser. The page takes the
// answer's candidates with the relay's ports instead of the server's.
import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';

/** Socket buffers: a burst of video must not be lost by chance beside the loss that is asked for. */
const BUFFER_BYTES = 4 * 1024 * 1024;

/** What waits longer before a slow line is lost. */
const QUEUE_MS = 500;

/** An address of this machine that is not loopback, where there is one: Firefox takes no answer that saw it come from loopback. */
const SERVER = Object.values(networkInterfaces()).flat().find((one) => one.family === 'IPv4' && !one.internal)?.address ?? '127.0.0.1';

export class Relay {
  /** `seed`: the same losses for the same packets in the same order. */
  constructor(seed) {
    this.loss = 0;
    this.counts = { up: 0, down: 0, lostUp: 0, lostDown: 0 };
    this.ports = new Map();
    this.sockets = [];
    this.state = seed >>> 0;
    /** Bits a millisecond that reach the page; more waits, and is lost when it would wait longer than `QUEUE_MS`. */
    this.rate = Infinity;
    this.freeAt = 0;
  }

  /** Relays what the page sends to `ports` of the server; call before its first offer. */
  async between(page, ports) {
    for (const port of ports) this.ports.set(port, await this.open(port));
    await page.evaluateOnNewDocument(throughRelay, Object.fromEntries(this.ports));
  }

  /** From now on this part of all packets is lost, each way; counts from now on. */
  loses(part) {
    this.loss = part;
    this.counts = { up: 0, down: 0, lostUp: 0, lostDown: 0 };
  }

  /** From now on the line carries so much towards the page, IP and UDP headers included. */
  carries(bitsPerSecond) {
    this.rate = bitsPerSecond / 1_000;
    this.freeAt = 0;
  }

  /** Sends a packet to the page when the line is free for it. */
  queued(bytes, send) {
    if (this.rate === Infinity) return send();
    const now = performance.now();
    const begins = Math.max(now, this.freeAt);
    if (begins - now > QUEUE_MS) return undefined;
    this.freeAt = begins + ((bytes + 28) * 8) / this.rate;
    return setTimeout(send, this.freeAt - now);
  }

  /** One socket towards the page, and one towards the server for each address that the page sends from. */
  open(serverPort) {
    const ways = new Map();
    const door = this.socket();
    door.on('message', (packet, from) => {
      const name = `${from.address}:${from.port}`;
      let way = ways.get(name);
      if (!way) {
        way = this.socket();
        ways.set(name, way);
        way.on('message', (answer) => {
          if (this.passes('down', 'lostDown'))
            this.queued(answer.length, () => { if (!this.closed) door.send(answer, from.port, from.address); });
        });
        way.bind(0);
      }
      if (this.passes('up', 'lostUp')) way.send(packet, serverPort, SERVER);
    });
    return new Promise((resolve, reject) => {
      door.on('error', reject);
      door.bind(0, () => resolve(door.address().port));
    });
  }

  socket() {
    const socket = createSocket({ type: 'udp4', recvBufferSize: BUFFER_BYTES, sendBufferSize: BUFFER_BYTES });
    this.sockets.push(socket);
    return socket;
  }

  passes(count, lost) {
    this.counts[count] += 1;
    // xorshift32 (Marsaglia 2003).
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    const passes = this.state >= this.loss * 2 ** 32;
    if (!passes) this.counts[lost] += 1;
    return passes;
  }

  close() {
    this.closed = true;
    for (const socket of this.sockets) socket.close();
  }
}

/** Runs in the page: its connections reach the server through the relay, over UDP alone. */
function throughRelay(ports) {
  const Real = globalThis.RTCPeerConnection;
  if (!Real) return;
  const set = Real.prototype.setRemoteDescription;
  Real.prototype.setRemoteDescription = function (description) {
    const lines = description.sdp.split('\r\n').flatMap((line) => {
      if (!line.startsWith('a=candidate:')) return [line];
      const parts = line.split(' ');
      if (parts[2].toLowerCase() !== 'udp') return [];
      parts[5] = String(ports[parts[5]] ?? parts[5]);
      return [parts.join(' ')];
    });
    return set.call(this, { type: description.type, sdp: lines.join('\r\n') });
  };
}
