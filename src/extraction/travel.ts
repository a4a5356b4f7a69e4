/**
 * A clip's job as it is sent to another machine: names, numbers, paths and addresses in a store,
 * validated on arrival.
 */
import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { validate } from '../base/schema.js'
import { type ClipMedia, type MediaPart, mediaSchema } from '../data/corpora/raw/index.js'
import { digestPath } from '../disk/digest.js'
import { cacheFolder } from '../disk/state.js'
import { recipeSchema } from '../media/recipes/index.js'
import { isRemote, readObjectAddress } from '../remote/address.js'
import { bringData } from '../remote/data.js'
import { addressOf, shownPath } from '../remote/mirror.js'
import { openRemote } from '../remote/store.js'
import { type ClipJob, type ClipOutcome, filesKey, type ResourcePaths } from './job.js'

const path = z
  .string()
  .refine((text) => isAbsolute(text) || isRemote(text), 'an absolute path or an address')
const contentDigest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const word = z.strictObject({ word: z.string(), start: z.number(), end: z.number() })

const clipSchema = z.strictObject({
  id: z.string(),
  media: mediaSchema(path),
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
  /** See `filesKey`; of the files that are in no store. */
  files: digest,
  /** The digests of the files in a store, by their addresses. */
  digests: z.record(z.string(), contentDigest),
  strict: z.boolean(),
})
export type TravellingClip = z.infer<typeof travellingClip>

const outcomeSchema: z.ZodType<ClipOutcome> = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('extracted'), id: z.string(), remarks: z.array(z.string()) }),
  z.strictObject({ state: z.literal('present'), id: z.string() }),
  z.strictObject({ state: z.literal('failed'), id: z.string(), reason: z.string() }),
])

/**
 * Prepares a job for another machine. All paths must be the same there; what is in the mirror of a
 * store is sent as its address.
 */
export async function sendClip(job: ClipJob): Promise<TravellingClip> {
  const { clip, recipe, resources, part, key, strict } = job
  const { id, text, words } = clip
  const digests: Record<string, string> = {}
  const placeOf = async (given: string) => {
    const place = shownPath(resolve(given))
    if (isRemote(place)) digests[place] = digestPath(resolve(given))
    return place
  }
  const media = await withPlaces(clip.media, placeOf)
  const places = await eachPlace(resources, placeOf)
  return {
    kind: 'clip',
    label: id,
    clip: {
      id,
      media,
      ...(text !== undefined && { text }),
      ...(words && { words }),
    },
    ...{ recipe, resources: places, part: shownPath(resolve(part)), key, strict },
    files: filesKey({ id, media }),
    digests,
  }
}

/** A received job, and where its features go. */
export interface ReceivedClip {
  readonly job: ClipJob
  /** Sends the features to the store, if that is where they belong. */
  keep(): Promise<void>
  /** Removes what was only needed meanwhile. */
  close(): void
}

/**
 * The received job, with one thread so that all machines give the same result. Files in a store are
 * copied to this machine first.
 *
 * @throws LimbicError if the value is not a job, or the recordings on this machine differ
 */
export async function receiveClip(value: unknown): Promise<ReceivedClip> {
  const {
    kind: _,
    label: __,
    files,
    digests,
    ...sent
  } = validate(travellingClip, value, 'the queue')
  if (filesKey(sent.clip) !== files) {
    throw new LimbicError(
      'the recordings on this machine differ from what the clip was submitted with',
      {
        where: sent.clip.id,
        hint: 'Every machine needs the same files under the same paths, or in a store (s3://)',
      },
    )
  }
  const bring = (place: string) => bringData(place, digests[place])
  const media = await withPlaces(sent.clip.media, bring)
  const resources = await eachPlace(sent.resources, bring)
  const job = { ...sent, clip: { ...sent.clip, media }, resources, threads: 1 }
  if (!isRemote(sent.part)) return { job, keep: async () => {}, close: () => {} }
  const part = join(cacheFolder(), 'work', `clip-${randomBytes(8).toString('hex')}.safetensors`)
  return {
    job: { ...job, part },
    keep: async () => void (await (await openRemote()).put(readObjectAddress(sent.part), part)),
    close: () => rmSync(part, { force: true }),
  }
}

/** Brings the features that a worker sent to a store to this machine. */
export async function bringPart(path: string): Promise<void> {
  const address = addressOf(resolve(path))
  if (!address) return
  const remote = await openRemote()
  const found = await remote.look(address)
  if (!found) return
  await remote.fetch(address, found, path)
  await remote.remove(address)
}

/** The same media at other places. */
async function withPlaces(
  media: ClipMedia,
  placeOf: (path: string) => Promise<string>,
): Promise<ClipMedia> {
  const { video, sound, frames, transcript } = media
  const placed = async (part: MediaPart) => ({ ...part, path: await placeOf(part.path) })
  return {
    ...media,
    ...(video && { video: await placed(video) }),
    ...(sound && { sound: await placed(sound) }),
    ...(frames && { frames: await Promise.all(frames.map(placeOf)) }),
    ...(transcript !== undefined && { transcript: await placeOf(transcript) }),
  }
}

async function eachPlace(
  paths: ResourcePaths,
  placeOf: (path: string) => Promise<string>,
): Promise<ResourcePaths> {
  const entries = Object.entries(paths).map(async ([name, path]: [string, string]) => [
    name,
    await placeOf(path),
  ])
  return Object.fromEntries(await Promise.all(entries))
}

/** The id of a job in a queue: the same for the same features in the same file. */
export function nameOfClip({ part, key }: TravellingClip): string {
  return `clip-${createHash('sha256').update(`${part}\0${key}`).digest('hex').slice(0, 32)}`
}

/** @throws LimbicError if the result of a worker is invalid */
export function readOutcome(value: unknown): ClipOutcome {
  return validate(outcomeSchema, value, 'the queue')
}
