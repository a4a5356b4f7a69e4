/** Small recordings of known content, made by ffmpeg. Tests that need one skip where there is no ffmpeg. */
import { spawnSync } from 'node:child_process'
import type { Frame, FrameRequest, SoundBlock, Source, TimeRange } from '../../src/media/source.js'

/** The ffmpeg of the path, or what `$LIMBIC_FFMPEG` names. */
export const ffmpeg = process.env.LIMBIC_FFMPEG || 'ffmpeg'

const answer = spawnSync(ffmpeg, ['-version'], { encoding: 'utf8' })

export const hasFfmpeg = answer.status === 0

/** Such as `5.1.9-0+deb12u1`; empty if there is none. */
export const ffmpegVersion = /^ffmpeg version (\S+)/.exec(answer.stdout ?? '')?.[1] ?? ''

/** Runs ffmpeg, which must succeed. */
export function runFfmpeg(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(ffmpeg, ['-v', 'error', '-nostdin', '-y', ...args], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${stderr}`)
}

/** The grey level of frame n of `countingPicture`: neighbours differ by 7, within the range of video. */
export const greyOf = (frame: number): number => 20 + ((7 * frame) % 211)

/** Arguments for a picture whose every frame is of one grey level, by its number. */
export function countingPicture(frames: number, rate = 25, size = '64x48'): string[] {
  const grey = `geq=lum='(${greyText})*219/255+16':cb=128:cr=128`
  return [
    '-f',
    'lavfi',
    '-i',
    `nullsrc=s=${size}:r=${rate}:d=${frames / rate},format=yuv444p,${grey}`,
  ]
}

const greyText = '20+mod(7*N,211)'

/** Arguments for tones of 300 Hz on the left and 500 Hz on the right, with amplitudes of 0.5 and 0.25. */
export function tones(duration: number, rate = 48000): string[] {
  const expression = '0.5*sin(2*PI*300*t)|0.25*sin(2*PI*500*t)'
  return ['-f', 'lavfi', '-i', `aevalsrc=${expression}:s=${rate}:d=${duration}`]
}

/** H.264 that keeps grey levels, with a key frame each second. */
export const h264 = ['-c:v', 'libx264', '-crf', '4', '-g', '25', '-pix_fmt', 'yuv420p']

/** Arguments for a file of each format that is read, by its name. */
export const recordingFormats: Readonly<Record<string, readonly string[]>> = {
  'clip.mp4': [...h264, '-c:a', 'aac'],
  'faststart.mp4': [...h264, '-c:a', 'aac', '-movflags', '+faststart'],
  'turned.mov': [...h264, '-c:a', 'aac', '-metadata:s:v', 'rotate=90'],
  'clip.mkv': [...h264, '-c:a', 'aac'],
  'clip.webm': ['-c:v', 'libvpx', '-b:v', '1M', '-c:a', 'libopus'],
  'clip.avi': ['-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'mp3'],
  'sound.wav': ['-vn'],
  'sound.flac': ['-vn'],
  'sound.mp3': ['-vn'],
  'sound.m4a': ['-vn', '-c:a', 'aac'],
  'sound.ogg': ['-vn', '-c:a', 'libvorbis'],
  'image.png': ['-an', '-frames:v', '1', '-update', '1'],
  'image.jpg': ['-an', '-frames:v', '1', '-update', '1'],
}

export async function framesOf(source: Source, request: FrameRequest): Promise<Frame[]> {
  const frames: Frame[] = []
  for await (const frame of source.readFrames(request)) frames.push(frame)
  return frames
}

/** All samples of a range, a channel each, with the time of the first. */
export async function soundOf(
  source: Source,
  range?: TimeRange,
): Promise<{ time: number; channels: Float32Array[] }> {
  const blocks: SoundBlock[] = []
  for await (const block of source.readSound(range)) blocks.push(block)
  const channels = Array.from({ length: source.sound?.channels ?? 0 }, (_, channel) =>
    Float32Array.from(blocks.flatMap((block) => [...(block.channels[channel] ?? [])])),
  )
  return { time: blocks[0]?.time ?? Number.NaN, channels }
}

/** Root of the mean square. */
export function loudness(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}

/** The amplitude of a tone (Hz) in samples, by correlation with it. */
export function amplitude(samples: Float32Array, frequency: number, rate: number): number {
  let [real, imaginary] = [0, 0]
  samples.forEach((sample, at) => {
    real += sample * Math.cos((2 * Math.PI * frequency * at) / rate)
    imaginary += sample * Math.sin((2 * Math.PI * frequency * at) / rate)
  })
  return (2 * Math.hypot(real, imaginary)) / samples.length
}
