/** An open recording as its readers in a page see it, and how they wait for a decoder. */
import type { Input, InputAudioTrack, InputVideoTrack } from 'mediabunny'
import { LimbicError } from '../../../base/errors.js'
import type { Health } from '../health.js'
import type { Matrix } from '../pixels/planes.js'

export interface SoundOfFile {
  readonly track: InputAudioTrack
  /** Samples per second (Hz). */
  readonly rate: number
  readonly channels: number
  /** Samples of padding at the start of an MP3. */
  readonly first: number
  /** The number of samples, if the file states it more precisely than its packets. */
  readonly length: number
}

export interface PictureOfFile {
  readonly track: InputVideoTrack
  /** Pixels as stored, before rotation. */
  readonly width: number
  readonly height: number
  /** Clockwise rotation to apply, in degrees. */
  readonly rotation: 0 | 90 | 180 | 270
  /** Frames per second on average. */
  readonly frameRate: number | undefined
  /** As the file states; by default BT.601 and limited range, as in ffmpeg. */
  readonly matrix: Matrix
  readonly fullRange: boolean
}

export interface Recording {
  readonly name: string
  readonly library: typeof import('mediabunny')
  readonly input: Input
  readonly health: Health
  /** The name of the container, such as `MP4`. */
  readonly format: string
  /** In seconds, as stated by the file. */
  readonly duration: number | undefined
  /** The time stamp, in seconds, at which the recording begins. */
  readonly origin: number
  readonly sound: SoundOfFile | undefined
  readonly picture: PictureOfFile | undefined
  /** Seconds for which a decoder may make no progress. */
  readonly patience: number
}

/**
 * Yields an iterator's items, unless one takes too long.
 *
 * @throws LimbicError if nothing comes for `patience` seconds
 */
export async function* patiently<Item>(
  items: AsyncGenerator<Item, unknown, unknown>,
  { patience, name }: Pick<Recording, 'patience' | 'name'>,
): AsyncGenerator<Item> {
  try {
    for (;;) {
      const next = await inTime(items.next(), patience, name)
      if (next.done) return
      yield next.value
    }
  } finally {
    // A decoder that hangs does not respond to this, either.
    items.return(undefined).catch(() => {})
  }
}

/** Waits for a step. @throws LimbicError if it takes longer than `patience` seconds */
export async function inTime<Result>(
  step: Promise<Result>,
  patience: number,
  where: string,
  what = `decoding made no progress for ${patience} s and was stopped`,
  hint = 'The file may be damaged',
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LimbicError(what, { where, hint })), 1000 * patience)
  })
  try {
    return await Promise.race([step, stalled])
  } finally {
    clearTimeout(timer)
  }
}
