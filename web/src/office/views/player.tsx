// Everybody side by side, played as one: one button, one position, one clock.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { clock, dateAndTime } from '../../shared/i18n'
import type { RecordDetail, Track } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Icon } from '../../shared/ui/icon'
import { eventWords, nameOf } from '../events'
import { marksOf, positionOf, type Timeline, timeInTrack, timelinesOf, within } from '../timeline'
import { t } from '../words'

const JUMP_MS = 10_000
const TICK_MS = 100
/** Farther apart than this, the ear notices: the follower is moved. */
const DRIFT_MS_MAX = 120

export function Player({ detail }: { detail: RecordDetail }) {
  const chosen = useSignal(0)
  if (detail.tracks.length === 0) return <p>{t('player-none')}</p>
  if (detail.tracks.some((track) => !track.ready)) return <p role="status">{t('player-preparing')}</p>
  const timelines = timelinesOf(detail.tracks)
  const timeline = timelines[chosen.value]
  return (
    <>
      {timelines.length > 1 && (
        <div class="buttons">
          {timelines.map((one, i) => (
            <Button
              key={one.interval}
              pressed={i === chosen.value}
              kind={i === chosen.value ? 'primary' : 'secondary'}
              onClick={() => {
                chosen.value = i
              }}
            >
              {t('player-interval', { number: one.interval })}
            </Button>
          ))}
        </div>
      )}
      {timeline && <TimelinePlayer key={timeline.interval} timeline={timeline} detail={detail} />}
    </>
  )
}

function TimelinePlayer({ timeline, detail }: { timeline: Timeline; detail: RecordDetail }) {
  const videos = useRef(new Map<number, HTMLVideoElement>())
  const playing = useSignal(false)
  const position = useSignal(0)

  /** Puts every track where it belongs at this position, and lets it run or rest. */
  const align = (to: number, run: boolean, exact: boolean) => {
    for (const track of timeline.tracks) {
      const video = videos.current.get(track.track)
      if (!video) continue
      const time = timeInTrack(timeline, track, to)
      if (time === null) {
        video.pause()
        continue
      }
      if (exact || Math.abs(video.currentTime * 1000 - time) > DRIFT_MS_MAX) video.currentTime = time / 1000
      if (run && video.paused) void video.play().catch(() => stop())
      if (!run && !video.paused) video.pause()
    }
  }

  const stop = () => {
    playing.value = false
    align(position.value, false, false)
  }

  const seek = (to: number) => {
    position.value = within(timeline, to)
    align(position.value, playing.value, true)
  }

  const toggle = () => {
    if (playing.value) return stop()
    if (position.value >= timeline.lengthMs) position.value = 0
    playing.value = true
    align(position.value, true, true)
  }

  /** The first track that runs leads; the others are kept beside it. Where nobody is recorded, time passes by itself. */
  const tick = () => {
    const leader = timeline.tracks.find((track) => {
      const video = videos.current.get(track.track)
      return video && !video.ended && timeInTrack(timeline, track, position.value) !== null
    })
    const video = leader && videos.current.get(leader.track)
    const next = leader && video ? positionOf(timeline, leader, video.currentTime * 1000) : position.value + TICK_MS
    position.value = within(timeline, next)
    if (position.value >= timeline.lengthMs - TICK_MS / 2) {
      position.value = timeline.lengthMs
      stop()
    } else align(position.value, true, false)
  }

  // the timer lives as long as it plays
  useEffect(() => {
    if (!playing.value) return
    const timer = setInterval(tick, TICK_MS)
    return () => clearInterval(timer)
  }, [playing.value])

  return (
    <div class="player">
      <div class="tracks">
        {timeline.tracks.map((track) => (
          <TrackView
            key={track.track}
            track={track}
            name={nameOf(detail, track.participant)}
            here={timeInTrack(timeline, track, position.value) !== null}
            hold={(video) => {
              if (video) videos.current.set(track.track, video)
              else videos.current.delete(track.track)
            }}
          />
        ))}
      </div>
      <div class="player-tools">
        <Button kind="primary" icon={playing.value ? 'pause' : 'play'} onClick={toggle}>
          {t(playing.value ? 'player-pause' : 'player-play')}
        </Button>
        <Button onClick={() => seek(position.value - JUMP_MS)}>{t('player-back')}</Button>
        <Button onClick={() => seek(position.value + JUMP_MS)}>{t('player-forward')}</Button>
        <input
          class="player-bar"
          type="range"
          min={0}
          max={timeline.lengthMs}
          step={100}
          value={position.value}
          aria-label={t('player-position')}
          aria-valuetext={positionText(timeline, position.value)}
          onInput={(event) => seek(Number(event.currentTarget.value))}
        />
        <span class="clock" data-testid="player-position">
          {positionText(timeline, position.value)}
        </span>
      </div>
      <Marks timeline={timeline} detail={detail} seek={seek} />
      <p class="hint">{t('player-at', { at: dateAndTime(timeline.beginsMs + position.value) })}</p>
    </div>
  )
}

interface MarksProps {
  timeline: Timeline
  detail: RecordDetail
  seek: (to: number) => void
}

/** Where the lines of the call changed: pressing goes there. */
function Marks({ timeline, detail, seek }: MarksProps) {
  const marks = marksOf(timeline, detail.events)
  if (marks.length === 0) return null
  return (
    <section class="player-marks" aria-label={t('player-marks')}>
      <div class="player-rail" aria-hidden="true">
        {marks.map(({ positionMs, event }, i) => (
          <span
            // facts of a record do not change
            key={i}
            class={event.line?.level === 'stable' ? 'player-tick' : 'player-tick player-tick-bad'}
            style={{ left: `${(100 * positionMs) / Math.max(1, timeline.lengthMs)}%` }}
          />
        ))}
      </div>
      <ul>
        {marks.map((mark, i) => (
          <li key={i}>
            <Button kind="quiet" onClick={() => seek(mark.positionMs)}>
              {t('player-mark', { position: clock(mark.positionMs), what: eventWords(mark.event, detail.guests) })}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}

const positionText = (timeline: Timeline, at: number) =>
  t('player-position-text', { position: clock(at), length: clock(timeline.lengthMs) })

interface TrackProps {
  track: Track
  name: string
  /** The person is recorded at this position. */
  here: boolean
  hold: (video: HTMLVideoElement | null) => void
}

function TrackView({ track, name, here, hold }: TrackProps) {
  const failed = useSignal(false)
  const own = t('player-track', { role: t(`role-${track.role}`), name })
  const title = track.by_phone ? t('player-by-phone', { title: own }) : own
  return (
    <figure class="track">
      <div class="track-screen">
        {/* biome-ignore lint/a11y/useMediaCaption: the recording has no captions; the chat is beside it */}
        <video
          ref={hold}
          src={track.url}
          preload="auto"
          playsInline
          hidden={!here}
          aria-label={title}
          onError={() => {
            failed.value = true
          }}
        />
        {!here && <p class="track-away">{t('player-track-away')}</p>}
      </div>
      <figcaption>
        <p>
          <strong>{title}</strong>
        </p>
        <p class="hint">{track.gaps_ms > 0 ? t('player-gaps', { time: clock(track.gaps_ms) }) : t('player-no-gaps')}</p>
        {failed.value && (
          <p class="device device-broken" role="alert">
            <Icon name="warning" />
            {t('player-failed')}
          </p>
        )}
      </figcaption>
    </figure>
  )
}
