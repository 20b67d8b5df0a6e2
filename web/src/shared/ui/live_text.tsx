// Real-time text: what the others write, letter by letter, and what one writes oneself, apart from each other.
import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { timeOfDay } from '../i18n'
import { type LiveState, liveSender } from '../live_text'
import { type ChatLine, type ChatPolicy, LIVE_TEXT_CHARS_MAX } from '../protocol'
import type { LinkState } from '../signalling'
import { t } from '../words_shared'
import { Button } from './button'

interface LiveTextProps {
  lines: readonly ChatLine[]
  live: LiveState
  policy: ChatPolicy
  me: number
  link: LinkState
  nameOf: (participant: number) => string
  onSend: (text: string, done: boolean) => void
}

export function LiveText(props: LiveTextProps) {
  const finished = props.lines.filter((line) => line.live)
  const others = [...props.live.lines].filter(([from]) => from !== props.me)
  const list = useRef<HTMLOListElement>(null)
  // each new line is scrolled to
  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [finished.length])
  return (
    <section class="chat live" aria-label={t('live-title')}>
      <h2>{t('live-title')}</h2>
      <p class="chat-policy">
        {t('live-how')} {t(`live-policy-${props.policy}`)}
      </p>
      <ol
        class="chat-lines"
        ref={list}
        aria-live="polite"
        aria-label={t('live-lines')}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        tabIndex={0}
        data-testid="live-lines"
      >
        {finished.map((line) => (
          <li key={line.number} class={line.from === props.me ? 'chat-line chat-line-own' : 'chat-line'}>
            <p class="chat-who">
              <span>{line.from === props.me ? t('chat-from-self') : props.nameOf(line.from)}</span>
              <time dateTime={new Date(line.at_ms).toISOString()}>{timeOfDay(line.at_ms)}</time>
            </p>
            <p class="chat-text">{line.text}</p>
          </li>
        ))}
      </ol>
      {/* Letters are to be seen, not spoken: a finished line is announced by the list. */}
      <div class="live-others" data-testid="live-others">
        {others.length === 0 && <p class="hint">{t('live-nobody')}</p>}
        {others.map(([from, text]) => (
          <p key={from} class="live-other">
            <strong>{t('live-writes', { name: props.nameOf(from) })}</strong> {text}
          </p>
        ))}
      </div>
      <OwnLine {...props} />
    </section>
  )
}

function OwnLine({ lines, live, me, link, onSend }: LiveTextProps) {
  // After a reload one goes on where one was.
  const draft = useSignal(live.lines.get(me) ?? '')
  const sender = useMemo(() => liveSender((text, done) => latest.current(text, done)), [])
  const latest = useRef(onSend)
  latest.current = onSend
  useEffect(() => sender.stop, [sender])
  // What was sent into a lost line is sent again.
  useEffect(() => {
    if (link === 'open' && draft.value !== '') sender.write(draft.value)
  }, [link, sender, draft])
  const own = lines.filter((line) => line.live && line.from === me)
  useEffect(() => {
    // The call was left in the middle of the line: the server has finished it.
    if (own.at(-1)?.text === draft.value) draft.value = ''
  }, [own.length])
  const finish = (event: Event) => {
    event.preventDefault()
    if (draft.value.trim() === '') return
    sender.finish(draft.value)
    draft.value = ''
  }
  return (
    <form class="chat-form" onSubmit={finish}>
      <label for="live-draft">{t('live-own')}</label>
      <input
        id="live-draft"
        class="box"
        autocomplete="off"
        maxLength={LIVE_TEXT_CHARS_MAX}
        value={draft.value}
        onInput={(event) => {
          draft.value = event.currentTarget.value
          sender.write(draft.value)
        }}
      />
      <Button type="submit">{t('live-done')}</Button>
    </form>
  )
}
