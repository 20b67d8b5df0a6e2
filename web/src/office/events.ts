// Words for the facts of a visit.
import type { RecordDetail, RecordEvent, RecordGuest } from '../shared/protocol'
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
  'file_kept',
  'line_judged',
  'guest_invited',
  'guest_accepted',
  'guest_admitted',
  'guest_sent_back',
  'guest_left',
  'guest_removed',
] as const

/** A server newer than this page may tell facts that it has no words for: they are shown by their name. */
export function eventWords({ kind, line, guest }: RecordEvent, guests: readonly RecordGuest[]): string {
  if (line)
    return t('line-event', {
      who: t(`line-who-${line.role}`),
      what: t(`line-what-${line.strand}`),
      how: t(`line-how-${line.level}`),
    })
  const known = KINDS.find((one) => one === kind)
  if (!known) return t('event-other', { kind })
  const who = guests.find((one) => one.participant === guest)
  const event = t(`event-${known}`)
  return who ? t('event-of', { event, who: guestWords(who) }) : event
}

/** A guest by name and role; by role alone while nobody knows the name. */
export function guestWords({ name, role }: RecordGuest): string {
  return name ? t('name-and-role', { name, role: t(`role-${role}`) }) : t(`role-${role}`)
}

/** Name of anybody in the record. */
export function nameOf(detail: RecordDetail, participant: number): string {
  if (participant === 1) return detail.name
  if (participant === 2) return detail.operator_name
  const guest = detail.guests.find((one) => one.participant === participant)
  return guest?.name ?? ''
}
