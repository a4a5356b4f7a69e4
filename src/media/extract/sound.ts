/** Extracts a recipe's feature from the sound of a clip. */
import type { Engine } from '../../runtime/engine.js'
import type { SessionOptions } from '../../runtime/session.js'
import type { SoundRecipe } from '../recipes/index.js'
import {
  type ChannelChoice,
  type FeatureTrack,
  mixChannels,
  openSoundProgram,
  openVoiceActivity,
  type Samples,
  type Sound,
  type SoundProgram,
  type VoiceActivity,
} from '../sound/index.js'
import type { SoundBlock } from '../source.js'
import type { ClipFeature, ClipPart } from './clip.js'

/** Extracts a recipe's sound feature; opened once, for many clips. */
export interface SoundExtractor {
  /**
   * @param channel the speaker's; by default the mean of all
   * @returns undefined if the sound is too short for a single step
   * @throws LimbicError if the sound cannot be decoded
   */
  extract(part: ClipPart, channel?: 'left' | 'right'): Promise<ClipFeature | undefined>
  close(): Promise<void>
}

export function openSoundExtractor(
  engine: Engine,
  { feature, cutSilence, chunk }: SoundRecipe,
  session: SessionOptions,
): SoundExtractor {
  const programs = new Map<ChannelChoice, Promise<SoundProgram<'audio'>>>()
  const voices = new Map<number, Promise<VoiceActivity>>()
  const programOf = (channel: ChannelChoice) =>
    kept(programs, channel, () => {
      const settings = { rate: feature.rate, channel, features: { audio: feature } }
      return openSoundProgram(engine, settings, { session })
    })
  /** The sound without its pauses, in memory; it no longer has the recording's times. */
  const spoken = async (sound: () => AsyncIterable<SoundBlock>, channel: ChannelChoice) => {
    const samples = await collect(sound(), channel)
    if (!samples) return undefined
    const voice = await kept(voices, samples.rate, () => openVoiceActivity(engine, samples.rate))
    return { ...samples, samples: (await voice.cut(samples.samples)).samples }
  }
  return {
    async extract({ source, range }, speaker) {
      const channel: ChannelChoice = speaker ?? 'mean'
      const blocks = () => source.readSound(range)
      const sound: Sound | undefined = cutSilence ? await spoken(blocks, channel) : blocks
      if (!sound) return undefined
      // The remaining samples are already mixed to one channel.
      const { audio } = await (await programOf(cutSilence ? 'mean' : channel)).extract(sound)
      if (audio.rows === 0) return undefined
      const start = cutSilence ? undefined : (range?.start ?? 0)
      return chunk === null ? rowByRow(audio, start) : chunked(audio, chunk, start)
    },
    close: async () => {
      const opened = await Promise.all([...programs.values(), ...voices.values()])
      await Promise.all(opened.map((one) => one.close()))
    },
  }
}

function kept<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

/** The samples of one channel, in memory; undefined if there are none. */
async function collect(
  blocks: AsyncIterable<SoundBlock>,
  channel: ChannelChoice,
): Promise<Samples | undefined> {
  const parts: Float32Array[] = []
  let rate = 0
  for await (const block of blocks) {
    rate = block.rate
    parts.push(mixChannels(block.channels, channel))
  }
  if (parts.length === 0) return undefined
  const samples = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    samples.set(part, at)
    at += part.length
  }
  return { samples, rate }
}

/** @param start of the clip in seconds of the recording; undefined if times are lost */
function rowByRow({ data, rows, width, times }: FeatureTrack, start?: number): ClipFeature {
  return {
    ...{ dataType: 'float32', shape: [width], values: data, length: rows },
    ...(start !== undefined && { times: times.map((time) => time - start) }),
  }
}

/** Chunks [1, width, length] of successive rows, the last padded with zeros (MESM's published code). */
function chunked(
  { data, rows, width, times }: FeatureTrack,
  length: number,
  start?: number,
): ClipFeature {
  const count = Math.ceil(rows / length)
  const values = new Float32Array(count * width * length)
  for (let row = 0; row < rows; row++) {
    const [chunk, place] = [Math.floor(row / length), row % length]
    for (let column = 0; column < width; column++) {
      values[(chunk * width + column) * length + place] = data[row * width + column] ?? 0
    }
  }
  return {
    ...{ dataType: 'float32', shape: [1, width, length], values, length: count },
    ...(start !== undefined && {
      times: middles(times, length, count).map((time) => time - start),
    }),
  }
}

/** The middle of each chunk, in seconds; the last may hold fewer rows. */
function middles(times: Float64Array, length: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, chunk) => {
    const first = times[chunk * length] ?? 0
    const last = times[Math.min((chunk + 1) * length, times.length) - 1] ?? first
    return (first + last) / 2
  })
}
