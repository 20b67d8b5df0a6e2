import type { ComponentChildren } from 'preact'
import { Page } from '../../shared/ui/page'
import type { GuestSession } from '../session'
import { isOver, screenName } from '../state'
import { t } from '../words'

interface FrameProps {
  session: GuestSession
  title: string
  faulty?: boolean
  alert?: string
  width?: 'text' | 'wide' | 'full'
  quietHeading?: boolean
  children: ComponentChildren
}

/** The page as every screen of a guest has it. */
export function Frame({ session, ...page }: FrameProps) {
  const state = session.state.value
  return (
    <Page
      {...page}
      screen={screenName(state)}
      product={t('product-guest')}
      link={isOver(state) ? undefined : state.link}
      comfort={t('place-kept')}
      refusal={state.refusal}
      footer={<p>{t('footer-needs')}</p>}
      onLanguage={session.relabel}
    />
  )
}
