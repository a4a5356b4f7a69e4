/** Whether a page measures what Node measures. */
import { expect } from 'vitest'
import type { FeatureTrack } from '../../../src/media/sound/index.js'
import { ffmpegVersion } from '../../support/clips.js'
import type { FacesOfFrame } from './measure.js'

/** Frames in a page follow the arithmetic of ffmpeg 5.1; later versions place colours elsewhere. */
export const isExact = ffmpegVersion.startsWith('5.')

/** Numbers that left a page as text. */
export function numbersFrom(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)
}

/** Rows of features as text. */
export interface EncodedTrack {
  readonly rows: number
  readonly width: number
  readonly data: string
}

/** Features within a thousandth of their largest number. */
export function expectSameFeatures(
  expected: Readonly<Record<string, FeatureTrack>>,
  found: Readonly<Record<string, EncodedTrack>>,
): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected))
  for (const [name, { rows, width, data }] of Object.entries(expected)) {
    expect(found[name]).toMatchObject({ rows, width })
    const numbers = numbersFrom(found[name]?.data ?? '')
    const largest = data.reduce((most, one) => Math.max(most, Math.abs(one)), 0)
    const off = data.reduce(
      (most, one, place) => Math.max(most, Math.abs(one - (numbers[place] ?? Number.NaN))),
      0,
    )
    expect(largest, name).toBeGreaterThan(0.01)
    expect(off / largest, name).toBeLessThan(1e-3)
  }
}

/** The same faces: boxes (pixels), scores and logits within a thousandth, where frames are the same. */
export function expectSameFaces(
  expected: readonly FacesOfFrame[],
  found: readonly FacesOfFrame[],
): void {
  const counts = (frames: readonly FacesOfFrame[]) =>
    frames.map(({ time, faces }) => [time, faces.length])
  expect(counts(found).flat().length).toBeGreaterThan(0)
  if (!isExact) return
  expect(counts(found)).toEqual(counts(expected))
  for (const [frame, { faces }] of expected.entries()) {
    for (const [place, face] of faces.entries()) {
      const other = found[frame]?.faces[place]
      for (const side of ['left', 'top', 'right', 'bottom'] as const) {
        expect(Math.abs(face.box[side] - (other?.box[side] ?? Number.NaN))).toBeLessThan(1e-3)
      }
      expect(Math.abs(face.score - (other?.score ?? Number.NaN))).toBeLessThan(1e-3)
      for (const [label, logit] of face.logits.entries()) {
        expect(Math.abs(logit - (other?.logits[label] ?? Number.NaN))).toBeLessThan(1e-3)
      }
    }
  }
}
