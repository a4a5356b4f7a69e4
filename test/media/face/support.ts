/** What tests of faces share. */
import { RandomStream } from '../../../src/base/random.js'
import { openImages } from '../../../src/media/decode/node/index.js'
import type { Box } from '../../../src/media/face/index.js'
import type { Frame, Picture } from '../../../src/media/source.js'

/** A picture of noise, the same at each call. */
export function noisyPicture(width: number, height: number, name = 'picture'): Picture {
  const random = new RandomStream(5, name)
  const data = Uint8Array.from({ length: width * height * 3 }, () =>
    Math.floor(random.uniform() * 256),
  )
  return { width, height, data }
}

/** A picture of one grey level. */
export function flatPicture(width: number, height: number, level: number): Picture {
  return { width, height, data: new Uint8Array(width * height * 3).fill(level) }
}

/** An image file as a picture. */
export async function pictureOf(path: string): Promise<Picture> {
  const source = await openImages(path)
  try {
    for await (const frame of source.readFrames({ frames: { every: 1 } })) return frame
    throw new Error(`${path} has no frame`)
  } finally {
    await source.close()
  }
}

/** Frames of one picture at a rate. */
export async function* framesFrom(pictures: readonly Picture[], rate = 10): AsyncGenerator<Frame> {
  for (const [index, picture] of pictures.entries()) {
    yield {
      width: picture.width,
      height: picture.height,
      data: picture.data,
      time: index / rate,
      index,
    }
  }
}

/** The largest difference of two boxes' edges, in pixels. */
export function edgeGap(one: Box, other: Box): number {
  return Math.max(
    Math.abs(one.left - other.left),
    Math.abs(one.top - other.top),
    Math.abs(one.right - other.right),
    Math.abs(one.bottom - other.bottom),
  )
}
