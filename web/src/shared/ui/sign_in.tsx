// Account and password, for operators and office alike.
import { useSignal } from '@preact/signals'
import type { SignIn } from '../protocol'
import { t } from '../words_shared'
import { Button } from './button'
import { FaultSummary, TextField } from './field'

interface SignInProps {
  sending: boolean
  onSignIn: (body: SignIn) => void
}

export function SignInForm({ sending, onSignIn }: SignInProps) {
  const account = useSignal('')
  const password = useSignal('')
  const shown = useSignal(false)
  const round = useSignal(0)
  const missing = {
    account: round.value > 0 && account.value.trim() === '' ? t('sign-in-account-missing') : undefined,
    password: round.value > 0 && password.value === '' ? t('sign-in-password-missing') : undefined,
  }
  const submit = (event: Event) => {
    event.preventDefault()
    round.value += 1
    if (account.value.trim() === '' || password.value === '') return
    onSignIn({ account: account.value.trim(), password: password.value })
  }
  const faults = (['account', 'password'] as const).flatMap((field) =>
    missing[field] ? [{ field, words: missing[field] }] : [],
  )
  return (
    <>
      <FaultSummary faults={faults} round={round.value} />
      <form noValidate onSubmit={submit}>
        <TextField
          id="account"
          label={t('sign-in-account')}
          fault={missing.account}
          autocomplete="username"
          size="medium"
          required
          value={account.value}
          onInput={(value) => {
            account.value = value
          }}
        />
        <TextField
          id="password"
          type={shown.value ? 'text' : 'password'}
          label={t('sign-in-password')}
          fault={missing.password}
          autocomplete="current-password"
          size="medium"
          required
          value={password.value}
          onInput={(value) => {
            password.value = value
          }}
        />
        <div class="buttons">
          <Button kind="primary" type="submit" disabled={sending}>
            {t(sending ? 'loading' : 'sign-in-button')}
          </Button>
          <Button
            kind="quiet"
            onClick={() => {
              shown.value = !shown.value
            }}
          >
            {t(shown.value ? 'password-hide' : 'password-show')}
          </Button>
        </div>
      </form>
    </>
  )
}
