// The operator's call without his console: camera, microphone, picture, sound and chat; everything else is done there.
import { useSignal } from '@preact/signals'
import { type CallState, ownDevices } from '../../shared/calling'
import type { CallStep, CallView } from '../../shared/protocol'
import type { Talk } from '../../shared/talk'
import { Button } from '../../shared/ui/button'
import { CallStatus, Elapsed, SelfView } from '../../shared/ui/call'
import { Captions, useCaptions } from '../../shared/ui/captions'
import { Controls } from '../../shared/ui/controls'
import { OwnDeviceHelp } from '../../shared/ui/device_help'
import { Question } from '../../shared/ui/dialog'
import { Icon } from '../../shared/ui/icon'
import { People } from '../../shared/ui/people'
import { SharedScreen } from '../../shared/ui/shared_screen'
import { Stage } from '../../shared/ui/stage'
import { nameIn, Texts, Unread } from '../../shared/ui/talk'
import { TimeLeft } from '../../shared/ui/time_left'
import type { MachineSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

interface ScreenProps {
  session: MachineSession
  view: CallView
}

export function IdleScreen({ session, view }: ScreenProps) {
  return (
    <Frame session={session} title={t('idle-title')}>
      <Owner view={view} />
      <p role="status">{t('idle-text')}</p>
      <GiveBack session={session} />
    </Frame>
  )
}

export function StartedScreen({ session, view, call, awaited }: ScreenProps & { call: CallState; awaited: boolean }) {
  return (
    <Frame session={session} title={t('started-title')} alert={awaited ? t('awaited') : undefined}>
      <Owner view={view} />
      <p role="status">{t(awaited ? 'awaited' : 'started-text')}</p>
      <SelfView call={call} />
      <OwnDeviceHelp devices={ownDevices(call)} />
      <GiveBack session={session} />
    </Frame>
  )
}

interface CallProps extends ScreenProps {
  step: Extract<CallStep, { state: 'in_call' }>
  call: CallState
  talk: Talk
}

export function CallScreen({ session, view, step, call, talk }: CallProps) {
  const { participants, me } = step
  const { link } = session.state.value
  const captions = useCaptions()
  const beside = talk.chat.open || talk.live.open
  return (
    <Frame
      session={session}
      title={t('call-title')}
      alert={step.awaited ? t('awaited') : undefined}
      width="full"
      quietHeading
    >
      <div class={beside ? 'call call-with-chat' : 'call'}>
        <div class="call-main">
          <CallStatus
            call={call}
            link={link}
            recording={step.recording}
            failedHelp={t('recording-failed-help')}
            paused={step.recorded}
            sinceMs={step.since_ms}
            line={participants.find((one) => one.number === me)?.line}
          />
          {step.limit && <TimeLeft limit={step.limit} />}
          <div role="status">
            {step.citizen_away_since_ms !== null && (
              <p class="strip strip-warning">
                <Icon name="warning" />
                <span>
                  {t('call-away')} <Elapsed sinceMs={step.citizen_away_since_ms} />
                </span>
              </p>
            )}
            {step.awaited && (
              <p class="strip strip-warning">
                <Icon name="person" />
                {t('awaited')}
              </p>
            )}
          </div>
          <SharedScreen call={call} participants={participants} me={me} />
          <Stage call={call} participants={participants} me={me} awaited={nameIn(participants, 1)} />
          <Captions choice={captions} lines={talk.captions} participants={participants} me={me} />
          <Controls
            call={call}
            label={t('call-controls')}
            calling={session.calling}
            chatOpen={talk.chat.open}
            onChat={session.toggleChat}
            textOpen={talk.live.open}
            onText={session.toggleLive}
            captions={captions}
            mayShare={!participants.some((one) => one.shares && one.number !== me)}
          />
          <OwnDeviceHelp devices={ownDevices(call)} />
          <Unread talk={talk} me={me} />
          <Owner view={view} />
          <People participants={participants} guests={[]} me={me} />
          <GiveBack session={session} />
        </div>
        {beside && (
          <div class="call-side">
            <Texts session={session} talk={talk} participants={participants} me={me} policies={view} link={link} />
          </div>
        )}
      </div>
    </Frame>
  )
}

function Owner({ view }: { view: CallView }) {
  const { name, number, desk } = view.operator
  return <p class="hint">{t('owner', { name, number, desk })}</p>
}

/** Asked first: only another code brings the call back to this machine. */
function GiveBack({ session }: { session: MachineSession }) {
  const asking = useSignal(false)
  const ask = (on: boolean) => () => {
    asking.value = on
  }
  return (
    <div class="buttons">
      <Button icon="back" onClick={ask(true)}>
        {t('give-back')}
      </Button>
      {asking.value && (
        <Question
          title={t('give-back-title')}
          yes={t('give-back-yes')}
          no={t('give-back-no')}
          onYes={() => {
            asking.value = false
            session.leave()
          }}
          onNo={ask(false)}
        >
          <p>{t('give-back-text')}</p>
        </Question>
      )}
    </div>
  )
}
