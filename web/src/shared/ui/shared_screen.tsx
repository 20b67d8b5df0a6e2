// A screen that somebody shares, above the people: whose it is, in words.
import type { CallState } from '../calling'
import type { Participant } from '../protocol'
import { t } from '../words_shared'
import { Icon } from './icon'
import { Picture } from './media'

export function SharedScreen({
  call,
  participants,
  me,
}: {
  call: CallState
  participants: readonly Participant[]
  me: number
}) {
  const sharer = participants.find((one) => one.shares)
  const track = sharer && sharer.number !== me ? (call.remote.get(sharer.number)?.screen ?? null) : call.screen
  const words =
    sharer === undefined ? '' : sharer.number === me ? t('screen-own') : t('screen-of', { name: sharer.name })
  return (
    <>
      <p class={words ? 'screen-words' : 'line-strip-none'} role="status">
        {words && <Icon name="screen" />}
        {words}
      </p>
      {sharer && track && (
        <div class="shared-screen">
          <Picture track={track} label={words} />
        </div>
      )}
    </>
  )
}
