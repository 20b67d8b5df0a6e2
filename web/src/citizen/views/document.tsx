// What to do while the operator looks at a document before the camera (O12): a guide and oneself, not mirrored, since letters are
// to be read.
import type { CallState } from '../../shared/calling'
import { Picture } from '../../shared/ui/media'
import type { Document } from '../state'
import { t } from '../words'

export function DocumentGuide({ call, document }: { call: CallState; document: Document }) {
  if (document === 'none') return null
  const camera = call.local?.camera
  return (
    <section class="document-guide" aria-labelledby="document-title">
      <div role="status">
        <h2 id="document-title">{t('document-title')}</h2>
        <p>{t('document-text')}</p>
      </div>
      {camera && call.devices.camera === 'on' && (
        <div class="document-picture">
          <Picture track={camera} label={t('document-own')} />
          <span class="document-frame" aria-hidden="true" />
        </div>
      )}
      <ul>
        <li>{t('document-light')}</li>
        <li>{t('document-focus')}</li>
        <li>{t(call.background === 'lifted' ? 'document-blur' : 'document-background')}</li>
      </ul>
      <p role="status">{document !== 'shown' && t(`document-${document}`)}</p>
    </section>
  )
}
