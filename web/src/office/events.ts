// Words for the facts of a visit.
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
  'chat_sent',
] as const

/** A server newer than this page may tell facts that it has no words for: they are shown by their name. */
export function eventWords(kind: string): string {
  const known = KINDS.find((one) => one === kind)
  return known ? t(`event-${known}`) : t('event-other', { kind })
}
