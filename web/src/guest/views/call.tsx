// The call as a guest sees it: everybody, the controls, the chat beside.
import { useSignal } from '@preact/signals'
import type { CallState } from '../../shared/calling'
import type { GuestStep, GuestView } from '../../shared/protocol'
import type { Talk } from '../../shared/talk'
import { CallStatus } from '../../shared/ui/call'
import { Captions, useCaptions } from '../../shared/ui/captions'
import { Controls } from '../../shared/ui/controls'
import { Phone } from '../../shared/ui/pairing'
import { People } from '../../shared/ui/people'
import { SharedScreen } from '../../shared/ui/shared_screen'
import { Stage } from '../../shared/ui/stage'
import { Asked, Texts, Unread } from '../../shared/ui/talk'
import type { GuestSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'
import { Leave } from './waiting'

interface CallProps {
  session: GuestSession
  view: GuestView
  step: Extract<GuestStep, { state: 'in_call' }>
  call: CallState
  talk: Talk
}

export function CallScreen({ session, view, step, call, talk }: CallProps) {
  const { participants, me } = step
  const citizen = participants.find((one) => one.role === 'citizen')
  const { link, pairing } = session.state.value
  const self = participants.find((one) => one.number === me)
  const phoning = useSignal(false)
  const phone = () => {
    phoning.value = true
  }
  const captions = useCaptions()
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
          <Phone
            session={session}
            self={self}
            open={phoning.value}
            pairing={pairing}
            onClose={() => {
              phoning.value = false
            }}
          />
          <SharedScreen call={call} participants={participants} me={me} />
          <Stage call={call} participants={participants} me={me} awaited={citizen?.name ?? ''} />
          <Captions choice={captions} lines={talk.captions} participants={participants} me={me} />
          <Asked session={session} asked={talk.asked} />
          <Controls
            call={call}
            label={t('call-controls')}
            calling={session.calling}
            chatOpen={talk.chat.open}
            onChat={session.toggleChat}
            textOpen={talk.live.open}
            onText={session.toggleLive}
            captions={captions}
            mayShare={false}
            items={[{ label: t('pair-sound'), icon: 'device', onPress: phone }]}
          >
            <Leave session={session} danger />
          </Controls>
          <Unread talk={talk} me={me} />
          <People participants={participants} guests={[]} me={me} />
        </div>
        {(talk.chat.open || talk.live.open) && (
          <div class="call-side">
            <Texts session={session} talk={talk} participants={participants} me={me} policies={view} link={link} />
          </div>
        )}
      </div>
    </Frame>
  )
}
