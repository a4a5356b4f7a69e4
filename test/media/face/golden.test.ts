/** Faces against facenet-pytorch, and expressions against the Keras model. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBundledWeights } from '../../../src/disk/assets.js'
import { readSafetensors } from '../../../src/formats/safetensors/index.js'
import {
  cropCentreAsPublished,
  cropFace,
  cropRegion,
  type ExpressionModel,
  type FaceDetector,
  normaliseCrop,
  openExpressionModel,
  openFaceDetector,
} from '../../../src/media/face/index.js'
import { resizeLikePillow } from '../../../src/media/face/resize/pillow.js'
import { planesOf } from '../../../src/media/face/resize/planes.js'
import type { Picture } from '../../../src/media/source.js'
import { nodeEngine } from '../../../src/runtime/node.js'
import { hasFfmpeg } from '../../support/clips.js'
import { sharedPath } from '../../support/folders.js'
import { largestGap } from '../sound/support.js'
import { edgeGap, pictureOf } from './support.js'

const faces = hasFfmpeg ? sharedPath('golden', 'media', 'faces') : undefined
const images = faces ? readdirSync(faces).filter((name) => name.endsWith('.png')) : []

describe.skipIf(!faces)('real frames', () => {
  let detector: FaceDetector
  beforeAll(async () => {
    detector = await openFaceDetector(nodeEngine, readBundledWeights('faces'))
  })
  afterAll(() => detector.close())

  test.each(images)('%s: all boxes, and the crop of the largest', async (name) => {
    const path = join(faces ?? '', basename(name, '.png'))
    const picture = await pictureOf(`${path}.png`)
    const { boxes }: { boxes: [number, number, number, number][] } = JSON.parse(
      readFileSync(`${path}.json`, 'utf8'),
    )
    const found = await detector.detect(picture)
    expect(found).toHaveLength(boxes.length)
    for (const [place, [left, top, right, bottom]] of boxes.entries()) {
      const box = found[place]?.box
      expect(box && edgeGap(box, { left, top, right, bottom })).toBeLessThan(0.01)
    }
    const [largest] = found
    expect(largest?.landmarks).toHaveLength(5)
    const bytes = readFileSync(`${path}.crop.npy`)
    const crop = new Float32Array(
      Uint8Array.from(bytes.subarray(bytes.length - 4 * 3 * 48 * 48)).buffer,
    )
    const ours = largest ? cropFace(picture, largest.box, { size: 48, margin: 2 }) : []
    expect(largestGap(ours, crop)).toBeLessThan(1)
  })

  test.each(images)('%s: looking again where the face is gives the same box', async (name) => {
    const picture = await pictureOf(join(faces ?? '', name))
    const [face] = await detector.detect(picture)
    const [again] = face ? await detector.detectNear(picture, [face.box]) : []
    const side = face ? face.box.right - face.box.left : 0
    expect(face && again && edgeGap(face.box, again.box) / side).toBeLessThan(0.01)
  })
})

const framesPath = sharedPath('golden', 'media', 'frames.safetensors')

test.skipIf(!framesPath)('boxes to corners to crops to normalised crops', async () => {
  const { tensors } = await readSafetensors(framesPath ?? '')
  const numbers = (name: string) => Array.from(tensors.get(name)?.data ?? [], Number)
  const size = 150 * 170 * 3
  const all = Uint8Array.from(numbers('frames'))
  const [boxes, corners, crops, normalised] = [
    ...[numbers('boxes'), numbers('corners'), numbers('faces'), numbers('normalised')],
  ]
  const plane = 3 * 48 * 48
  for (let frame = 0; frame < 5; frame++) {
    const data = all.subarray(frame * size, (frame + 1) * size)
    const picture: Picture = { width: 170, height: 150, data }
    const [left = 0, top = 0, right = 0, bottom = 0] = boxes?.slice(4 * frame) ?? []
    const box = { left, top, right, bottom }
    const region = cropRegion(picture, box, { margin: 2 })
    expect([region.left, region.top, region.right, region.bottom]).toEqual(
      corners?.slice(4 * frame, 4 * frame + 4),
    )
    const crop = cropFace(picture, box, { margin: 2 })
    const want = crops?.slice(frame * plane, (frame + 1) * plane) ?? []
    expect(largestGap(crop, want)).toBeLessThan(1e-3)
    const wantNormalised = normalised?.slice(frame * plane, (frame + 1) * plane) ?? []
    expect(largestGap(normaliseCrop(crop), wantNormalised)).toBeLessThan(1e-3)
  }
})

test.skipIf(!framesPath)('the published centre crop', async () => {
  const { tensors } = await readSafetensors(framesPath ?? '')
  const all = Uint8Array.from(tensors.get('frames')?.data ?? [], Number)
  const want = Array.from(tensors.get('centre_crops')?.data ?? [], Number)
  const [size, plane] = [150 * 170 * 3, 48 * 48]
  for (let frame = 0; frame < 2; frame++) {
    const data = all.subarray(frame * size, (frame + 1) * size)
    const crop = cropCentreAsPublished({ width: 170, height: 150, data })
    // The file says [RGB, 48, 48], but holds a transposed view's memory: row, column, colour.
    const stored = want.slice(frame * 3 * plane, (frame + 1) * 3 * plane)
    const ours = stored.map((_, place) => crop[(place % 3) * plane + Math.floor(place / 3)] ?? -9)
    expect(ours).toEqual(stored)
  }
})

test.skipIf(!framesPath)('a high frame halved as Pillow does it', async () => {
  const { tensors } = await readSafetensors(framesPath ?? '')
  const frame = tensors.get('high_frame')
  const [height = 0, width = 0] = frame?.shape ?? []
  const picture = { width, height, data: Uint8Array.from(frame?.data ?? [], Number) }
  const whole = { left: 0, top: 0, right: width, bottom: height }
  const half = { width: width / 2, height: height / 2 }
  const planes = resizeLikePillow(planesOf(picture, whole), { width, height, channels: 3 }, half)
  const pixels = half.width * half.height
  const want = Array.from(tensors.get('halved')?.data ?? [], Number)
  const ours = want.map((_, place) => planes[(place % 3) * pixels + Math.floor(place / 3)] ?? -9)
  expect(largestGap(ours, want)).toBeLessThanOrEqual(1)
})

const casesPath = hasFfmpeg ? sharedPath('golden', 'media', 'face-expression.json') : undefined
const ckPlus = sharedPath('data', 'media', 'ckplus')

describe.skipIf(!casesPath || !ckPlus)('expressions', () => {
  let model: ExpressionModel
  beforeAll(async () => {
    model = await openExpressionModel(nodeEngine, readBundledWeights('expression'))
  })
  afterAll(() => model.close())

  test('logits of real faces', async () => {
    const { labels, cases }: { labels: string[]; cases: { image: string; logits: number[] }[] } =
      JSON.parse(readFileSync(casesPath ?? '', 'utf8'))
    expect(labels).toEqual([...model.labels])
    const pictures = await Promise.all(
      cases.map(({ image }) => pictureOf(join(ckPlus ?? '', image))),
    )
    const logits = await model.logits(pictures.map((picture) => ({ picture })))
    for (const [place, { logits: want }] of cases.entries()) {
      expect(largestGap(logits[place] ?? [], want)).toBeLessThan(1e-3)
    }
  })
})
