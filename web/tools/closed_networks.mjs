// `npm run closed-networks` (as root): a call between two hosts whose network lets less and less through: everything, no UDP,
// nothing but 443/TCP, IPv6 alone. Real Chromium on one host, the server with TLS on the other. Prints a table in Markdown.
import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { open } from '../e2e/browser.mjs'
import { flows } from '../e2e/media.mjs'
import * as people from '../e2e/people.mjs'
import { BINARY, Server } from '../e2e/server.mjs'

const CLIENT = 'ventanilla-cli'
const SERVER = 'ventanilla-srv'
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

const ip = (words) => execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] })

function networks() {
  for (const name of [CLIENT, SERVER]) ip(`netns add ${name}`)
  ip(`link add ventanilla-s netns ${SERVER} type veth peer name ventanilla-c netns ${CLIENT}`)
  for (const [name, device, host] of [
    [SERVER, 'ventanilla-s', 1],
    [CLIENT, 'ventanilla-c', 2],
  ]) {
    ip(`-n ${name} addr add 10.88.0.${host}/24 dev ${device}`)
    ip(`-n ${name} addr add fd88::${host}/64 dev ${device} nodad`)
    for (const one of ['lo', device]) ip(`-n ${name} link set ${one} up`)
  }
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

/** The server with TLS on 443, on its host. */
async function serve() {
  const server = await Server.start()
  await server.stop()
  const [certificate, key] = ['certificate.pem', 'key.pem'].map((name) => join(server.data, name))
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=10.88.0.1',
      '-addext',
      'subjectAltName=IP:10.88.0.1,IP:fd88::1',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  )
  const settings = join(server.data, 'settings.toml')
  writeFileSync(
    settings,
    [
      '[http]',
      'listen = ["[::]:443"]',
      'public_origins = ["https://10.88.0.1", "https://[fd88::1]"]',
      `certificate = "${certificate}"`,
      `key = "${key}"`,
      '[media]',
      'workers = 2',
      '[storage]',
      `folder = "${server.data}"`,
      '',
    ].join('\n'),
  )
  const child = spawn('ip', ['netns', 'exec', SERVER, BINARY, 'serve', '--config', settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      if (String(chunk).includes('serving')) resolve()
    })
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  return { server, child }
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
  const origin = `https://${CASES[name].host ?? '10.88.0.1'}`
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
      execFileSync('ip', ['netns', 'exec', CLIENT, process.execPath, SELF, '--inside', name], { stdio: 'inherit' })
    }
  } finally {
    serving?.child.removeAllListeners('exit')
    serving?.child.kill('SIGINT')
    for (const name of [CLIENT, SERVER]) ip(`netns del ${name}`)
    await serving?.server.end()
  }
}

const [role, name] = process.argv.slice(2)
if (role === '--inside') await call(name)
else await all(role ? process.argv.slice(2) : Object.keys(CASES))
