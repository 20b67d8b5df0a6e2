// Questions to the server by HTTP: JSON in, JSON out, a refusal in the server's own form.
import type { Refusal, RefusalCode } from './protocol'

export type Answer<Body> = { ok: true; body: Body } | ({ ok: false } & Failure)

export interface Failure {
  code: RefusalCode | 'network'
  /** Field or message that was refused; empty where the server did not say. */
  about: string
  status: number
}

export async function ask<Body>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer<Body>> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    })
    if (response.ok) return { ok: true, body: (response.status === 204 ? null : await response.json()) as Body }
    return { ok: false, ...(await failureOf(response)) }
  } catch {
    // No answer at all, or one that is no JSON: something between us and the server.
    return { ok: false, code: 'network', about: '', status: 0 }
  }
}

async function failureOf(response: Response): Promise<Failure> {
  const { status } = response
  if (!response.headers.get('content-type')?.includes('json'))
    return { code: status === 401 ? 'no_session' : 'network', about: '', status }
  const { code, about } = (await response.json()) as Refusal
  return { code, about, status }
}
