/** The sound of a file: samples from ffmpeg, with silence where some are missing. */
import { endianness } from 'node:os'
import { LimbicError } from '../../../base/errors.js'
import type { SoundBlock, TimeRange } from '../../source.js'
import { seconds } from '../health.js'
import { checkRange } from '../request.js'
import { boundsOf, clean, partWithin, silence } from '../sound-clock.js'
import type { SoundFacts } from './facts.js'
import { inputOf } from './input.js'
import { type Recording, startRun } from './recording.js'
import { SoundLog } from './sound-log.js'

/**
 * A range that starts later than this (seconds) is reached by seeking; earlier ones are decoded
 * from the start.
 */
const seekFrom = 10
/** Containers without an index of times, in which seeking is inexact. */
const withoutIndex = /^(mp3|aac|ac3|amr|mpeg|mpegts)$/

/** Decodes the sound of a recording; see `Source.readSound`. */
export async function* readSound(
  recording: Recording,
  range: TimeRange = {},
): AsyncGenerator<SoundBlock> {
  const { facts, health, name, path } = recording
  const { sound } = facts
  if (!sound) throw new LimbicError('has no sound', { where: name })
  checkRange(range, name)
  const { start = 0, end = Infinity } = range
  const { rate, channels } = sound
  // Codecs need earlier packets to start; whole seconds coincide with a sample.
  const from = start > seekFrom && !withoutIndex.test(facts.format) ? Math.floor(start - 1) : 0
  const log = new SoundLog(sound, from + facts.shift, facts.duration)
  const args = [
    ...inputOf(path, from, true),
    ...['-map', `0:${sound.stream}`, '-vn', '-sn', '-dn', '-map_metadata', '-1'],
    ...['-af', 'ashowinfo', '-ar', `${rate}`, '-ac', `${channels}`],
    ...['-c:a', 'pcm_f32le', '-f', 'f32le', 'pipe:1'],
  ]
  await using run = startRun(recording, args, (message) => log.hear(message))
  const { decoder, complaints } = run
  const bounds = boundsOf(start, end, rate)
  const { last } = bounds
  let position = Number.NaN
  let taken = 0
  let held: Uint8Array = new Uint8Array(0)
  let whole = true
  while (whole) {
    const piece = await decoder.read()
    if (!piece) break
    const bytes = held.length > 0 ? Buffer.concat([held, piece]) : piece
    const count = Math.floor(bytes.length / (4 * channels))
    held = bytes.subarray(count * 4 * channels)
    // ffmpeg logs samples before it outputs them.
    while (!log.knows(taken + count) && (await decoder.listen()));
    if (Number.isNaN(position)) {
      position = Math.round((from + facts.shift) * rate) + (log.begin ?? 0)
      if (from === 0 && position > rate / 2) {
        health.note(`sound begins at ${seconds(position / rate)}`)
      }
      yield* silence(0, position, bounds, sound)
    }
    for (let at = 0; at < count && position < last; ) {
      const hole = log.holeAt(taken)
      yield* silence(position, position + hole, bounds, sound)
      position += hole
      const run = Math.min(count - at, log.untilHole(taken))
      const { skip, take } = partWithin(bounds, position, run)
      if (take > 0) yield blockOf(bytes, position + skip, at + skip, take, sound)
      position += run
      taken += run
      at += run
    }
    whole = position < last
  }
  if (whole) await decoder.end()
  log.clock.tell(health.note.bind(health))
  complaints.tell('sound', health)
  if (!whole) return
  const stated = facts.estimated ? undefined : facts.duration
  health.ended('sound', Number.isNaN(position) ? undefined : position / rate, stated)
}

const littleEndian = endianness() === 'LE'

/** Separates interleaved samples. */
function blockOf(
  bytes: Uint8Array,
  position: number,
  skip: number,
  count: number,
  { rate, channels }: SoundFacts,
): SoundBlock {
  const part = bytes.subarray(4 * channels * skip, 4 * channels * (skip + count))
  // A copy is aligned for floating-point numbers.
  const own = Uint8Array.from(part)
  if (!littleEndian) Buffer.from(own.buffer).swap32()
  const samples = new Float32Array(own.buffer)
  const apart = Array.from({ length: channels }, (_, channel) => {
    const line = new Float32Array(count)
    for (let at = 0; at < count; at++) line[at] = clean(samples[at * channels + channel])
    return line
  })
  return { time: position / rate, rate, channels: apart }
}
