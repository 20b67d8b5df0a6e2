// Which screen the state asks for.
import { Button } from '../../shared/ui/button'
import { SignInForm } from '../../shared/ui/sign_in'
import type { OperatorSession } from '../session'
import { t } from '../words'
import { AssignedStep, StartedStep } from './assigned'
import { CallStep } from './call'
import { Frame } from './frame'
import { OffStep, SeekingStep } from './idle'
import { WrapUpStep } from './wrap_up'

export function OperatorApp({ session }: { session: OperatorSession }) {
  const state = session.state.value
  const { screen } = state
  switch (screen.at) {
    case 'entering':
      return (
        <Frame session={session} title={t('header-title')}>
          <p role="status">{t(state.link === 'reconnecting' ? 'link-reconnecting' : 'link-connecting')}</p>
        </Frame>
      )
    case 'signing_in':
      return (
        <Frame session={session} title={t('sign-in-title')}>
          <SignInForm sending={screen.sending} onSignIn={session.signIn} />
        </Frame>
      )
    case 'replaced':
    case 'outdated':
      return (
        <Frame session={session} title={t(`${screen.at}-title`)}>
          <p>{t(`${screen.at}-text`)}</p>
          <Button kind="primary" onClick={() => (screen.at === 'outdated' ? location.reload() : session.useHere())}>
            {t(`${screen.at}-button`)}
          </Button>
        </Frame>
      )
    case 'console':
      break
  }
  const { view } = screen
  const { step } = view
  switch (step.state) {
    case 'off':
    case 'inactive':
      return <OffStep session={session} view={view} state={step.state} call={state.call} />
    case 'seeking':
      return <SeekingStep session={session} view={view} step={step} />
    case 'assigned':
      return <AssignedStep session={session} view={view} visit={step.visit} call={state.call} />
    case 'started':
      return <StartedStep session={session} view={view} step={step} call={state.call} />
    case 'in_call':
      return <CallStep session={session} console={screen} step={step} call={state.call} />
    case 'wrap_up':
      return <WrapUpStep session={session} view={view} step={step} console={screen} />
  }
}
