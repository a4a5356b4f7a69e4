/** A clip's job as it travels to another machine: names, numbers and paths, validated on arrival. */
import { createHash } from 'node:crypto'
import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { validate } from '../base/schema.js'
import { recipeSchema } from '../media/recipes/index.js'
import { type ClipJob, type ClipOutcome, filesKey } from './job.js'

const path = z.string().refine(isAbsolute, 'an absolute path')
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const side = z.enum(['left', 'right'])
const part = z.strictObject({
  path,
  start: z.number().exactOptional(),
  end: z.number().exactOptional(),
})
const word = z.strictObject({ word: z.string(), start: z.number(), end: z.number() })

const clipSchema = z.strictObject({
  id: z.string(),
  media: z.strictObject({
    video: part.exactOptional(),
    sound: part.exactOptional(),
    channel: side.exactOptional(),
    half: side.exactOptional(),
    frames: z.array(path).readonly().exactOptional(),
    framePeriod: z.number().exactOptional(),
    transcript: path.exactOptional(),
  }),
  text: z.string().exactOptional(),
  words: z.array(word).readonly().exactOptional(),
})

const travellingClip = z.strictObject({
  kind: z.literal('clip'),
  label: z.string(),
  clip: clipSchema,
  recipe: recipeSchema,
  resources: z.strictObject({
    glove: path.exactOptional(),
    textEncoder: path.exactOptional(),
    imageNetwork: path.exactOptional(),
  }),
  part: path,
  key: digest,
  /** See `filesKey`. */
  files: digest,
  strict: z.boolean(),
})
export type TravellingClip = z.infer<typeof travellingClip>

const outcomeSchema: z.ZodType<ClipOutcome> = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('extracted'), id: z.string(), remarks: z.array(z.string()) }),
  z.strictObject({ state: z.literal('present'), id: z.string() }),
  z.strictObject({ state: z.literal('failed'), id: z.string(), reason: z.string() }),
])

/** Makes a job fit to travel: what it reads and writes has the same path everywhere. */
export function sendClip({ clip, recipe, resources, part, key, strict }: ClipJob): TravellingClip {
  const { id, media, text, words } = clip
  const absolute = Object.entries(resources).map(([name, place]) => [name, resolve(place)])
  return {
    kind: 'clip',
    label: id,
    clip: {
      id,
      media,
      ...(text !== undefined && { text }),
      ...(words && { words }),
    },
    ...{ recipe, resources: Object.fromEntries(absolute), part: resolve(part), key, strict },
    files: filesKey(clip),
  }
}

/**
 * The job on this machine, in one thread, as everywhere.
 *
 * @throws LimbicError if it is no job, or this machine does not see the same recordings
 */
export function receiveClip(value: unknown): ClipJob {
  const { kind: _, label: __, files, ...job } = validate(travellingClip, value, 'the queue')
  if (filesKey(job.clip) !== files) {
    throw new LimbicError('this machine does not see the recordings as they were handed out', {
      where: job.clip.id,
      hint: 'Every machine needs the same files under the same paths',
    })
  }
  return { ...job, threads: 1 }
}

/** The name of a job in a queue: the same for the same features in the same place. */
export function nameOfClip({ part, key }: TravellingClip): string {
  return `clip-${createHash('sha256').update(`${part}\0${key}`).digest('hex').slice(0, 32)}`
}

/** @throws LimbicError if a worker answered with something else */
export function readOutcome(value: unknown): ClipOutcome {
  return validate(outcomeSchema, value, 'the queue')
}
