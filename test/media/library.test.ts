/** `limbic/media`: a program extracts features from a recording. */
import { expect, test } from 'vitest'
import {
  nodeEngine,
  openExtractor,
  openMedia,
  readBundledWeights,
  recipeNamed,
} from '../../src/faces/media.js'
import { countingPicture, h264, hasFfmpeg, runFfmpeg, tones } from '../support/clips.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()

test.skipIf(!hasFfmpeg)('features of a recording by a recipe (needs ffmpeg)', async () => {
  runFfmpeg(...countingPicture(50), ...tones(2), ...h264, '-c:a', 'aac', at('clip.mp4'))
  const source = await openMedia(at('clip.mp4'))
  const models = {
    faces: readBundledWeights('faces'),
    expression: readBundledWeights('expression'),
  }
  const extractor = await openExtractor(nodeEngine, recipeNamed('compact'), models)
  const { features, remarks } = await extractor.extract({ sound: { source }, picture: { source } })
  await extractor.close()
  await source.close()
  expect(features.audio?.shape).toEqual([64])
  // One row every 10 ms of two seconds.
  expect(Math.abs((features.audio?.length ?? 0) - 200)).toBeLessThan(5)
  expect(features.audio?.values.every(Number.isFinite)).toBe(true)
  expect(features.vision).toBeUndefined()
  expect(remarks).toEqual([expect.stringMatching(/face/)])
})
