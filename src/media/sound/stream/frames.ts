/**
 * Computes rows of single frames in blocks that do not depend on the pieces the waveform arrives
 * in.
 */
import type { Tensor } from '../../../graph/index.js'
import type { Engine } from '../../../runtime/engine.js'
import { openProgram, type Program } from '../../../runtime/program.js'
import type { SessionOptions } from '../../../runtime/session.js'
import type { Feature } from '../features/feature.js'
import { framedHops, hopsInFrame } from '../graphs/framing.js'
import { floatsOf, Tape } from './tape.js'

/** Computes rows from the frames of waveforms. */
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
    const program = await openFrames(engine, feature, (rows) => rows, session)
    return new FrameRows(feature, program, perRun)
  }

  /** Starts a waveform. */
  start(): FrameStream {
    return new FrameStream(this)
  }

  /** Frees its memory. */
  close(): Promise<void> {
    return this.program.close()
  }
}

/** The program from a waveform in hops to the result of `then` for the rows of its frames. */
export function openFrames(
  engine: Engine,
  feature: Feature,
  then: (rows: Tensor) => Tensor,
  session?: SessionOptions,
): Promise<Program> {
  const { frame, hop } = feature.settings
  return openProgram(
    engine,
    (graph) => {
      const hops = graph.input('hops', 'float32', [1, 'hops', hop])
      return { rows: then(feature.frames.apply(framedHops(hops, frame))) }
    },
    session && { session },
  )
}

/** The rows of one waveform: `push` its pieces, then `finish`; both return rows. */
export class FrameStream {
  /** Samples with padding at both ends; position 0 is the start of the padding. */
  readonly #tape = new Tape()
  readonly #edge: number
  readonly #hop: number
  /** The hops that the last frame overlaps besides its own. */
  readonly #more: number
  /** The first samples, until there are enough for the padding before them. */
  readonly #head = new Tape()
  #isBegun = false
  #samples = 0
  #next = 0
  /** The number of frames, once the waveform has ended. */
  #all: number | undefined

  constructor(readonly rows: FrameRows) {
    const { frame, hop, edges } = rows.feature.settings
    this.#edge = edges === 'none' ? 0 : Math.floor(frame / 2)
    this.#hop = hop
    this.#more = hopsInFrame(frame, hop) - 1
  }

  /**
   * Takes samples, which must not change, and returns the rows that are complete now, in whole
   * runs.
   */
  async *push(piece: Float32Array): AsyncGenerator<Float32Array> {
    this.#samples += piece.length
    if (this.#isBegun) this.#tape.push(piece)
    else {
      this.#head.push(piece)
      // Mirrored padding needs that many samples, and one more.
      if (this.#samples > this.#edge) this.#begin()
    }
    const { perRun, program } = this.rows
    while ((this.#next + perRun + this.#more) * this.#hop <= this.#tape.end) {
      yield await this.#run(perRun, program)
    }
  }

  /** The remaining rows, after the waveform has ended. */
  async *finish(): AsyncGenerator<Float32Array> {
    const all = this.#end()
    const { perRun, program } = this.rows
    while (this.#next < all) yield await this.#run(Math.min(perRun, all - this.#next), program)
  }

  /**
   * A program's result for all frames of a finished waveform, if they fit in one run; undefined if
   * they do not, or there are fewer than `least`.
   *
   * @param program from `hops` to `rows`
   */
  async atOnce(program: Program, least: number): Promise<Float32Array | undefined> {
    const all = this.#end()
    const fits = this.#next === 0 && all >= Math.max(1, least) && all <= this.rows.perRun
    return fits ? await this.#run(all, program) : undefined
  }

  /** Writes the padding after the last sample, once, and counts the frames. */
  #end(): number {
    if (this.#all !== undefined) return this.#all
    this.#all = 0
    if (this.#samples === 0) return 0
    if (!this.#isBegun) this.#begin()
    this.#tape.push(this.#tail())
    const { frame } = this.rows.feature.settings
    this.#all = Math.max(0, Math.floor((this.#tape.end - frame) / this.#hop) + 1)
    // The last hop of the last frame may extend beyond it; the rest is ignored.
    const missing = (this.#all + this.#more) * this.#hop - this.#tape.end
    if (this.#all > 0 && missing > 0) this.#tape.push(new Float32Array(missing))
    return this.#all
  }

  /** Writes the padding before the first sample, and the samples that waited for it. */
  #begin(): void {
    this.#isBegun = true
    const head = this.#head.read(0, this.#samples)
    const edge = new Float32Array(this.#edge)
    if (this.#isMirrored) {
      for (let place = 0; place < edge.length; place++) {
        edge[place] = head[mirrored(place - edge.length, head.length)] ?? 0
      }
    }
    this.#tape.push(edge)
    this.#tape.push(head)
  }

  /** The padding after the last sample. */
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

  async #run(frames: number, program: Program): Promise<Float32Array> {
    const hop = this.#hop
    const count = frames + this.#more
    const data = this.#tape.read(this.#next * hop, (this.#next + count) * hop)
    this.#next += frames
    // Keeps what mirrored padding at the end needs.
    this.#tape.forget(Math.min(this.#next * hop, this.#tape.end - this.#edge - 1))
    const hops = { dataType: 'float32' as const, shape: [1, count, hop], data }
    return floatsOf(await program.run({ hops }), 'rows')
  }
}

/** The sample of `count` at a position beyond the ends, mirrored as often as needed. */
function mirrored(place: number, count: number): number {
  if (count === 1) return 0
  const period = 2 * (count - 1)
  const inside = ((place % period) + period) % period
  return Math.min(inside, period - inside)
}
