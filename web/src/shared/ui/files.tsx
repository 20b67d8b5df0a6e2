// Files of a visit as the office sees them: what came from whom, looked at in a frame that is nobody's and runs nothing.
import { useSignal } from '@preact/signals'
import { sizeOf } from '../files'
import type { FileLine } from '../protocol'
import { t } from '../words_shared'
import { Button } from './button'
import { Sheet } from './dialog'

interface FilesProps {
  files: readonly FileLine[]
  /** A participant's name; empty where nobody knows it any more. */
  nameOf: (participant: number) => string
  /** More may come: each is said. */
  live?: boolean
}

export function Files({ files, nameOf, live = false }: FilesProps) {
  const shown = useSignal<FileLine | null>(null)
  const last = live ? files.at(-1) : undefined
  return (
    <>
      {live && (
        <p class="files-news" role="status">
          {last && t('file-came', { name: titleOf(last) })}
        </p>
      )}
      {files.length > 0 && (
        <section class="zone" aria-labelledby="files-title">
          <h2 id="files-title">{t('files-title')}</h2>
          <ul class="files">
            {files.map((file) => (
              <li key={file.number}>
                <p class="file-name">
                  <strong>{titleOf(file)}</strong>
                </p>
                <p class="hint">
                  {[FORM_NAMES[file.form], sizeOf(file.bytes), nameOf(file.from)]
                    .filter((part) => part !== '')
                    .join(' · ')}
                </p>
                <div class="buttons">
                  {file.form !== 'pdf' && (
                    <Button
                      label={t('file-look-label', { name: titleOf(file) })}
                      onClick={() => {
                        shown.value = file
                      }}
                    >
                      {t('file-look')}
                    </Button>
                  )}
                  <a class="button button-secondary" href={`${file.url}/download`} download>
                    <span>
                      {t('file-save')} <span class="visually-hidden">{titleOf(file)}</span>
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
          title={titleOf(shown.value)}
          close={t('file-close')}
          onClose={() => {
            shown.value = null
          }}
        >
          <iframe
            class="file-frame"
            sandbox=""
            title={t('file-look-label', { name: titleOf(shown.value) })}
            src={shown.value.url}
          />
        </Sheet>
      )}
    </>
  )
}

/** The same in every language. */
const FORM_NAMES = { pdf: 'PDF', jpeg: 'JPG', png: 'PNG' } as const

function titleOf(file: FileLine): string {
  if (file.kind === 'still') return t('file-still', { number: file.number })
  return file.name === '' ? t('file-unnamed', { number: file.number }) : file.name
}
