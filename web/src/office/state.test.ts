import { expect, it } from 'vitest'
import type { Account, AccountRole, RecordLine, SearchRecords } from '../shared/protocol'
import { type Input, openingOf, reduce, START, screenName, searchFaults, searchOf } from './state'

const account = (role: AccountRole): Account => ({ account: 'a', name: 'Ana', role })
const fields: SearchRecords = { reason: ' Reclamo 123 ', code: ' a1 ', from_day: '2026-11-01', to_day: '2026-11-23' }
const line: RecordLine = {
  record: 'r1',
  turno_code: 'T',
  display_code: 'A1',
  service: 's',
  operator: '1',
  taken_ms: 0,
  result: null,
  recorded_ms: 0,
}
const stateAfter = (...inputs: Input[]) => inputs.reduce(reduce, START)
const signedIn: Input = { type: 'signed_in', account: account('compliance') }

it('only compliance has a desk today; others are told so', () => {
  expect(screenName(stateAfter(signedIn))).toBe('desk-search')
  for (const role of ['operator', 'supervisor', 'editor', 'admin'] as const)
    expect(screenName(stateAfter({ type: 'signed_in', account: account(role) }))).toBe('later')
})

it('nothing is searched without a reason', () => {
  expect(searchOf(stateAfter(signedIn, { type: 'search' }))).toBeNull()
  expect(searchFaults({ ...fields, reason: '  ab  ' })).toEqual(['reason-short'])
  expect(searchFaults({ ...fields, reason: 'x'.repeat(501) })).toEqual(['reason-long'])
  expect(searchFaults({ ...fields, from_day: '2026-11-24' })).toEqual(['days-wrong'])
  expect(searchFaults({ ...fields, from_day: '2026-11-24', to_day: '' })).toEqual([])
})

it('a search is asked tidied', () => {
  const state = stateAfter(signedIn, { type: 'typed', fields }, { type: 'search' })
  expect(searchOf(state)).toEqual({ ...fields, reason: 'Reclamo 123', code: 'A1' })
})

it('a record is opened with a reason, the search’s being offered', () => {
  const chosen = stateAfter(signedIn, { type: 'typed', fields }, { type: 'choose', line })
  expect(openingOf(chosen)).toBeNull()
  expect(openingOf(reduce(chosen, { type: 'open' }))).toEqual({ record: 'r1', reason: 'Reclamo 123' })
  const bare = stateAfter(signedIn, { type: 'choose', line }, { type: 'open' })
  expect(openingOf(bare)).toBeNull()
})

it('results are still there on coming back, and a refusal lets one try again', () => {
  const found = { records: [line], more: false }
  const state = stateAfter(signedIn, { type: 'typed', fields }, { type: 'found', found }, { type: 'choose', line })
  const refused = stateAfter(
    signedIn,
    { type: 'choose', line },
    { type: 'reason', reason: 'Reclamo' },
    { type: 'open' },
    { type: 'refused', code: 'storage', about: '' },
  )
  expect(reduce(state, { type: 'to_search' }).screen).toMatchObject({ search: { found } })
  expect(refused).toMatchObject({ refusal: 'storage', screen: { section: { at: 'opening', sending: false } } })
})

it('a session that ended leads to signing in', () => {
  expect(screenName(stateAfter(signedIn, { type: 'refused', code: 'no_session', about: '' }))).toBe('signing_in')
})

it('a code that the server does not know the form of is told at its field, until it changes', () => {
  const state = stateAfter(
    signedIn,
    { type: 'typed', fields: { ...fields, code: '#' } },
    { type: 'search' },
    { type: 'refused', code: 'invalid', about: 'code' },
  )
  expect(state).toMatchObject({ refusal: null, screen: { search: { faults: ['code-wrong'], sending: false } } })
  const moved = reduce(state, { type: 'typed', fields: { ...fields, code: '#', reason: 'Otro motivo' } })
  expect(moved).toMatchObject({ screen: { search: { faults: ['code-wrong'] } } })
  expect(reduce(moved, { type: 'typed', fields })).toMatchObject({ screen: { search: { faults: [] } } })
})
