// One call whose citizen's line goes dark, or whose server is killed: how soon after the return media flows both ways and the
// WebSocket speaks.
import { networkInterfaces } from 'node:os';
import { open, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { MediaLine, PageLine } from './lines.mjs';
import { Server, freePort } from './server.mjs';

/** Looks every 25 ms how many packets of voice came; `__voice` has the times at which there were more. */
function watchVoice() {
  globalThis.__voice = [];
  let last = 0;
  let looking = false;
  let before;
  setInterval(async () => {
    if (looking) return;
    looking = true;
    const peer = (globalThis.__peers ?? []).filter((one) => one.connectionState !== 'closed').at(-1);
    // A new connection counts from nought.
    if (peer !== before) last = 0;
    before = peer;
    let count = 0;
    const receivers = peer?.getReceivers().filter((one) => one.track.kind === 'audio') ?? [];
    for (const receiver of receivers.slice(0, 2))
      for (const report of (await receiver.getStats()).values()) if (report.type === 'inbound-rtp') count += report.packetsReceived;
    if (count > last) globalThis.__voice.push(Date.now());
    last = count;
    looking = false;
  }, 25);
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Where the citizen's line is: Firefox sends nothing to 127.0.0.0/8, and this machine's own address leads nowhere else. */
const ADDRESS = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.2';

export class Call {
  /** Citizen and operator in a call, the citizen behind lines of ours. */
  static async start({ citizen = 'chromium', operator = 'chromium' } = {}) {
    const call = new Call();
    try {
      await call.begin(citizen, operator);
    } catch (cause) {
      await call.end();
      throw cause;
    }
    return call;
  }

  async begin(citizen, operator) {
    const pagePort = await freePort();
    this.server = await Server.start({
      settings: (server) => [
        '[http]', `listen = ["127.0.0.1:${server.port}"]`, `public_origins = ["http://localhost:${pagePort}"]`,
        '[media]', 'workers = 1', `base_port = ${server.mediaPort}`, 'bind = "127.0.0.1"', `announce = ["${ADDRESS}"]`,
        // No way around the line.
        'tcp_port = "off"', 'relay = "off"',
      ],
    });
    this.media = await MediaLine.open(this.server.mediaPort, ADDRESS);
    this.page = await PageLine.open(pagePort, this.server.port);
    this.browser = await open(citizen);
    this.citizen = await this.browser.page(`http://localhost:${pagePort}`);
    this.operatorBrowser = await open(operator);
    this.operator = await this.operatorBrowser.page(`${this.server.origin}/operador`);
    await people.signIn(this.operator, ...people.OPERATOR);
    await people.takeTurn(this.citizen);
    await people.seek(this.operator);
    await people.start(this.operator);
    await people.accept(this.citizen);
    await people.admit(this.operator);
    await flows(this.citizen);
    await flows(this.operator);
    for (const page of [this.citizen, this.operator]) await page.evaluate(watchVoice);
  }

  /** Ports from which the citizen's browser sends. */
  ports() {
    return this.citizen.evaluate(async () => {
      const peer = globalThis.__peers.filter((one) => one.connectionState !== 'closed').at(-1);
      const all = [...(await peer.getStats()).values()];
      return all.filter((one) => one.type === 'local-candidate' && one.port).map((one) => one.port);
    });
  }

  /** Plays one outage; the times in ms from the line's return. */
  async outage({ seconds, moved }) {
    const made = () => this.citizen.evaluate(() => globalThis.__peers.length);
    // Those of the device check, which are not the call's.
    this.others ??= await made() - 1;
    const ports = await this.ports();
    this.media.darken(ports);
    if (seconds > 0) this.page.darken();
    await pause(seconds * 1_000);
    const back = Date.now();
    this.media.lighten({ moved });
    if (seconds > 0) this.page.lighten({ moved });
    const first = (page) => until(page, 'voice after the outage', (since) => globalThis.__voice.find((at) => at > since + 5), back);
    const down = await first(this.citizen) - back;
    const up = await first(this.operator) - back;
    const spoken = () => this.page.said.find((at) => at > back);
    while (spoken() === undefined) await pause(20);
    const socket = spoken() - back;
    await sees(this.citizen, 'Se está grabando');
    await flows(this.citizen, 20);
    await flows(this.operator, 20);
    const peers = await made() - this.others;
    return { seconds, moved, media: Math.max(down, up), down, up, socket, peers };
  }

  /** kill -9, and started again after so many seconds: the times in ms from the moment at which the server answers again. */
  async restart(seconds = 0) {
    const killed = Date.now();
    await this.server.kill();
    await pause(seconds * 1_000);
    await this.server.run();
    const back = Date.now();
    const first = (page) => until(page, 'voice after the restart', (since) => globalThis.__voice.find((at) => at > since), killed + 200);
    const since = (at) => Math.max(0, at - back);
    const down = since(await first(this.citizen));
    const up = since(await first(this.operator));
    const socket = since(this.page.said.find((at) => at > killed + 200));
    await sees(this.citizen, 'Se está grabando');
    await flows(this.citizen, 20);
    await flows(this.operator, 20);
    return { away: back - killed, media: Math.max(down, up), down, up, socket };
  }

  /** Ends the call; the tracks of its record. */
  async record() {
    await people.endMeeting(this.operator);
    await people.close(this.operator);
    await sees(this.citizen, 'Tu atención terminó');
    const turno = await people.turnoCode(this.citizen);
    const officer = await this.operatorBrowser.page(`${this.server.origin}/oficina`);
    await people.signIn(officer, ...people.COMPLIANCE);
    const opened = officer.waitForResponse((answer) => answer.url().endsWith('/api/records/open'));
    await people.openRecord(officer, turno, 'control tras un corte');
    const { tracks } = await (await opened).json();
    return tracks;
  }

  async end() {
    for (const browser of [this.browser, this.operatorBrowser]) await browser?.close();
    this.page?.close();
    this.media?.close();
    await this.server?.end();
  }
}

