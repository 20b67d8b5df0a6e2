// Which screen the state asks for.
import type { CitizenSession } from '../session'
import { screenName } from '../state'
import { t } from '../words'
import { AfterScreen, MoveHereScreen, StandStillScreen } from './after'
import { AssignedScreen, CalledScreen } from './assigned'
import { CallScreen } from './call'
import { CheckScreen, ConfirmScreen, ExplainScreen } from './check'
import { DoorScreen } from './door'
import { Frame } from './frame'
import { InterruptedScreen } from './interrupted'
import { WaitingScreen } from './waiting'

export function CitizenApp({ session }: { session: CitizenSession }) {
  const state = session.state.value
  const { screen } = state
  switch (screen.at) {
    case 'entering':
      return (
        <Frame session={session} title={t('landing-title')}>
          <p role="status">{t(state.link === 'reconnecting' ? 'link-reconnecting' : 'link-connecting')}</p>
        </Frame>
      )
    case 'door':
      return <DoorScreen session={session} door={screen} catalogue={state.catalogue} />
    case 'elsewhere':
    case 'replaced':
    case 'outdated':
    case 'move_over':
    case 'move_other':
      return <StandStillScreen session={session} why={screen.at} />
    case 'move_here':
      return <MoveHereScreen session={session} token={screen.token} />
    case 'visit':
      break
  }
  const { view } = screen
  const { step } = view
  switch (step.state) {
    case 'verifying':
      if (screen.check === 'explain') return <ExplainScreen session={session} />
      if (screen.check === 'test')
        return <CheckScreen session={session} view={view} call={state.call} loopback={state.loopback} />
      return <ConfirmScreen session={session} view={view} call={state.call} line={state.loopback.result} />
    case 'waiting':
      return <WaitingScreen session={session} visit={screen} step={step} call={state.call} />
    case 'assigned':
      // Another operator, or another text, is another question: nothing typed for the first one stays.
      return <AssignedScreen key={step.notice.sha256} session={session} step={step} />
    case 'called':
      return <CalledScreen session={session} operator={step.operator} returning={step.returning} call={state.call} />
    case 'in_call':
      return <CallScreen session={session} visit={screen} step={step} call={state.call} />
    case 'interrupted':
      return <InterruptedScreen session={session} view={view} step={step} />
    case 'ended':
      return (
        <AfterScreen
          key={screenName(state)}
          session={session}
          view={view}
          state="ended"
          operator={step.operator.name}
        />
      )
    case 'closed':
    case 'abandoned':
    case 'expired':
      return <AfterScreen key={step.state} session={session} view={view} state={step.state} />
  }
}
