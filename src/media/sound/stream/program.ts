/** Features of sound of any rate and length: opened once, for many sounds. */
import { LimbicError } from '../../../base/errors.js'
import type { Engine } from '../../../runtime/engine.js'
import type { SessionOptions } from '../../../runtime/session.js'
import { featureOf, frameTime } from '../features/make.js'
import type { FeatureSettings } from '../features/settings.js'
import type { SincSettings } from '../numbers/sinc.js'
import { Lane, type LaneRun } from './lane.js'
import { Resampler } from './resampler.js'
import { blocksOf, type ChannelChoice, mixChannels, type Sound } from './sound.js'

/** What a program computes. */
export interface SoundSettings<Name extends string = string> {
  /**
   * The rate that sound is first resampled to (samples per second, Hz), which is that of all
   * features.
   */
  readonly rate: number
  /** Default: `mean`. */
  readonly channel?: ChannelChoice
  /** How sound is resampled. Default: `kaiserBest`. */
  readonly filter?: SincSettings
  readonly features: Readonly<Record<Name, FeatureSettings>>
}

/** How a program runs; this changes results only by rounding. */
export interface SoundProgramOptions {
  /** Default: one thread, which is best for short sounds. */
  readonly session?: SessionOptions
  /** Frames computed at once; fewer mean less delay, more are faster. Default: 512. */
  readonly framesPerRun?: number
  /**
   * Bytes for rows that wait in memory until the maximum of the sound is known; rows of longer
   * sounds are computed twice. Default: 64 MiB, or 20 minutes of 128 bands every 10 ms.
   */
  readonly waiting?: number
}

/** Successive rows of one feature. */
export interface FeatureBlock<Name extends string = string> {
  readonly feature: Name
  /** The number of its first row, from 0. */
  readonly first: number
  readonly rows: number
  /** Numbers in a row. */
  readonly width: number
  /** In row-major order. */
  readonly data: Float32Array
  /** When the middle of its first frame is, in seconds of the recording. */
  readonly time: number
  /** Seconds from row to row. */
  readonly step: number
}

/** All rows of one feature. */
export interface FeatureTrack {
  readonly settings: FeatureSettings
  readonly rows: number
  readonly width: number
  readonly data: Float32Array
  /** When the middle of each frame is, in seconds of the recording. */
  readonly times: Float64Array
}

/** Features of sound. */
export interface SoundProgram<Name extends string = string> {
  /**
   * Computes all features, in blocks as they become available; the blocks of each feature are in
   * order. Memory does not grow with the length of the sound, and results do not depend on the
   * pieces it arrives in, to the bit.
   *
   * Decibels with a range below the loudest need all of the sound first. A sound whose rows exceed
   * `waiting` is read twice, and must be given as a function.
   *
   * @throws LimbicError if the rate changes, or a sound that can be read only once would be read
   * twice
   */
  features(sound: Sound): AsyncGenerator<FeatureBlock<Name>>
  /** The same, as a whole in memory. A sound without samples has no rows. */
  extract(sound: Sound): Promise<Record<Name, FeatureTrack>>
  /** Frees its memory. */
  close(): Promise<void>
}

/**
 * Opens the graphs of some features.
 *
 *     const program = await openSoundProgram(nodeEngine, {
 *       rate: 16_000,
 *       features: { audio: soundPresets.mfcc(16_000), pitch: soundPresets.pitch(16_000) },
 *     })
 *     const { audio, pitch } = await program.extract({ samples, rate: 44_100 })
 *
 * @throws LimbicError if a setting is invalid
 */
export async function openSoundProgram<Name extends string>(
  engine: Engine,
  settings: SoundSettings<Name>,
  options: SoundProgramOptions = {},
): Promise<SoundProgram<Name>> {
  const { session = { threads: 1 }, framesPerRun = 512 } = options
  const lanes: Lane<Name>[] = []
  for (const name in settings.features) {
    const feature = featureOf(settings.features[name])
    if (feature.settings.rate !== settings.rate) {
      throw new LimbicError('a feature has another rate than its sound', {
        where: `feature "${name}"`,
        expected: `${settings.rate} Hz`,
        got: `${feature.settings.rate} Hz`,
      })
    }
    lanes.push(await Lane.open(engine, name, feature, framesPerRun, session))
  }
  return new Running(engine, settings, session, lanes, options.waiting ?? 64 * 2 ** 20)
}

class Running<Name extends string> implements SoundProgram<Name> {
  readonly #resamplers = new Map<number, Promise<Resampler>>()

  constructor(
    readonly engine: Engine,
    readonly settings: SoundSettings<Name>,
    readonly session: SessionOptions,
    readonly lanes: readonly Lane<Name>[],
    readonly waiting: number,
  ) {}

  async *features(sound: Sound): AsyncGenerator<FeatureBlock<Name>> {
    const clock = { start: 0 }
    const room = { left: this.waiting }
    const runs = this.lanes.map((lane) => lane.start(room))
    const labelled = (lane: Lane<Name>, first: number, data: Float32Array) => {
      const { settings, width } = lane.feature
      const time = clock.start + frameTime(first, settings)
      const step = settings.hop / settings.rate
      return { feature: lane.name, first, rows: data.length / width, width, data, time, step }
    }
    yield* this.#read(sound, clock, runs, labelled)
    const again = runs.filter((run) => run.isAgain)
    if (again.length === 0) return
    if (typeof sound !== 'function' && !('samples' in sound)) throw cannotReadTwice(again)
    yield* this.#read(sound, clock, again, labelled)
  }

  /** All rows from one pass over a sound. */
  async *#read(
    sound: Sound,
    clock: { start: number },
    runs: readonly LaneRun<Name>[],
    labelled: (lane: Lane<Name>, first: number, data: Float32Array) => FeatureBlock<Name>,
  ): AsyncGenerator<FeatureBlock<Name>> {
    for await (const piece of this.#waveform(sound, clock)) {
      for (const run of runs) {
        for await (const rows of run.push(piece)) yield labelled(run.lane, run.give(rows), rows)
      }
    }
    for (const run of runs) {
      for await (const rows of run.finish()) yield labelled(run.lane, run.give(rows), rows)
    }
  }

  async extract(sound: Sound): Promise<Record<Name, FeatureTrack>> {
    const found: FeatureBlock<Name>[] = []
    for await (const block of this.features(sound)) found.push(block)
    return tracksOf(this.lanes, found)
  }

  async close(): Promise<void> {
    const resamplers = await Promise.all(this.#resamplers.values())
    await Promise.all([...this.lanes, ...resamplers].map((one) => one.close()))
  }

  /** Mixes to one channel at the rate of the features. */
  async *#waveform(sound: Sound, clock: { start: number }): AsyncGenerator<Float32Array> {
    const { channel, rate } = this.settings
    const blocks = blocksOf(sound)[Symbol.asyncIterator]()
    try {
      const begin = await blocks.next()
      if (begin.done) return
      const { time, rate: from, channels } = begin.value
      clock.start = time
      const heard = async function* () {
        yield mixChannels(channels, channel)
        for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
          if (next.value.rate !== from) throw rateChanged(from, next.value)
          yield mixChannels(next.value.channels, channel)
        }
      }
      if (from === rate) yield* heard()
      else yield* (await this.#resampler(from)).run(heard())
    } finally {
      await blocks.return?.()
    }
  }

  #resampler(from: number): Promise<Resampler> {
    const { rate: to, filter } = this.settings
    const known = this.#resamplers.get(from)
    if (known) return known
    const opened = Resampler.open(this.engine, { from, to }, this.session, filter)
    this.#resamplers.set(from, opened)
    // An invalid rate fails each time.
    opened.catch(() => this.#resamplers.delete(from))
    return opened
  }
}

/** Joins the blocks of each feature. */
function tracksOf<Name extends string>(
  lanes: readonly Lane<Name>[],
  blocks: readonly FeatureBlock<Name>[],
): Record<Name, FeatureTrack>
function tracksOf(
  lanes: readonly Lane[],
  blocks: readonly FeatureBlock[],
): Record<string, FeatureTrack> {
  return Object.fromEntries(
    lanes.map(({ name, feature: { settings, width } }) => {
      const own = blocks.filter(({ feature }) => feature === name)
      return [name, trackOf(settings, width, own)]
    }),
  )
}

function trackOf(
  settings: FeatureSettings,
  width: number,
  blocks: readonly FeatureBlock[],
): FeatureTrack {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0)
  const [only, second] = blocks
  const data = only && !second ? only.data : new Float32Array(rows * width)
  if (second) for (const block of blocks) data.set(block.data, block.first * width)
  const [start = 0] = blocks.map(({ time }) => time)
  const step = settings.hop / settings.rate
  return {
    settings,
    rows,
    width,
    data,
    times: Float64Array.from({ length: rows }, (_, row) => start + row * step),
  }
}

function rateChanged(from: number, { time, rate }: { time: number; rate: number }): LimbicError {
  return new LimbicError('the rate of the sound changes', {
    where: `at ${time.toFixed(3)} s`,
    expected: `${from} Hz`,
    got: `${rate} Hz`,
    hint: 'Bring it to one rate first, for example with ffmpeg -ar 16000',
  })
}

function cannotReadTwice(runs: readonly { lane: { name: string } }[]): LimbicError {
  return new LimbicError('this sound is too long to be read only once', {
    where: runs.map(({ lane }) => `feature "${lane.name}"`).join(', '),
    hint: 'Give it as a function that reads it from the start, or set range to null',
  })
}
