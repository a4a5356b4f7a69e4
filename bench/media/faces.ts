/**
 * Faces of clips: followed, searched for in each frame, and by facenet-pytorch, one after the other on each clip,
 * each on one thread; and how far the boxes of followed faces are from searched ones.
 *
 *     node dist-bench/bench/media/faces.js FOLDER [frames] [python]
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readBundledWeights } from '../../src/disk/assets.js'
import { openMedia } from '../../src/media/decode/node/index.js'
import {
  type Face,
  type FaceDetector,
  openFaceDetector,
  trackFaces,
} from '../../src/media/face/index.js'
import type { Frame } from '../../src/media/source.js'
import { nodeEngine } from '../../src/runtime/node.js'

const [folder = '.', count = '24', python = ''] = process.argv.slice(2)
const peer = join(import.meta.dirname, '../../../bench/peers/faces.py')

async function framesOf(path: string): Promise<Frame[]> {
  const source = await openMedia(path)
  const frames: Frame[] = []
  for await (const frame of source.readFrames({ frames: { every: 1 } })) {
    frames.push(frame)
    if (frames.length === Number(count)) break
  }
  await source.close()
  return frames
}

async function* given(frames: readonly Frame[]): AsyncGenerator<Frame> {
  yield* frames
}

async function follow(frames: readonly Frame[], detector: FaceDetector) {
  const started = performance.now()
  const faces: (readonly Face[])[] = []
  let searches = 0
  for await (const { faces: found, how } of trackFaces(given(frames), detector)) {
    faces.push(found)
    if (how === 'searched') searches++
  }
  return { faces, searches, seconds: (performance.now() - started) / 1000 }
}

async function search(frames: readonly Frame[], detector: FaceDetector) {
  const started = performance.now()
  const faces: Face[][] = []
  for (const frame of frames) faces.push(await detector.detect(frame))
  return { faces, seconds: (performance.now() - started) / 1000 }
}

function facenet(path: string, { width, height }: Frame): number {
  if (!python) return Number.NaN
  const { stdout } = spawnSync(python, [peer, path, `${width}`, `${height}`, count], {
    encoding: 'utf8',
  })
  return Number(/"seconds": ([0-9.]+)/.exec(stdout)?.[1])
}

/** The largest gap of the edges of the largest face, in pixels and as a fraction of its width. */
function gapsOf(followed: readonly Face[], searched: readonly Face[]): [number, number][] {
  const [one, other] = [followed[0]?.box, searched[0]?.box]
  if (!one || !other) return []
  const gap = Math.max(
    Math.abs(one.left - other.left),
    Math.abs(one.top - other.top),
    Math.abs(one.right - other.right),
    Math.abs(one.bottom - other.bottom),
  )
  return [[gap, gap / (other.right - other.left)]]
}

const quantile = (values: readonly number[], part: number) =>
  [...values].sort((one, other) => one - other)[Math.floor((values.length - 1) * part)] ??
  Number.NaN

const detector = await openFaceDetector(nodeEngine, readBundledWeights('faces'))
const [gaps, totals]: [[number, number][], [number, number, number]] = [[], [0, 0, 0]]
const presence = { both: 0, neither: 0, onlyFollowed: 0, onlySearched: 0 }
for (const name of readdirSync(folder).filter((file) => file.endsWith('.mp4'))) {
  const path = join(folder, name)
  const frames = await framesOf(path)
  const [first] = frames
  if (!first) continue
  await detector.detect(first)
  const followed = await follow(frames, detector)
  const searched = await search(frames, detector)
  const seconds = facenet(path, first)
  const own = frames.flatMap((_, place) =>
    gapsOf(followed.faces[place] ?? [], searched.faces[place] ?? []),
  )
  for (const place of frames.keys()) {
    const [here, there] = [followed.faces[place]?.length, searched.faces[place]?.length]
    if (here) presence[there ? 'both' : 'onlyFollowed']++
    else presence[there ? 'onlySearched' : 'neither']++
  }
  gaps.push(...own)
  totals[0] += followed.seconds
  totals[1] += searched.seconds
  totals[2] += seconds
  const median = quantile(
    own.map(([pixels]) => pixels),
    0.5,
  )
  const perFrame = [followed.seconds, searched.seconds, seconds].map((time) =>
    `${((1000 * time) / frames.length).toFixed(0)} ms`.padStart(8),
  )
  const size = `${first.width} x ${first.height}`
  console.log(
    `${name.padEnd(24)} ${size.padEnd(12)} ${frames.length} frames, ${followed.searches} searched:`,
    `followed ${perFrame[0]}, searched ${perFrame[1]}, facenet-pytorch ${perFrame[2]};`,
    `median gap ${median.toFixed(1)} px`,
  )
}
console.log(
  'seconds in all: followed, searched, facenet-pytorch:',
  totals.map((t) => t.toFixed(1)),
)
console.log(
  'ratios to facenet-pytorch:',
  totals.map((total) => (totals[2] / total).toFixed(1)),
)
for (const part of [0.5, 0.9, 0.95, 0.99]) {
  const pixels = quantile(
    gaps.map(([value]) => value),
    part,
  ).toFixed(1)
  const share = quantile(
    gaps.map(([, value]) => value),
    part,
  ).toFixed(3)
  console.log(`gap at quantile ${part}: ${pixels} px, ${share} of the width`)
}
console.log('largest face present:', presence)
await detector.close()
