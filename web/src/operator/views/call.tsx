// The call, in three zones: state, citizen, picture with chat.
import type { CallState } from '../../shared/calling'
import { type ChatState, unread } from '../../shared/chat_state'
import { troubleOf } from '../../shared/line'
import type { LineState, OperatorStep, OperatorView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { CallStatus, Elapsed, Stage } from '../../shared/ui/call'
import { Chat } from '../../shared/ui/chat'
import { Controls } from '../../shared/ui/controls'
import { Icon } from '../../shared/ui/icon'
import { LineStrip } from '../../shared/ui/line'
import type { OperatorSession } from '../session'
import { t } from '../words'
import { EndMeeting, Lobby } from './assigned'
import { AbandonedStrip, Card } from './card'
import { Frame } from './frame'

interface CallProps {
  session: OperatorSession
  view: OperatorView
  step: Extract<OperatorStep, { state: 'in_call' }>
  call: CallState
  chat: ChatState
}

export function CallStep({ session, view, step, call, chat }: CallProps) {
  const { visit } = step
  const citizen = step.participants.find((one) => one.role === 'citizen')
  const self = step.participants.find((one) => one.number === step.me)
  const waiting = step.lobby[0]
  const fresh = unread(chat, step.me)
  return (
    <Frame
      session={session}
      view={view}
      title={t('call-title', { name: visit.name })}
      alert={waiting && t('alert-lobby', { name: waiting.name })}
      width="full"
    >
      <AbandonedStrip visit={visit} />
      <div class="desk desk-call">
        <div class="desk-side">
          <section class="zone" aria-label={t('state-zone')}>
            {step.citizen_away_since_ms !== null && (
              <div class="strip strip-warning" role="status">
                <Icon name="warning" />
                <p>
                  {t('call-away')} <Elapsed sinceMs={step.citizen_away_since_ms} />
                </p>
              </div>
            )}
            {step.lobby.length > 0 && <Lobby session={session} lobby={step.lobby} />}
            <EndMeeting session={session} primary={visit.abandoned} />
            <p class="hint">{t('form-locked')}</p>
          </section>
          <Card visit={visit} />
        </div>
        <section class="call-main" aria-label={t('call-zone')}>
          <CallStatus
            call={call}
            link={session.state.value.link}
            recording={step.recording}
            failedHelp={t('recording-failed-help')}
            paused={visit.recorded}
            sinceMs={step.since_ms}
            line={self?.line}
          />
          <CitizenLine line={step.citizen_away_since_ms === null ? citizen?.line : undefined} />
          <Stage
            call={call}
            other={citizen}
            otherName={visit.name}
            label={t('call-picture-of', { name: visit.name })}
          />
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
          </Controls>
          <p class="call-unread" role="status">
            {fresh > 0 && t('chat-unread', { count: fresh })}
          </p>
          {chat.open && (
            <Chat
              lines={chat.lines}
              policy={visit.chat_policy}
              me={step.me}
              nameOf={(number) => step.participants.find((one) => one.number === number)?.name ?? visit.name}
              onSend={(text) => session.send({ type: 'chat', text })}
            />
          )}
        </section>
      </div>
    </Frame>
  )
}

/** How the citizen's line is; spoken, since it is not on the badge. */
function CitizenLine({ line }: { line: LineState | undefined }) {
  const trouble = line && troubleOf(line)
  return (
    <LineStrip
      title={line && line.level !== 'stable' ? t(`line-citizen-${line.level}`) : ''}
      spoken
      testId="citizen-line"
    >
      {trouble && t(`line-citizen-${trouble}`)} {line && line.relief !== 'waiting' && t(`line-relief-${line.relief}`)}
    </LineStrip>
  )
}
