// Finding a visit: by day or code, never without a reason (K1).
import { clock, dateAndTime } from '../../shared/i18n'
import type { RecordLine, RecordsFound } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { FaultSummary, TextField } from '../../shared/ui/field'
import type { OfficeSession } from '../session'
import { type Desk, REASON_CHARS_MAX, REASON_CHARS_MIN, type SearchFault, type Section } from '../state'
import { t } from '../words'
import { Frame } from './frame'

function faultWords(fault: SearchFault): string {
  switch (fault) {
    case 'reason-short':
      return t('search-reason-short', { min: REASON_CHARS_MIN })
    case 'reason-long':
      return t('search-reason-long', { max: REASON_CHARS_MAX })
    case 'days-wrong':
      return t('search-days-wrong')
    case 'code-wrong':
      return t('search-code-wrong')
  }
}

const fieldOf = (fault: SearchFault) =>
  fault === 'days-wrong' ? 'from-day' : fault === 'code-wrong' ? 'code' : 'reason'

export function SearchSection({ session, desk }: { session: OfficeSession; desk: Desk }) {
  const { fields, faults, round, sending, found } = desk.search
  const faultOf = (field: string) => {
    const fault = faults.find((one) => fieldOf(one) === field)
    return fault && faultWords(fault)
  }
  return (
    <Frame
      session={session}
      title={t('search-title')}
      account={desk.account}
      section={desk.section}
      faulty={faults.length > 0}
      width="wide"
    >
      <FaultSummary faults={faults.map((one) => ({ field: fieldOf(one), words: faultWords(one) }))} round={round} />
      <p>{t('search-intro')}</p>
      <form
        class="search-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          session.search()
        }}
      >
        <div class="field-wide">
          <TextField
            id="reason"
            label={t('search-reason')}
            hint={t('search-reason-hint')}
            fault={faultOf('reason')}
            required
            value={fields.reason}
            onInput={(reason) => session.type({ ...fields, reason })}
          />
        </div>
        <TextField
          id="from-day"
          type="date"
          label={t('search-from')}
          fault={faultOf('from-day')}
          value={fields.from_day}
          onInput={(from_day) => session.type({ ...fields, from_day })}
        />
        <TextField
          id="to-day"
          type="date"
          label={t('search-to')}
          value={fields.to_day}
          onInput={(to_day) => session.type({ ...fields, to_day })}
        />
        <TextField
          id="code"
          label={t('search-code')}
          hint={t('search-code-hint')}
          fault={faultOf('code')}
          value={fields.code}
          onInput={(code) => session.type({ ...fields, code })}
        />
        <div class="buttons">
          <Button kind="primary" type="submit" icon="search" disabled={sending}>
            {t(sending ? 'loading' : 'search-button')}
          </Button>
        </div>
      </form>
      {found && <Results session={session} found={found} />}
    </Frame>
  )
}

function Results({ session, found }: { session: OfficeSession; found: RecordsFound }) {
  return (
    <section aria-labelledby="results-title">
      <h2 id="results-title">{t('results-title')}</h2>
      <div role="status">
        <p>{t('results-count', { count: found.records.length })}</p>
        {found.more && <p>{t('results-more')}</p>}
      </div>
      {found.records.length > 0 && (
        <table class="table">
          <caption>{t('results-caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('column-taken')}</th>
              <th scope="col">{t('column-code')}</th>
              <th scope="col">{t('column-service')}</th>
              <th scope="col">{t('column-operator')}</th>
              <th scope="col">{t('column-result')}</th>
              <th scope="col">{t('column-recorded')}</th>
              <th scope="col">{t('column-open')}</th>
            </tr>
          </thead>
          <tbody>
            {found.records.map((line) => (
              <Row key={line.record} session={session} line={line} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Row({ session, line }: { session: OfficeSession; line: RecordLine }) {
  return (
    <tr>
      <td data-column={t('column-taken')}>{dateAndTime(line.taken_ms)}</td>
      <td data-column={t('column-code')}>{line.display_code || line.turno_code}</td>
      <td data-column={t('column-service')}>{line.service}</td>
      <td data-column={t('column-operator')}>{line.operator}</td>
      <td data-column={t('column-result')}>{t(line.result ? `result-${line.result}` : 'result-none')}</td>
      <td data-column={t('column-recorded')}>{line.recorded_ms > 0 ? clock(line.recorded_ms) : t('not-recorded')}</td>
      <td data-column={t('column-open')}>
        <Button
          label={t('open-record-code', { code: line.display_code || line.turno_code })}
          onClick={() => session.choose(line)}
        >
          {t('open-record')}
        </Button>
      </td>
    </tr>
  )
}

interface OpeningProps {
  session: OfficeSession
  desk: Desk
  opening: Extract<Section, { at: 'opening' }>
}

export function OpeningSection({ session, desk, opening }: OpeningProps) {
  const fault = opening.faults[0]
  return (
    <Frame
      session={session}
      title={t('open-title', { code: opening.line.display_code || opening.line.turno_code })}
      account={desk.account}
      section={opening}
      faulty={fault !== undefined}
    >
      <FaultSummary
        faults={opening.faults.map((one) => ({ field: 'reason', words: faultWords(one) }))}
        round={opening.round}
      />
      <p>{t('search-intro')}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          session.open()
        }}
      >
        <TextField
          id="reason"
          label={t('search-reason')}
          hint={t('search-reason-hint')}
          fault={fault && faultWords(fault)}
          required
          value={opening.reason}
          onInput={session.typeReason}
        />
        <div class="buttons">
          <Button kind="primary" type="submit" disabled={opening.sending}>
            {t(opening.sending ? 'loading' : 'open-button')}
          </Button>
          <Button onClick={session.toSearch}>{t('cancel')}</Button>
        </div>
      </form>
    </Frame>
  )
}
