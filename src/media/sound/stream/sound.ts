/** Sound as samples in memory or as successive blocks, and mixing of its channels. */
import { LimbicError } from '../../../base/errors.js'
import type { SoundBlock } from '../../source.js'

/** Samples of one channel in memory. */
export interface Samples {
  readonly samples: Float32Array
  /** Samples per second (Hz). */
  readonly rate: number
}

/**
 * Sound to compute features of: samples in memory, blocks of a recording, or a function that reads
 * these blocks from the start each time, such as `() => source.readSound()`.
 */
export type Sound = Samples | AsyncIterable<SoundBlock> | (() => AsyncIterable<SoundBlock>)

/**
 * Which channel to use. `mean` is the mean of all, which for equal channels is any of them
 * (ffmpeg's `-ac 1` makes them 3 dB louder when it writes floating-point numbers). IEMOCAP has one
 * speaker on each side.
 */
export const channelChoices = ['mean', 'left', 'right'] as const
export type ChannelChoice = (typeof channelChoices)[number]

/**
 * Reduces channels to one.
 *
 * @param channels one array per channel, all of equal length; a single one is both left and right
 * @throws LimbicError if there is none, or they differ in length
 */
export function mixChannels(
  channels: readonly Float32Array[],
  choice: ChannelChoice = 'mean',
): Float32Array {
  const [left, second] = channels
  if (!left || channels.some(({ length }) => length !== left.length)) {
    throw new LimbicError('the channels of a block of sound differ in length', {
      got: `channels of ${channels.map(({ length }) => length).join(', ') || 'nothing'}`,
    })
  }
  const right = second ?? left
  if (choice !== 'mean') return choice === 'left' ? left : right
  if (channels.length === 1) return left
  return left.map(
    (_, place) =>
      channels.reduce((sum, channel) => sum + (channel[place] ?? 0), 0) / channels.length,
  )
}

/** The blocks of a sound. */
export function blocksOf(sound: Sound): AsyncIterable<SoundBlock> {
  if (typeof sound === 'function') return sound()
  return 'samples' in sound ? single(sound) : sound
}

async function* single({ samples, rate }: Samples): AsyncGenerator<SoundBlock> {
  yield { time: 0, rate, channels: [samples] }
}
