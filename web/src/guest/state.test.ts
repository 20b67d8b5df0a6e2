import { expect, test } from 'vitest'
import type { GuestStep, GuestView } from '../shared/protocol'
import { type GuestState, needOf, reduce, START, screenName } from './state'

const view = (step: GuestStep, offer_wanted = false): GuestView => ({
  body: 'Municipalidad',
  branch: 'Centro',
  service: 'Libre deuda',
  role: 'interpreter',
  name: '',
  chat_policy: 'conversacion',
  text_policy: 'conversacion',
  step,
  offer_wanted,
})
const shown = (step: GuestStep, offer_wanted = false, before: GuestState = START) =>
  reduce(before, { type: 'message', message: { type: 'visit', view: view(step, offer_wanted) } })
const inCall: GuestStep = { state: 'in_call', participants: [], me: 3, recording: 'runs', since_ms: 0 }
const notice = { language: 'es-AR', version: '1', sha256: 'ab', paragraphs: [] }

test('camera and microphone are asked for after the notice was accepted, and not before', () => {
  expect(needOf(START)).toBe('none')
  expect(needOf(shown({ state: 'invited', notice }))).toBe('none')
  expect(needOf(shown({ state: 'waiting', sent_back: false }))).toBe('devices')
  expect(needOf(shown(inCall, true))).toBe('offer')
  expect(needOf(shown(inCall))).toBe('peer')
  for (const state of ['left', 'removed', 'ended'] as const) expect(needOf(shown({ state }))).toBe('none')
})

test('who is sent back keeps his devices and loses his connection', () => {
  expect(needOf(shown({ state: 'waiting', sent_back: true }, false, shown(inCall)))).toBe('devices')
})

test('a link that does not open says why', () => {
  const state = reduce(START, { type: 'closed', why: 'invitation_used' })
  expect(state.screen).toEqual({ at: 'closed', why: 'invitation_used' })
})

test('what was last shown stays when the visit is forgotten', () => {
  const ended = shown({ state: 'ended' })
  expect(screenName(reduce(ended, { type: 'message', message: { type: 'replaced' } }))).toBe('ended')
  const refusal = { code: 'no_session' as const, about: 'hello', found: '', allowed: '' }
  expect(screenName(reduce(ended, { type: 'message', message: { type: 'refused', refusal } }))).toBe('ended')
  expect(reduce(START, { type: 'message', message: { type: 'refused', refusal } }).screen).toEqual({
    at: 'closed',
    why: 'no_link',
  })
})
