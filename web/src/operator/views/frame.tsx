// The page of the console: the header of O2 on every step, signed in or not.
import type { ComponentChildren } from 'preact'
import type { OperatorView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Page } from '../../shared/ui/page'
import type { OperatorSession } from '../session'
import { screenName } from '../state'
import { t } from '../words'
import { CallElsewhere, ElsewhereStrip } from './elsewhere'

interface FrameProps {
  session: OperatorSession
  title: string
  view?: OperatorView
  faulty?: boolean
  alert?: string | undefined
  width?: 'text' | 'wide' | 'full'
  children: ComponentChildren
}

export function Frame({ session, view, ...page }: FrameProps) {
  const state = session.state.value
  return (
    <Page
      {...page}
      screen={screenName(state)}
      product={t('product-operator')}
      link={state.link}
      refusal={state.refusal}
      aside={
        view && (
          <>
            <CallElsewhere session={session} view={view} />
            <Button kind="quiet" onClick={session.signOut}>
              {t('sign-out')}
            </Button>
          </>
        )
      }
      before={
        view && (
          <>
            <Header view={view} />
            <ElsewhereStrip session={session} machine={view.call_machine} />
          </>
        )
      }
    />
  )
}

function Header({ view }: { view: OperatorView }) {
  return (
    <dl class="desk-header">
      <HeaderFact name={t('header-operator')}>{view.number}</HeaderFact>
      <HeaderFact name={t('header-name')}>{view.name}</HeaderFact>
      <HeaderFact name={t('header-desk')}>{view.desk}</HeaderFact>
      <HeaderFact name={t('header-attended')}>
        <span data-testid="attended-today">{view.attended_today}</span>
      </HeaderFact>
    </dl>
  )
}

function HeaderFact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
