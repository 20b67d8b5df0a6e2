import type { ComponentChildren } from 'preact'
import type { Account } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Page } from '../../shared/ui/page'
import type { OfficeSession } from '../session'
import { type Section, screenName } from '../state'
import { t } from '../words'

interface FrameProps {
  session: OfficeSession
  title: string
  account?: Account
  section?: Section
  faulty?: boolean
  width?: 'text' | 'wide'
  children: ComponentChildren
}

export function Frame({ session, account, section, ...page }: FrameProps) {
  const state = session.state.value
  return (
    <Page
      {...page}
      screen={screenName(state)}
      product={t('product-office')}
      refusal={state.refusal}
      aside={
        account && (
          <>
            <span>{account.name}</span>
            <Button kind="quiet" onClick={session.signOut}>
              {t('sign-out')}
            </Button>
          </>
        )
      }
      before={section && <Sections session={session} section={section} />}
    />
  )
}

function Sections({ session, section }: { session: OfficeSession; section: Section }) {
  const access = section.at === 'access'
  return (
    <nav class="sections" aria-label={t('nav')}>
      <button type="button" class="section-link" aria-current={access ? undefined : 'page'} onClick={session.toSearch}>
        {t('nav-search')}
      </button>
      <button type="button" class="section-link" aria-current={access ? 'page' : undefined} onClick={session.toAccess}>
        {t('nav-access')}
      </button>
    </nav>
  )
}
