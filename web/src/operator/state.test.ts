import { describe, expect, it } from 'vitest'
import type { OperatorStep, OperatorView, RefusalCode, VisitCard } from '../shared/protocol'
import { type Input, needOf, type OperatorState, reduce, resultOf, START, screenName } from './state'

const visit = (turno_code: string): VisitCard => ({
  display_code: 'A1',
  turno_code,
  name: 'Ana',
  document: '1',
  service: 't',
  waited_s: 1,
  accepted: true,
  abandoned: false,
  remark: '',
  chat_policy: 'conversacion',
  text_policy: 'conversacion',
  started_ms: 0,
  average_ms: 0,
  files: [],
  recorded: true,
  line_test: null,
  present: true,
  unpermitted_representative: false,
})
const view = (step: OperatorStep, offer_wanted = false): OperatorView => ({
  number: '1',
  name: 'Lucía',
  desk: 'Box 01',
  attended_today: 0,
  services: [],
  step,
  offer_wanted,
  call_machine: null,
})
const seen = (step: OperatorStep, offer = false): Input => ({
  type: 'message',
  message: { type: 'console', view: view(step, offer) },
})
const elsewhere = (step: OperatorStep): Input => ({
  type: 'message',
  message: { type: 'console', view: { ...view(step), call_machine: { present: true } } },
})
const refusal = (code: RefusalCode, about = ''): Input => ({
  type: 'message',
  message: { type: 'refused', refusal: { code, about, found: '', allowed: '' } },
})
const inCall = (turno: string): OperatorStep => ({
  state: 'in_call',
  visit: visit(turno),
  participants: [],
  guests: [],
  me: 2,
  recording: 'runs',
  since_ms: 0,
  citizen_away_since_ms: null,
  lobby: [],
  limit: null,
  away_offer_ms: 120_000,
})
const wrapUp = (turno: string, preset: 'abandoned' | null = null): OperatorStep => ({
  state: 'wrap_up',
  visit: visit(turno),
  preset,
  resumable: true,
})
const stateAfter = (...inputs: Input[]): OperatorState => inputs.reduce(reduce, START)

function form(state: OperatorState) {
  if (state.screen.at !== 'console') throw new Error('no console')
  return state.screen.form
}

describe('the operator', () => {
  it('uses no device while the call is on another machine', () => {
    expect(needOf(reduce(START, elsewhere(inCall('1'))))).toBe('none')
    expect(needOf(reduce(START, elsewhere({ state: 'inactive' })))).toBe('none')
  })

  it('notes typed after the call are kept while the view of the same visit changes', () => {
    const state = stateAfter(seen(wrapUp('T1')), { type: 'type_notes', notes: 'hola' }, seen(wrapUp('T1', 'abandoned')))
    expect(form(state).notes).toBe('hola')
  })

  it('nothing of one citizen is seen with the next', () => {
    const line = { number: 1, from: 1, text: 'secreto', at_ms: 0, live: false }
    const state = stateAfter(
      seen(inCall('T1')),
      { type: 'message', message: { type: 'chat', line } },
      seen(wrapUp('T1')),
      { type: 'type_notes', notes: 'privado' },
      { type: 'choose_result', result: 'success' },
      seen(wrapUp('T2')),
    )
    expect(form(state)).toMatchObject({ turno: 'T2', notes: '', result: null })
    expect(JSON.stringify(state)).not.toMatch(/secreto|privado/)
  })

  it('a result is mandatory, and the server’s preset stands until another is chosen', () => {
    expect(form(stateAfter(seen(wrapUp('T1')), { type: 'submit_result' })).faults).toEqual(['result-missing'])
    const preset = stateAfter(seen(wrapUp('T1', 'abandoned')), { type: 'submit_result' })
    expect(form(preset).faults).toEqual([])
    const chosen = reduce(preset, { type: 'choose_result', result: 'technical_error' })
    if (preset.screen.at !== 'console' || chosen.screen.at !== 'console') throw new Error('no console')
    expect(resultOf(preset.screen)).toBe('abandoned')
    expect(resultOf(chosen.screen)).toBe('technical_error')
  })

  it('notes that are too long are not sent', () => {
    const state = stateAfter(
      seen(wrapUp('T1', 'abandoned')),
      { type: 'type_notes', notes: 'x'.repeat(2001) },
      { type: 'submit_result' },
    )
    expect(form(state).faults).toEqual(['notes-long'])
  })

  it('a session that ended leads to signing in, another place to an explanation', () => {
    expect(screenName(stateAfter(seen({ state: 'off' }), refusal('no_session')))).toBe('signing_in')
    expect(screenName(stateAfter(seen({ state: 'off' }), refusal('version')))).toBe('outdated')
    expect(screenName(stateAfter(seen({ state: 'off' }), { type: 'message', message: { type: 'replaced' } }))).toBe(
      'replaced',
    )
  })

  it('a wrong password can be tried again', () => {
    const state = stateAfter(
      { type: 'signed_out' },
      { type: 'sign_in' },
      { type: 'sign_in_failed', code: 'wrong_password' },
    )
    expect(state).toMatchObject({ refusal: 'wrong_password', screen: { at: 'signing_in', sending: false } })
  })

  it('devices are let go between citizens and kept while one is coming', () => {
    expect(needOf(stateAfter(seen({ state: 'inactive' })))).toBe('kept')
    expect(needOf(stateAfter(seen({ state: 'assigned', visit: visit('T1') })))).toBe('kept')
    expect(needOf(stateAfter(seen(inCall('T1'))))).toBe('peer')
    expect(needOf(stateAfter(seen(inCall('T1'), true)))).toBe('offer')
    expect(needOf(stateAfter(seen(wrapUp('T1'))))).toBe('none')
  })
})
