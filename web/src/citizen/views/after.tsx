// When the visit is over, and when it goes on somewhere else.
import type { CitizenView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Code, Facts } from '../../shared/ui/facts'
import type { CitizenSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

interface AfterProps {
  session: CitizenSession
  view: CitizenView
  state: 'ended' | 'closed' | 'abandoned' | 'expired'
  operator?: string
}

export function AfterScreen({ session, view, state, operator }: AfterProps) {
  return (
    <Frame session={session} title={t(`${state}-title`)}>
      <p>{state === 'ended' ? t('ended-text', { name: operator ?? '' }) : t(`${state}-text`)}</p>
      <Facts
        facts={[
          [t('closed-code'), <Code key="code" code={view.turno_code} />],
          [t('confirm-service'), view.service],
        ]}
      />
      {state !== 'ended' && (
        <Button kind="primary" onClick={session.again}>
          {t('again')}
        </Button>
      )}
    </Frame>
  )
}

export function StandStillScreen({
  session,
  why,
}: {
  session: CitizenSession
  why: 'elsewhere' | 'replaced' | 'outdated' | 'move_over' | 'move_other'
}) {
  const go = {
    outdated: () => location.reload(),
    move_over: () => location.assign('/'),
    move_other: () => location.assign('/'),
  }
  return (
    <Frame session={session} title={t(`${why}-title`)}>
      <p>{t(`${why}-text`)}</p>
      <Button kind="primary" onClick={why === 'elsewhere' || why === 'replaced' ? session.useHere : go[why]}>
        {t(`${why}-button`)}
      </Button>
    </Frame>
  )
}

/** A link of another device was opened here (C18). */
export function MoveHereScreen({ session, token }: { session: CitizenSession; token: string }) {
  return (
    <Frame session={session} title={t('move_here-title')}>
      <p>{t('move_here-text')}</p>
      <Button kind="primary" icon="device" onClick={() => session.moveHere(token)}>
        {t('move_here-button')}
      </Button>
    </Frame>
  )
}
