/** Computes one feature, from samples to rows. */
import type { Engine } from '../../../runtime/engine.js'
import type { Program } from '../../../runtime/program.js'
import type { SessionOptions } from '../../../runtime/session.js'
import type { Feature } from '../features/feature.js'
import { FinishedRows, type FinishStream } from './finished.js'
import { FrameRows, type FrameStream, openFrames } from './frames.js'

/** The programs of one feature. */
export class Lane<Name extends string = string> {
  private constructor(
    readonly name: Name,
    readonly feature: Feature,
    readonly frames: FrameRows,
    readonly finished: FinishedRows | undefined,
    /** From frames to finished rows, for sounds that fit in one run. */
    readonly whole: Program | undefined,
  ) {}

  static async open<Name extends string>(
    engine: Engine,
    name: Name,
    feature: Feature,
    perRun: number,
    session: SessionOptions,
  ): Promise<Lane<Name>> {
    const { finish } = feature
    const atOnce = Math.min(perRun, feature.frames.most ?? perRun)
    const frames = await FrameRows.open(engine, feature, atOnce, session)
    const finished = finish && (await FinishedRows.open(engine, feature, finish, perRun, session))
    const whole =
      finish && (await openFrames(engine, feature, (rows) => finish.apply(rows), session))
    return new Lane(name, feature, frames, finished, whole)
  }

  /** Starts a sound. @param room bytes for rows that wait, shared by all lanes */
  start(room: { left: number }): LaneRun<Name> {
    return new LaneRun(this, room)
  }

  /** Frees its memory. */
  async close(): Promise<void> {
    await Promise.all([this.frames.close(), this.finished?.close(), this.whole?.close()])
  }
}

/** One sound: `push` its samples, then `finish`; if `isAgain`, repeat both from the start. */
export class LaneRun<Name extends string = string> {
  #frames: FrameStream
  #finished: FinishStream | undefined
  /** Rows that wait until the maximum is known. */
  #waiting: Float32Array[] | undefined
  #peak = Number.NEGATIVE_INFINITY
  #given = 0
  /** Whether the sound must be read a second time, for rows that did not fit into memory. */
  isAgain = false

  constructor(
    readonly lane: Lane<Name>,
    readonly room: { left: number },
  ) {
    const { frames, finished } = lane
    this.#frames = frames.start()
    if (finished?.finish.peak) this.#waiting = []
    else this.#finished = finished?.start(0)
  }

  /** The number of the first row returned now. */
  give(rows: Float32Array): number {
    const first = this.#given
    this.#given += rows.length / this.lane.feature.width
    return first
  }

  async *push(samples: Float32Array): AsyncGenerator<Float32Array> {
    for await (const rows of this.#frames.push(samples)) yield* this.#take(rows)
  }

  async *finish(): AsyncGenerator<Float32Array> {
    const { feature, whole } = this.lane
    const all = whole && (await this.#frames.atOnce(whole, feature.finish?.least ?? 1))
    if (all) {
      yield all
      return
    }
    for await (const rows of this.#frames.finish()) yield* this.#take(rows)
    if (!this.#finished) {
      if (!this.#waiting) return
      this.#finished = this.lane.finished?.start(this.#peak)
      const waiting = this.#waiting
      if (this.isAgain) {
        this.#frames = this.lane.frames.start()
        return
      }
      for (const rows of waiting) yield* this.#finished?.push(rows) ?? []
    } else this.isAgain = false
    yield* this.#finished?.finish() ?? []
  }

  async *#take(rows: Float32Array): AsyncGenerator<Float32Array> {
    if (this.#finished) yield* this.#finished.push(rows)
    else if (this.#waiting) this.#wait(this.#waiting, rows)
    else yield rows
  }

  #wait(waiting: Float32Array[], rows: Float32Array): void {
    let peak = this.#peak
    // Indexes the array, since an iterator over that many numbers would dominate the time.
    for (let place = 0; place < rows.length; place++) {
      const value = rows[place]
      if (value !== undefined && value > peak) peak = value
    }
    this.#peak = peak
    if (this.isAgain) return
    this.room.left -= rows.byteLength
    if (this.room.left >= 0) waiting.push(rows)
    else {
      this.isAgain = true
      this.room.left += waiting.reduce((sum, { byteLength }) => sum + byteLength, rows.byteLength)
      waiting.length = 0
    }
  }
}
