import { describe, expect, it } from 'vitest'
import type { CallStep, CallView, ToMachine } from '../shared/protocol'
import { digitsOf, grouped, type MachineState, needOf, reduce, START, screenName } from './state'

const view = (step: CallStep, offer_wanted = false): CallView => ({
  operator: { name: 'Lucía', number: '1', desk: 'Box 01' },
  chat_policy: 'conversacion',
  text_policy: 'conversacion',
  step,
  offer_wanted,
})
const hear = (state: MachineState, message: ToMachine) => reduce(state, { type: 'message', message })
const seen = (step: CallStep, offer = false) => hear(START, { type: 'call', view: view(step, offer) })
const inCall: CallStep = {
  state: 'in_call',
  participants: [],
  me: 2,
  recording: 'runs',
  recorded: true,
  since_ms: 0,
  citizen_away_since_ms: null,
  awaited: false,
  limit: null,
}

describe('the code', () => {
  it('is nine digits however they are grouped', () => {
    for (const typed of ['019450730', '019 450 730', '019-450-730', ' 0194 50730 '])
      expect(digitsOf(typed)).toBe('019450730')
    for (const typed of ['', '01945073', '0194507300', 'O19450730']) expect(digitsOf(typed)).toBeNull()
    expect(grouped('019450730')).toBe('019 450 730')
  })

  it('is not sent before it is whole', () => {
    const asked = reduce(START, { type: 'code_needed', code: '' })
    const typed = reduce(asked, { type: 'type_code', code: '019 45' })
    expect(reduce(typed, { type: 'submit' }).screen).toMatchObject({ missing: true, sending: false })
    const whole = reduce(typed, { type: 'type_code', code: '019 450 730' })
    const sent = reduce(whole, { type: 'submit' })
    expect(sent.screen).toMatchObject({ missing: false, sending: true })
    const wrong = reduce(sent, { type: 'refused', code: 'wrong_code' })
    expect(wrong).toMatchObject({ refusal: 'wrong_code', screen: { sending: false, code: '019 450 730' } })
  })
})

describe('the call', () => {
  it('needs devices in the call only', () => {
    expect(needOf(START)).toBe('none')
    expect(needOf(seen({ state: 'idle' }))).toBe('none')
    expect(needOf(seen({ state: 'started', awaited: false }, true))).toBe('offer')
    expect(needOf(seen({ state: 'started', awaited: false }))).toBe('peer')
    expect(needOf(seen(inCall))).toBe('peer')
  })

  it('shows nothing of one call in the next', () => {
    const line = { number: 1, from: 1, text: 'hola', at_ms: 0, live: false }
    const chatted = hear(seen(inCall), { type: 'chat', line })
    expect(chatted.screen).toMatchObject({ talk: { chat: { lines: [line] } } })
    const over = hear(chatted, { type: 'call', view: view({ state: 'idle' }) })
    expect(over.screen).toMatchObject({ talk: { chat: { lines: [] } } })
  })

  it('asks for a code when the session is gone, and says when the call was taken back', () => {
    const refusal = { code: 'no_session' as const, about: 'hello', found: '', allowed: '' }
    expect(screenName(hear(START, { type: 'refused', refusal }))).toBe('code')
    expect(screenName(hear(seen(inCall), { type: 'replaced' }))).toBe('left')
  })
})
