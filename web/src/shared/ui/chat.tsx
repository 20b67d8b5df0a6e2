// The conversation in writing. A line counts as sent when the server says it back.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { type DocumentKind, documentIn } from '../document_number'
import { timeOfDay } from '../i18n'
import { type ChatLine, type ChatPolicy, TEXT_CHARS_MAX } from '../protocol'
import { t } from '../words_shared'
import { Button } from './button'

interface ChatProps {
  lines: readonly ChatLine[]
  policy: ChatPolicy
  me: number
  nameOf: (participant: number) => string
  onSend: (text: string) => void
}

export function Chat(props: ChatProps) {
  const draft = useSignal('')
  /** What was about to be sent seems to name a document. */
  const doubt = useSignal<DocumentKind | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLOListElement>(null)
  const lines = props.lines.filter((line) => !line.live)
  const count = lines.length
  // each new line is scrolled to
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [count])
  const send = (event: Event) => {
    event.preventDefault()
    const text = draft.value.trim()
    if (text === '') return
    doubt.value = props.policy === 'incidencias' ? documentIn(text) : null
    if (!doubt.value) say(text)
  }
  const say = (text: string) => {
    props.onSend(text)
    draft.value = ''
    doubt.value = null
    field.current?.focus()
  }
  return (
    <section class="chat" aria-label={t('chat')}>
      <h2>{t('chat')}</h2>
      <p class="chat-policy">{t(`chat-policy-${props.policy}`)}</p>
      {count === 0 && <p class="hint">{t('chat-empty')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <ol class="chat-lines" ref={list} aria-live="polite" aria-label={t('chat')} tabIndex={0} data-testid="chat-lines">
        {lines.map((line) => (
          <li key={line.number} class={line.from === props.me ? 'chat-line chat-line-own' : 'chat-line'}>
            <p class="chat-who">
              <span>{line.from === props.me ? t('chat-from-self') : props.nameOf(line.from)}</span>
              <time dateTime={new Date(line.at_ms).toISOString()}>{timeOfDay(line.at_ms)}</time>
            </p>
            <p class="chat-text">{line.text}</p>
          </li>
        ))}
      </ol>
      <div role="alert">
        {doubt.value && (
          <div class="chat-doubt">
            <p>
              {t('chat-number-found', { kind: doubt.value })} {t('chat-number-rule')}
            </p>
            <Button
              kind="primary"
              onClick={() => {
                doubt.value = null
                field.current?.focus()
              }}
            >
              {t('chat-number-mend')}
            </Button>
            <Button onClick={() => say(draft.value.trim())}>{t('chat-number-send')}</Button>
          </div>
        )}
      </div>
      <form class="chat-form" onSubmit={send}>
        <label for="chat-draft">{t('chat-message')}</label>
        <input
          ref={field}
          id="chat-draft"
          class="box"
          autocomplete="off"
          maxLength={TEXT_CHARS_MAX}
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value
          }}
        />
        <Button type="submit">{t('chat-send')}</Button>
      </form>
    </section>
  )
}
