/** What a voice says of a clip: a model's answers to windows of its sound. */
import { emotionOf } from '../base/emotions.js'
import { LimbicError } from '../base/errors.js'
import {
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
import { type Window, windowsOf } from './windows.js'

/** Seconds that the model hears at once, as long as the utterances it was trained on. */
const windowLength = 3
/** Seconds from window to window. */
const windowStep = 1
/** Less voice than this (seconds) in a window says nothing. */
const leastVoice = 0.4
/** Windows that go through the model together. */
const together = 16

/** A model of voices, and how its answers are taken. */
export interface VoiceModel {
  /** One of classes, whose only input is a feature of sound. */
  readonly model: TrainedModel
  /** The feature that it was trained on. */
  readonly settings: FeatureSettings
  /**
   * What the logarithms of its probabilities are divided by: above 1 for a model that is surer of
   * voices unlike those it was trained on than it is right.
   */
  readonly temperature: number
}

/** How the starter model of voices is taken. */
export const starterVoice = {
  /** The sound of the recipe `compact`. */
  settings: soundPresets.logMel(16_000),
  /** The least cross entropy on another corpus: see `assets/starter-voice.md`. */
  temperature: 3,
} as const

/** Reads voices; opened once, for many clips. */
export interface VoiceReader {
  /**
   * @returns an estimate for each window with voice in it, and the duration of the sound in seconds
   * @throws LimbicError if the sound cannot be decoded
   */
  read(source: Source): Promise<{ readonly reading: Reading; readonly duration: number }>
  close(): Promise<void>
}

/** @throws LimbicError if the model is of another kind */
export async function openVoiceReader(
  engine: Engine,
  { model, settings, temperature }: VoiceModel,
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
  const program = await openSoundProgram(engine, { rate, features: { rows: settings } })
  const levels = await openSoundProgram(engine, {
    rate,
    features: { level: soundPresets.energy(rate, { unit: 'decibels' }) },
  })
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
    async read(source) {
      const { level } = await levels.extract(source.readSound())
      const voiced = findVoice(level.data, (level.times[1] ?? 0) - (level.times[0] ?? 0))
      const estimates: Estimate[] = []
      let waiting: Window[] = []
      const flush = async () => {
        if (waiting.length > 0) estimates.push(...(await answer(waiting)))
        waiting = []
      }
      const rows = program.features(() => source.readSound())
      for await (const window of windowsOf(rows, windowLength, windowStep)) {
        if (voiceIn(window, voiced) < leastVoice) continue
        waiting.push(window)
        if (waiting.length === together) await flush()
      }
      await flush()
      const reading = { emotions: model.task.outputs.map(emotionOf), estimates }
      return { reading, duration: level.times.at(-1) ?? 0 }
    },
    close: async () => {
      await Promise.all([program.close(), levels.close(), model.close()])
    },
  }
}

function softened(probabilities: readonly number[], temperature: number): number[] {
  const powers = probabilities.map((probability) => probability ** (1 / temperature))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

/** Seconds of voice in a window. */
function voiceIn({ start, end }: Stretch, voiced: readonly Stretch[]): number {
  return voiced.reduce(
    (sum, stretch) =>
      sum + Math.max(0, Math.min(end, stretch.end) - Math.max(start, stretch.start)),
    0,
  )
}
