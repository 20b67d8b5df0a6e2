// The call: the operator large, oneself small, six controls with words, chat and real-time text beside.
import { useSignal } from '@preact/signals'
import type { CallState } from '../../shared/calling'
import { unread } from '../../shared/chat_state'
import type { CitizenStep, Device } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { CallStatus } from '../../shared/ui/call'
import { Chat } from '../../shared/ui/chat'
import { Controls } from '../../shared/ui/controls'
import { OwnDeviceHelp } from '../../shared/ui/device_help'
import { LiveText } from '../../shared/ui/live_text'
import { People } from '../../shared/ui/people'
import { ShareDialog } from '../../shared/ui/share'
import { SharedScreen } from '../../shared/ui/shared_screen'
import { Stage } from '../../shared/ui/stage'
import { TimeLeft } from '../../shared/ui/time_left'
import type { CitizenSession } from '../session'
import type { Visit } from '../state'
import { t } from '../words'
import { Frame } from './frame'

interface CallProps {
  session: CitizenSession
  visit: Visit
  step: Extract<CitizenStep, { state: 'in_call' }>
  call: CallState
}

export function CallScreen({ session, visit, step, call }: CallProps) {
  const { view, chat, live, asked, invitation } = visit
  const self = step.participants.find((one) => one.number === step.me)
  const nameOf = (number: number) => step.participants.find((one) => one.number === number)?.name ?? t('role-operator')
  const { link } = session.state.value
  const sharing = useSignal(false)
  const share = () => {
    sharing.value = true
  }
  const fresh = unread(chat, step.me)
  return (
    <Frame session={session} title={t('call-title')} alert={t('alert-call')} width="full" quietHeading>
      <div class={chat.open || live.open ? 'call call-with-chat' : 'call'}>
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
          <SharedScreen call={call} participants={step.participants} me={step.me} />
          <Stage call={call} participants={step.participants} me={step.me} awaited={step.operator.name} />
          <Asked session={session} asked={asked} />
          <Controls
            call={call}
            calling={session.calling}
            label={t('call-controls')}
            chatOpen={chat.open}
            onChat={session.toggleChat}
            textOpen={live.open}
            onText={session.toggleLive}
            mayShare={step.may_share}
            cameraNote={t('call-camera-mandatory')}
            items={[{ label: t('share'), icon: 'share', onPress: share }]}
          >
            <Button kind="danger" icon="hangup" onClick={() => session.send({ type: 'hang_up' })}>
              {t('call-hang-up')}
            </Button>
          </Controls>
          <OwnDeviceHelp devices={call.devices} />
          {sharing.value && (
            <ShareDialog
              guests={step.guests}
              invitation={invitation}
              onInvite={(role) => session.send({ type: 'invite', role })}
              onSeen={session.invitationSeen}
              onClose={() => {
                sharing.value = false
                session.invitationSeen()
              }}
            />
          )}
          <p class="call-unread" role="status">
            {fresh > 0 && t('chat-unread', { count: fresh })}
          </p>
          <p class="hint">
            {t('call-with', { name: step.operator.name })} · <span class="together">{step.operator.number}</span> ·{' '}
            {step.operator.desk}
          </p>
          <People participants={step.participants} guests={step.guests} me={step.me} />
        </div>
        {(chat.open || live.open) && (
          <div class="call-side">
            {live.open && (
              <LiveText
                lines={chat.lines}
                live={live}
                policy={view.text_policy}
                me={step.me}
                link={link}
                nameOf={nameOf}
                onSend={(text, done) => session[done ? 'send' : 'sendNow']({ type: 'live_text', text, done })}
              />
            )}
            {chat.open && (
              <Chat
                lines={chat.lines}
                policy={view.chat_policy}
                me={step.me}
                nameOf={nameOf}
                onSend={(text) => session.send({ type: 'chat', text })}
              />
            )}
          </div>
        )}
      </div>
    </Frame>
  )
}

/** "El operador le pide activar la cámara": nothing happens but by the person's own click. */
function Asked({ session, asked }: { session: CitizenSession; asked: readonly Device[] }) {
  return (
    <div class="asked" role="alert">
      {asked.map((device) => (
        <div key={device} class="strip strip-warning asked-one">
          <p>{t(`asked-${device}`)}</p>
          <Button kind="primary" icon={device} onClick={() => session.answer(device, true)}>
            {t(`asked-${device}-yes`)}
          </Button>
          <Button onClick={() => session.answer(device, false)}>{t('asked-no')}</Button>
        </div>
      ))}
    </div>
  )
}
