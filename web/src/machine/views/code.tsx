// The code that the first machine shows: typed here, or brought by its QR code and joined by a press.
import { Button } from '../../shared/ui/button'
import { FaultSummary, TextField } from '../../shared/ui/field'
import type { MachineSession } from '../session'
import type { Screen } from '../state'
import { t } from '../words'
import { Frame } from './frame'

interface CodeProps {
  session: MachineSession
  screen: Extract<Screen, { at: 'code' }>
}

export function CodeScreen({ session, screen }: CodeProps) {
  const fault = screen.missing ? t('code-missing') : undefined
  return (
    <Frame session={session} title={t('code-title')} faulty={screen.missing}>
      <FaultSummary faults={fault ? [{ field: 'code', words: fault }] : []} round={screen.round} />
      <p>{t('code-text')}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          session.join()
        }}
      >
        <TextField
          id="code"
          label={t('code-label')}
          hint={t('code-hint')}
          fault={fault}
          size="medium"
          inputmode="numeric"
          autocomplete="one-time-code"
          required
          value={screen.code}
          onInput={session.typeCode}
        />
        <div class="buttons">
          <Button kind="primary" type="submit" disabled={screen.sending}>
            {t(screen.sending ? 'loading' : 'code-button')}
          </Button>
        </div>
      </form>
    </Frame>
  )
}
