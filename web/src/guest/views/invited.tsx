// Who is invited to what, and the same notice that the citizen reads: his name, and the choice.
import { useSignal } from '@preact/signals'
import type { GuestView, NoticeView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Facts } from '../../shared/ui/facts'
import { FaultSummary, TextField } from '../../shared/ui/field'
import type { GuestSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

/** As the server counts. */
const NAME_CHARS_MAX = 120

interface InvitedProps {
  session: GuestSession
  view: GuestView
  notice: NoticeView
}

export function InvitedScreen({ session, view, notice }: InvitedProps) {
  const name = useSignal('')
  const round = useSignal(0)
  const written = [...name.value.trim()].length
  const wrong = written === 0 ? t('name-missing') : written > NAME_CHARS_MAX ? t('name-long') : undefined
  const fault = round.value > 0 ? wrong : undefined
  const role = t(`role-${view.role}`)
  const accept = () => {
    round.value += 1
    if (!wrong) session.send({ type: 'accept_notice', sha256: notice.sha256, name: name.value.trim() })
  }
  return (
    <Frame session={session} title={t('invited-title')} faulty={fault !== undefined}>
      <FaultSummary faults={fault ? [{ field: 'name', words: fault }] : []} round={round.value} />
      <p>{t('invited-text', { role: role.toLocaleLowerCase(), body: view.body })}</p>
      <Facts
        facts={[
          [t('invited-role'), role],
          [t('invited-service'), view.service],
          [t('invited-branch'), view.branch],
        ]}
      />
      <TextField
        id="name"
        label={t('invited-name')}
        hint={t('invited-name-hint')}
        autocomplete="name"
        required
        fault={fault}
        value={name.value}
        onInput={(value) => {
          name.value = value
        }}
      />
      <section class="notice" aria-labelledby="notice-title" lang={notice.language}>
        <h2 id="notice-title">{t('notice-accept-title')}</h2>
        {notice.paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <p class="hint">{t('notice-version', { version: notice.version })}</p>
      </section>
      <p class="inset">{t('invited-permission')}</p>
      <div class="buttons">
        <Button
          kind="primary"
          icon="camera"
          // Without the server this may not be the text in force.
          disabled={session.state.value.link !== 'open'}
          onClick={accept}
        >
          {t('accept')}
        </Button>
        <Button onClick={() => session.send({ type: 'leave' })}>{t('decline')}</Button>
      </div>
    </Frame>
  )
}
