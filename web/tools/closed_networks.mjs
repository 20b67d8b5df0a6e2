// `npm run closed-networks` (as root): a call between two hosts whose network lets less and less through: everything, no UDP,
// nothing but 443/TCP, IPv6 alone. Real Chromium on one host, the server with TLS on the other. Prints a table in Markdown.
import { fileURLToPath } from 'node:url'
import { open } from '../e2e/browser.mjs'
import { flows } from '../e2e/media.mjs'
import * as people from '../e2e/people.mjs'
import { CLIENT, ip, networks, noNetworks, ORIGIN, onClient, serve } from './two_hosts.mjs'

const SELF = fileURLToPath(import.meta.url)

/** What the client's network forbids: rules of its routing, in order. */
const ONLY_443 = ['ipproto tcp dport 443 lookup main', 'ipproto udp prohibit', 'ipproto tcp prohibit']
const NO_IPV4 = ['to 10.88.0.0/24 prohibit']
const CASES = {
  'everything allowed': {},
  'no UDP': { v4: ['ipproto udp prohibit'], v6: ['ipproto udp prohibit'] },
  'nothing but 443/TCP': { v4: ONLY_443, v6: ONLY_443 },
  'IPv6 alone': { v4: NO_IPV4, host: '[fd88::1]' },
  'IPv6 alone, nothing but 443/TCP': { v4: NO_IPV4, v6: ONLY_443, host: '[fd88::1]' },
}

function forbid({ v4 = [], v6 = [] }) {
  for (const [family, own] of [
    ['-4', v4],
    ['-6', v6],
  ]) {
    ip(`${family} -n ${CLIENT} rule flush`)
    for (const [number, rule] of own.entries()) ip(`${family} -n ${CLIENT} rule add prio ${10 + number} ${rule}`)
    ip(`${family} -n ${CLIENT} rule add prio 100 lookup main`)
  }
}

/** What carries the media of this page, and how long it is away. */
function path(page) {
  return page.evaluate(async () => {
    const peer = globalThis.__peers.filter((one) => one.connectionState !== 'closed').at(-1)
    const all = await peer.getStats()
    const transport = [...all.values()].find((one) => one.type === 'transport')
    const pair = all.get(transport.selectedCandidatePairId)
    const [local, remote] = [all.get(pair.localCandidateId), all.get(pair.remoteCandidateId)]
    return `${local.candidateType} ${local.relayProtocol ?? local.protocol} to ${remote.protocol} port ${remote.port}, IPv${remote.address.includes(':') ? 6 : 4}`
  })
}

/** On the client's host: one call. */
async function call(name) {
  const { host } = CASES[name]
  const origin = host ? `https://${host}` : ORIGIN
  const browser = await open('chromium', { more: ['--ignore-certificate-errors'] })
  try {
    const citizen = await browser.page(origin)
    const operator = await browser.page(`${origin}/operador`)
    await people.signIn(operator, ...people.OPERATOR)
    await people.takeTurn(citizen)
    await people.seek(operator)
    await people.start(operator)
    await people.accept(citizen)
    await people.admit(operator)
    const begun = Date.now()
    await flows(citizen)
    await flows(operator)
    process.stdout.write(`| ${name} | ${await path(citizen)} | ${Date.now() - begun} |\n`)
    await people.endMeeting(operator)
    await people.close(operator)
  } finally {
    await browser.close()
  }
}

async function all(names) {
  networks()
  let serving
  try {
    serving = await serve()
    process.stdout.write('| network | media goes | 40 pictures both ways after ms |\n| --- | --- | --- |\n')
    for (const name of names) {
      forbid(CASES[name])
      onClient(SELF, [name])
    }
  } finally {
    serving?.child.removeAllListeners('exit')
    serving?.child.kill('SIGINT')
    noNetworks()
    await serving?.server.end()
  }
}

const [role, name] = process.argv.slice(2)
if (role === '--inside') await call(name)
else await all(role ? process.argv.slice(2) : Object.keys(CASES))
