// ICE restarts without asking the server (docs/protocol.md, "Coming back"): its answer to the next generation is derived from
// the one it gave and from the key that came with it, so that a lost line heals while nothing can be asked.

/** Restarts of one connection at the most: the generation is two hexadecimal digits. */
export const GENERATION_MAX = 255

/** Digits of a password: 128 bits. */
const PASSWORD_DIGITS = 32

/** The answer that the server would give to a restart of this generation (from 1). */
export async function restartedAnswer(sdp: string, key: string, generation: number): Promise<string> {
  const password = await passwordOf(key, generation)
  const digits = generation.toString(16).padStart(2, '0')
  return sdp
    .replace(/^(o=\S+ \S+) \d+/m, (_, name) => `${name} ${1 + generation}`)
    .replace(/^(a=ice-ufrag:.*)..$/gm, (_, name) => name + digits)
    .replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${password}`)
}

async function passwordOf(key: string, generation: number): Promise<string> {
  const bytes = Uint8Array.from(key.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
  const hmac = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const tag = new Uint8Array(await crypto.subtle.sign('HMAC', hmac, Uint8Array.of(generation)))
  return [...tag]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .slice(0, PASSWORD_DIGITS)
}
