/** Collects what is wrong with a recording: one line each, or with `strict` an error. */
import { LimbicError } from '../../base/errors.js'
import { oneLine, shortened } from '../../base/text/clean.js'

/** The most remarks on a recording. */
const mostRemarks = 100
const longestRemark = 300

/** Seconds as text: `3.2 s`. */
export const seconds = (time: number): string => `${Number(time.toFixed(2))} s`

/** The remark on a picture that stands still for longer than `longestStill`. */
export const standsStill = (time: number): string =>
  `picture stands still from ${seconds(time)} on: the rest of it is left out`

/** Collects remarks. With `strict`, damaged or missing parts are an error. */
export class Health {
  readonly remarks: string[] = []

  constructor(
    readonly name: string,
    readonly strict: boolean,
  ) {}

  /** Adds a remark on something that was handled fully, such as a rotated picture. */
  note(line: string): void {
    const plain = shortened(oneLine(line).trim(), longestRemark)
    if (this.remarks.length < mostRemarks && !this.remarks.includes(plain)) this.remarks.push(plain)
  }

  /**
   * Adds a remark on damage, or on something missing.
   *
   * @throws LimbicError if the recording was opened with `strict`
   */
  damage(line: string): void {
    this.note(line)
    if (!this.strict) return
    throw new LimbicError(shortened(oneLine(line).trim(), longestRemark), {
      where: this.name,
      hint: 'Repair the file, or read what is usable of it without strict',
    })
  }

  /**
   * Compares the end of a stream with the duration that the file states.
   *
   * @param end in seconds; undefined if nothing was decoded
   * @throws LimbicError if they differ and the recording was opened with `strict`
   */
  ended(stream: 'sound' | 'picture', end: number | undefined, stated: number | undefined): void {
    if (end === undefined) {
      this.damage(`${stream}: nothing could be decoded`)
    } else if (stated !== undefined) {
      const slack = Math.min(1, Math.max(0.25, 0.02 * stated))
      const ends = `${stream} ends at ${seconds(end)}, the file says ${seconds(stated)}`
      if (end < stated - slack) this.damage(`${ends}: the rest is missing`)
      else if (end > stated + slack) this.damage(`${ends}: all of it is used`)
    }
  }
}

/** Errors and warnings of a decoder: the first is quoted, the rest counted. */
export class Complaints {
  private first = ''
  private count = 0

  add(text: string): void {
    if (this.count++ === 0) this.first = text
  }

  /** @throws LimbicError if there were any and the recording was opened with `strict` */
  tell(stream: 'sound' | 'picture', health: Health): void {
    if (this.count === 0) return
    const all = this.count === 1 ? '' : `, the first of ${this.count} complaints`
    health.damage(`${stream} is damaged ("${shortened(oneLine(this.first), 160)}"${all})`)
  }
}

/** Follows the times of frames: whether their rate is constant, and when the last one ends. */
export class Clock {
  /** The number of frames so far. */
  count = 0
  first: number | undefined
  last: number | undefined
  private shortest = Infinity
  private longest = 0

  /** @param time of the next frame, in seconds */
  tick(time: number): void {
    if (this.last !== undefined && time > this.last) {
      const gap = time - this.last
      this.shortest = Math.min(this.shortest, gap)
      this.longest = Math.max(this.longest, gap)
    }
    this.first ??= time
    this.last = Math.max(this.last ?? time, time)
    this.count++
  }

  /**
   * When the last frame ends, in seconds, assuming that it lasts as long as the others on average.
   *
   * @param rate frames per second, for a recording of one frame
   */
  end(rate: number | undefined): number | undefined {
    if (this.first === undefined || this.last === undefined) return undefined
    const average = (this.last - this.first) / (this.count - 1)
    return this.last + (average > 0 ? average : 1 / (rate ?? 25))
  }

  tell(health: Health): void {
    if (this.longest <= 1.6 * this.shortest + 0.003) return
    const range = `${Number(this.shortest.toFixed(3))} to ${Number(this.longest.toFixed(3))} s`
    health.note(`the frame rate varies: frames last ${range}, their own times are used`)
  }
}
