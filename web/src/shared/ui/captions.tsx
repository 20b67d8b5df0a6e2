// The lane of captions below the stage, for who asked for it. Who hears the voices needs no second voice: screen readers find
// the lines, and are not told of each word.
import { useSignal } from '@preact/signals'
import { captionsWanted, wantCaptions } from '../captions'
import type { Caption, Participant } from '../protocol'
import { t } from '../words_shared'
import type { MenuItem } from './menu'
import { nameIn } from './talk'

export interface CaptionsChoice {
  on: boolean
  toggle(): void
}

/** Whether this person wants them, as this device remembers it. */
export function useCaptions(): CaptionsChoice {
  const on = useSignal(captionsWanted())
  const toggle = () => {
    on.value = !on.value
    wantCaptions(on.value)
  }
  return { on: on.value, toggle }
}

export function captionsItem({ on, toggle }: CaptionsChoice): MenuItem {
  return { label: t(on ? 'captions-hide' : 'captions-show'), icon: 'captions', onPress: toggle }
}

interface CaptionsProps {
  choice: CaptionsChoice
  lines: readonly Caption[]
  participants: readonly Participant[]
  me: number
}

export function Captions({ choice, lines, participants, me }: CaptionsProps) {
  if (!choice.on) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div class="captions" role="log" aria-live="off" aria-label={t('captions')} tabIndex={0} data-testid="captions">
      <div>
        {lines.length === 0 && <p class="captions-none">{t('captions-none')}</p>}
        {lines.map((line) => (
          <p key={`${line.participant}-${line.number}`} class={line.done ? 'caption' : 'caption caption-open'}>
            <strong>{line.participant === me ? t('chat-from-self') : nameIn(participants, line.participant)}:</strong>{' '}
            <span lang={line.language ?? undefined}>{line.text}</span>
          </p>
        ))}
      </div>
    </div>
  )
}
