/**
 * A clip's job as it is sent to another machine: names, numbers and paths, validated on arrival.
 */
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

/** Prepares a job for another machine; all paths must be the same there. */
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
 * The received job, with one thread so that all machines give the same result.
 *
 * @throws LimbicError if the value is not a job, or the recordings on this machine differ
 */
export function receiveClip(value: unknown): ClipJob {
  const { kind: _, label: __, files, ...job } = validate(travellingClip, value, 'the queue')
  if (filesKey(job.clip) !== files) {
    throw new LimbicError(
      'the recordings on this machine differ from what the clip was submitted with',
      {
        where: job.clip.id,
        hint: 'Every machine needs the same files under the same paths',
      },
    )
  }
  return { ...job, threads: 1 }
}

/** The id of a job in a queue: the same for the same features in the same file. */
export function nameOfClip({ part, key }: TravellingClip): string {
  return `clip-${createHash('sha256').update(`${part}\0${key}`).digest('hex').slice(0, 32)}`
}

/** @throws LimbicError if the result of a worker is invalid */
export function readOutcome(value: unknown): ClipOutcome {
  return validate(outcomeSchema, value, 'the queue')
}
