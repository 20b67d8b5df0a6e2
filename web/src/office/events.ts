// Words for the facts of a visit.
import type { RecordEvent } from '../shared/protocol'
import { t } from './words'

const KINDS = [
  'turn_taken',
  'notice_accepted',
  'confirmed',
  'assigned',
  'place_restored',
  'entered',
  'started',
  'called',
  'admitted',
  'interrupted',
  'returned',
  'resumed',
  'extended',
  'meeting_ended',
  'abandoned_after_assignment',
  'closed',
  'abandoned',
  'expired',
  'forgotten',
  'line_lost',
  'line_back',
  'recording_started',
  'recording_stopped',
  'recording_failed',
  'chat_sent',
  'line_judged',
] as const

/** A server newer than this page may tell facts that it has no words for: they are shown by their name. */
export function eventWords({ kind, line }: RecordEvent): string {
  if (line)
    return t('line-event', {
      who: t(`line-who-${line.role}`),
      what: t(`line-what-${line.strand}`),
      how: t(`line-how-${line.level}`),
    })
  const known = KINDS.find((one) => one === kind)
  return known ? t(`event-${known}`) : t('event-other', { kind })
}
