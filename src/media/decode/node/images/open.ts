/** Opens images and folders of numbered images as recordings, decoded by ffmpeg. */
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { LimbicError } from '../../../../base/errors.js'
import { explainFileError } from '../../../../disk/failure.js'
import type { Frame, FrameRequest, Source } from '../../../source.js'
import { Health } from '../../health.js'
import { type ImageFile, imageKind } from '../../image-files.js'
import { defaultImageRate, wantedImages } from '../../image-rule.js'
import { defaultPatience, type FileOptions } from '../../options.js'
import { cutOf } from '../../request.js'
import { findProgram } from '../program.js'
import type { Recording } from '../recording.js'
import { decodeImages, readImage } from './decode.js'
import { type ImagePlace, imagesOf } from './folder.js'

const mostTold = 20

export const isImage = (head: Uint8Array): boolean => imageKind(head) !== undefined

/**
 * Opens an image, a folder of numbered images, or images in a given order, as a recording without
 * sound: image n is shown from `n / rate` seconds on. All have the size of the first whole one.
 *
 * @param from a path of an image or folder, or paths of images
 * @throws LimbicError if there is no image, no ffmpeg, or with `strict` if one is missing or damaged
 */
export async function openImages(
  from: string | readonly string[],
  { strict = false, rate = defaultImageRate, patience = defaultPatience }: FileOptions = {},
): Promise<Source> {
  const { path, places, several } = await placesOf(from)
  if (!(rate > 0 && rate <= 1000)) {
    const given = { where: path, expected: 'up to 1000 images a second', got: `${rate}` }
    throw new LimbicError('invalid rate', given)
  }
  const health = new Health(basename(path), strict)
  tellHoles(places, health)
  const first = await firstWhole(places, path)
  const picture = {
    ...{ width: first.width, height: first.height },
    ...{ rotation: 0 as const, frameRate: several ? rate : undefined },
  }
  const duration = ((places.at(-1)?.index ?? 0) + 1) / rate
  const recording = {
    ...{ path, name: path, program: await findProgram(), health, patience },
    running: new Set() as Recording['running'],
  }
  return {
    name: basename(path),
    duration: several ? duration : undefined,
    sound: undefined,
    picture,
    // biome-ignore lint/correctness/useYield: it has no sound to give
    async *readSound() {
      throw new LimbicError('has no sound', { where: path })
    },
    readFrames: (request) => readFrames(recording, places, first, rate, request),
    remarks: health.remarks,
    async close() {
      await Promise.all([...recording.running].map((decoder) => decoder.stop()))
    },
  }
}

async function placesOf(from: string | readonly string[]) {
  if (typeof from !== 'string') {
    const [first] = from
    if (first === undefined) throw new LimbicError('no images are named')
    const places = from.map((path, index) => ({ path, index }))
    return { path: dirname(first), places, several: true }
  }
  try {
    const isFolder = (await stat(from)).isDirectory()
    const places = isFolder ? await imagesOf(from) : [{ path: from, index: 0 }]
    return { path: from, places, several: isFolder }
  } catch (error) {
    throw explainFileError(error, from)
  }
}

function tellHoles(places: readonly ImagePlace[], health: Health): void {
  const holes = places.flatMap(({ index }, at) => {
    const before = places[at - 1]?.index ?? index - 1
    return index > before + 1
      ? [before + 1 === index - 1 ? `${index - 1}` : `${before + 1} to ${index - 1}`]
      : []
  })
  if (holes.length === 0) return
  const more = holes.length > mostTold ? ' and more' : ''
  health.damage(
    `images are missing (frames ${holes.slice(0, mostTold).join(', ')}${more}, counted from 0)`,
  )
}

async function firstWhole(places: readonly ImagePlace[], path: string): Promise<ImageFile> {
  for (const place of places) {
    const image = await readImage(place.path)
    if (image?.bytes) return image
  }
  const what = places.length === 1 ? 'the image is damaged or cut short' : 'no image is whole'
  throw new LimbicError(what, { where: path, expected: 'a whole JPEG or PNG' })
}

async function* readFrames(
  recording: Omit<Recording, 'facts'>,
  places: readonly ImagePlace[],
  first: ImageFile,
  rate: number,
  request: FrameRequest,
): AsyncGenerator<Frame> {
  const cut = cutOf(first, request, recording.path)
  const numbers = places.map(({ index }) => index)
  const wanted = wantedImages(numbers, rate, request, recording.path)
  const needed = new Set(wanted.map(({ index }) => index))
  const files = places.filter(({ index }) => needed.has(index))
  let next = 0
  for await (const { index, data } of decodeImages(recording, files, first, cut)) {
    while ((wanted[next]?.index ?? Infinity) < index) next++
    for (let copies = 0; wanted[next]?.index === index; copies++, next++) {
      const time = wanted[next]?.time ?? 0
      yield { ...cut.size, data: copies === 0 ? data : data.slice(), time, index }
    }
  }
}
