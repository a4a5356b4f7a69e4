/** Builds features from settings, and as functions of waveforms. */
import { validate } from '../../../base/schema.js'
import type { Tensor } from '../../../graph/index.js'
import { type DecibelSettings, decibels } from '../graphs/decibels.js'
import { type Edges, framed, withEdges } from '../graphs/framing.js'
import { powerOfFrames, rootMeanSquare, zeroCrossingsOfFrames } from '../graphs/level.js'
import { pitchOfFrames } from '../graphs/pitch.js'
import { acousticRow } from './acoustic.js'
import type { Feature } from './feature.js'
import { type FeatureSettings, featureSettings } from './settings.js'
import { barkPower, cepstra, melPower } from './spectral.js'

/**
 * The graphs of a feature.
 *
 * @throws LimbicError where a setting does not fit
 */
export function featureOf(given: FeatureSettings): Feature {
  const settings = validate(featureSettings, given, 'settings of a feature of sound')
  switch (settings.kind) {
    case 'mel':
      return rowByRow(settings, melPower(settings))
    case 'log-mel':
      return inDecibels(settings, melPower(settings))
    case 'mfcc':
      return { settings, frames: melPower(settings), ...cepstra(settings) }
    case 'bark':
      return inDecibels(settings, barkPower(settings))
    case 'energy': {
      const units = {
        power: powerOfFrames,
        rms: rootMeanSquare,
        decibels: (frames: Tensor) =>
          decibels(powerOfFrames(frames), { reference: 1, least: 1e-10, range: null }),
      }
      return rowByRow(settings, { width: 1, apply: units[settings.unit] })
    }
    case 'zero-crossings':
      return rowByRow(settings, { width: 1, apply: zeroCrossingsOfFrames })
    case 'acoustic':
      return rowByRow(settings, acousticRow(settings))
    case 'pitch':
      return rowByRow(settings, { width: 2, apply: (frames) => pitchOfFrames(frames, settings) })
  }
}

function rowByRow(settings: FeatureSettings, frames: Feature['frames']): Feature {
  return { settings, width: frames.width, frames }
}

function inDecibels(
  settings: FeatureSettings & DecibelSettings,
  frames: Feature['frames'],
): Feature {
  const peak = settings.range !== null
  const apply = (rows: Tensor, loudest?: Tensor) => decibels(rows, settings, loudest)
  return { settings, width: frames.width, frames, finish: { context: 0, least: 1, peak, apply } }
}

/**
 * A feature of a waveform, as part of a graph.
 *
 * @param waveform float32 [batch, samples] at the rate of the settings: at least one sample, with
 * mirrored edges more than half a frame, without edges a whole frame. With differences, unless
 * `samples` is a number, enough for the frames that they need
 * @returns [batch, frames, width]
 * @throws LimbicError where a setting does not fit
 */
export function soundFeature(waveform: Tensor, settings: FeatureSettings): Tensor {
  const feature = featureOf(settings)
  const { frame, hop, edges } = feature.settings
  const rows = feature.frames.apply(framed(withEdges(waveform, frame, edges), frame, hop))
  return feature.finish ? feature.finish.apply(rows) : rows
}

/** The number of frames of a sound with `samples` samples. */
export function countFrames(
  samples: number,
  { frame, hop, edges }: { frame: number; hop: number; edges: Edges },
): number {
  if (samples === 0) return 0
  const around = edges === 'none' ? 0 : 2 * Math.floor(frame / 2)
  return Math.max(0, Math.floor((samples + around - frame) / hop) + 1)
}

/** When the middle of a frame is, in seconds from the first sample. */
export function frameTime(
  row: number,
  { rate, frame, hop, edges }: { rate: number; frame: number; hop: number; edges: Edges },
): number {
  return (row * hop + (edges === 'none' ? frame / 2 : 0)) / rate
}
