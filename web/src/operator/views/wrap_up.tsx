// After the meeting: one of the four results, notes, and where to go from here (O14, O15, O17).
import { type OperatorStep, type OperatorView, TEXT_CHARS_MAX, type VisitResult } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { FaultSummary, TextArea } from '../../shared/ui/field'
import type { OperatorSession } from '../session'
import { type Console, type FormFault, resultOf } from '../state'
import { t } from '../words'
import { AbandonedStrip, Card, RepresentativeWarning } from './card'
import { Frame } from './frame'

const RESULTS: readonly VisitResult[] = ['success', 'technical_error', 'functional_error', 'abandoned']

interface WrapUpProps {
  session: OperatorSession
  view: OperatorView
  step: Extract<OperatorStep, { state: 'wrap_up' }>
  console: Console
}

const fieldOf = (fault: FormFault) => (fault === 'result-missing' ? 'result-success' : 'notes')
const wordsOf = (fault: FormFault) =>
  fault === 'result-missing' ? t('wrap-result-missing') : t('wrap-notes-long', { max: TEXT_CHARS_MAX })

export function WrapUpStep({ session, view, step, console }: WrapUpProps) {
  const { form } = console
  const chosen = resultOf(console)
  const missing = form.faults.includes('result-missing')
  return (
    <Frame session={session} view={view} title={t('wrap-title')} faulty={form.faults.length > 0} width="wide">
      <FaultSummary
        faults={form.faults.map((one) => ({ field: fieldOf(one), words: wordsOf(one) }))}
        round={form.round}
      />
      <AbandonedStrip visit={step.visit} />
      <RepresentativeWarning visit={step.visit} />
      <div class="desk">
        <form class="zone" noValidate onSubmit={(event) => event.preventDefault()}>
          <fieldset
            class={missing ? 'field-group field-faulty' : 'field-group'}
            aria-describedby={missing ? 'result-fault' : 'result-hint'}
          >
            <legend>* {t('wrap-result')}</legend>
            <p class="hint" id="result-hint">
              {t('wrap-result-hint')}
            </p>
            {missing && (
              <p class="fault" id="result-fault">
                {t('wrap-result-missing')}
              </p>
            )}
            {RESULTS.map((result) => (
              <div class="option" key={result}>
                <input
                  type="radio"
                  id={`result-${result}`}
                  name="result"
                  checked={chosen === result}
                  aria-describedby={`result-${result}-definition`}
                  onChange={() => session.chooseResult(result)}
                />
                <label for={`result-${result}`}>{t(`result-${result}`)}</label>
                <p class="hint" id={`result-${result}-definition`}>
                  {t(`result-${result}-definition`)}
                </p>
              </div>
            ))}
          </fieldset>
          <TextArea
            id="notes"
            label={t('wrap-notes')}
            hint={t('wrap-notes-hint')}
            fault={form.faults.includes('notes-long') ? wordsOf('notes-long') : undefined}
            rows={5}
            value={form.notes}
            onInput={session.typeNotes}
          />
          <p class="hint">{t('wrap-notes-kept')}</p>
          <div class="buttons">
            <Button kind="primary" onClick={() => session.close('seek')}>
              {t('wrap-seek')}
            </Button>
            <Button onClick={() => session.close('interrupt')}>{t('wrap-interrupt')}</Button>
            {step.resumable && (
              <Button kind="quiet" icon="back" onClick={() => session.send({ type: 'resume_call' })}>
                {t('wrap-resume')}
              </Button>
            )}
          </div>
        </form>
        <Card visit={step.visit} />
      </div>
    </Frame>
  )
}
