// The call as a guest sees it: everybody, the controls, the chat beside.
import type { CallState } from '../../shared/calling'
import { type ChatState, unread } from '../../shared/chat_state'
import type { GuestStep, GuestView } from '../../shared/protocol'
import { CallStatus } from '../../shared/ui/call'
import { Chat } from '../../shared/ui/chat'
import { Controls } from '../../shared/ui/controls'
import { People } from '../../shared/ui/people'
import { SharedScreen } from '../../shared/ui/shared_screen'
import { Stage } from '../../shared/ui/stage'
import type { GuestSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'
import { Leave } from './waiting'

interface CallProps {
  session: GuestSession
  view: GuestView
  step: Extract<GuestStep, { state: 'in_call' }>
  call: CallState
  chat: ChatState
}

export function CallScreen({ session, view, step, call, chat }: CallProps) {
  const { participants, me } = step
  const fresh = unread(chat, me)
  const nameOf = (number: number) => participants.find((one) => one.number === number)?.name ?? ''
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
            line={participants.find((one) => one.number === me)?.line}
          />
          <SharedScreen call={call} participants={participants} me={me} />
          <Stage call={call} participants={participants} me={me} awaited={nameOf(1)} />
          <Controls
            call={call}
            label={t('call-controls')}
            calling={session.calling}
            chatOpen={chat.open}
            onChat={session.toggleChat}
            mayShare={false}
          >
            <Leave session={session} danger />
          </Controls>
          <p class="call-unread" role="status">
            {fresh > 0 && t('chat-unread', { count: fresh })}
          </p>
          <People participants={participants} guests={[]} me={me} />
        </div>
        {chat.open && (
          <Chat
            lines={chat.lines}
            policy={view.chat_policy}
            me={me}
            nameOf={nameOf}
            onSend={(text) => session.send({ type: 'chat', text })}
          />
        )}
      </div>
    </Frame>
  )
}
