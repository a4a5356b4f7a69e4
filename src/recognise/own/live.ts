/** A model of one's own on a live source: an answer to the latest seconds, again and again. */
import { LimbicError } from '../../base/errors.js'
import {
  type ClipFeatures,
  type ExtractorResources,
  openExtractor,
  openPictureExtractor,
  type PictureStep,
} from '../../media/extract/index.js'
import { partOfRecipe, type Recipe } from '../../media/recipes/index.js'
import { openSoundProgram } from '../../media/sound/index.js'
import type { Source } from '../../media/source.js'
import type { Engine } from '../../runtime/engine.js'
import { answerSubsets } from '../../use/answers.js'
import { checkClip } from '../../use/clip-sample.js'
import type { TrainedModel } from '../../use/trained-model.js'
import { type OwnListener, shownSound } from './listener.js'
import { SoundTape } from './tape.js'

/** A model with what makes its features. */
export interface Watching {
  readonly engine: Engine
  readonly model: TrainedModel
  readonly recipe: Recipe
  readonly resources: ExtractorResources
}

/** The most seconds that an answer looks back, and how many it does unless told otherwise. */
const mostSeconds = 30
const usual = 4
/** Less sound than this (seconds) counts as none. */
const leastSound = 1
/** Seconds from answer to answer where there is no picture. */
const soundStep = 0.25
/** Frames of the spectrogram that are computed at once. */
const shownFrames = 16

/** Why a recipe cannot be made of a live source; undefined if it can. */
export function notLive({ aligned, name }: Recipe): string | undefined {
  return aligned
    ? `recipe ${name} aligns voice and face to words with times, which a live source has not`
    : undefined
}

/** Features with the times of the source: those of sound count from the start of what was heard. */
function inSource(
  { audio, ...others }: ClipFeatures['features'],
  start: number,
): ClipFeatures['features'] {
  const times = audio?.times?.map((time) => time + start)
  return { ...others, ...(audio && { audio: { ...audio, ...(times && { times }) } }) }
}

/** See `OwnModel.watch`. */
export async function watchWith(
  { engine, model, recipe, resources }: Watching,
  source: Source,
  listener: OwnListener,
): Promise<void> {
  const reason = notLive(recipe)
  if (reason !== undefined) throw new LimbicError(reason, { where: model.path })
  const { session = { threads: 1 } } = resources
  const { vision } = recipe
  const spoken = partOfRecipe(recipe, ['text', 'audio'])
  const sound = await openExtractor(engine, spoken, resources)
  const picture =
    vision && source.picture && (await openPictureExtractor(engine, vision, resources, session))
  const tape = source.sound && new SoundTape(source.sound, mostSeconds)
  let steps: PictureStep[] = []

  const answer = async (time: number) => {
    const seconds = listener.seconds?.() ?? usual
    const start = Math.max(0, time - seconds)
    const on = listener.inputs?.() ?? model.inputs.map(({ name }) => name)
    const text = listener.words?.()
    const heard = { start, end: Math.min(time, tape?.end ?? 0) }
    const isHeard = tape !== undefined && heard.end - heard.start >= leastSound
    const { features } = await sound.extract({
      ...(isHeard && { sound: { source: tape.source(source.name), range: heard } }),
      ...(text !== undefined && { text }),
    })
    const seen = picture?.featureOf(steps.filter((step) => step.time >= start))
    const all: ClipFeatures['features'] = { ...features, ...(seen && { vision: seen }) }
    const sample = Object.keys(all).length > 0 ? checkClip(model, `${time} s`, all) : undefined
    const found = sample && (await answerSubsets(model, sample, on))
    if (sample && found) await listener.given?.(sample, inSource(all, isHeard ? start : 0))
    const last = steps.at(-1)
    listener.answer({
      time,
      ...(found && { answer: found }),
      ...(isHeard && { heard }),
      faces: last?.faces ?? [],
      ...(last && { frame: { width: last.frame.width, height: last.frame.height } }),
    })
  }
  const see = async () => {
    if (!picture) return
    for await (const step of picture.steps({ source })) {
      // Only the latest frame is shown; the others are no longer needed.
      const bare = steps.map((one) => ({ ...one, frame: { ...one.frame, data: new Uint8Array() } }))
      steps = [...bare.filter(({ time }) => time > step.time - mostSeconds), step]
      await answer(step.time)
    }
  }
  const hear = async () => {
    if (!tape) return
    const settings = { rate: shownSound.rate, features: { level: shownSound } }
    const program = await openSoundProgram(engine, settings, { framesPerRun: shownFrames })
    let last = 0
    async function* heard() {
      for await (const block of source.readSound()) {
        tape?.push(block)
        yield block
        const { end = 0 } = tape ?? {}
        if (picture || end - last < soundStep) continue
        last = end
        await answer(end)
      }
    }
    try {
      for await (const rows of program.features(heard)) listener.sound?.(rows)
    } finally {
      await program.close()
    }
  }
  try {
    await Promise.all([see(), hear()])
  } finally {
    await Promise.all([sound.close(), picture?.close()])
  }
}
