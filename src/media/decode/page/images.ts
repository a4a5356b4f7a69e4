/** Opens images in a page as recordings, decoded by the browser. */
import { LimbicError } from '../../../base/errors.js'
import type { Frame, FrameRequest, Picture, Source } from '../../source.js'
import { Health } from '../health.js'
import { type ImageFile, parseImage } from '../image-files.js'
import { defaultImageRate, wantedImages } from '../image-rule.js'
import type { FileOptions } from '../options.js'
import { converted, pictureOf } from '../pixels/picture.js'
import type { Planes } from '../pixels/planes.js'
import { type Cut, cutOf, mostPixels } from '../request.js'
import { decodeImage } from './bitmap.js'

export interface ImageOptions extends FileOptions {
  /** Their name in messages. */
  readonly name?: string
}

/**
 * Opens an image, or images in a given order, as a recording without sound: image n is shown from
 * `n / rate` seconds on. All have the size of the first whole one. Pixels of a PNG equal those in
 * Node; those of a JPEG differ by a few levels of 255, depending on the browser's decoder.
 *
 * @param images JPEG or PNG files
 * @throws LimbicError if there is no image, or with `strict` if one is damaged
 */
export async function openImages(
  images: readonly Blob[],
  { strict = false, rate = defaultImageRate, name = 'images' }: ImageOptions = {},
): Promise<Source> {
  if (!(rate > 0 && rate <= 1000)) {
    const given = { where: name, expected: 'up to 1000 images a second', got: `${rate}` }
    throw new LimbicError('invalid rate', given)
  }
  const first = await firstWhole(images, name)
  const health = new Health(name, strict)
  const several = images.length > 1
  return {
    name,
    duration: several ? images.length / rate : undefined,
    sound: undefined,
    picture: {
      ...{ width: first.width, height: first.height },
      ...{ rotation: 0, frameRate: several ? rate : undefined },
    },
    // biome-ignore lint/correctness/useYield: it has no sound to give
    async *readSound() {
      throw new LimbicError('has no sound', { where: name })
    },
    readFrames: (request) => readFrames(images, { first, rate, health }, request),
    remarks: health.remarks,
    close: async () => {},
  }
}

interface Opened {
  readonly first: ImageFile
  readonly rate: number
  readonly health: Health
}

async function* readFrames(
  images: readonly Blob[],
  { first, rate, health }: Opened,
  request: FrameRequest,
): AsyncGenerator<Frame> {
  const cut = cutOf(first, request, health.name)
  const wanted = wantedImages([...images.keys()], rate, request, health.name)
  let known: { index: number; planes: Planes | undefined } | undefined
  for (const { index, time } of wanted) {
    const image = images[index]
    if (known?.index !== index && image) {
      known = { index, planes: await decode(image, index, first, health) }
    }
    if (known?.planes) yield { ...cutImage(known.planes, cut), time, index }
  }
}

/** Brings colours to full resolution before cropping, so that a crop may start at any pixel. */
function cutImage(planes: Planes, cut: Cut): Picture {
  const { width, height } = planes
  const isWhole = cut.width === width && cut.height === height
  return pictureOf(isWhole ? planes : converted(planes), 0, cut)
}

async function firstWhole(images: readonly Blob[], where: string): Promise<ImageFile> {
  if (images.length === 0) throw new LimbicError('no images are given', { where })
  for (const image of images) {
    const parsed = await parse(image)
    if (parsed?.bytes) return parsed
  }
  const what = images.length === 1 ? 'the image is damaged or cut short' : 'no image is whole'
  throw new LimbicError(what, { where, expected: 'a whole JPEG or PNG' })
}

async function parse(image: Blob): Promise<ImageFile | undefined> {
  const parsed = parseImage(new Uint8Array(await image.arrayBuffer()))
  const pixels = parsed ? parsed.width * parsed.height : 0
  return pixels > 0 && pixels <= mostPixels ? parsed : undefined
}

/** The pixels of an image; undefined if it is damaged or of another size, with a remark. */
async function decode(
  image: Blob,
  index: number,
  { width, height }: ImageFile,
  health: Health,
): Promise<Planes | undefined> {
  const leaveOut = (why: string) => void health.damage(`frame ${index} is left out: ${why}`)
  const parsed = await parse(image)
  if (!parsed) return leaveOut('it is not a JPEG or PNG, or is damaged')
  if (parsed.width !== width || parsed.height !== height) {
    const size = `${parsed.width} x ${parsed.height}`
    return leaveOut(`it has ${size} pixels, the first ${width} x ${height}`)
  }
  if (!parsed.bytes) return leaveOut('its end is missing')
  const planes = await decodeImage(parsed).catch(() => undefined)
  if (!planes) return leaveOut('it cannot be decoded')
  return planes
}
