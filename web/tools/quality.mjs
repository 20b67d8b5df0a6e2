// `npm run quality -- relay chromium|firefox` puts a real citizen's line through the seeded relay; `npm run quality -- hosts` (as
// root, with iproute2 and iptables) between two hosts whose cable loses or is narrow. Prints, for each condition, how soon both
// screens say "conexión inestable" and how soon no longer: the table of docs/quality.md.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { open, press, sees } from '../e2e/browser.mjs'
import { Line } from '../e2e/line.mjs'
import { flows } from '../e2e/media.mjs'
import * as people from '../e2e/people.mjs'
import { Server } from '../e2e/server.mjs'
import { CLIENT, DEVICES, networks, noNetworks, ORIGIN, onClient, SERVER, serve } from './two_hosts.mjs'

const SELF = fileURLToPath(import.meta.url)
const SEED = 7

/** A condition that is not told within this time is not told: the rule looks at three seconds. */
const TOLD_WITHIN_MS = 12_000
const GONE_WITHIN_MS = 30_000

const CONDITIONS = [
  ['nothing wrong', {}],
  ['3 % loss', { loss: 3 }],
  ['10 % loss', { loss: 10 }],
  ['30 % loss', { loss: 30 }],
  ['100 ms more each way', { delay: 100 }],
  ['400 ms more each way', { delay: 400 }],
  ['800 ms more each way', { delay: 800 }],
  ['150 ms of jitter', { delay: 20, jitter: 150 }],
  ['300 kbit/s', { rate: 300, queue: 300 }],
  ['nothing for 5 s', { dark: 5 }],
]

/** With the person's devices off. */
const QUIET = [
  ['camera off, 30 % loss', ['Apagar la cámara'], { loss: 30 }],
  ['everything muted, nothing for 5 s', ['Silenciar el micrófono'], { dark: 5 }],
]

/** Milliseconds until the words are there or gone; none when they are not in time. */
async function wordsIn(page, words, there, within) {
  const since = Date.now()
  while (Date.now() - since < within) {
    const found = await page.evaluate((expected) => document.body.textContent.includes(expected), words)
    if (found === there) return Date.now() - since
    await pause(50)
  }
  return null
}

const pause = (ms) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

async function attend(citizen, operator) {
  await people.signIn(operator, ...people.OPERATOR)
  await people.takeTurn(citizen)
  await people.seek(operator)
  await people.start(operator)
  await people.accept(citizen)
  await people.admit(operator)
  await flows(citizen)
  await flows(operator)
  await sees(citizen, 'Conexión buena')
}

/** One condition: told and gone on both screens, a row of the table. */
async function row(name, settings, { citizen, operator, line }) {
  line.is(settings)
  const both = (there, within) =>
    Promise.all([
      wordsIn(citizen, 'Tu conexión', there, within),
      wordsIn(operator, 'La conexión del ciudadano', there, within),
    ])
  const told = await both(true, TOLD_WITHIN_MS)
  const badge = await citizen.$eval('[data-testid="line-state"]', (element) => element.textContent.trim())
  line.is()
  const gone = told.some((one) => one !== null) ? await both(false, GONE_WITHIN_MS) : []
  const shown = (times) => times.map((ms) => (ms === null ? 'not' : ms)).join(' / ')
  process.stdout.write(`| ${name} | ${shown(told)} | ${badge} | ${shown(gone)} |\n`)
  await pause(3_000)
}

async function table(call) {
  process.stdout.write(
    '| condition | told after ms, citizen / operator | citizen’s badge then | gone after ms |\n| --- | --- | --- | --- |\n',
  )
  for (const [name, settings] of CONDITIONS) if (call.line.can(settings)) await row(name, settings, call)
  for (const [name, pressed, settings] of QUIET) {
    for (const button of pressed) await press(call.citizen, button)
    await row(name, settings, call)
  }
}

async function byRelay(kind) {
  const server = await Server.start()
  const browsers = []
  let line
  try {
    line = await Line.to(server, SEED)
    for (const one of [kind, kind === 'chromium' ? 'firefox' : 'chromium']) browsers.push(await open(one))
    const citizen = await browsers[0].page(server.origin, { line })
    const operator = await browsers[1].page(`${server.origin}/operador`)
    await attend(citizen, operator)
    await table({ citizen, operator, line: { is: (settings) => line.is(settings), can: () => true } })
    await people.endMeeting(operator)
  } finally {
    line?.end()
    for (const browser of browsers) await browser.close()
    await server.end()
  }
}

/** The cable between the hosts: loses UDP by the kernel's dice, lets less through by a token bucket. It has no delay to give. */
class Cable {
  can({ delay }) {
    return delay === undefined
  }

  is({ loss = 0, rate, dark } = {}) {
    clearTimeout(this.light)
    for (const host of [SERVER, CLIENT]) {
      this.loses(host, dark ? 100 : loss)
      const dev = DEVICES[host]
      this.on(host, ['tc', 'qdisc', 'del', 'dev', dev, 'root'], 'ignore')
      if (rate) this.on(host, `tc qdisc add dev ${dev} root tbf rate ${rate}kbit burst 16kb latency 300ms`.split(' '))
    }
    if (dark) this.light = setTimeout(() => this.is(), dark * 1_000)
  }

  loses(host, percent) {
    for (const tables of ['iptables', 'ip6tables']) {
      this.on(host, [tables, '-F', 'INPUT'])
      const dice = `-A INPUT -p udp -m statistic --mode random --probability ${percent / 100} -j DROP`
      if (percent > 0) this.on(host, [tables, ...dice.split(' ')])
    }
  }

  on(host, words, stderr = 'inherit') {
    try {
      execFileSync('ip', ['netns', 'exec', host, ...words], { stdio: ['ignore', 'ignore', stderr] })
    } catch (cause) {
      // There may be no queue to take away.
      if (stderr === 'inherit') throw cause
    }
  }
}

/** On the client's host. */
async function inside() {
  const browser = await open('chromium', { more: ['--ignore-certificate-errors'] })
  try {
    const citizen = await browser.page(ORIGIN, { prepare: overUdp })
    const operator = await browser.page(`${ORIGIN}/operador`, { prepare: overUdp })
    await attend(citizen, operator)
    await table({ citizen, operator, line: new Cable() })
    await people.endMeeting(operator)
  } finally {
    await browser.close()
  }
}

/** Runs in the page: no way around the lossy one. */
function overUdp() {
  const Real = RTCPeerConnection
  globalThis.RTCPeerConnection = class extends Real {
    constructor(configuration) {
      super({ ...configuration, iceServers: [] })
    }

    setRemoteDescription({ type, sdp }) {
      const udp = (line) => !line.startsWith('a=candidate:') || line.split(' ')[2].toLowerCase() === 'udp'
      return super.setRemoteDescription({ type, sdp: sdp.split('\r\n').filter(udp).join('\r\n') })
    }
  }
}

async function betweenHosts() {
  networks()
  let serving
  try {
    serving = await serve()
    onClient(SELF, [])
  } finally {
    serving?.child.removeAllListeners('exit')
    serving?.child.kill('SIGINT')
    noNetworks()
    await serving?.server.end()
  }
}

const [mode, kind = 'chromium'] = process.argv.slice(2)
if (mode === '--inside') await inside()
else if (mode === 'hosts') await betweenHosts()
else if (mode === 'relay') await byRelay(kind)
else throw new Error(`mode ${mode}: relay (then chromium or firefox) or hosts`)
