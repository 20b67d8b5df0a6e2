// Around the picture of a call (stage.tsx): oneself, what is being recorded, how the line is, the controls.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CallState } from '../calling'
import { clock } from '../i18n'
import { badgeOf, isBad } from '../line'
import type { LineState, RecordingState } from '../protocol'
import type { LinkState } from '../signalling'
import { t } from '../words_shared'
import { Icon } from './icon'
import { OwnLine } from './line'
import { Picture } from './media'

export function SelfView({ call }: { call: CallState }) {
  const camera = call.sent?.camera
  return (
    <div class="self">
      {camera && call.devices.camera === 'on' ? (
        <Picture track={camera} label={t('self-view')} mirrored />
      ) : (
        <p class="self-off">
          {t(call.background === 'starting' && call.devices.camera === 'on' ? 'self-view-starting' : 'self-view-off')}
        </p>
      )}
    </div>
  )
}

/** Recording light, state of the line, time: always in words. */
interface StatusProps {
  call: CallState
  link: LinkState
  recording: RecordingState
  /** What people are told while a fault prevents the recording. */
  failedHelp: string
  /** The visit is recorded, but not at this moment. */
  paused?: boolean
  sinceMs: number
  /** How the server judges the own line. */
  line: LineState | undefined
}

export function CallStatus({ call, link, recording, failedHelp, paused, sinceMs, line }: StatusProps) {
  // Without the server nobody knows how the line is; the recording light stays, since it may still be true.
  const words = badgeOf(link, call.peer, line?.level ?? 'stable')
  return (
    <>
      <div class="call-status">
        {recording === 'runs' ? (
          <p class="badge badge-recording">
            <Icon name="record" />
            {t('recording')}
          </p>
        ) : (
          <p class={recording === 'failed' ? 'badge badge-bad' : 'badge'}>
            {recording === 'failed' && <Icon name="warning" />}
            {t(recording === 'failed' ? 'recording-failed' : paused ? 'recording-paused' : 'not-recording')}
          </p>
        )}
        <p class={isBad(words) ? 'badge badge-bad' : 'badge'} role="status" data-testid="line-state">
          {isBad(words) && <Icon name="warning" />}
          {t(words)}
        </p>
        <p class="badge">
          <span>{t('call-elapsed')}</span> <Elapsed sinceMs={sinceMs} />
        </p>
      </div>
      {recording === 'failed' && (
        <div class="strip strip-warning" role="alert">
          <Icon name="warning" />
          <p>{failedHelp}</p>
        </div>
      )}
      <OwnLine line={link === 'open' ? line : undefined} />
    </>
  )
}

export function Elapsed({ sinceMs }: { sinceMs: number }) {
  const now = useSignal(Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now()
    }, 1_000)
    return () => clearInterval(timer)
  }, [now])
  return <span class="clock">{clock(now.value - sinceMs)}</span>
}
