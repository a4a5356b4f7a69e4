/** One clip as a folder: frames as JPEG files and the speaker's sound as WAV. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RawClip } from '../../data/corpora/raw/index.js'
import { frameRate } from '../../data/corpora/raw/index.js'
import { writeJpegs, writeWav } from '../../media/decode/node/index.js'
import { halfOf, type OpenClip, remarksOf } from '../../media/extract/index.js'
import { mixChannels } from '../../media/sound/index.js'
import type { SoundBlock } from '../../media/source.js'
import { openClip } from '../open-clip.js'

/** What was written of a clip. */
export interface WrittenClip {
  readonly frames: number
  /** Per channel. */
  readonly samples: number
  /** What was wrong with the recordings, one line each. */
  readonly remarks: readonly string[]
}

/**
 * Writes a clip into a new folder: `audio.wav`, at its own rate and with all channels (or the
 * speaker's, if known), and `image_0.jpg`, `image_1.jpg` and so on, 30 per second from the start of
 * the clip, of the whole picture (or the speaker's half, if known). With a half, names are those of
 * MESM's IEMOCAP: `audio_L.wav`, `image_L_0.jpg`.
 *
 * @throws LimbicError if it cannot be decoded or written; the folder is then removed
 */
export async function writeClip(
  clip: RawClip,
  folder: string,
  strict: boolean,
): Promise<WrittenClip> {
  const { clip: open, close } = await openClip(clip, strict)
  try {
    mkdirSync(folder, { recursive: true })
    const side = sideIn(open)
    const samples = await writeSound(open, join(folder, `audio${side && `_${side}`}.wav`))
    const frames = await writeFrames(open, folder, `image_${side && `${side}_`}`)
    return { samples, frames, remarks: remarksOf(open) }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  } finally {
    await close()
  }
}

function sideIn({ half }: OpenClip): 'L' | 'R' | '' {
  if (half === undefined) return ''
  return half === 'left' ? 'L' : 'R'
}

async function writeSound({ sound, channel }: OpenClip, path: string): Promise<number> {
  const track = sound?.source.sound
  if (!sound || !track) return 0
  const blocks = sound.source.readSound(sound.range)
  if (channel === undefined) return writeWav(path, track, blocks)
  return writeWav(path, { ...track, channels: 1 }, chosen(blocks, channel))
}

async function* chosen(blocks: AsyncIterable<SoundBlock>, channel: 'left' | 'right') {
  for await (const block of blocks) {
    yield { ...block, channels: [mixChannels(block.channels, channel)] }
  }
}

async function writeFrames({ picture, half }: OpenClip, folder: string, prefix: string) {
  const track = picture?.source.picture
  if (!picture || !track) return 0
  const request = { ...picture.range, frames: { rate: frameRate }, ...halfOf(track, half) }
  return writeJpegs(folder, prefix, picture.source.readFrames(request))
}
