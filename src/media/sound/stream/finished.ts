/** Computes rows that depend on neighbouring rows, always in the same blocks. */
import type { Engine } from '../../../runtime/engine.js'
import { openProgram, type Program } from '../../../runtime/program.js'
import type { SessionOptions } from '../../../runtime/session.js'
import type { Feature, Finish } from '../features/feature.js'
import { floatsOf, Tape } from './tape.js'

/** Computes a feature from rows of frames. */
export class FinishedRows {
  /** For sounds with fewer rows than the general graph needs. */
  readonly #short = new Map<number, Program>()

  private constructor(
    readonly feature: Feature,
    readonly finish: Finish,
    readonly perRun: number,
    readonly open: (rows: number | string) => Promise<Program>,
    readonly program: Program,
  ) {}

  /** @param perRun rows computed at once */
  static async open(
    engine: Engine,
    feature: Feature,
    finish: Finish,
    perRun: number,
    session?: SessionOptions,
  ): Promise<FinishedRows> {
    const open = (count: number | string) =>
      openProgram(
        engine,
        (graph) => {
          const rows = graph.input('rows', 'float32', [1, count, feature.frames.width])
          const peak = finish.peak ? graph.input('peak', 'float32', [1]) : undefined
          return { result: finish.apply(rows, peak) }
        },
        session && { session },
      )
    return new FinishedRows(feature, finish, perRun, open, await open('time'))
  }

  /** The program for a number of rows at once. */
  async for(rows: number): Promise<Program> {
    if (rows >= this.finish.least) return this.program
    const known = this.#short.get(rows)
    if (known) return known
    const opened = await this.open(rows)
    this.#short.set(rows, opened)
    return opened
  }

  /** Starts a sound. @param peak the maximum over all its rows */
  start(peak: number): FinishStream {
    return new FinishStream(this, peak)
  }

  /** Frees its memory. */
  async close(): Promise<void> {
    await Promise.all([this.program, ...this.#short.values()].map((program) => program.close()))
  }
}

/** The rows of one sound: `push` them, then `finish`; both return finished rows. */
export class FinishStream {
  readonly #tape: Tape
  #next = 0

  constructor(
    readonly rows: FinishedRows,
    readonly peak: number,
  ) {
    this.#tape = new Tape(rows.feature.frames.width)
  }

  /** Takes rows and returns those that are complete now, in whole runs. */
  async *push(rows: Float32Array): AsyncGenerator<Float32Array> {
    this.#tape.push(rows)
    const { perRun, finish } = this.rows
    while (this.#next + perRun + finish.context <= this.#tape.end) yield await this.#run(perRun)
  }

  /** The remaining rows, after the sound has ended. */
  async *finish(): AsyncGenerator<Float32Array> {
    while (this.#next < this.#tape.end) {
      yield await this.#run(Math.min(this.rows.perRun, this.#tape.end - this.#next))
    }
  }

  async #run(count: number): Promise<Float32Array> {
    const { finish, feature } = this.rows
    const until = Math.min(this.#next + count + finish.context, this.#tape.end)
    const from = Math.max(0, Math.min(this.#next - finish.context, until - finish.least))
    const data = this.#tape.read(from, until)
    const program = await this.rows.for(until - from)
    const shape = [1, until - from, feature.frames.width]
    const peak = { dataType: 'float32' as const, shape: [1], data: Float32Array.of(this.peak) }
    const results = await program.run({
      rows: { dataType: 'float32', shape, data },
      ...(finish.peak && { peak }),
    })
    const first = this.#next - from
    this.#next += count
    this.#tape.forget(this.#next - Math.max(finish.context, finish.least))
    return floatsOf(results, 'result').slice(first * feature.width, (first + count) * feature.width)
  }
}
