// Files of a visit as the office sees them: what came from whom, looked at in a frame that is nobody's and runs nothing.
import { useSignal } from '@preact/signals'
import { sizeOf } from '../files'
import type { FileLine, Participant } from '../protocol'
import { t } from '../words_shared'
import { Button } from './button'
import { Sheet } from './dialog'

interface FilesProps {
  files: readonly FileLine[]
  participants: readonly Pick<Participant, 'number' | 'name'>[]
}

export function Files({ files, participants }: FilesProps) {
  const shown = useSignal<FileLine | null>(null)
  const last = files.at(-1)
  const from = (file: FileLine) => participants.find((one) => one.number === file.from)?.name ?? ''
  return (
    <>
      {/* said when one comes, not when the screen is drawn with those of before */}
      <p class="files-news" role="status">
        {last && t('file-came', { name: nameOf(last) })}
      </p>
      {files.length > 0 && (
        <section class="zone" aria-labelledby="files-title">
          <h2 id="files-title">{t('files-title')}</h2>
          <ul class="files">
            {files.map((file) => (
              <li key={file.number}>
                <p class="file-name">
                  <strong>{nameOf(file)}</strong>
                </p>
                <p class="hint">
                  {[FORM_NAMES[file.form], sizeOf(file.bytes), from(file)].filter((part) => part !== '').join(' · ')}
                </p>
                <div class="buttons">
                  {file.form !== 'pdf' && (
                    <Button
                      label={t('file-look-label', { name: nameOf(file) })}
                      onClick={() => {
                        shown.value = file
                      }}
                    >
                      {t('file-look')}
                    </Button>
                  )}
                  <a class="button button-secondary" href={`${file.url}/download`} download>
                    <span>
                      {t('file-save')} <span class="visually-hidden">{nameOf(file)}</span>
                    </span>
                  </a>
                </div>
                {file.form === 'pdf' && <p class="hint">{t('file-pdf')}</p>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {shown.value && (
        <Sheet
          title={nameOf(shown.value)}
          close={t('file-close')}
          onClose={() => {
            shown.value = null
          }}
        >
          <iframe
            class="file-frame"
            sandbox=""
            title={t('file-look-label', { name: nameOf(shown.value) })}
            src={shown.value.url}
          />
        </Sheet>
      )}
    </>
  )
}

/** The same in every language. */
const FORM_NAMES = { pdf: 'PDF', jpeg: 'JPG', png: 'PNG' } as const

function nameOf(file: FileLine): string {
  if (file.kind === 'still') return t('file-still', { number: file.number })
  return file.name === '' ? t('file-unnamed', { number: file.number }) : file.name
}
