/** Rows of single frames, block by block, in the same blocks whatever pieces the waveform comes in. */
import type { Engine } from '../../../runtime/engine.js'
import { openProgram, type Program } from '../../../runtime/program.js'
import type { SessionOptions } from '../../../runtime/session.js'
import type { Feature } from '../features/feature.js'
import { frameRows } from '../features/make.js'
import { floatsOf, Tape } from './tape.js'

/** Makes rows of frames of waveforms. */
export class FrameRows {
  private constructor(
    readonly feature: Feature,
    readonly program: Program,
    readonly perRun: number,
  ) {}

  /** @param perRun frames computed at once */
  static async open(
    engine: Engine,
    feature: Feature,
    perRun: number,
    session?: SessionOptions,
  ): Promise<FrameRows> {
    const program = await openProgram(
      engine,
      (graph) => ({ rows: frameRows(feature, graph.input('waveform', 'float32', [1, 'samples'])) }),
      session && { session },
    )
    return new FrameRows(feature, program, perRun)
  }

  /** One waveform. */
  start(): FrameStream {
    return new FrameStream(this)
  }

  /** Frees its memory. */
  close(): Promise<void> {
    return this.program.close()
  }
}

/** One waveform on its way to rows: `push` its pieces, then `finish`; both give rows. */
export class FrameStream {
  /** Samples with the edges around them: place 0 is the first of the edge. */
  readonly #tape = new Tape()
  readonly #edge: number
  #head: Float32Array | undefined = new Float32Array(0)
  #samples = 0
  #next = 0

  constructor(readonly rows: FrameRows) {
    const { frame, edges } = rows.feature.settings
    this.#edge = edges === 'none' ? 0 : Math.floor(frame / 2)
  }

  /** Takes samples and gives the rows that are certain now, in whole runs. */
  async *push(piece: Float32Array): AsyncGenerator<Float32Array> {
    this.#samples += piece.length
    if (this.#head === undefined) this.#tape.push(piece)
    else {
      this.#head = joined(this.#head, piece)
      // A mirrored edge needs as many samples, and one more.
      if (this.#head.length > this.#edge) this.#begin()
    }
    const { perRun } = this.rows
    const { frame, hop } = this.rows.feature.settings
    while ((this.#next + perRun - 1) * hop + frame <= this.#tape.end) {
      yield await this.#run(perRun)
    }
  }

  /** The rows that are left once the waveform has ended. */
  async *finish(): AsyncGenerator<Float32Array> {
    if (this.#samples === 0) return
    if (this.#head !== undefined) this.#begin()
    this.#tape.push(this.#tail())
    const { perRun } = this.rows
    const { frame, hop } = this.rows.feature.settings
    const all = Math.floor((this.#tape.end - frame) / hop) + 1
    while (this.#next < all) yield await this.#run(Math.min(perRun, all - this.#next))
  }

  /** Writes the edge before the first sample, and what has waited for it. */
  #begin(): void {
    const head = this.#head ?? new Float32Array(0)
    this.#head = undefined
    const edge = new Float32Array(this.#edge)
    if (this.#isMirrored) {
      for (let place = 0; place < edge.length; place++) {
        edge[place] = head[mirrored(place - edge.length, head.length)] ?? 0
      }
    }
    this.#tape.push(edge)
    this.#tape.push(head)
  }

  /** The edge behind the last sample. */
  #tail(): Float32Array {
    const edge = new Float32Array(this.#edge)
    if (!this.#isMirrored) return edge
    return edge.map((_, place) => {
      const sample = this.#edge + mirrored(this.#samples + place, this.#samples)
      return this.#tape.read(sample, sample + 1)[0] ?? 0
    })
  }

  get #isMirrored(): boolean {
    return this.rows.feature.settings.edges === 'reflect'
  }

  async #run(frames: number): Promise<Float32Array> {
    const { frame, hop } = this.rows.feature.settings
    const first = this.#next * hop
    const data = this.#tape.read(first, first + (frames - 1) * hop + frame)
    this.#next += frames
    // What a mirrored end will need stays.
    this.#tape.forget(Math.min(this.#next * hop, this.#tape.end - this.#edge - 1))
    const waveform = { dataType: 'float32' as const, shape: [1, data.length], data }
    return floatsOf(await this.rows.program.run({ waveform }), 'rows')
  }
}

/** The sample of `count` that stands at a place beyond the ends, mirrored as often as it takes. */
export function mirrored(place: number, count: number): number {
  if (count === 1) return 0
  const period = 2 * (count - 1)
  const inside = ((place % period) + period) % period
  return Math.min(inside, period - inside)
}

function joined(left: Float32Array, right: Float32Array): Float32Array {
  const both = new Float32Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}
