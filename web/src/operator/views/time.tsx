// The time of a meeting on the operator's screen: the limit with its one extension (C25), the average that only warns (O19).
import type { CallLimit, OperatorView, VisitCard } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Icon } from '../../shared/ui/icon'
import { TimeLeft, useServerNow } from '../../shared/ui/time_left'
import type { OperatorSession } from '../session'
import { t } from '../words'

const MINUTE_MS = 60_000

interface MeetingTimeProps {
  session: OperatorSession
  view: OperatorView
  limit: CallLimit
}

export function MeetingTime({ session, view, limit }: MeetingTimeProps) {
  const own = view.services.filter((service) => service.available)
  const waiting = own.reduce((sum, service) => sum + service.waiting, 0)
  return (
    <TimeLeft limit={limit} always>
      {limit.extension_ms > 0 ? (
        <>
          <Button onClick={() => session.send({ type: 'extend_call' })}>
            {t('extend', { minutes: Math.round(limit.extension_ms / MINUTE_MS) })}
          </Button>
          <p class="hint" data-testid="extend-hint">
            {waiting > 0 ? t('extend-waiting', { count: waiting }) : t('extend-once')}
          </p>
        </>
      ) : (
        <p class="hint">{t('extend-none')}</p>
      )}
    </TimeLeft>
  )
}

/** Word for word of the guide; it blocks nothing. */
export function AverageWarning({ visit }: { visit: VisitCard }) {
  const now = useServerNow()
  const { started_ms: started, average_ms: average } = visit
  const over = started !== null && average > 0 && now - started >= average
  return (
    <p class={over ? 'strip strip-warning' : 'line-strip-none'} role="status" data-testid="average-warning">
      {over && <Icon name="warning" />}
      {over && t('average-warning', { minutes: Math.round(average / MINUTE_MS) })}
    </p>
  )
}

/** After the service's time of waiting for who left, ending is offered in words (§4). */
export function AwayOffer({ sinceMs, offerMs }: { sinceMs: number; offerMs: number }) {
  const over = useServerNow() - sinceMs >= offerMs
  return (
    <p class={over ? 'hint' : 'line-strip-none'} role="status" data-testid="away-offer">
      {over && t('call-away-offer')}
    </p>
  )
}
