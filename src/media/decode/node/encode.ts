/** Writes sound as WAV and frames as JPEG files, with ffmpeg. */
import { once } from 'node:events'
import { endianness } from 'node:os'
import { join, resolve } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import type { Frame, SoundBlock, SoundTrack } from '../../source.js'
import { defaultPatience } from '../options.js'
import { Decoder } from './decoder.js'
import { isComplaint } from './facts.js'
import { findProgram } from './program.js'

/** No dates, and no version of the encoder: the same content gives the same bytes. */
const exact = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags', '+bitexact']
const byteOrder = endianness() === 'LE' ? 'le' : 'be'

/**
 * Writes sound as a WAV file of 16-bit samples.
 *
 * @param path of the file; its folder must exist
 * @param track rate and channels of the blocks
 * @returns samples per channel; if 0, no file is written
 * @throws LimbicError if the sound cannot be decoded, or the file cannot be written
 */
export async function writeWav(
  path: string,
  { rate, channels }: SoundTrack,
  blocks: AsyncIterable<SoundBlock>,
): Promise<number> {
  let samples = 0
  async function* pieces() {
    for await (const block of blocks) {
      const count = block.channels[0]?.length ?? 0
      samples += count
      const together = new Float32Array(count * channels)
      block.channels.forEach((line, channel) => {
        for (let at = 0; at < count; at++) together[at * channels + channel] = line[at] ?? 0
      })
      yield new Uint8Array(together.buffer)
    }
  }
  const input = ['-f', `f32${byteOrder}`, '-ar', `${rate}`, '-ac', `${channels}`]
  await encode(path, pieces(), () => ({
    input,
    output: [...exact, '-c:a', 'pcm_s16le', '-f', 'wav', `file:${resolve(path)}`],
  }))
  return samples
}

/**
 * Writes frames as JPEG files of high quality, numbered from 0.
 *
 * @param folder must exist
 * @param prefix before the number, such as `image_`
 * @returns the number of frames
 * @throws LimbicError if a frame cannot be decoded, or a file cannot be written
 */
export async function writeJpegs(
  folder: string,
  prefix: string,
  frames: AsyncIterable<Frame>,
): Promise<number> {
  let count = 0
  let size = ''
  async function* pieces() {
    for await (const { width, height, data } of frames) {
      size = `${width}x${height}`
      count++
      yield data
    }
  }
  // A percent sign introduces the frame's number.
  const plain = resolve(folder).replaceAll('%', '%%')
  const pattern = join(plain, `${prefix}%d.jpg`)
  await encode(folder, pieces(), () => ({
    input: ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', size, '-framerate', '1'],
    output: [
      ...[...exact, '-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj420p'],
      ...['-f', 'image2', '-start_number', '0', `file:${pattern}`],
    ],
  }))
  return count
}

/**
 * Feeds pieces to ffmpeg, which is not started if there are none.
 *
 * @param options known from the first piece on
 */
async function encode(
  where: string,
  pieces: AsyncGenerator<Uint8Array>,
  options: () => { readonly input: readonly string[]; readonly output: readonly string[] },
): Promise<void> {
  const first = await pieces.next()
  if (first.done) return
  const complaints: string[] = []
  const { input, output } = options()
  const args = ['-y', '-protocol_whitelist', 'pipe,file', ...input, '-i', 'pipe:0', ...output]
  const encoder = new Decoder(await findProgram(), args, {
    ...{ name: where, patience: defaultPatience, input: true },
    onMessage: (message) => void (isComplaint(message) && complaints.push(message.text)),
  })
  try {
    await put(encoder, first.value)
    for await (const piece of pieces) await put(encoder, piece)
    encoder.input?.end()
    while (await encoder.read());
    const code = await encoder.end()
    if (code === 0) return
    throw new LimbicError('cannot be written', {
      where,
      got: complaints[0] ?? `ffmpeg ended with code ${code}`,
    })
  } finally {
    await pieces.return(undefined)
    await encoder.stop()
  }
}

async function put({ input }: Decoder, piece: Uint8Array): Promise<void> {
  if (!input || input.destroyed || input.write(piece)) return
  await Promise.race([once(input, 'drain'), once(input, 'close')]).catch(() => {})
}
