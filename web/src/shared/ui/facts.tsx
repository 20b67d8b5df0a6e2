import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { t } from '../words_shared'
import { Button } from './button'

/** Names and values in two columns, one on a narrow screen. */
export function Facts({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div class="fact" key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A code with a button that copies it. */
export function Code({ code }: { code: string }) {
  const result = useSignal<'copied' | 'copy-failed' | null>(null)
  const copy = () => {
    // Where the page is not served securely, browsers have no clipboard at all.
    const clipboard = navigator.clipboard as Clipboard | undefined
    const writing = clipboard ? clipboard.writeText(code) : Promise.reject(new Error('no clipboard'))
    writing.then(
      () => {
        result.value = 'copied'
      },
      () => {
        result.value = 'copy-failed'
      },
    )
  }
  return (
    <span class="code-line">
      <code class="code">{code}</code>
      <Button kind="quiet" icon="copy" onClick={copy}>
        {t('copy')}
      </Button>
      <span role="status">{result.value && t(result.value)}</span>
    </span>
  )
}
