// Who looked at what, and why.
import { dateAndTime } from '../../shared/i18n'
import type { AccessLog } from '../../shared/protocol'
import type { OfficeSession } from '../session'
import type { Desk } from '../state'
import { t } from '../words'
import { Frame } from './frame'

interface AccessProps {
  session: OfficeSession
  desk: Desk
  log: AccessLog | null
}

export function AccessSection({ session, desk, log }: AccessProps) {
  return (
    <Frame session={session} title={t('access-title')} account={desk.account} section={desk.section} width="wide">
      {log === null && <p role="status">{t('loading')}</p>}
      {log?.entries.length === 0 && <p>{t('access-none')}</p>}
      {log && log.entries.length > 0 && (
        <table class="table">
          <caption>{t('access-caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('access-at')}</th>
              <th scope="col">{t('access-account')}</th>
              <th scope="col">{t('access-action')}</th>
              <th scope="col">{t('access-record')}</th>
              <th scope="col">{t('access-reason')}</th>
            </tr>
          </thead>
          <tbody>
            {log.entries.map((entry, i) => (
              // the log is append-only and drawn whole
              <tr key={i}>
                <td data-column={t('access-at')}>{dateAndTime(entry.at_ms)}</td>
                <td data-column={t('access-account')}>{entry.account}</td>
                <td data-column={t('access-action')}>{t(`access-${entry.action}`)}</td>
                <td data-column={t('access-record')}>
                  <span class="hash">{entry.record || t('access-nothing')}</span>
                </td>
                <td data-column={t('access-reason')}>{entry.reason || t('access-nothing')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Frame>
  )
}
