// The office's app at work: signs in, asks, keeps the state.
import { type ReadonlySignal, signal } from '@preact/signals'
import { ask } from '../shared/http'
import type {
  AccessLog,
  Account,
  RecordDetail,
  RecordLine,
  RecordsFound,
  SearchRecords,
  SignIn,
} from '../shared/protocol'
import { type Input, type OfficeState, openingOf, reduce, START, searchOf } from './state'

export interface OfficeSession {
  readonly state: ReadonlySignal<OfficeState>
  signIn(body: SignIn): void
  signOut(): void
  type(fields: SearchRecords): void
  search(): void
  choose(line: RecordLine): void
  typeReason(reason: string): void
  open(): void
  toSearch(): void
  toAccess(): void
}

export function startSession(): OfficeSession {
  const state = signal(START)
  const dispatch = (input: Input) => {
    state.value = reduce(state.value, input)
  }

  async function whoAmI(): Promise<void> {
    const answer = await ask<Account>('GET', '/api/office/session')
    if (answer.ok) dispatch({ type: 'signed_in', account: answer.body })
    else if (answer.code === 'network') dispatch({ type: 'refused', code: 'network', about: '' })
    else dispatch({ type: 'signed_out' })
  }

  async function signIn(body: SignIn): Promise<void> {
    dispatch({ type: 'sign_in' })
    const answer = await ask<Account>('POST', '/api/office/session', body)
    dispatch(
      answer.ok
        ? { type: 'signed_in', account: answer.body }
        : { type: 'refused', code: answer.code, about: answer.about },
    )
  }

  async function signOut(): Promise<void> {
    const answer = await ask('DELETE', '/api/office/session')
    dispatch(
      answer.ok || answer.code === 'no_session'
        ? { type: 'signed_out' }
        : { type: 'refused', code: answer.code, about: answer.about },
    )
  }

  async function search(): Promise<void> {
    dispatch({ type: 'search' })
    const body = searchOf(state.value)
    if (!body) return
    const answer = await ask<RecordsFound>('POST', '/api/records/search', body)
    dispatch(
      answer.ok ? { type: 'found', found: answer.body } : { type: 'refused', code: answer.code, about: answer.about },
    )
  }

  async function open(): Promise<void> {
    dispatch({ type: 'open' })
    const body = openingOf(state.value)
    if (!body) return
    const answer = await ask<RecordDetail>('POST', '/api/records/open', body)
    dispatch(
      answer.ok ? { type: 'opened', detail: answer.body } : { type: 'refused', code: answer.code, about: answer.about },
    )
  }

  async function toAccess(): Promise<void> {
    dispatch({ type: 'to_access' })
    const answer = await ask<AccessLog>('GET', '/api/records/access')
    dispatch(
      answer.ok ? { type: 'access', log: answer.body } : { type: 'refused', code: answer.code, about: answer.about },
    )
  }

  void whoAmI()

  return {
    state,
    signIn: (body) => void signIn(body),
    signOut: () => void signOut(),
    type: (fields) => dispatch({ type: 'typed', fields }),
    search: () => void search(),
    choose: (line) => dispatch({ type: 'choose', line }),
    typeReason: (reason) => dispatch({ type: 'reason', reason }),
    open: () => void open(),
    toSearch: () => dispatch({ type: 'to_search' }),
    toAccess: () => void toAccess(),
  }
}
