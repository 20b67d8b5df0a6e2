// Questions to the server by HTTP: JSON in, JSON out, a refusal in the server's own form.
import type { Refusal, RefusalCode } from './protocol'

export type Answer<Body> = { ok: true; body: Body } | { ok: false; code: RefusalCode | 'network'; status: number }

export async function ask<Body>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer<Body>> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    if (response.ok) return { ok: true, body: (response.status === 204 ? null : await response.json()) as Body }
    return { ok: false, code: await codeOf(response), status: response.status }
  } catch {
    // No answer at all, or one that is no JSON: something between us and the server.
    return { ok: false, code: 'network', status: 0 }
  }
}

async function codeOf(response: Response): Promise<RefusalCode | 'network'> {
  if (!response.headers.get('content-type')?.includes('json')) return response.status === 401 ? 'no_session' : 'network'
  return ((await response.json()) as Refusal).code
}
