import type { ComponentChildren } from 'preact'
import { Page } from '../../shared/ui/page'
import type { MachineSession } from '../session'
import { screenName } from '../state'
import { t } from '../words'

interface FrameProps {
  session: MachineSession
  title: string
  faulty?: boolean
  alert?: string | undefined
  width?: 'text' | 'wide' | 'full'
  quietHeading?: boolean
  children: ComponentChildren
}

/** The page as every screen of a second machine has it. */
export function Frame({ session, ...page }: FrameProps) {
  const state = session.state.value
  const joined = ['entering', 'call', 'sound'].includes(state.screen.at)
  return (
    <Page
      {...page}
      screen={screenName(state)}
      product={t('product-machine')}
      link={joined ? state.link : undefined}
      refusal={state.refusal}
    />
  )
}
