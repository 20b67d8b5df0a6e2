// Pictures and sound of people. Picture and voice have an element each: a picture that has not come yet must not hold
// back the voice.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { speaker, watchLevel } from '../devices'
import { t } from '../words_shared'
import { Button } from './button'

export function Picture({ track, label, mirrored }: { track: MediaStreamTrack; label: string; mirrored?: boolean }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current) video.current.srcObject = new MediaStream([track])
  }, [track])
  return (
    <video
      ref={video}
      class={mirrored ? 'picture picture-mirrored' : 'picture'}
      aria-label={label}
      autoplay
      muted
      playsInline
    />
  )
}

/** Plays a voice; where the browser does not let it begin, a button does. */
export function Voice({ track }: { track: MediaStreamTrack }) {
  const audio = useRef<HTMLAudioElement>(null)
  const blocked = useSignal(false)
  const play = () => {
    const playing = audio.current?.play()
    playing?.then(
      () => {
        blocked.value = false
      },
      (error: unknown) => {
        // Another cause than the policy (a new source took over) is not for the person to mend.
        blocked.value = error instanceof DOMException && error.name === 'NotAllowedError'
      },
    )
  }
  // `play` is new on each drawing, the track is what matters
  useEffect(() => {
    if (audio.current) audio.current.srcObject = new MediaStream([track])
    play()
  }, [track])
  const sink = speaker.value
  useEffect(() => {
    // Not every browser lets a page choose; one that is gone leaves the system's own.
    if (audio.current && 'setSinkId' in audio.current) void audio.current.setSinkId(sink).catch(() => undefined)
  }, [sink])
  return (
    <>
      {/* biome-ignore lint/a11y/useMediaCaption: a live conversation has no caption file */}
      <audio ref={audio} />
      {blocked.value && (
        <div class="sound-blocked" role="alert">
          <p>{t('sound-blocked')}</p>
          <Button icon="sound" kind="primary" onClick={play}>
            {t('sound-start')}
          </Button>
        </div>
      )}
    </>
  )
}

interface LevelProps {
  track: MediaStreamTrack
  label: string
  /** Called once, when a voice was clearly heard. */
  onHeard?: () => void
}

/** Louder than this on the decibel scale is a voice, not a room: about −42 dB. */
const VOICE_LEVEL = 0.3

export function Level({ track, label, onHeard }: LevelProps) {
  const level = useSignal(0)
  // the meter belongs to the track
  useEffect(
    () =>
      watchLevel(track, (now) => {
        level.value = now
        if (now > VOICE_LEVEL) onHeard?.()
      }),
    [track],
  )
  return <meter class="level" min={0} max={1} value={level.value} aria-label={label} />
}
