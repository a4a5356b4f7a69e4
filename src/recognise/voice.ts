/** Reads a voice: a model's answers to windows of the sound. */
import { emotionOf } from '../base/emotions.js'
import { LimbicError } from '../base/errors.js'
import { largest } from '../base/numbers.js'
import {
  type FeatureBlock,
  type FeatureSettings,
  findVoice,
  openSoundProgram,
  type Stretch,
  soundPresets,
} from '../media/sound/index.js'
import type { Source } from '../media/source.js'
import type { Engine } from '../runtime/engine.js'
import type { TrainedModel } from '../use/trained-model.js'
import type { Estimate, Reading } from './recognition.js'
import { softened } from './soften.js'
import { type Window, windowsOf } from './windows.js'

/** The length of a window in seconds: about a sentence. */
const windowLength = 3
/** Seconds from window to window. */
const windowStep = 1
/** A window with less voice than this (seconds) has no estimate. */
const leastVoice = 0.4
/** The number of windows per batch. */
const together = 16

/** A voice model, and how its answers are calibrated. */
export interface VoiceModel {
  /** A classifier whose only input is a feature of sound. */
  readonly model: TrainedModel
  /** The feature that it was trained on. */
  readonly settings: FeatureSettings
  /**
   * The temperature: the logarithms of its probabilities are divided by this. It is above 1 for a
   * model that is overconfident about voices unlike those it was trained on.
   */
  readonly temperature: number
}

/** How the answers of the starter voice model are calibrated. */
export const starterVoice = {
  /** The sound of the recipe `compact`. */
  settings: soundPresets.logMel(16_000),
  /** Minimises the cross entropy on another corpus; see `assets/starter-voice.md`. */
  temperature: 3,
} as const

/** Seconds from answer to answer of a voice that is listened to. */
const liveStep = 0.25
/** Frames of sound that are computed at once then, and seconds whose levels say what counts as voice. */
const liveFrames = 16
const liveMemory = 60

/** Is told of what a voice reader hears. */
export interface VoiceListener {
  /** Rows of the sound's spectrogram. */
  sound?(rows: FeatureBlock): void
  /** What the model is given for an estimate: the rows of a window with voice in it. */
  voice?(window: Window): void
}

/** Reads voices; opened once, for many clips. */
export interface VoiceReader {
  /** The emotions that it tells apart. */
  readonly emotions: readonly string[]
  /**
   * @returns an estimate for each window with voice in it, and the duration of the sound in seconds
   * @throws LimbicError if the sound cannot be decoded
   */
  read(source: Source): Promise<{ readonly reading: Reading; readonly duration: number }>
  /**
   * Listens to a sound as it comes: an estimate of the latest three seconds, four times a second, once there
   * are as many. What counts as voice depends on the loudest part of the last minute; where there is none, an
   * estimate has no probabilities.
   *
   * @param listener is told of what is heard, on the way
   * @throws LimbicError if the sound cannot be decoded
   */
  listen(source: Source, listener?: VoiceListener): AsyncGenerator<Estimate>
  close(): Promise<void>
}

/**
 * @param isLive whether it listens to sound as it comes, in small pieces
 * @throws LimbicError if the model is of another kind
 */
export async function openVoiceReader(
  engine: Engine,
  { model, settings, temperature }: VoiceModel,
  isLive = false,
): Promise<VoiceReader> {
  const [input, ...others] = model.inputs
  if (model.task.spec.kind !== 'classification' || !input || others.length > 0) {
    throw new LimbicError('the voice model does not fit', {
      where: model.path,
      expected: 'classes, told from one feature of sound',
      got: `${model.task.spec.kind} from ${model.inputs.map(({ name }) => name).join(', ')}`,
    })
  }
  const { rate } = settings
  const level = soundPresets.energy(rate, { unit: 'decibels' })
  // The loudest of a sound that goes on is not known: each window ends at a range below its own.
  const range = isLive && 'range' in settings ? settings.range : null
  const rows = range !== null && 'range' in settings ? { ...settings, range: null } : settings
  const features = { rows, level }
  const pieces = isLive ? { framesPerRun: liveFrames } : {}
  const program = await openSoundProgram(engine, { rate, features }, pieces)
  const emotions = model.task.outputs.map(emotionOf)
  const answer = async (windows: readonly Window[]): Promise<Estimate[]> => {
    const answers = await model.predict(windows.map(({ rows }) => ({ [input.name]: rows })))
    return windows.flatMap(({ start, end }, at) => {
      const told = answers[at]
      if (told?.task !== 'classification') return []
      return {
        start,
        end,
        probabilities: softened(
          model.task.outputs.map((name) => told.probabilities[name] ?? 0),
          temperature,
        ),
      }
    })
  }
  return {
    emotions,
    async *listen(source, listener) {
      const levels = new Levels(liveMemory)
      const rows = levels.without(program.features(() => source.readSound()))
      const shown = async function* () {
        for await (const block of rows) {
          listener?.sound?.(block)
          yield block
        }
      }
      for await (const window of windowsOf(shown(), windowLength, liveStep)) {
        const { start, end } = window
        const isVoice = voiceIn(window, levels.voiced()) >= leastVoice
        if (!isVoice) {
          yield { start, end, probabilities: [] }
          continue
        }
        const given = { ...window, rows: within(range, window.rows) }
        listener?.voice?.(given)
        yield* await answer([given])
      }
    },
    async read(source) {
      const levels = new Levels()
      const rows = levels.without(program.features(() => source.readSound()))
      const estimates: Estimate[] = []
      let waiting: Window[] = []
      const flush = async () => {
        if (waiting.length > 0) estimates.push(...(await answer(waiting)))
        waiting = []
      }
      for await (const window of windowsOf(rows, windowLength, windowStep)) {
        waiting.push(window)
        if (waiting.length === together) await flush()
      }
      await flush()
      // What counts as voice depends on the loudest part, which is known only now.
      const voiced = levels.voiced()
      const heard = estimates.filter((estimate) => voiceIn(estimate, voiced) >= leastVoice)
      const reading = { emotions, estimates: heard }
      return { reading, duration: levels.lastTime }
    },
    close: async () => {
      await Promise.all([program.close(), model.close()])
    },
  }
}

/** Keeps the levels of a sound and passes other rows on, so that the sound is read once. */
class Levels {
  readonly #blocks: FeatureBlock[] = []

  /** @param memory seconds whose levels are kept */
  constructor(private readonly memory = Number.POSITIVE_INFINITY) {}

  /** The blocks of the other feature. */
  async *without(blocks: AsyncIterable<FeatureBlock>): AsyncGenerator<FeatureBlock> {
    for await (const block of blocks) {
      if (block.feature !== 'level') {
        yield block
        continue
      }
      this.#blocks.push(block)
      while ((this.#blocks[1]?.time ?? Number.POSITIVE_INFINITY) < block.time - this.memory) {
        this.#blocks.shift()
      }
    }
  }

  /** Seconds at the middle of the last frame; 0 without sound. */
  get lastTime(): number {
    const last = this.#blocks.at(-1)
    return last ? last.time + (last.rows - 1) * last.step : 0
  }

  /** The parts with voice, in the recording's time, since its sound may begin late. */
  voiced(): Stretch[] {
    const { time = 0, step = 0 } = this.#blocks[0] ?? {}
    const levels = this.#blocks.flatMap(({ data }) => [...data])
    const stretches = findVoice(levels, step)
    return stretches.map(({ start, end }) => ({ start: start + time, end: end + time }))
  }
}

/** Decibels no lower than a range below the loudest of all rows. */
function within(range: number | null, rows: readonly Float32Array[]): readonly Float32Array[] {
  if (range === null) return rows
  const lowest = largest(rows.map((row) => largest(row))) - range
  return rows.map((row) => row.map((level) => Math.max(level, lowest)))
}

/** Seconds of voice in a window. */
function voiceIn({ start, end }: Stretch, voiced: readonly Stretch[]): number {
  return voiced.reduce(
    (sum, stretch) =>
      sum + Math.max(0, Math.min(end, stretch.end) - Math.max(start, stretch.start)),
    0,
  )
}
