// The call: the operator large, oneself small, four controls with words, the chat beside.
import type { CallState } from '../../shared/calling'
import { type ChatState, unread } from '../../shared/chat_state'
import type { CitizenStep, CitizenView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { CallStatus, Stage } from '../../shared/ui/call'
import { Chat } from '../../shared/ui/chat'
import { Controls } from '../../shared/ui/controls'
import type { CitizenSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

interface CallProps {
  session: CitizenSession
  view: CitizenView
  step: Extract<CitizenStep, { state: 'in_call' }>
  call: CallState
  chat: ChatState
}

export function CallScreen({ session, view, step, call, chat }: CallProps) {
  const other = step.participants.find((one) => one.number !== step.me)
  const self = step.participants.find((one) => one.number === step.me)
  const name = other?.name ?? step.operator.name
  const fresh = unread(chat, step.me)
  return (
    <Frame session={session} title={t('call-title')} alert={t('alert-call')} width="full" quietHeading>
      <div class={chat.open ? 'call call-with-chat' : 'call'}>
        <div class="call-main">
          <CallStatus
            call={call}
            link={session.state.value.link}
            recording={step.recording}
            failedHelp={t('recording-failed-help')}
            sinceMs={step.since_ms}
            line={self?.line}
          />
          <Stage call={call} other={other} otherName={step.operator.name} label={t('call-picture-of', { name })} />
          <Controls
            call={call}
            label={t('call-controls')}
            onMicrophone={session.calling.setMicrophone}
            onCamera={session.calling.setCamera}
            onDevices={() => void session.calling.ask()}
          >
            <Button icon="chat" expanded={chat.open} onClick={session.toggleChat}>
              {t(chat.open ? 'chat-hide' : 'chat-show')}
            </Button>
            <Button kind="danger" icon="hangup" onClick={() => session.send({ type: 'hang_up' })}>
              {t('call-hang-up')}
            </Button>
          </Controls>
          <p class="call-unread" role="status">
            {fresh > 0 && t('chat-unread', { count: fresh })}
          </p>
          <p class="hint">
            {t('call-with', { name })} · <span class="together">{step.operator.number}</span> · {step.operator.desk}
          </p>
        </div>
        {chat.open && (
          <Chat
            lines={chat.lines}
            policy={view.chat_policy}
            me={step.me}
            nameOf={(number) => step.participants.find((one) => one.number === number)?.name ?? t('role-operator')}
            onSend={(text) => session.send({ type: 'chat', text })}
          />
        )}
      </div>
    </Frame>
  )
}
