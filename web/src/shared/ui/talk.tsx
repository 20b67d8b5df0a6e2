// What stands beside the picture of a call: real-time text and chat, what the operator asks, the dialog of an invitation.
import type { Calling } from '../calling'
import { unread } from '../chat_state'
import type { ChatPolicy, Device, FromPerson, GuestLine, GuestRole, Participant } from '../protocol'
import type { LinkState } from '../signalling'
import type { Talk } from '../talk'
import { t } from '../words_shared'
import { Button } from './button'
import { Chat } from './chat'
import { LiveText } from './live_text'
import { ShareDialog } from './share'

/** What an app's session does with it. */
export interface TalkSession {
  readonly calling: Calling
  send(message: FromPerson): void
  /** For what is out of date a moment later, such as a letter. */
  sendNow(message: FromPerson): void
  toggleChat(): void
  toggleLive(): void
  /** The answer to what the operator asked: the person's own click. */
  answer(device: Device, yes: boolean): void
  /** The link of an invitation was seen. */
  invitationSeen(): void
}

interface TextsProps {
  session: Pick<TalkSession, 'send' | 'sendNow'>
  talk: Talk
  participants: readonly Participant[]
  me: number
  policies: { chat_policy: ChatPolicy; text_policy: ChatPolicy }
  link: LinkState
}

/** Real-time text and chat, as far as they are open. */
export function Texts({ session, talk, participants, me, policies, link }: TextsProps) {
  const nameOf = (number: number) => nameIn(participants, number)
  return (
    <>
      {talk.live.open && (
        <LiveText
          lines={talk.chat.lines}
          live={talk.live}
          policy={policies.text_policy}
          me={me}
          link={link}
          nameOf={nameOf}
          onSend={(text, done) => session[done ? 'send' : 'sendNow']({ type: 'live_text', text, done })}
        />
      )}
      {talk.chat.open && (
        <Chat
          lines={talk.chat.lines}
          policy={policies.chat_policy}
          me={me}
          nameOf={nameOf}
          onSend={(text) => session.send({ type: 'chat', text })}
        />
      )}
    </>
  )
}

/** Name of a participant; his role when he has left: numbers are fixed in every visit. */
export function nameIn(participants: readonly Participant[], number: number): string {
  const person = participants.find((one) => one.number === number)
  if (person) return person.name
  if (number === 1) return t('role-citizen')
  return t(number === 2 ? 'role-operator' : 'role-guest')
}

/** Lines of chat that were not read. */
export function Unread({ talk, me }: { talk: Talk; me: number }) {
  const count = unread(talk.chat, me)
  return (
    <p class="call-unread" role="status">
      {count > 0 && t('chat-unread', { count })}
    </p>
  )
}

/** "El operador le pide activar la cámara": nothing happens but by the person's own click. */
export function Asked({ session, asked }: { session: Pick<TalkSession, 'answer'>; asked: readonly Device[] }) {
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

interface SharingProps {
  session: { send(message: { type: 'invite'; role: GuestRole }): void; invitationSeen(): void }
  talk: Talk
  guests: readonly GuestLine[]
  onClose: () => void
}

/** "Compartir videollamada", for who may invite. */
export function Sharing({ session, talk, guests, onClose }: SharingProps) {
  return (
    <ShareDialog
      guests={guests}
      invitation={talk.invitation}
      onInvite={(role) => session.send({ type: 'invite', role })}
      onSeen={session.invitationSeen}
      onClose={() => {
        onClose()
        session.invitationSeen()
      }}
    />
  )
}
