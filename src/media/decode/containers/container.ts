/**
 * Compares the length that a container states with the file's, to find out whether its end is
 * missing.
 */
import { boxesOf } from './boxes.js'
import type { Bytes } from './bytes.js'

export interface Container {
  /** A description, if the file is shorter than its container says. */
  readonly cut: string | undefined
  /** The duration in seconds that the header of an AVI or an MP4 states. */
  readonly duration: number | undefined
}

const whole: Container = { cut: undefined, duration: undefined }

/** Reads the structure of AVI, WAV, MP4, Matroska and Ogg; other files are assumed to be whole. */
export async function inspectContainer(file: Bytes): Promise<Container> {
  const head = await file.read(0, 4096)
  const text = (at: number, length: number) => latin(head, at, length)
  if (text(0, 4) === 'RIFF') return inspectRiff(file, head)
  if (text(4, 4) === 'ftyp') return inspectBoxes(file)
  if (view(head).byteLength >= 4 && view(head).getUint32(0) === 0x1a45dfa3) {
    return { ...whole, cut: cutSegment(file, head) }
  }
  if (text(0, 4) === 'OggS') return { ...whole, cut: await cutPages(file) }
  return whole
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function latin(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

const shorter = (stated: number, size: number) =>
  `cut short: ${stated.toLocaleString('en')} bytes by its header, ${size.toLocaleString('en')} are there`

/** RIFF states its length; the header of an AVI states the number of frames and their duration. */
function inspectRiff(file: Bytes, head: Uint8Array): Container {
  if (head.length < 12) return { ...whole, cut: 'cut short within its header' }
  const stated = view(head).getUint32(4, true) + 8
  // Streams of unknown length state 0 or the maximum.
  const known = stated > 8 && stated < 0xffffff00
  const cut = known && stated > file.size + 1 ? shorter(stated, file.size) : undefined
  const place = latin(head, 0, head.length).indexOf('avih')
  if (latin(head, 8, 4) !== 'AVI ' || place < 0 || place + 28 > head.length)
    return { ...whole, cut }
  const interval = view(head).getUint32(place + 8, true)
  const frames = view(head).getUint32(place + 24, true)
  const duration = (interval * frames) / 1e6
  return { cut, duration: duration > 0 && duration < 1e6 ? duration : undefined }
}

/** Each box of an MP4 states its length. */
async function inspectBoxes(file: Bytes): Promise<Container> {
  let duration: number | undefined
  for await (const { type, at, size, head } of boxesOf(file)) {
    if (type === 'moov') duration = movieDuration(head.subarray(8))
    if (at + size > file.size) return { cut: shorter(at + size, file.size), duration }
  }
  return { cut: undefined, duration }
}

/**
 * The duration in the header of a movie (ISO/IEC 14496-12, 8.2.2), in seconds; fragmented files
 * state 0.
 */
function movieDuration(box: Uint8Array): number | undefined {
  if (box.length < 40 || latin(box, 4, 4) !== 'mvhd') return undefined
  const isLong = box[8] === 1
  const scale = view(box).getUint32(isLong ? 28 : 20)
  const units = isLong ? Number(view(box).getBigUint64(32)) : view(box).getUint32(24)
  const duration = units / scale
  return duration > 0 && duration < 1e6 ? duration : undefined
}

/** RFC 8794: the segment of a Matroska file follows its header; both state their lengths. */
function cutSegment(file: Bytes, head: Uint8Array): string | undefined {
  const header = numberAt(head, 4)
  if (!header || header.value === undefined) return undefined
  const segment = 4 + header.length + header.value
  if (segment + 12 > head.length || view(head).getUint32(segment) !== 0x18538067) return undefined
  const size = numberAt(head, segment + 4)
  if (!size || size.value === undefined) return undefined
  const end = segment + 4 + size.length + size.value
  return end > file.size ? shorter(end, file.size) : undefined
}

/** A number of variable length; without a value if it is marked as unknown. */
export function numberAt(
  bytes: Uint8Array,
  at: number,
): { length: number; value?: number } | undefined {
  const first = bytes[at] ?? 0
  const length = Math.clz32(first) - 23
  if (first === 0 || at + length > bytes.length) return undefined
  let value = first & (0xff >> length)
  let unknown = value === 0xff >> length
  for (const byte of bytes.subarray(at + 1, at + length)) {
    value = value * 256 + byte
    unknown &&= byte === 0xff
  }
  return unknown ? { length } : { length, value }
}

/** RFC 3533, section 6: the last page of a stream is marked. */
async function cutPages(file: Bytes): Promise<string | undefined> {
  const tail = await file.read(Math.max(0, file.size - 2 ** 17), 2 ** 17)
  const last = latinOf(tail).lastIndexOf('OggS')
  const marked = last < 0 || ((tail[last + 5] ?? 4) & 4) !== 0
  return marked ? undefined : 'cut short: its last page is not marked as the last'
}

const latinOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
