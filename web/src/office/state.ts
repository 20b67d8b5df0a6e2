// Everything the office's screens can be, and how they change. Pure; session.ts does what it asks.
import type {
  AccessLog,
  Account,
  OpenRecord,
  RecordDetail,
  RecordLine,
  RecordsFound,
  RefusalCode,
  SearchRecords,
} from '../shared/protocol'

export interface OfficeState {
  refusal: RefusalCode | 'network' | null
  screen: Screen
}

export type Screen =
  /** Nobody knows yet whether somebody is signed in. */
  | { at: 'entering' }
  | { at: 'signing_in'; sending: boolean }
  /** A valid account whose desk this version does not have. */
  | { at: 'later'; account: Account }
  | { at: 'desk'; account: Account; search: Search; section: Section }

export type Section =
  | { at: 'search' }
  /** A record was chosen; the reason is asked. */
  | { at: 'opening'; line: RecordLine; reason: string; faults: SearchFault[]; round: number; sending: boolean }
  | { at: 'record'; detail: RecordDetail }
  | { at: 'access'; log: AccessLog | null }

export interface Search {
  fields: SearchRecords
  faults: SearchFault[]
  round: number
  sending: boolean
  found: RecordsFound | null
}

export type SearchFault = 'reason-short' | 'reason-long' | 'days-wrong' | 'code-wrong'

export type Input =
  | { type: 'signed_out' }
  | { type: 'sign_in' }
  | { type: 'signed_in'; account: Account }
  | { type: 'refused'; code: RefusalCode | 'network'; about: string }
  | { type: 'typed'; fields: SearchRecords }
  | { type: 'search' }
  | { type: 'found'; found: RecordsFound }
  | { type: 'choose'; line: RecordLine }
  | { type: 'reason'; reason: string }
  | { type: 'open' }
  | { type: 'opened'; detail: RecordDetail }
  | { type: 'to_search' }
  | { type: 'to_access' }
  | { type: 'access'; log: AccessLog }

/** As the server says in `SearchRecords`. */
export const REASON_CHARS_MIN = 5
export const REASON_CHARS_MAX = 500

export const NO_SEARCH: Search = {
  fields: { reason: '', code: '', from_day: '', to_day: '' },
  faults: [],
  round: 0,
  sending: false,
  found: null,
}

export const START: OfficeState = { refusal: null, screen: { at: 'entering' } }

export function reduce(state: OfficeState, input: Input): OfficeState {
  const { screen } = state
  switch (input.type) {
    case 'signed_out':
      return { refusal: null, screen: { at: 'signing_in', sending: false } }
    case 'sign_in':
      return { refusal: null, screen: { at: 'signing_in', sending: true } }
    case 'signed_in':
      return { refusal: null, screen: deskOf(input.account) }
    case 'refused':
      return refused(state, input.code, input.about)
    default:
      return screen.at === 'desk' ? { ...atDesk(state, screen, input) } : state
  }
}

export type Desk = Extract<Screen, { at: 'desk' }>
type DeskInput = Exclude<Input, { type: 'signed_out' | 'sign_in' | 'signed_in' | 'refused' }>

function deskOf(account: Account): Screen {
  return account.role === 'compliance'
    ? { at: 'desk', account, search: NO_SEARCH, section: { at: 'search' } }
    : { at: 'later', account }
}

function refused(state: OfficeState, code: RefusalCode | 'network', about: string): OfficeState {
  const { screen } = state
  if (code === 'no_session')
    return { refusal: screen.at === 'entering' ? null : code, screen: { at: 'signing_in', sending: false } }
  if (screen.at === 'signing_in') return { refusal: code, screen: { at: 'signing_in', sending: false } }
  if (screen.at !== 'desk') return { ...state, refusal: code }
  if (code === 'invalid' && about === 'code') {
    const { search } = screen
    const next: Search = { ...search, faults: ['code-wrong'], round: search.round + 1, sending: false }
    return { refusal: null, screen: { ...screen, search: next } }
  }
  const section = screen.section.at === 'opening' ? { ...screen.section, sending: false } : screen.section
  return { refusal: code, screen: { ...screen, section, search: { ...screen.search, sending: false } } }
}

function atDesk(state: OfficeState, desk: Desk, input: DeskInput): OfficeState {
  const { search, section } = desk
  const to = (next: Partial<Desk>): OfficeState => ({ refusal: null, screen: { ...desk, ...next } })
  switch (input.type) {
    case 'typed': {
      // What only the server can judge stands until its field changes.
      const still = searchFaults(input.fields)
      if (input.fields.code === search.fields.code) still.push('code-wrong')
      return to({
        search: { ...search, fields: input.fields, faults: search.faults.filter((one) => still.includes(one)) },
      })
    }
    case 'search': {
      const faults = searchFaults(search.fields)
      return to({ search: { ...search, faults, round: search.round + 1, sending: faults.length === 0 } })
    }
    case 'found':
      return to({ search: { ...search, sending: false, found: input.found } })
    case 'choose': {
      // The reason of the search is offered again: nobody types the same twice.
      const reason = search.fields.reason
      return to({ section: { at: 'opening', line: input.line, reason, faults: [], round: 0, sending: false } })
    }
    case 'to_search':
      return to({ section: { at: 'search' } })
    case 'to_access':
      return to({ section: { at: 'access', log: null } })
    case 'access':
      return section.at === 'access' ? to({ section: { at: 'access', log: input.log } }) : state
    case 'reason':
      return section.at === 'opening' ? to({ section: { ...section, reason: input.reason, faults: [] } }) : state
    case 'open': {
      if (section.at !== 'opening') return state
      const faults = reasonFaults(section.reason)
      return to({ section: { ...section, faults, round: section.round + 1, sending: faults.length === 0 } })
    }
    case 'opened':
      return section.at === 'opening' ? to({ section: { at: 'record', detail: input.detail } }) : state
  }
}

export function reasonFaults(reason: string): SearchFault[] {
  const length = [...reason.trim()].length
  if (length < REASON_CHARS_MIN) return ['reason-short']
  return length > REASON_CHARS_MAX ? ['reason-long'] : []
}

export function searchFaults(fields: SearchRecords): SearchFault[] {
  const faults = reasonFaults(fields.reason)
  // Days are written YYYY-MM-DD, so that their order is that of the text.
  if (fields.from_day !== '' && fields.to_day !== '' && fields.from_day > fields.to_day) faults.push('days-wrong')
  return faults
}

/** What is asked of the server, if nothing is wrong with it. */
export function searchOf(state: OfficeState): SearchRecords | null {
  const { screen } = state
  if (screen.at !== 'desk' || !screen.search.sending) return null
  const { fields } = screen.search
  return { ...fields, reason: fields.reason.trim(), code: fields.code.trim().toUpperCase() }
}

export function openingOf(state: OfficeState): OpenRecord | null {
  const { screen } = state
  if (screen.at !== 'desk' || screen.section.at !== 'opening' || !screen.section.sending) return null
  return { record: screen.section.line.record, reason: screen.section.reason.trim() }
}

export function screenName({ screen }: OfficeState): string {
  return screen.at === 'desk' ? `desk-${screen.section.at}` : screen.at
}
