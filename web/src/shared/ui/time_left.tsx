// How long the call may still last (C25): shown in its last quarter of an hour, and said in words at five minutes and at two.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { clock } from '../i18n'
import type { CallLimit } from '../protocol'
import { serverNow } from '../server_clock'
import { t } from '../words_shared'
import { Icon } from './icon'

const MINUTE_MS = 60_000
export const SHOWN_MS = 15 * MINUTE_MS
const WARNINGS_MS = [2 * MINUTE_MS, 5 * MINUTE_MS]

/** The warning that stands with this much time left: the smallest that was reached. */
export function warningOf(leftMs: number): number | null {
  return WARNINGS_MS.find((one) => leftMs <= one) ?? null
}

/** The server's time, a second at a time. */
export function useServerNow(): number {
  const now = useSignal(serverNow())
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = serverNow()
    }, 1_000)
    return () => clearInterval(timer)
  }, [now])
  return now.value
}

interface TimeLeftProps {
  limit: CallLimit
  /** Shown as soon as there is a limit, not only near its end. */
  always?: boolean
  /** What can be done about it, with the warning. */
  children?: ComponentChildren
}

export function TimeLeft({ limit, always, children }: TimeLeftProps) {
  const left = limit.ends_ms - useServerNow()
  const warning = warningOf(left)
  return (
    <div class="time-left">
      {(always || left <= SHOWN_MS) && (
        <p class={warning ? 'badge badge-bad' : 'badge'} data-testid="time-left">
          {warning && <Icon name="warning" />}
          <span>{t('time-left')}</span> <span class="clock">{clock(left)}</span>
        </p>
      )}
      {/* Its words change only at the warnings, so that it speaks twice and not each second. */}
      <p class={warning ? 'strip strip-warning' : 'line-strip-none'} role="status" data-testid="time-warning">
        {warning && <Icon name="warning" />}
        {warning && t('time-warning', { minutes: warning / MINUTE_MS })}
      </p>
      {warning && children}
    </div>
  )
}
