/** Finds where the sound of an MP3 begins and ends, inside the encoder's padding. */
import type { Bytes } from './bytes.js'

/** The part of an MP3 that is sound, in samples. */
export interface Mp3Sound {
  /** Where it begins. */
  readonly first: number
  /** Its length; undefined if the tag does not say. */
  readonly length: number | undefined
}

/** The delay of every decoder, in samples. */
const decoderDelay = 529

/**
 * Reads the tag that LAME and ffmpeg write into the first frame ("Info" or "Xing", then the
 * encoder's name; http://gabriel.mp3-tech.org/mp3infotag.html). Decoders that do not know it output
 * the padding as sound.
 *
 * @returns undefined if there is no such tag
 */
export async function readMp3Tag(file: Bytes): Promise<Mp3Sound | undefined> {
  const begin = await file.read(0, 10)
  const at = hasId3(begin) ? 10 + synchsafe(begin, 6) : 0
  const frame = await file.read(at, 512)
  if (frame[0] !== 0xff || ((frame[1] ?? 0) & 0xe0) !== 0xe0) return undefined
  // The tag follows the side information, whose length depends on version and channels.
  const isVersion1 = ((frame[1] ?? 0) & 0x18) === 0x18
  const isMono = ((frame[3] ?? 0) & 0xc0) === 0xc0
  const tag = 4 + (isVersion1 ? (isMono ? 17 : 32) : isMono ? 9 : 17)
  const name = new TextDecoder('latin1').decode(frame.subarray(tag, tag + 4))
  if (name !== 'Xing' && name !== 'Info') return undefined
  const flags = frame[tag + 7] ?? 0
  // Frames, bytes, table of contents and quality: each is present if its bit is set.
  const sizes = [4, 4, 100, 4]
  const lame = sizes.reduce((sum, size, bit) => sum + (flags & (1 << bit) ? size : 0), tag + 8)
  if (lame + 24 > frame.length) return undefined
  const [high = 0, middle = 0, low = 0] = frame.subarray(lame + 21, lame + 24)
  const delay = (high << 4) | (middle >> 4)
  const padding = ((middle & 15) << 8) | low
  if (delay === 0 && padding === 0) return undefined
  const frames = flags & 1 ? viewOf(frame).getUint32(tag + 8) : undefined
  const all = frames && frames * (isVersion1 ? 1152 : 576)
  return { first: delay + decoderDelay, length: all && Math.max(0, all - delay - padding) }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const hasId3 = (bytes: Uint8Array) => bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33

/** Seven bits per byte. */
const synchsafe = (bytes: Uint8Array, at: number) =>
  bytes.subarray(at, at + 4).reduce((sum, byte) => sum * 128 + (byte & 127), 0)
