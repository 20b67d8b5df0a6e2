// An operator is there: who it is, what is recorded, and the choice (C27); then the wait to be let in.
import { useSignal } from '@preact/signals'
import type { CallState } from '../../shared/calling'
import { type CitizenStep, type OperatorCard, TEXT_CHARS_MAX } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { SelfView } from '../../shared/ui/call'
import { Question } from '../../shared/ui/dialog'
import { Facts } from '../../shared/ui/facts'
import { FaultSummary, TextArea } from '../../shared/ui/field'
import type { CitizenSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'
import { FinishTurn } from './interrupted'

const operatorFacts = (operator: OperatorCard): [string, string][] => [
  [t('assigned-operator'), operator.name],
  [t('assigned-number'), operator.number],
  [t('assigned-desk'), operator.desk],
]

interface AssignedProps {
  session: CitizenSession
  step: Extract<CitizenStep, { state: 'assigned' }>
}

export function AssignedScreen({ session, step }: AssignedProps) {
  const remark = useSignal('')
  const round = useSignal(0)
  if (step.accepted)
    return (
      <Frame session={session} title={t('accepted-title')}>
        <Facts facts={operatorFacts(step.operator)} />
        <p role="status">{t('accepted-text')}</p>
        <Leave session={session} />
      </Frame>
    )
  const long = [...remark.value].length > TEXT_CHARS_MAX
  const fault = long && round.value > 0 ? t('abandon-remark-long', { max: TEXT_CHARS_MAX }) : undefined
  const abandon = () => {
    round.value += 1
    if (!long) session.send({ type: 'abandon', remark: remark.value.trim() })
  }
  return (
    <Frame session={session} title={t('assigned-title')} alert={t('alert-assigned')} faulty={fault !== undefined}>
      <FaultSummary faults={fault ? [{ field: 'remark', words: fault }] : []} round={round.value} />
      <Facts facts={operatorFacts(step.operator)} />
      <section class="notice" aria-labelledby="notice-title" lang={step.notice.language}>
        <h2 id="notice-title">{t('notice-title')}</h2>
        {step.notice.paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <p class="hint">{t('notice-version', { version: step.notice.version })}</p>
      </section>
      <Button
        kind="primary"
        icon="camera"
        // Without the server, or while it fetches the words of another language, this may not be the text in force.
        disabled={session.state.value.link !== 'open'}
        onClick={() => session.send({ type: 'accept_notice', sha256: step.notice.sha256 })}
      >
        {t('accept')}
      </Button>
      <div class="abandon">
        <TextArea
          id="remark"
          label={t('abandon-remark')}
          hint={t('abandon-remark-hint')}
          rows={3}
          fault={fault}
          value={remark.value}
          onInput={(value) => {
            remark.value = value
          }}
        />
        <Button onClick={abandon}>{t('abandon')}</Button>
      </div>
    </Frame>
  )
}

/** Leaving before the call began; asked first, since there is no remark to write that would make one pause. */
function Leave({ session }: { session: CitizenSession }) {
  const leaving = useSignal(false)
  return (
    <>
      <Button
        onClick={() => {
          leaving.value = true
        }}
      >
        {t('abandon')}
      </Button>
      {leaving.value && (
        <Question
          title={t('abandon-title')}
          yes={t('leave-yes')}
          no={t('leave-no')}
          danger
          onYes={() => {
            leaving.value = false
            session.send({ type: 'abandon', remark: '' })
          }}
          onNo={() => {
            leaving.value = false
          }}
        >
          <p>{t('leave-text')}</p>
        </Question>
      )}
    </>
  )
}

interface CalledProps {
  session: CitizenSession
  operator: OperatorCard
  /** Comes back after hanging up. */
  returning: boolean
  call: CallState
}

export function CalledScreen({ session, operator, returning, call }: CalledProps) {
  return (
    <Frame session={session} title={t('called-title')} alert={t('alert-called')}>
      <Facts facts={operatorFacts(operator)} />
      <p role="status">{t('called-text', { name: operator.name })}</p>
      <div class="called-self">
        <SelfView call={call} />
        <p class="hint">{t('waiting-preview')}</p>
      </div>
      {returning ? <FinishTurn session={session} /> : <Leave session={session} />}
    </Frame>
  )
}
