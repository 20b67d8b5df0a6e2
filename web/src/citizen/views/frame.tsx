import type { ComponentChildren } from 'preact'
import { Page } from '../../shared/ui/page'
import type { CitizenSession } from '../session'
import { screenName } from '../state'
import { t } from '../words'

interface FrameProps {
  session: CitizenSession
  title: string
  faulty?: boolean
  alert?: string
  before?: ComponentChildren
  width?: 'text' | 'wide' | 'full'
  quietHeading?: boolean
  children: ComponentChildren
}

/** The page as every screen of the citizen has it; help stays at the same place. */
export function Frame({ session, ...page }: FrameProps) {
  const state = session.state.value
  return (
    <Page
      {...page}
      screen={screenName(state)}
      product={t('product-citizen')}
      link={state.link}
      comfort={t('place-kept')}
      refusal={state.refusal}
      footer={<p>{t('footer-needs')}</p>}
      onLanguage={session.relabel}
    />
  )
}
