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
  const copied = useSignal(false)
  const copy = async () => {
    await navigator.clipboard.writeText(code)
    copied.value = true
  }
  return (
    <span class="code-line">
      <code class="code">{code}</code>
      <Button kind="quiet" icon="copy" onClick={() => void copy()}>
        {t('copy')}
      </Button>
      <span role="status">{copied.value && t('copied')}</span>
    </span>
  )
}
