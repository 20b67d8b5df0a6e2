// The conversation in writing. A line counts as sent when the server says it back.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
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
  const list = useRef<HTMLOListElement>(null)
  const count = props.lines.length
  // each new line is scrolled to
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [count])
  const send = (event: Event) => {
    event.preventDefault()
    const text = draft.value.trim()
    if (text === '') return
    props.onSend(text)
    draft.value = ''
  }
  return (
    <section class="chat" aria-label={t('chat')}>
      <h2>{t('chat')}</h2>
      <p class="chat-policy">{t(`chat-policy-${props.policy}`)}</p>
      {count === 0 && <p class="hint">{t('chat-empty')}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <ol class="chat-lines" ref={list} aria-live="polite" aria-label={t('chat')} tabIndex={0} data-testid="chat-lines">
        {props.lines.map((line) => (
          <li key={line.number} class={line.from === props.me ? 'chat-line chat-line-own' : 'chat-line'}>
            <p class="chat-who">
              <span>{line.from === props.me ? t('chat-from-self') : props.nameOf(line.from)}</span>
              <time dateTime={new Date(line.at_ms).toISOString()}>{timeOfDay(line.at_ms)}</time>
            </p>
            <p class="chat-text">{line.text}</p>
          </li>
        ))}
      </ol>
      <form class="chat-form" onSubmit={send}>
        <label for="chat-draft">{t('chat-message')}</label>
        <input
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
