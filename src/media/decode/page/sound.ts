/** The sound of a file in a page: decoded by WebCodecs, with silence where some is missing. */
import type { AudioSample } from 'mediabunny'
import { LimbicError } from '../../../base/errors.js'
import type { SoundBlock, TimeRange } from '../../source.js'
import { Complaints, seconds } from '../health.js'
import { checkRange } from '../request.js'
import { boundsOf, clean, partWithin, SoundClock, silence } from '../sound-clock.js'
import { metadataOnly, pastDamage } from './past-damage.js'
import type { Recording, SoundOfFile } from './recording.js'

/**
 * A range that starts later than this (seconds) is reached by seeking; earlier ones are decoded
 * from the start.
 */
const seekFrom = 10
/** Containers without an index of times, in which seeking is inexact. */
const withoutIndex = /^(MP3|ADTS|MPEG Transport Stream)$/

/** Decodes the sound of a recording; see `Source.readSound`. */
export async function* readSound(
  recording: Recording,
  range: TimeRange = {},
): AsyncGenerator<SoundBlock> {
  const { sound, health, name, format, duration } = recording
  if (!sound) throw new LimbicError('has no sound', { where: name })
  checkRange(range, name)
  const { start = 0, end = Infinity } = range
  const { rate, channels, length } = sound
  // Codecs need earlier packets to start.
  const from = start > seekFrom && !withoutIndex.test(format) ? Math.floor(start - 1) : 0
  const asked = boundsOf(start, end, rate)
  const bounds = { ...asked, last: Math.min(asked.last, length) }
  const clock = new SoundClock(sound, duration)
  const complaints = new Complaints()
  let position = Number.NaN
  let whole = true
  for await (const sample of samplesOf(recording, sound, from, complaints)) {
    try {
      const count = sample.numberOfFrames
      const time = sample.timestamp - recording.origin - sound.first / rate
      if (sample.sampleRate !== rate) {
        const change = `sound changes to ${sample.sampleRate} Hz at ${seconds(time)}`
        health.damage(`${change}: the rest is not used`)
        break
      }
      const missing = clock.tick({ time, rate, channels: sample.numberOfChannels, count })
      if (Number.isNaN(position)) {
        position = Math.round(time * rate)
        if (from === 0 && position > rate / 2) {
          health.note(`sound begins at ${seconds(position / rate)}`)
        }
        yield* silence(0, position, bounds, sound)
      }
      yield* silence(position, position + missing, bounds, sound)
      position += missing
      // Samples before the start were needed only by the decoder.
      const { skip, take } = partWithin(bounds, position, count)
      if (take > 0) {
        const given = channelsOf(sample, skip, take, channels)
        yield { time: (position + skip) / rate, rate, channels: given }
      }
      position += count
      whole = position < asked.last
    } finally {
      sample.close()
    }
    if (!whole) break
  }
  clock.tell(health.note.bind(health))
  complaints.tell('sound', health)
  if (!whole) return
  const last = Number.isNaN(position) ? undefined : Math.min(position, length)
  health.ended('sound', last && last / rate, duration)
}

/** The samples from a time on; after damage, reading goes on at the next packet. */
function samplesOf(
  recording: Recording,
  { track }: SoundOfFile,
  from: number,
  complaints: Complaints,
): AsyncGenerator<AudioSample> {
  const { library } = recording
  const packets = new library.EncodedPacketSink(track)
  const failed = async (after: number) =>
    after === -Infinity
      ? await packets.getFirstPacket(metadataOnly)
      : await nextOf(packets, await packets.getPacket(after, metadataOnly))
  return pastDamage(recording, {
    ...{ from, complaints },
    sink: new library.AudioSampleSink(track),
    nextAfter: async (after) => nextOf(packets, await failed(after)),
  })
}

type Packets = InstanceType<typeof import('mediabunny').EncodedPacketSink>

async function nextOf(packets: Packets, packet: Awaited<ReturnType<Packets['getPacket']>>) {
  return packet && packets.getNextPacket(packet, metadataOnly)
}

/** The channels of a part; if there are too few, the last one is repeated. */
function channelsOf(
  sample: AudioSample,
  skip: number,
  take: number,
  channels: number,
): Float32Array[] {
  return Array.from({ length: channels }, (_, channel) => {
    const line = new Float32Array(take)
    const planeIndex = Math.min(channel, sample.numberOfChannels - 1)
    const part = { frameOffset: skip, frameCount: take }
    sample.copyTo(line, { planeIndex, format: 'f32-planar', ...part })
    for (let at = 0; at < take; at++) line[at] = clean(line[at])
    return line
  })
}
