// One visit, whole: who, which text was accepted when, what happened, the recording, chat and notes.
import type { ComponentChildren } from 'preact'
import { dateAndTime, exactTime } from '../../shared/i18n'
import type { RecordDetail } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Facts } from '../../shared/ui/facts'
import { Files } from '../../shared/ui/files'
import { Icon } from '../../shared/ui/icon'
import { eventWords, nameOf } from '../events'
import type { OfficeSession } from '../session'
import type { Desk } from '../state'
import { t } from '../words'
import { Frame } from './frame'
import { Player } from './player'

interface RecordProps {
  session: OfficeSession
  desk: Desk
  detail: RecordDetail
}

export function RecordSection({ session, desk, detail }: RecordProps) {
  const { line } = detail
  return (
    <Frame
      session={session}
      title={t('record-title', { code: line.display_code || line.turno_code })}
      account={desk.account}
      section={desk.section}
      width="wide"
    >
      <Button kind="quiet" icon="back" onClick={session.toSearch}>
        {t('record-back')}
      </Button>
      <div class="record">
        <section class="record-wide" aria-labelledby="player-title">
          <h2 id="player-title">{t('player-title')}</h2>
          <Player detail={detail} />
          <Integrity detail={detail} />
        </section>
        <div>
          <Who detail={detail} />
          <Acceptances detail={detail} />
        </div>
        <div>
          <Events detail={detail} />
          <Conversation detail={detail} />
          <Files files={detail.files} nameOf={(number) => nameOf(detail, number)} />
        </div>
      </div>
    </Frame>
  )
}

function Integrity({ detail }: { detail: RecordDetail }) {
  const count = detail.blocks_verified
  if (count === 0 && detail.intact) return <p class="hint">{t('integrity-empty')}</p>
  return (
    <p class={detail.intact ? 'strip strip-good' : 'strip strip-error'} role={detail.intact ? undefined : 'alert'}>
      <Icon name={detail.intact ? 'check' : 'warning'} />
      {t(detail.intact ? 'integrity-intact' : 'integrity-broken', { count })}
    </p>
  )
}

function Who({ detail }: { detail: RecordDetail }) {
  const { line } = detail
  const facts: [string, ComponentChildren][] = [
    [t('who-citizen'), detail.name],
    [t('who-document'), detail.document],
    [t('who-operator'), `${detail.operator_name} (${line.operator})`],
    ...detail.guests.map((one): [string, ComponentChildren] => [
      t('who-guest', { role: t(`role-${one.role}`) }),
      one.name || t('who-never'),
    ]),
    [t('who-service'), line.service],
    [t('who-code'), line.turno_code],
    [t('who-taken'), dateAndTime(line.taken_ms)],
    [t('who-result'), t(line.result ? `result-${line.result}` : 'result-none')],
    [t('who-notes'), detail.notes || t('none-written')],
    [t('who-remark'), detail.remark || t('none-written')],
  ]
  return (
    <section aria-labelledby="who-title">
      <h2 id="who-title">{t('who-title')}</h2>
      <Facts facts={facts} />
    </section>
  )
}

function Acceptances({ detail }: { detail: RecordDetail }) {
  const { acceptances } = detail
  return (
    <section aria-labelledby="acceptances-title">
      <h2 id="acceptances-title">{t('acceptances-title')}</h2>
      {acceptances.length === 0 && <p>{t('acceptances-none')}</p>}
      {acceptances.map((one) => (
        <article key={`${one.participant} ${one.at_ms}`} class="notice">
          <h3>{t('acceptance-by', { name: nameOf(detail, one.participant), at: dateAndTime(one.at_ms) })}</h3>
          <div lang={one.language}>
            {one.paragraphs.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </div>
          <p class="hint">{t('acceptance-version', { version: one.version, language: one.language })}</p>
          <p class="hint">
            {t('acceptance-hash')}: <span class="hash">{one.sha256}</span>
          </p>
        </article>
      ))}
    </section>
  )
}

function Events({ detail }: { detail: RecordDetail }) {
  const { events, guests } = detail
  return (
    <section aria-labelledby="events-title">
      <h2 id="events-title">{t('events-title')}</h2>
      <ol class="events">
        {events.map((event, i) => (
          // facts of a record do not change
          <li key={i}>
            <time dateTime={new Date(event.at_ms).toISOString()}>{exactTime(event.at_ms)}</time>
            <span>{eventWords(event, guests)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Conversation({ detail }: { detail: RecordDetail }) {
  return (
    <section aria-labelledby="chat-title">
      <h2 id="chat-title">{t('chat-title')}</h2>
      {detail.chat.length === 0 ? (
        <p>{t('chat-not-kept', { count: detail.chat_count })}</p>
      ) : (
        <ol class="events">
          {detail.chat.map((line) => (
            <li key={line.number}>
              <time dateTime={new Date(line.at_ms).toISOString()}>{exactTime(line.at_ms)}</time>
              <span>
                <strong>{nameOf(detail, line.from)}</strong> {line.text}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
