// The citizen's card (O6), wherever the operator meets him.
import type { ComponentChildren } from 'preact'
import { clock } from '../../shared/i18n'
import type { VisitCard } from '../../shared/protocol'
import { Facts } from '../../shared/ui/facts'
import { Icon } from '../../shared/ui/icon'
import { lineFacts } from '../../shared/ui/line_test'
import { t } from '../words'

export function Card({ visit }: { visit: VisitCard }) {
  const facts: [string, ComponentChildren][] = [
    [
      t('card-code'),
      <strong key="code" class="card-code" data-testid="visit-code">
        {visit.display_code}
      </strong>,
    ],
    [t('card-name'), visit.name],
    [t('card-document'), visit.document],
    [t('card-service'), visit.service],
    [t('card-turno-code'), visit.turno_code],
    [t('card-waited'), clock(visit.waited_s * 1000)],
    [t('card-recorded'), t(visit.recorded ? 'card-recorded-yes' : 'card-recorded-no')],
  ]
  const { line_test: line } = visit
  facts.push([
    t('card-line'),
    line ? (
      <span key="line">
        {t(`card-line-${line.verdict}`)}
        <span class="hint"> {lineFacts(line)}</span>
      </span>
    ) : (
      t('card-line-untested')
    ),
  ])
  if (visit.remark !== '') facts.push([t('card-remark'), visit.remark])
  return (
    <section class="zone" aria-labelledby="card-title">
      <h2 id="card-title">{t('card-title')}</h2>
      <Facts facts={facts} />
      {!visit.abandoned && (
        <p class="card-badges">
          <Badge good={visit.accepted}>{t(visit.accepted ? 'card-accepted' : 'card-not-accepted')}</Badge>
          <Badge good={visit.present}>{t(visit.present ? 'card-present' : 'card-absent')}</Badge>
        </p>
      )}
    </section>
  )
}

function Badge({ good, children }: { good: boolean; children: ComponentChildren }) {
  return (
    <span class={good ? 'badge badge-good' : 'badge'}>
      <Icon name={good ? 'check' : 'warning'} />
      {children}
    </span>
  )
}

/** §6, 9: told before the visit is finished. */
export function RepresentativeWarning({ visit }: { visit: VisitCard }) {
  if (!visit.unpermitted_representative) return null
  return (
    <p class="strip strip-warning" role="alert">
      <Icon name="warning" />
      {t('representative-warning')}
    </p>
  )
}

/** O9, word for word. */
export function AbandonedStrip({ visit }: { visit: VisitCard }) {
  if (!visit.abandoned) return null
  return (
    <p class="strip strip-warning" role="alert">
      <Icon name="warning" />
      {t('abandoned')}
    </p>
  )
}
