// Which screen the state asks for.
import { SignInForm } from '../../shared/ui/sign_in'
import type { OfficeSession } from '../session'
import { t } from '../words'
import { AccessSection } from './access'
import { Frame } from './frame'
import { RecordSection } from './record'
import { OpeningSection, SearchSection } from './search'

export function OfficeApp({ session }: { session: OfficeSession }) {
  const { screen } = session.state.value
  switch (screen.at) {
    case 'entering':
      return (
        <Frame session={session} title={t('product-office')}>
          <p role="status">{t('loading')}</p>
        </Frame>
      )
    case 'signing_in':
      return (
        <Frame session={session} title={t('sign-in-title')}>
          <SignInForm sending={screen.sending} onSignIn={session.signIn} />
        </Frame>
      )
    case 'later':
      return (
        <Frame session={session} title={t('later-title')} account={screen.account}>
          <p>{t('later-text', { role: t(roleWords[screen.account.role]) })}</p>
          <p>{t(screen.account.role === 'operator' ? 'later-operator' : 'later-compliance')}</p>
        </Frame>
      )
    case 'desk':
      break
  }
  const { section } = screen
  switch (section.at) {
    case 'search':
      return <SearchSection session={session} desk={screen} />
    case 'opening':
      return <OpeningSection session={session} desk={screen} opening={section} />
    case 'record':
      return <RecordSection session={session} desk={screen} detail={section.detail} />
    case 'access':
      return <AccessSection session={session} desk={screen} log={section.log} />
  }
}

const roleWords = {
  operator: 'role-operator-account',
  supervisor: 'role-supervisor',
  compliance: 'role-compliance',
  editor: 'role-editor',
  admin: 'role-admin',
} as const
