// Where each person's track lies in one interval of the call. Both tracks are cut by the same server clock, so their
// beginnings give the offset; nothing else is needed to play them together.
import type { RecordEvent, Track } from '../shared/protocol'

export interface Timeline {
  /** From 1, as in the record. */
  interval: number
  /** Wall time of position 0, milliseconds since 1970 UTC. */
  beginsMs: number
  lengthMs: number
  tracks: readonly Track[]
}

/** One timeline an interval, oldest first: what lies between two intervals was not recorded, and is not played. */
export function timelinesOf(tracks: readonly Track[]): Timeline[] {
  const intervals = [...new Set(tracks.map((track) => track.interval))].sort((a, b) => a - b)
  return intervals.map((interval) => {
    const own = tracks.filter((track) => track.interval === interval)
    const beginsMs = Math.min(...own.map((track) => track.begins_ms))
    const endsMs = Math.max(...own.map((track) => track.begins_ms + track.duration_ms))
    return { interval, beginsMs, lengthMs: endsMs - beginsMs, tracks: own }
  })
}

/** Time within the track's own file at this position, in milliseconds; none while the person is not recorded. */
export function timeInTrack(timeline: Timeline, track: Track, positionMs: number): number | null {
  const time = timeline.beginsMs + positionMs - track.begins_ms
  return time >= 0 && time < track.duration_ms ? time : null
}

/** And back: position of the timeline at this time of the track's file. */
export function positionOf(timeline: Timeline, track: Track, timeMs: number): number {
  return track.begins_ms - timeline.beginsMs + timeMs
}

export function within(timeline: Timeline, positionMs: number): number {
  return Math.min(timeline.lengthMs, Math.max(0, positionMs))
}

/** What is marked on a timeline: changes of the lines of the call, as long as it lasts. */
export interface Mark {
  positionMs: number
  event: RecordEvent
}

export function marksOf(timeline: Timeline, events: readonly RecordEvent[]): Mark[] {
  return events
    .filter(({ line }) => line !== null)
    .map((event) => ({ positionMs: event.at_ms - timeline.beginsMs, event }))
    .filter(({ positionMs }) => positionMs >= 0 && positionMs <= timeline.lengthMs)
}
