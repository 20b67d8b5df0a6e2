// Whether a computer keeps up with blurring.

/** Fewer pictures a second than this are no conversation. */
const PICTURES_A_SECOND_MIN = 15
/** The first pictures are slow everywhere: the browser still compiles what makes them. */
const WARM_UP_MS = 2_000
/** Judged over so long; one slow picture is nothing. */
const JUDGED_MS = 4_000

/** By the time that pictures took, not by a clock: waiting for a camera is not slowness. */
export class Pace {
  private warmUpMs = WARM_UP_MS
  private sumMs = 0
  private pictures = 0

  took(ms: number): 'well' | 'slow' {
    if (this.warmUpMs > 0) {
      this.warmUpMs -= ms
      return 'well'
    }
    this.sumMs += ms
    this.pictures += 1
    if (this.sumMs < JUDGED_MS) return 'well'
    const slow = (this.pictures * 1_000) / this.sumMs < PICTURES_A_SECOND_MIN
    this.sumMs = this.pictures = 0
    return slow ? 'slow' : 'well'
  }
}
