/** Settings of the documents and of common tools, at any sample rate. */
import type {
  AcousticSettings,
  BarkSettings,
  EnergySettings,
  FramePitchSettings,
  LogMelSettings,
  MelSettings,
  MfccSettings,
  ZeroCrossingSettings,
} from './settings.js'

type Changes<Settings> = Partial<Omit<Settings, 'kind' | 'rate'>>

/**
 * Mel power as MESM's published code computes it with torchaudio: no logarithm, 128 bands on HTK's
 * scale, Hann, frames of trunc(rate / 16000 * 400) samples every half frame, mirrored edges.
 *
 * @param rate samples per second (Hz)
 */
export function mel(rate: number, changes: Changes<MelSettings> = {}): MelSettings {
  const frame = Math.trunc((rate / 16_000) * 400)
  return {
    kind: 'mel',
    rate,
    frame,
    hop: Math.floor(frame / 2),
    edges: 'reflect',
    window: 'hann',
    bands: 128,
    lowest: 0,
    highest: rate / 2,
    scale: 'htk',
    norm: 'none',
    filters: 'torchaudio',
    power: 2,
    ...changes,
  }
}

/** 25 ms every 10 ms, as in SelfCross (section 4.1) and most of the field. */
function speechClock(rate: number) {
  return { rate, frame: Math.round(0.025 * rate), hop: Math.round(0.01 * rate) }
}

/** librosa's `power_to_db` with its defaults. */
const librosaDecibels = { reference: 1, least: 1e-10, range: 80 }

/**
 * Mel power in decibels as librosa computes it: 64 bands on Slaney's scale with its norm, Hann, 25
 * ms every 10 ms, zeros beyond the edges, no more than 80 dB below the loudest.
 *
 * @param rate samples per second (Hz)
 */
export function logMel(rate: number, changes: Changes<LogMelSettings> = {}): LogMelSettings {
  return {
    kind: 'log-mel',
    ...speechClock(rate),
    edges: 'zeros',
    window: 'hann',
    bands: 64,
    lowest: 0,
    highest: rate / 2,
    scale: 'slaney',
    norm: 'area',
    filters: 'exact',
    power: 2,
    ...librosaDecibels,
    ...changes,
  }
}

/**
 * SelfCross's 120 numbers (section 4.1: 40 MFCC, Hamming window, 25 ms every 10 ms, first and
 * second derivatives); what the document leaves open follows librosa's defaults: 128 bands on
 * Slaney's scale, decibels, orthonormal cosine transform, derivatives over 9 frames.
 *
 * @param rate samples per second (Hz)
 */
export function mfcc(rate: number, changes: Changes<MfccSettings> = {}): MfccSettings {
  return {
    ...logMel(rate),
    kind: 'mfcc',
    window: 'hamming',
    bands: 128,
    coefficients: 40,
    differences: 9,
    ...changes,
  }
}

/** Energy of Zwicker's critical bands in decibels, 25 ms every 10 ms, Hann. @param rate samples per second (Hz) */
export function bark(rate: number, changes: Changes<BarkSettings> = {}): BarkSettings {
  return {
    kind: 'bark',
    ...speechClock(rate),
    edges: 'zeros',
    window: 'hann',
    ...librosaDecibels,
    range: null,
    ...changes,
  }
}

/** The root mean square of frames, 25 ms every 10 ms. @param rate samples per second (Hz) */
export function energy(rate: number, changes: Changes<EnergySettings> = {}): EnergySettings {
  return { kind: 'energy', ...speechClock(rate), edges: 'zeros', unit: 'rms', ...changes }
}

/**
 * The fraction of samples at which the sign changes, 25 ms every 10 ms. @param rate samples per
 * second (Hz)
 */
export function zeroCrossings(
  rate: number,
  changes: Changes<ZeroCrossingSettings> = {},
): ZeroCrossingSettings {
  return { kind: 'zero-crossings', ...speechClock(rate), edges: 'zeros', ...changes }
}

/**
 * Pitch from 75 to 600 Hz in frames of 40 ms (three periods of the lowest) every 10 ms; the thresholds are
 * Praat's (Boersma 1993), its silence threshold as a level, -50 dB.
 *
 * @param rate samples per second (Hz)
 */
export function pitch(rate: number, changes: Changes<FramePitchSettings> = {}): FramePitchSettings {
  return {
    kind: 'pitch',
    rate,
    frame: Math.ceil(0.04 * rate),
    hop: Math.round(0.01 * rate),
    edges: 'zeros',
    lowest: 75,
    highest: 600,
    voicing: 0.45,
    silence: -50,
    octaveCost: 0.01,
    ...changes,
  }
}

/**
 * 142 values every 400 ms (MESM, section 5.2), from windows of 25 ms every 10 ms: 22 critical
 * bands, cepstral coefficients 1 to 12 of the usual 26 bands on HTK's scale, and six statistics of
 * 18 descriptors; edges are mirrored, so that the first frame contains no silence.
 *
 * @param rate samples per second (Hz), at least 16000 for all critical bands
 */
export function acoustic(rate: number, changes: Changes<AcousticSettings> = {}): AcousticSettings {
  const clock = speechClock(rate)
  const { frame, lowest, highest, voicing, silence, octaveCost } = pitch(rate)
  return {
    kind: 'acoustic',
    rate,
    frame: Math.round(0.4 * rate),
    hop: Math.round(0.4 * rate),
    edges: 'reflect',
    windowFrame: clock.frame,
    windowHop: clock.hop,
    window: 'hann',
    barkBands: 22,
    bands: 26,
    lowest: 0,
    highest: rate / 2,
    scale: 'htk',
    norm: 'none',
    filters: 'exact',
    coefficients: 12,
    least: librosaDecibels.least,
    statistics: true,
    pitch: { frame, lowest, highest, voicing, silence, octaveCost },
    ...changes,
  }
}
