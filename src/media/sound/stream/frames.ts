/** Rows of single frames, block by block, in the same blocks whatever pieces the waveform comes in. */
import type { Tensor } from '../../../graph/index.js'
import type { Engine } from '../../../runtime/engine.js'
import { openProgram, type Program } from '../../../runtime/program.js'
import type { SessionOptions } from '../../../runtime/session.js'
import type { Feature } from '../features/feature.js'
import { framedHops, hopsInFrame } from '../graphs/framing.js'
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
    const program = await openFrames(engine, feature, (rows) => rows, session)
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

/** The program from a waveform, hop by hop, to what `then` makes of the rows of its frames. */
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

/** One waveform on its way to rows: `push` its pieces, then `finish`; both give rows. */
export class FrameStream {
  /** Samples with the edges around them: place 0 is the first of the edge. */
  readonly #tape = new Tape()
  readonly #edge: number
  readonly #hop: number
  /** Hops that the last of some frames takes besides its own. */
  readonly #more: number
  /** The first samples, until there are enough for the edge before them. */
  readonly #head = new Tape()
  #isBegun = false
  #samples = 0
  #next = 0
  /** All frames, once the waveform has ended. */
  #all: number | undefined

  constructor(readonly rows: FrameRows) {
    const { frame, hop, edges } = rows.feature.settings
    this.#edge = edges === 'none' ? 0 : Math.floor(frame / 2)
    this.#hop = hop
    this.#more = hopsInFrame(frame, hop) - 1
  }

  /** Takes samples, which must not change, and gives the rows that are certain now, in whole runs. */
  async *push(piece: Float32Array): AsyncGenerator<Float32Array> {
    this.#samples += piece.length
    if (this.#isBegun) this.#tape.push(piece)
    else {
      this.#head.push(piece)
      // A mirrored edge needs as many samples, and one more.
      if (this.#samples > this.#edge) this.#begin()
    }
    const { perRun, program } = this.rows
    while ((this.#next + perRun + this.#more) * this.#hop <= this.#tape.end) {
      yield await this.#run(perRun, program)
    }
  }

  /** The rows that are left once the waveform has ended. */
  async *finish(): AsyncGenerator<Float32Array> {
    const all = this.#end()
    const { perRun, program } = this.rows
    while (this.#next < all) yield await this.#run(Math.min(perRun, all - this.#next), program)
  }

  /**
   * What a program makes of all frames of a waveform that has ended, where one run holds them all; undefined
   * where it does not, or there are fewer than `least`.
   *
   * @param program takes `hops` and gives `rows`
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
    // The last frame's last hop may end behind the frame: what is there does not count.
    const missing = (this.#all + this.#more) * this.#hop - this.#tape.end
    if (this.#all > 0 && missing > 0) this.#tape.push(new Float32Array(missing))
    return this.#all
  }

  /** Writes the edge before the first sample, and what has waited for it. */
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

  async #run(frames: number, program: Program): Promise<Float32Array> {
    const hop = this.#hop
    const count = frames + this.#more
    const data = this.#tape.read(this.#next * hop, (this.#next + count) * hop)
    this.#next += frames
    // What a mirrored end will need stays.
    this.#tape.forget(Math.min(this.#next * hop, this.#tape.end - this.#edge - 1))
    const hops = { dataType: 'float32' as const, shape: [1, count, hop], data }
    return floatsOf(await program.run({ hops }), 'rows')
  }
}

/** The sample of `count` that stands at a place beyond the ends, mirrored as often as it takes. */
export function mirrored(place: number, count: number): number {
  if (count === 1) return 0
  const period = 2 * (count - 1)
  const inside = ((place % period) + period) % period
  return Math.min(inside, period - inside)
}
