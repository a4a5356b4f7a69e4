/** Resamples sound in blocks that do not depend on the pieces it arrives in. */

import { addDimensions, floorDivideDimension } from '../../../graph/index.js'
import type { Engine } from '../../../runtime/engine.js'
import { openProgram, type Program } from '../../../runtime/program.js'
import type { SessionOptions } from '../../../runtime/session.js'
import { resamplePeriods } from '../graphs/resample.js'
import { kaiserBest, type SincPeriod, type SincSettings, sincPeriod } from '../numbers/sinc.js'
import { floatsOf, Tape } from './tape.js'

/** The approximate number of output samples per run. */
const outputsPerRun = 16_384

/** Resamples streams; results do not depend on the pieces, to the bit. */
export class Resampler {
  readonly #perRun: number

  private constructor(
    readonly from: number,
    readonly to: number,
    readonly period: SincPeriod,
    readonly program: Program,
  ) {
    this.#perRun = Math.max(1, Math.round(outputsPerRun / period.outputs))
  }

  /** @throws LimbicError for invalid rates, and for ratios that need too many coefficients */
  static async open(
    engine: Engine,
    rates: { readonly from: number; readonly to: number },
    session?: SessionOptions,
    filter: SincSettings = kaiserBest,
  ): Promise<Resampler> {
    const period = sincPeriod(rates.from, rates.to, filter)
    const program = await openProgram(
      engine,
      (graph) => {
        const waveform = graph.input('waveform', 'float32', [1, 'samples'])
        const room = addDimensions('samples', -period.span)
        const periods = addDimensions(floorDivideDimension(room, period.inputs), 1)
        return { resampled: resamplePeriods(waveform, period, periods) }
      },
      session && { session },
    )
    return new Resampler(rates.from, rates.to, period, program)
  }

  /**
   * Resamples a stream: `pieces` at the rate `from` become pieces at the rate `to`, with
   * ceil(samples * to / from) samples in all.
   */
  async *run(pieces: AsyncIterable<Float32Array>): AsyncGenerator<Float32Array> {
    const { inputs, outputs, reach, span } = this.period
    const tape = new Tape()
    tape.push(new Float32Array(reach))
    let done = 0
    const advance = async (periods: number): Promise<Float32Array> => {
      const first = done * inputs
      const data = tape.read(first, first + (periods - 1) * inputs + span)
      const shape = [1, data.length]
      const results = await this.program.run({ waveform: { dataType: 'float32', shape, data } })
      done += periods
      tape.forget(done * inputs)
      return floatsOf(results, 'resampled')
    }
    const perRun = this.#perRun
    for await (const piece of pieces) {
      tape.push(piece)
      while ((done + perRun - 1) * inputs + span <= tape.end) yield await advance(perRun)
    }
    const samples = tape.end - reach
    const wanted = Math.ceil((samples * outputs) / inputs)
    const periods = Math.ceil(samples / inputs)
    tape.push(new Float32Array(Math.max(0, (periods - 1) * inputs + span - tape.end)))
    while (done < periods) {
      const before = done * outputs
      const data = await advance(Math.min(perRun, periods - done))
      yield data.subarray(0, wanted - before)
    }
  }

  /** Frees its memory. */
  close(): Promise<void> {
    return this.program.close()
  }
}
