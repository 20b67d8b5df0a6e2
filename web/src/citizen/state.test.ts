import { describe, expect, it } from 'vitest'
import type { CitizenStep, CitizenView, RefusalCode, ToCitizen } from '../shared/protocol'
import { NO_CHOICE } from './catalogue'
import { NO_FIELDS } from './form'
import { type CitizenState, type Input, type Kept, needOf, reduce, START, screenName } from './state'

const KEPT: Kept = { choice: NO_CHOICE, fields: NO_FIELDS, check: 'explain' }
const operator = { name: 'Lucía', number: 'OP-1', desk: 'Box 01' }
const notice = { language: 'es-AR', version: '1', paragraphs: ['x'], sha256: 'ab' }
const step: Record<CitizenStep['state'], CitizenStep> = {
  verifying: { state: 'verifying' },
  waiting: { state: 'waiting', position: 2, next: 'A1', operators: 1 },
  assigned: { state: 'assigned', operator, notice, accepted: false },
  called: { state: 'called', operator, returning: false },
  in_call: {
    state: 'in_call',
    operator,
    participants: [],
    guests: [],
    me: 1,
    recording: 'runs',
    since_ms: 0,
    limit: null,
    may_share: false,
    takes_files: true,
  },
  interrupted: { state: 'interrupted', operator, cause: 'hung_up' },
  ended: { state: 'ended', operator },
  closed: { state: 'closed' },
  abandoned: { state: 'abandoned' },
  expired: { state: 'expired' },
}

function view(of: CitizenStep, offer_wanted = false): CitizenView {
  return {
    turno_code: '10357MY3DPHL',
    display_code: 'A1',
    body: 'b',
    branch: 's',
    service: 't',
    name: 'n',
    chat_policy: 'incidencias',
    text_policy: 'incidencias',
    sound_only: false,
    step: of,
    offer_wanted,
  }
}

const told = (message: ToCitizen, kept = KEPT): Input => ({ type: 'message', message, kept })
const seen = (of: CitizenStep, offer = false) => told({ type: 'visit', view: view(of, offer) })
const refusal = (code: RefusalCode, about = '') =>
  told({ type: 'refused', refusal: { code, about, found: '', allowed: '' } })
const stateAfter = (...inputs: Input[]): CitizenState => inputs.reduce(reduce, START)
const door = (...inputs: Input[]) => stateAfter({ type: 'no_turn', kept: KEPT }, ...inputs)

describe('the citizen', () => {
  it('who has no turn comes to the door, with what a reload kept', () => {
    const fields = { name: 'Ana', document: '20345678' }
    const state = stateAfter({ type: 'no_turn', kept: { ...KEPT, fields, choice: { ...NO_CHOICE, office: 1 } } })
    expect(state.screen).toMatchObject({ at: 'door', choice: { office: 1 }, form: { fields } })
  })

  it('who has a turn comes to its step, whatever was on the screen', () => {
    for (const of of Object.values(step)) expect(screenName(door(seen(of)))).toBe(screenName(stateAfter(seen(of))))
  })

  it('a reload in the device check comes back to it', () => {
    const state = stateAfter(told({ type: 'visit', view: view(step.verifying) }, { ...KEPT, check: 'confirm' }))
    expect(screenName(state)).toBe('verifying-confirm')
  })

  it('an empty form is not sent, and says what is missing', () => {
    const state = door({ type: 'submit' })
    expect(state.screen).toMatchObject({
      form: { sending: false, round: 1, faults: ['name-missing', 'document-missing'] },
    })
  })

  it('a fault goes away when it is mended, and no new one comes while typing', () => {
    const state = door({ type: 'submit' }, { type: 'typed', fields: { name: 'Ana', document: '#' } })
    expect(state.screen).toMatchObject({ form: { faults: [] } })
  })

  it('a form is sent once', () => {
    const typed: Input = { type: 'typed', fields: { name: 'Ana', document: '20345678' } }
    const once = door(typed, { type: 'submit' })
    expect(once.screen).toMatchObject({ form: { sending: true, round: 1 } })
    expect(reduce(once, { type: 'submit' })).toBe(once)
  })

  it('a refused form can be sent again', () => {
    const typed: Input = { type: 'typed', fields: { name: 'Ana', document: '20345678' } }
    const state = door(typed, { type: 'submit' }, { type: 'submit_failed', code: 'full', about: '' })
    expect(state).toMatchObject({ refusal: 'full', screen: { form: { sending: false, fields: { name: 'Ana' } } } })
  })

  it('a field that the server refuses is shown at the field', () => {
    const typed: Input = { type: 'typed', fields: { name: 'Ana', document: '20345678' } }
    const state = door(typed, { type: 'submit' }, { type: 'submit_failed', code: 'invalid', about: 'document' })
    expect(state).toMatchObject({
      refusal: null,
      screen: { form: { faults: ['document-wrong'], sending: false, round: 2 } },
    })
  })

  it('a refusal is shown until the next step, and not forgotten by a mere move in line', () => {
    const refused = stateAfter(seen(step.waiting), refusal('too_fast', 'abandon'))
    expect(refused.refusal).toBe('too_fast')
    expect(reduce(refused, seen({ ...step.waiting, position: 1 } as CitizenStep)).refusal).toBe('too_fast')
    expect(reduce(refused, seen(step.assigned)).refusal).toBeNull()
  })

  it('a refused report of devices is nobody’s trouble', () => {
    expect(stateAfter(seen(step.in_call), refusal('out_of_order', 'devices')).refusal).toBeNull()
  })

  it('another device, another version and no session each have their screen', () => {
    expect(stateAfter(refusal('other_device')).screen.at).toBe('elsewhere')
    expect(stateAfter(refusal('version')).screen.at).toBe('outdated')
    expect(stateAfter(seen(step.waiting), refusal('no_session')).screen.at).toBe('door')
    expect(stateAfter(seen(step.waiting), told({ type: 'replaced' })).screen.at).toBe('replaced')
  })

  it('chat lines come once, in order, and are unread while the chat is shut', () => {
    const line = (number: number) => ({ number, from: 2, text: 'x', at_ms: 0, live: false })
    const state = stateAfter(
      seen(step.in_call),
      told({ type: 'chat_history', lines: [line(1)] }),
      told({ type: 'chat', line: line(2) }),
      told({ type: 'chat', line: line(2) }),
    )
    expect(state.screen).toMatchObject({
      talk: { chat: { open: false, seen: 0, lines: [{ number: 1 }, { number: 2 }] } },
    })
    expect(reduce(state, { type: 'toggle_chat' }).screen).toMatchObject({ talk: { chat: { open: true, seen: 2 } } })
  })

  it('media is needed as the step asks, and an offer whenever the server wants one', () => {
    const need = (of: CitizenStep) => needOf(stateAfter(seen(of)))
    expect(need(step.verifying)).toBe('none')
    expect(needOf(stateAfter(seen(step.verifying), { type: 'check', check: 'test' }))).toBe('devices')
    expect(need(step.waiting)).toBe('devices')
    expect(need(step.called)).toBe('peer')
    expect(need(step.in_call)).toBe('peer')
    expect(need(step.interrupted)).toBe('devices')
    expect(need({ ...step.interrupted, cause: 'line_lost' } as CitizenStep)).toBe('peer')
    expect(need(step.ended)).toBe('none')
    expect(needOf(stateAfter(seen(step.called, true)))).toBe('offer')
  })

  it('a visit that is over is forgotten on request', () => {
    expect(reduce(stateAfter(seen(step.closed)), { type: 'forget' }).screen.at).toBe('door')
  })
})
