// The call: the operator large, oneself small, six controls with words, chat and real-time text beside.
import { useSignal } from '@preact/signals'
import { type CallState, ownDevices } from '../../shared/calling'
import type { CitizenStep } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { CallStatus } from '../../shared/ui/call'
import { Captions, useCaptions } from '../../shared/ui/captions'
import { Controls } from '../../shared/ui/controls'
import { OwnDeviceHelp } from '../../shared/ui/device_help'
import { Phone } from '../../shared/ui/pairing'
import { People } from '../../shared/ui/people'
import { SendFile } from '../../shared/ui/send_file'
import { SharedScreen } from '../../shared/ui/shared_screen'
import { Stage } from '../../shared/ui/stage'
import { Asked, Sharing, Texts, Unread } from '../../shared/ui/talk'
import { TimeLeft } from '../../shared/ui/time_left'
import type { CitizenSession } from '../session'
import type { Visit } from '../state'
import { t } from '../words'
import { DocumentGuide } from './document'
import { Frame } from './frame'
import { Move } from './move'

interface CallProps {
  session: CitizenSession
  visit: Visit
  step: Extract<CitizenStep, { state: 'in_call' }>
  call: CallState
}

export function CallScreen({ session, visit, step, call }: CallProps) {
  const { view, talk } = visit
  const self = step.participants.find((one) => one.number === step.me)
  const { link, pairing } = session.state.value
  const phoning = useSignal(false)
  const phone = () => {
    phoning.value = true
  }
  const captions = useCaptions()
  const sharing = useSignal(false)
  const moving = useSignal(false)
  const sending = useSignal(false)
  const sendFile = () => {
    sending.value = true
  }
  const share = () => {
    sharing.value = true
  }
  const move = () => {
    moving.value = true
  }
  return (
    <Frame session={session} title={t('call-title')} alert={t('alert-call')} width="full" quietHeading>
      <div class={talk.chat.open || talk.live.open ? 'call call-with-chat' : 'call'}>
        <div class="call-main">
          <CallStatus
            call={call}
            link={link}
            recording={step.recording}
            failedHelp={t('recording-failed-help')}
            sinceMs={step.since_ms}
            line={self?.line}
          />
          {step.limit && <TimeLeft limit={step.limit} />}
          <Phone
            session={session}
            self={self}
            open={phoning.value}
            pairing={pairing}
            onClose={() => {
              phoning.value = false
            }}
          />
          <SharedScreen call={call} participants={step.participants} me={step.me} />
          <Stage call={call} participants={step.participants} me={step.me} awaited={step.operator.name} />
          <Captions choice={captions} lines={talk.captions} participants={step.participants} me={step.me} />
          <DocumentGuide call={call} document={visit.document} />
          <Asked session={session} asked={talk.asked} />
          <Controls
            call={call}
            calling={session.calling}
            label={t('call-controls')}
            chatOpen={talk.chat.open}
            onChat={session.toggleChat}
            textOpen={talk.live.open}
            onText={session.toggleLive}
            captions={captions}
            mayShare={step.may_share}
            cameraNote={t('call-camera-mandatory')}
            items={[
              ...(step.takes_files ? [{ label: t('file-menu'), icon: 'next' as const, onPress: sendFile }] : []),
              { label: t('share'), icon: 'share', onPress: share },
              { label: t('move'), icon: 'device', onPress: move },
              { label: t('pair-sound'), icon: 'device', onPress: phone },
            ]}
          >
            <Button kind="danger" icon="hangup" onClick={() => session.send({ type: 'hang_up' })}>
              {t('call-hang-up')}
            </Button>
          </Controls>
          <OwnDeviceHelp devices={ownDevices(call)} />
          {sending.value && (
            <SendFile
              path="/api/visits/mine/files"
              onClose={() => {
                sending.value = false
              }}
            />
          )}
          {sharing.value && (
            <Sharing
              session={session}
              talk={talk}
              guests={step.guests}
              onClose={() => {
                sharing.value = false
              }}
            />
          )}
          {moving.value && (
            <Move
              session={session}
              link={visit.moveLink}
              onClose={() => {
                moving.value = false
              }}
            />
          )}
          <Unread talk={talk} me={step.me} />
          <p class="hint">
            {t('call-with', { name: step.operator.name })} · <span class="together">{step.operator.number}</span> ·{' '}
            {step.operator.desk}
          </p>
          <People participants={step.participants} guests={step.guests} me={step.me} />
        </div>
        {(talk.chat.open || talk.live.open) && (
          <div class="call-side">
            <Texts
              session={session}
              talk={talk}
              participants={step.participants}
              me={step.me}
              policies={view}
              link={link}
            />
          </div>
        )}
      </div>
    </Frame>
  )
}
