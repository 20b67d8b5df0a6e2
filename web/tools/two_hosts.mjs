// Two hosts on one machine, joined by a cable of their own: the server with TLS on one, browsers on the other. Needs root.
import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BINARY, Server } from '../e2e/server.mjs'

export const CLIENT = 'ventanilla-cli'
export const SERVER = 'ventanilla-srv'
/** Their ends of the cable. */
export const DEVICES = { [SERVER]: 'ventanilla-s', [CLIENT]: 'ventanilla-c' }
export const ORIGIN = 'https://10.88.0.1'

export const ip = (words) => execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'inherit'] })

export function networks() {
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

export function noNetworks() {
  for (const name of [CLIENT, SERVER]) ip(`netns del ${name}`)
}

/** Runs this script again on the client's host. */
export function onClient(script, args) {
  execFileSync('ip', ['netns', 'exec', CLIENT, process.execPath, script, '--inside', ...args], { stdio: 'inherit' })
}

/** The server with TLS on 443, on its host. */
export async function serve() {
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
