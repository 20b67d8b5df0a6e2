// Which screen the state asks for.
import { Button } from '../../shared/ui/button'
import type { MachineSession } from '../session'
import { t } from '../words'
import { CallScreen, IdleScreen, StartedScreen } from './call'
import { CodeScreen } from './code'
import { Frame } from './frame'
import { SoundScreen } from './sound'

export function MachineApp({ session }: { session: MachineSession }) {
  const state = session.state.value
  const { screen } = state
  switch (screen.at) {
    case 'entering':
      return (
        <Frame session={session} title={t('entering-title')}>
          <p role="status">{t(state.link === 'reconnecting' ? 'link-reconnecting' : 'link-connecting')}</p>
        </Frame>
      )
    case 'code':
      return <CodeScreen session={session} screen={screen} />
    case 'left':
    case 'outdated':
      return (
        <Frame session={session} title={t(`${screen.at}-title`)}>
          <p>{t(`${screen.at}-text`)}</p>
          <Button kind="primary" onClick={() => (screen.at === 'outdated' ? location.reload() : session.useHere())}>
            {t(`${screen.at}-button`)}
          </Button>
        </Frame>
      )
    case 'sound':
      return <SoundScreen session={session} view={screen.view} call={state.call} />
    case 'call':
      break
  }
  const { view, talk } = screen
  const { step } = view
  switch (step.state) {
    case 'idle':
      return <IdleScreen session={session} view={view} />
    case 'started':
      return <StartedScreen session={session} view={view} call={state.call} awaited={step.awaited} />
    case 'in_call':
      return <CallScreen session={session} view={view} step={step} call={state.call} talk={talk} />
  }
}
