// "Ver documento" (O12): the citizen's camera at its sharpest beside the face, larger and smaller, and a still of it that goes
// into the record.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CallState } from '../../shared/calling'
import type { FileLine, Participant } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Picture } from '../../shared/ui/media'
import type { OperatorSession } from '../session'
import { t } from '../words'

interface DocumentProps {
  session: OperatorSession
  call: CallState
  citizen: Participant | undefined
  files: readonly FileLine[]
  /** The call's picture is on another machine; a still of it is seen here. */
  elsewhere: boolean
}

/** Percent of the frame's width. */
const ZOOMS = [100, 150, 200, 300, 400]
/** A still that has not come until then will not come. */
const TAKING_MS_MAX = 20_000

export function DocumentView({ session, call, citizen, files, elsewhere }: DocumentProps) {
  const open = useSignal(false)
  const begin = (on: boolean) => {
    open.value = on
    session.send({ type: 'see_document', step: on ? 'begin' : 'end' })
  }
  const here = citizen?.connected && citizen.devices.camera === 'on'
  return (
    <section class="zone document" aria-labelledby="document-title">
      <h2 id="document-title">{t('document-title')}</h2>
      {open.value && citizen ? (
        <Shown
          session={session}
          camera={call.remote.get(citizen.number)?.camera ?? null}
          absent={t(elsewhere ? 'document-elsewhere' : 'document-no-camera')}
          stills={files.filter((one) => one.kind === 'still')}
          onEnd={() => begin(false)}
        />
      ) : (
        <>
          <p class="hint">{t(here ? 'document-hint' : 'document-no-camera')}</p>
          <Button icon="search" disabled={!here} onClick={() => begin(true)}>
            {t('document-see')}
          </Button>
        </>
      )}
    </section>
  )
}

interface ShownProps {
  session: OperatorSession
  camera: MediaStreamTrack | null
  /** Said where there is no picture. */
  absent: string
  stills: readonly FileLine[]
  onEnd: () => void
}

function Shown({ session, camera, absent, stills, onEnd }: ShownProps) {
  const zoom = useSignal(0)
  const asked = useSignal<{ after: number; failed: boolean } | null>(null)
  const last = stills.at(-1)
  const count = stills.length
  const taken = asked.value !== null && count > asked.value.after
  const looked = useSignal(false)
  // the still that was asked for is what is looked at
  useEffect(() => {
    if (taken) looked.value = true
  }, [taken])
  const wait = asked.value
  useEffect(() => {
    if (!wait || wait.failed || taken) return
    const timer = setTimeout(() => {
      asked.value = { ...wait, failed: true }
    }, TAKING_MS_MAX)
    return () => clearTimeout(timer)
  }, [wait, taken])
  const still = looked.value ? last : undefined
  const width = `${ZOOMS[zoom.value]}%`
  const zoomed = (by: number) => () => {
    zoom.value = Math.min(ZOOMS.length - 1, Math.max(0, zoom.value + by))
  }
  return (
    <>
      {/* scrolled by keyboard as by hand */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable (WCAG 2.1.1) */}
      <section class="document-view" tabIndex={0} aria-label={t('document-region')}>
        <div class={`document-zoom document-zoom-${ZOOMS[zoom.value]}`} data-testid="document" data-width={width}>
          {still ? (
            <img src={still.url} alt={t('document-still', { number: still.number })} />
          ) : camera ? (
            <Picture track={camera} label={t('document-live')} />
          ) : (
            <p>{absent}</p>
          )}
        </div>
      </section>
      <div class="buttons">
        <Button disabled={zoom.value === ZOOMS.length - 1} onClick={zoomed(1)}>
          {t('document-larger')}
        </Button>
        <Button disabled={zoom.value === 0} onClick={zoomed(-1)}>
          {t('document-smaller')}
        </Button>
        <span class="hint" role="status">
          {width}
        </span>
      </div>
      <p role="status">
        {wait && !taken && t(wait.failed ? 'document-failed' : 'document-taking')}
        {taken && t('document-taken')}
      </p>
      <div class="buttons">
        {still ? (
          <Button
            onClick={() => {
              looked.value = false
            }}
          >
            {t('document-back')}
          </Button>
        ) : (
          <Button
            kind="primary"
            icon="camera"
            disabled={wait !== null && !wait.failed && !taken}
            onClick={() => {
              asked.value = { after: count, failed: false }
              session.send({ type: 'see_document', step: 'still' })
            }}
          >
            {t('document-take')}
          </Button>
        )}
        <Button onClick={onEnd}>{t('document-end')}</Button>
      </div>
    </>
  )
}
