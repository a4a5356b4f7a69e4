/** Decodes an image with the browser. */
import type { ImageFile } from '../image-files.js'
import { type Planes, planesOf } from '../pixels/planes.js'
import { type CodecFrame, copyPlanes } from './planes.js'

/** The part of WebCodecs' `ImageDecoder` that is used here; not every browser has it. */
interface Decoder {
  decode(): Promise<{ readonly image: CodecFrame & { close(): void } }>
  close(): void
}
type DecoderClass = new (init: {
  readonly type: string
  readonly data: Uint8Array
  readonly colorSpaceConversion: 'none'
}) => Decoder

/**
 * Decodes a whole image, with its colours as stored, without conversion for a screen.
 *
 * @throws the browser's error if it is damaged
 */
export async function decodeImage({ kind, bytes, width, height }: ImageFile): Promise<Planes> {
  const data = Uint8Array.from(bytes ?? [])
  const { ImageDecoder } = globalThis as { ImageDecoder?: DecoderClass }
  const type = `image/${kind}`
  if (ImageDecoder === undefined) return decodeBitmap(new Blob([data], { type }), width, height)
  const decoder = new ImageDecoder({ type, data, colorSpaceConversion: 'none' })
  try {
    const { image } = await decoder.decode()
    // JPEG (JFIF) uses BT.601 with full range.
    const planes = await copyPlanes(image, { model: 'ycbcr', matrix: 'bt601', fullRange: true })
    image.close()
    return planes
  } finally {
    decoder.close()
  }
}

async function decodeBitmap(image: Blob, width: number, height: number): Promise<Planes> {
  const bitmap = await createImageBitmap(image, {
    ...{ colorSpaceConversion: 'none', imageOrientation: 'none', premultiplyAlpha: 'none' },
  })
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  context?.drawImage(bitmap, 0, 0)
  bitmap.close()
  const pixels = context?.getImageData(0, 0, width, height).data
  const rgb = new Uint8Array(3 * width * height)
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let colour = 0; colour < 3; colour++) {
      rgb[3 * pixel + colour] = pixels?.[4 * pixel + colour] ?? 0
    }
  }
  return planesOf({ width, height, data: rgb })
}
