// A line between one browser and the server that can go dark and come back by another port: UDP for media, TCP for the page.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';

/** Media: the server is bound to 127.0.0.1 and announces another address of this machine; this is there. */
export class MediaLine {
  static async open(port, address) {
    const line = new MediaLine();
    line.port = port;
    line.address = address;
    line.clients = new Map();
    line.dark = null;
    line.front = createSocket('udp4');
    line.front.on('message', (bytes, from) => line.up(bytes, from));
    await new Promise((resolve, reject) => {
      line.front.once('error', reject);
      line.front.bind(port, address, resolve);
    });
    return line;
  }

  up(bytes, from) {
    const key = from.port;
    if (this.isDark(key)) return;
    let back = this.clients.get(key);
    if (!back) {
      back = createSocket('udp4');
      // Firefox believes no answer that says it was seen at 127.0.0.1.
      back.bind(0, this.address);
      back.on('message', (answer) => { if (!this.isDark(key) && this.clients.get(key) === back) this.front.send(answer, from.port, from.address); });
      this.clients.set(key, back);
    }
    back.send(bytes, this.port, '127.0.0.1');
  }

  /** While dark, these ports and all that come new are cut off; the others know nothing of it. */
  isDark(port) {
    return this.dark !== null && (this.dark.has(port) || !this.others.has(port));
  }

  darken(ports) {
    this.dark = new Set(ports);
    this.others = new Set([...this.clients.keys()].filter((port) => !this.dark.has(port)));
  }

  /** `moved`: the server sees another port from now on. */
  lighten({ moved }) {
    if (moved) this.move([...this.clients.keys()].filter((port) => this.isDark(port)));
    this.dark = null;
  }

  move(ports) {
    for (const port of ports) {
      this.clients.get(port)?.close();
      this.clients.delete(port);
    }
  }

  close() {
    for (const back of this.clients.values()) back.close();
    this.front.close();
  }
}

/** The page and its WebSocket. */
export class PageLine {
  static async open(port, to) {
    const line = new PageLine();
    line.dark = false;
    line.pairs = new Set();
    /** When the server said something on a WebSocket. */
    line.said = [];
    line.server = createServer((socket) => line.pass(socket, to));
    await new Promise((resolve) => { line.server.listen(port, '127.0.0.1', resolve); });
    line.port = line.server.address().port;
    return line;
  }

  pass(socket, to) {
    const behind = connect(to, '127.0.0.1');
    const pair = { socket, behind, dead: false, ws: false, begunInTheDark: this.dark };
    this.pairs.add(pair);
    const end = () => {
      // While it is dark nobody hears that the other has gone.
      if (pair.dead || this.dark) return;
      socket.destroy();
      behind.destroy();
      this.pairs.delete(pair);
    };
    socket.on('data', (bytes) => {
      pair.ws ||= bytes.subarray(0, 8).toString() === 'GET /ws/';
      behind.write(bytes);
    });
    behind.on('data', (bytes) => {
      if (pair.ws) this.said.push(Date.now());
      socket.write(bytes);
    });
    for (const one of [socket, behind]) {
      one.on('error', end);
      one.on('close', end);
    }
    if (this.dark) this.pause(pair);
  }

  pause({ socket, behind }) {
    socket.pause();
    behind.pause();
  }

  darken() {
    this.dark = true;
    for (const pair of this.pairs) this.pause(pair);
  }

  /** `moved`: what was open leads nowhere any more, and nobody says so. */
  lighten({ moved }) {
    this.dark = false;
    for (const pair of this.pairs) {
      // What was begun in the dark would still be asking for its first answer, and be asked for again from the new address.
      pair.dead ||= moved && !pair.begunInTheDark;
      pair.begunInTheDark = false;
      if (pair.dead) continue;
      pair.socket.resume();
      pair.behind.resume();
    }
  }

  close() {
    this.server.close();
    for (const { socket, behind } of this.pairs) {
      socket.destroy();
      behind.destroy();
    }
  }
}
