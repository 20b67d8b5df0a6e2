// The call, in three zones: state, citizen, picture with chat.
import { useSignal } from '@preact/signals'
import { type CallState, ownDevices } from '../../shared/calling'
import { troubleOf } from '../../shared/line'
import type { LineState, OperatorStep } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { CallStatus, Elapsed } from '../../shared/ui/call'
import { Captions, useCaptions } from '../../shared/ui/captions'
import { Controls } from '../../shared/ui/controls'
import { OwnDeviceHelp } from '../../shared/ui/device_help'
import { Files } from '../../shared/ui/files'
import { Icon } from '../../shared/ui/icon'
import { LineStrip } from '../../shared/ui/line'
import { Phone } from '../../shared/ui/pairing'
import { People } from '../../shared/ui/people'
import { SharedScreen } from '../../shared/ui/shared_screen'
import { Stage } from '../../shared/ui/stage'
import { Sharing, Texts, Unread } from '../../shared/ui/talk'
import type { OperatorSession } from '../session'
import type { Console } from '../state'
import { t } from '../words'
import { EndMeeting, Lobby } from './assigned'
import { AbandonedStrip, Card, RepresentativeWarning } from './card'
import { DocumentView } from './document'
import { Frame } from './frame'
import { Guests } from './guests'
import { Incidents } from './incidents'
import { AverageWarning, AwayOffer, MeetingTime } from './time'

interface CallProps {
  session: OperatorSession
  console: Console
  step: Extract<OperatorStep, { state: 'in_call' }>
  call: CallState
}

export function CallStep({ session, console, step, call }: CallProps) {
  const { view, talk, declined } = console
  const { visit, guests } = step
  const elsewhere = view.call_machine !== null
  const citizen = step.participants.find((one) => one.role === 'citizen')
  const self = step.participants.find((one) => one.number === step.me)
  const waiting = step.lobby[0] ?? guests.find((one) => one.state === 'waiting')
  const sharing = useSignal(false)
  const share = () => {
    sharing.value = true
  }
  const { link, pairing } = session.state.value
  const phoning = useSignal(false)
  const phone = () => {
    phoning.value = true
  }
  const captions = useCaptions()
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
            {step.citizen_away_since_ms !== null && (
              <AwayOffer sinceMs={step.citizen_away_since_ms} offerMs={step.away_offer_ms} />
            )}
            <AverageWarning visit={visit} />
            {step.limit && <MeetingTime session={session} view={view} limit={step.limit} />}
            {step.lobby.length > 0 && <Lobby session={session} lobby={step.lobby} />}
            <Guests session={session} guests={guests} />
            <RepresentativeWarning visit={visit} />
            <EndMeeting session={session} primary={visit.abandoned} />
            <p class="hint">{t('form-locked')}</p>
          </section>
          <Card visit={visit} />
          <Files
            files={visit.files}
            nameOf={(number) => step.participants.find((one) => one.number === number)?.name ?? ''}
            live
          />
        </div>
        <section class="call-main" aria-label={t('call-zone')}>
          <CallStatus
            call={elsewhere ? { ...call, peer: self?.connected ? 'connected' : 'connecting' } : call}
            link={link}
            recording={step.recording}
            failedHelp={t('recording-failed-help')}
            paused={visit.recorded}
            sinceMs={step.since_ms}
            line={self?.line}
          />
          <CitizenLine line={step.citizen_away_since_ms === null ? citizen?.line : undefined} />
          <Phone
            session={session}
            self={self}
            open={phoning.value}
            pairing={pairing}
            onClose={() => {
              phoning.value = false
            }}
          />
          {elsewhere ? (
            <fieldset class="controls" aria-label={t('call-controls')}>
              <Button icon="chat" expanded={talk.chat.open} onClick={session.toggleChat}>
                {t(talk.chat.open ? 'chat-hide' : 'chat-show')}
              </Button>
              <Button icon="keyboard" expanded={talk.live.open} onClick={session.toggleLive}>
                {t(talk.live.open ? 'live-hide' : 'live-show')}
              </Button>
              <Button icon="share" onClick={share}>
                {t('share')}
              </Button>
              <Button icon="device" onClick={phone}>
                {t('pair-sound')}
              </Button>
            </fieldset>
          ) : (
            <>
              <SharedScreen call={call} participants={step.participants} me={step.me} />
              <Stage call={call} participants={step.participants} me={step.me} awaited={visit.name} />
              <Captions choice={captions} lines={talk.captions} participants={step.participants} me={step.me} />
              <Controls
                call={call}
                calling={session.calling}
                label={t('call-controls')}
                chatOpen={talk.chat.open}
                onChat={session.toggleChat}
                textOpen={talk.live.open}
                onText={session.toggleLive}
                captions={captions}
                mayShare={!step.participants.some((one) => one.shares && one.number !== step.me)}
                items={[
                  { label: t('share'), icon: 'share', onPress: share },
                  { label: t('pair-sound'), icon: 'device', onPress: phone },
                ]}
              />
            </>
          )}
          <DocumentView session={session} call={call} citizen={citizen} files={visit.files} elsewhere={elsewhere} />
          <People participants={step.participants} guests={[]} me={step.me} />
          {!elsewhere && <OwnDeviceHelp devices={ownDevices(call)} />}
          {sharing.value && (
            <Sharing
              session={session}
              talk={talk}
              guests={guests}
              onClose={() => {
                sharing.value = false
              }}
            />
          )}
          <Unread talk={talk} me={step.me} />
          <Texts
            session={session}
            talk={talk}
            participants={step.participants}
            me={step.me}
            policies={visit}
            link={link}
          />
          <Incidents
            session={session}
            others={step.participants.filter((one) => one.number !== step.me)}
            declined={declined}
          />
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
