// Which screen the state asks for.
import { Button } from '../../shared/ui/button'
import type { GuestSession } from '../session'
import { t } from '../words'
import { CallScreen } from './call'
import { Frame } from './frame'
import { InvitedScreen } from './invited'
import { WaitingScreen } from './waiting'

export function GuestApp({ session }: { session: GuestSession }) {
  const state = session.state.value
  const { screen } = state
  switch (screen.at) {
    case 'entering':
      return (
        <Frame session={session} title={t('entering-title')}>
          <p role="status">{t(state.link === 'reconnecting' ? 'link-reconnecting' : 'link-connecting')}</p>
        </Frame>
      )
    case 'closed':
      return (
        <Frame session={session} title={t('closed-title')}>
          <p>{screen.why === 'no_link' ? t('no-link') : t(`refusal-${screen.why}`)}</p>
          {screen.why === 'network' && (
            <Button kind="primary" onClick={() => location.reload()}>
              {t('try-again')}
            </Button>
          )}
        </Frame>
      )
    case 'elsewhere':
    case 'replaced':
      return (
        <Frame session={session} title={t('elsewhere-title')}>
          <p>{t('elsewhere-text')}</p>
          <Button kind="primary" onClick={session.useHere}>
            {t('elsewhere-button')}
          </Button>
        </Frame>
      )
    case 'outdated':
      return (
        <Frame session={session} title={t('outdated-title')}>
          <p>{t('outdated-text')}</p>
          <Button kind="primary" onClick={() => location.reload()}>
            {t('outdated-button')}
          </Button>
        </Frame>
      )
    case 'visit':
      break
  }
  const { view } = screen
  const { step } = view
  switch (step.state) {
    case 'invited':
      // Another text is another question.
      return <InvitedScreen key={step.notice.sha256} session={session} view={view} notice={step.notice} />
    case 'waiting':
      return <WaitingScreen session={session} call={state.call} sentBack={step.sent_back} />
    case 'in_call':
      return <CallScreen session={session} view={view} step={step} call={state.call} talk={screen.talk} />
    case 'interrupted':
    case 'left':
    case 'removed':
    case 'ended':
      return (
        <Frame key={step.state} session={session} title={t(`${step.state}-title`)}>
          <p role="status">{t(`${step.state}-text`)}</p>
        </Frame>
      )
  }
}
