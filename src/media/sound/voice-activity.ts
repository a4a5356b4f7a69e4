/** Detects voice by level, and removes pauses. */
import { LimbicError } from '../../base/errors.js'
import type { Engine } from '../../runtime/engine.js'
import { energy } from './features/presets.js'
import { openSoundProgram } from './stream/program.js'
import type { Samples } from './stream/sound.js'

/** What counts as voice. */
export interface VoiceSettings {
  /** The largest distance from the loudest frame (dB) that counts as voice. Default: 40. */
  readonly range: number
  /** Frames below this level (dB, full scale 0) never count. Default: -60. */
  readonly silence: number
  /** Pauses up to this long (seconds) are kept. Default: 0.3. */
  readonly pause: number
  /** Sounds shorter than this (seconds) are clicks, not voice. Default: 0.05. */
  readonly shortest: number
  /** The margin kept before and after each stretch (seconds). Default: 0.05. */
  readonly margin: number
}

/** Limbic's own defaults, for recordings of one speaker near the microphone. */
export const voiceDefaults: VoiceSettings = {
  range: 40,
  silence: -60,
  pause: 0.3,
  shortest: 0.05,
  margin: 0.05,
}

/** A stretch of sound, in seconds: `[start, end)`. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/**
 * Finds stretches of voice: loud frames, joined over short pauses, without clicks, and widened by
 * the margin.
 *
 * @param levels the level of each frame, in decibels (full scale 0)
 * @param step seconds from frame to frame; frame t is centred at t * step
 * @returns stretches in order that do not touch, from 0 s on
 */
export function findVoice(
  levels: ArrayLike<number>,
  step: number,
  given: Partial<VoiceSettings> = {},
): Stretch[] {
  const settings = { ...voiceDefaults, ...given }
  let loudest = Number.NEGATIVE_INFINITY
  for (let frame = 0; frame < levels.length; frame++) {
    loudest = Math.max(loudest, levels[frame] ?? loudest)
  }
  const least = Math.max(settings.silence, loudest - settings.range)
  const loud: Stretch[] = []
  for (let frame = 0; frame < levels.length; frame++) {
    const level = levels[frame]
    if (level === undefined || !(level >= least)) continue
    const [start, end] = [(frame - 0.5) * step, (frame + 0.5) * step]
    const last = loud.at(-1)
    if (last && start - last.end < step / 2) loud[loud.length - 1] = { start: last.start, end }
    else loud.push({ start, end })
  }
  const voiced = loud.filter(({ start, end }) => end - start >= settings.shortest - step / 2)
  const joined = join(voiced, settings.pause)
  const wide = joined.map(({ start, end }) => ({
    start: Math.max(0, start - settings.margin),
    end: end + settings.margin,
  }))
  return join(wide, 0)
}

/** Joins stretches at most `gap` seconds apart. */
function join(stretches: readonly Stretch[], gap: number): Stretch[] {
  const joined: Stretch[] = []
  for (const stretch of stretches) {
    const last = joined.at(-1)
    if (last && stretch.start - last.end <= gap) {
      joined[joined.length - 1] = { start: last.start, end: stretch.end }
    } else joined.push(stretch)
  }
  return joined
}

/** Concatenates the samples of stretches. @param stretches in order */
export function keepStretches(
  { samples, rate }: Samples,
  stretches: readonly Stretch[],
): Float32Array {
  const parts = stretches.map(({ start, end }) =>
    samples.subarray(Math.round(start * rate), Math.round(end * rate)),
  )
  const kept = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    kept.set(part, at)
    at += part.length
  }
  return kept
}

/** Finds voice in sounds of a given rate. */
export interface VoiceActivity {
  /** The stretches of voice, in seconds from the first sample; none in silence. */
  find(samples: Float32Array): Promise<Stretch[]>
  /** The same, with the samples of only these stretches. */
  cut(samples: Float32Array): Promise<{ samples: Float32Array; stretches: Stretch[] }>
  /** Frees its memory. */
  close(): Promise<void>
}

/**
 * Opens a voice detector by level, with frames of 25 ms every 10 ms.
 *
 * @param rate samples per second (an integer)
 * @throws LimbicError for an invalid rate
 */
export async function openVoiceActivity(
  engine: Engine,
  rate: number,
  settings: Partial<VoiceSettings> = {},
): Promise<VoiceActivity> {
  if (!(Number.isInteger(rate) && rate >= 1000)) {
    throw new LimbicError('not a sample rate for speech', {
      expected: 'a whole number of samples per second, 1000 or more',
      got: String(rate),
    })
  }
  const features = { level: energy(rate, { unit: 'decibels' }) }
  const program = await openSoundProgram(engine, { rate, features })
  const find = async (samples: Float32Array): Promise<Stretch[]> => {
    const { level } = await program.extract({ samples, rate })
    const length = samples.length / rate
    return findVoice(level.data, features.level.hop / rate, settings).map(({ start, end }) => ({
      start,
      end: Math.min(end, length),
    }))
  }
  return {
    find,
    async cut(samples) {
      const stretches = await find(samples)
      return { samples: keepStretches({ samples, rate }, stretches), stretches }
    },
    close: () => program.close(),
  }
}
