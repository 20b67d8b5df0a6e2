// States of the office's app to look at, without a server. Not part of the build.

import { NO_SEARCH, type OfficeState, type Section } from '../src/office/state'
import type { RecordDetail, RecordEvent, RecordLine } from '../src/shared/protocol'
import { card, lines, NOW, notice, operator } from './fixtures'

const line = (n: number): RecordLine => ({
  record: `r${n}`,
  turno_code: `10357MY3DP${n}L`,
  display_code: `A${n}`,
  service: 'Consulta de deuda y planes de pago prejudicial',
  operator: 'OP-1042',
  taken_ms: NOW - n * 3_600_000,
  result: n === 1 ? null : 'success',
  recorded_ms: n === 1 ? 0 : 271_000,
})

export function officeStates(): Record<string, OfficeState> {
  const account = { account: 'cumplimiento', name: 'Ana Paz', role: 'compliance' as const }
  const found = { records: [1, 2, 3].map(line), more: true }
  const desk = (section: Section, faulty = false): OfficeState => ({
    refusal: null,
    screen: {
      at: 'desk',
      account,
      section,
      search: faulty
        ? { ...NO_SEARCH, faults: ['reason-short', 'days-wrong'], round: 1 }
        : { ...NO_SEARCH, fields: { ...NO_SEARCH.fields, reason: 'Reclamo, expediente 123' }, found },
    },
  })
  const track = (n: number, interval: number, role: 'citizen' | 'operator', begins: number) => ({
    track: n,
    interval,
    participant: role === 'citizen' ? 1 : 2,
    role,
    by_phone: false,
    url: '/dev/none.webm',
    begins_ms: NOW - 600_000 + begins,
    duration_ms: 120_000,
    gaps_ms: role === 'citizen' ? 2_300 : 0,
    ready: true,
  })
  const detail: RecordDetail = {
    line: line(2),
    name: card.name,
    document: card.document,
    operator_name: operator.name,
    guests: [
      { participant: 3, role: 'interpreter', name: 'Inés Sol' },
      { participant: 4, role: 'companion', name: '' },
    ],
    acceptances: [
      {
        participant: 1,
        at_ms: NOW - 700_000,
        language: 'es-AR',
        version: 'es-AR-1',
        sha256: 'ab'.repeat(32),
        paragraphs: notice.paragraphs,
      },
    ],
    events: [
      'turn_taken',
      'confirmed',
      'assigned',
      'entered',
      'started',
      'called',
      'admitted',
      'meeting_ended',
      'closed',
    ]
      .map((kind, i): RecordEvent => ({ at_ms: NOW - 800_000 + i * 20_000, kind, guest: null, line: null }))
      .concat([
        { at_ms: NOW - 600_000, kind: 'guest_admitted', guest: 3, line: null },
        {
          at_ms: NOW - 560_000,
          kind: 'line_judged',
          guest: null,
          line: { participant: 1, role: 'citizen', strand: 'voice_up', level: 'unstable' },
        },
        {
          at_ms: NOW - 540_000,
          kind: 'line_judged',
          guest: null,
          line: { participant: 1, role: 'citizen', strand: 'voice_up', level: 'stable' },
        },
      ]),
    tracks: [track(1, 1, 'citizen', 0), track(2, 1, 'operator', 700), track(3, 2, 'citizen', 200_000)],
    chat: lines,
    chat_count: 3,
    files: [
      {
        number: 1,
        kind: 'sent',
        from: 1,
        form: 'jpeg',
        name: 'DNI frente.jpg',
        bytes: 1_840_000,
        url: '/api/records/1/files/1',
      },
      { number: 2, kind: 'still', from: 2, form: 'png', name: '', bytes: 640_000, url: '/api/records/1/files/2' },
    ],
    notes: 'Se explicó el plan de pagos.',
    remark: '',
    blocks_verified: 1204,
    intact: true,
  }
  return {
    'sign-in': { refusal: null, screen: { at: 'signing_in', sending: false } },
    later: { refusal: null, screen: { at: 'later', account: { ...account, role: 'supervisor' } } },
    search: desk({ at: 'search' }),
    'search-faulty': desk({ at: 'search' }, true),
    opening: desk({ at: 'opening', line: line(2), reason: 'Reclamo', faults: [], round: 0, sending: false }),
    record: desk({ at: 'record', detail }),
    access: desk({
      at: 'access',
      log: {
        entries: (['play', 'open', 'search'] as const).map((action, i) => ({
          at_ms: NOW - i * 60_000,
          account: 'cumplimiento',
          action,
          record: action === 'search' ? '' : 'r2',
          reason: 'Reclamo, expediente 123',
        })),
      },
    }),
  }
}
