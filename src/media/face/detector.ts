/** MTCNN: finds all faces of a picture, or looks again where faces were. */
import { LimbicError } from '../../base/errors.js'
import { numberAt } from '../../base/numbers.js'
import type { Engine } from '../../runtime/engine.js'
import { openProgram, type Program } from '../../runtime/program.js'
import type { SessionOptions } from '../../runtime/session.js'
import type { Picture } from '../source.js'
import { areaOf, type Box, type ScoredBox, squareAround } from './box.js'
import {
  moveEdges,
  networkLevels,
  type Proposal,
  proposalsOf,
  pyramidScales,
  settle,
} from './mtcnn/cascade.js'
import {
  outputNetwork,
  outputSide,
  proposalNetwork,
  refinementNetwork,
  refinementSide,
} from './mtcnn/networks.js'
import { judge, numbersOf, Tables } from './mtcnn/stage.js'
import { suppress } from './mtcnn/suppress.js'
import { weightsFrom } from './weights.js'

/** A point in pixels from the top left corner of the picture. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A face in a picture. */
export interface Face {
  /** In pixels; it may reach beyond the picture. */
  readonly box: Box
  /** How sure the last network is, from 0 to 1. */
  readonly score: number
  /** As seen in the picture: left eye, right eye, nose, left and right corner of the mouth. */
  readonly landmarks: readonly Point[]
}

/** How faces are looked for. */
export interface FaceDetectorOptions {
  /** The smallest face to look for, in pixels. Default: 20. */
  readonly smallestFace?: number
  /** How sure each of the three networks must be, from 0 to 1. Default: 0.6, 0.7, 0.7. */
  readonly thresholds?: readonly [number, number, number]
  /** Each picture of the pyramid is so much smaller than the one before. Default: 0.709. */
  readonly factor?: number
  /** Default: one thread. */
  readonly session?: SessionOptions
}

/** Finds faces; opened once, for many pictures. */
export interface FaceDetector {
  /** All faces of a picture, the largest first. */
  detect(picture: Picture): Promise<Face[]>
  /**
   * Looks for faces only at given places, by MTCNN's second and third network, at a small part of the cost.
   *
   * @param places about where faces are, in pixels; several around one face find it more surely
   * @returns the faces found, the largest first
   */
  refine(picture: Picture, places: readonly Box[]): Promise<Face[]>
  close(): Promise<void>
}

/**
 * Opens MTCNN (Zhang et al., 2016) as facenet-pytorch 2.6 runs it.
 *
 * @param weights the bytes of `assets/mtcnn.safetensors`
 * @throws LimbicError if the weights are others, an option does not fit, or the engine cannot run it
 */
export async function openFaceDetector(
  engine: Engine,
  weights: Uint8Array,
  options: FaceDetectorOptions = {},
): Promise<FaceDetector> {
  const settings = {
    ...{ smallestFace: 20, thresholds: [0.6, 0.7, 0.7] as const, factor: 0.709 },
    ...options,
  }
  checkSettings(settings)
  const { session = { threads: 1 } } = options
  const open = (prefix: string, build: Parameters<typeof openProgram>[1]) =>
    openProgram(engine, build, { weights: weightsFrom(weights, 'MTCNN', prefix), session })
  const networks = await Promise.all([
    open('pnet.', proposalNetwork),
    open('rnet.', refinementNetwork),
    open('onet.', outputNetwork),
  ])
  return new Mtcnn(networks, settings)
}

interface Settings {
  readonly smallestFace: number
  readonly thresholds: readonly [number, number, number]
  readonly factor: number
}

class Mtcnn implements FaceDetector {
  constructor(
    readonly networks: readonly [Program, Program, Program],
    readonly settings: Settings,
  ) {}

  async detect(picture: Picture): Promise<Face[]> {
    const { smallestFace, factor } = this.settings
    const scales = pyramidScales(picture, smallestFace, factor)
    if (scales.length === 0) return []
    const tables = new Tables(picture)
    const { width, height } = picture
    tables.make({ left: 0, top: 0, right: width, bottom: height })
    const proposals: Proposal[] = []
    for (const scale of scales) {
      proposals.push(...suppress(await this.#propose(tables, scale), 0.5))
    }
    const squares = suppress(proposals, 0.7).map((proposal) => settle(proposal, 0))
    return this.#refined(tables, squares)
  }

  async refine(picture: Picture, places: readonly Box[]): Promise<Face[]> {
    const squares = places.map((place) => ({ ...squareAround(place), score: 1 }))
    return this.#refined(new Tables(picture), squares)
  }

  async close(): Promise<void> {
    await Promise.all(this.networks.map((network) => network.close()))
  }

  async #propose(tables: Tables, scale: number): Promise<Proposal[]> {
    const { width, height } = tables.picture
    const size = {
      width: Math.trunc(width * scale + 1),
      height: Math.trunc(height * scale + 1),
    }
    const data = new Float32Array(3 * size.width * size.height)
    const whole = { left: 0, top: 0, right: width, bottom: height }
    tables.of(whole).resize(whole, size, data, 0, networkLevels)
    const shape = [1, 3, size.height, size.width]
    const results = await this.networks[0].run({ picture: { dataType: 'float32', shape, data } })
    const [, , rows = 0, columns = 0] = results.get('score')?.shape ?? []
    const [score, shift] = [numbersOf(results, 'score'), numbersOf(results, 'shift')]
    return proposalsOf(score, shift, { rows, columns }, scale, this.settings.thresholds[0])
  }

  /** The second and the third network on squares. */
  async #refined(tables: Tables, squares: readonly ScoredBox[]): Promise<Face[]> {
    const [, refinement, output] = this.networks
    const [, second, third] = this.settings.thresholds
    const seen = await judge(refinement, tables, squares, refinementSide)
    const passed = seen
      .filter(({ score }) => score > second)
      .map(({ box, score, shift }) => ({ ...box, score, shift }))
    const kept = suppress(passed, 0.7).map((proposal) => settle(proposal, 1))
    const faces = (await judge(output, tables, kept, outputSide))
      .filter(({ score }) => score > third)
      .map(({ box, score, shift, points }) => ({
        ...moveEdges(box, shift, 1),
        score,
        landmarks: landmarksOf(box, points),
      }))
    return suppress(faces, 0.7, 'minimum')
      .map(({ left, top, right, bottom, score, landmarks }) => ({
        ...{ box: { left, top, right, bottom }, score, landmarks },
      }))
      .sort((one, other) => areaOf(other.box) - areaOf(one.box))
  }
}

function landmarksOf({ left, top, right, bottom }: Box, points: readonly number[]): Point[] {
  return Array.from({ length: points.length / 2 }, (_, place) => ({
    x: left + numberAt(points, place) * (right - left + 1) - 1,
    y: top + numberAt(points, points.length / 2 + place) * (bottom - top + 1) - 1,
  }))
}

function checkSettings({ smallestFace, thresholds, factor }: Settings): void {
  const wrong = (option: string, expected: string, got: number | readonly number[]) =>
    new LimbicError('an option does not fit', {
      ...{ where: `face detector, ${option}`, expected, got: String(got) },
    })
  // The proposal network sees 12 pixels: smaller faces would need an enlarged picture.
  if (!(smallestFace >= 12)) throw wrong('smallestFace', 'at least 12 pixels', smallestFace)
  if (!(factor > 0 && factor <= 0.95)) throw wrong('factor', 'above 0, at most 0.95', factor)
  if (!thresholds.every((threshold) => threshold >= 0 && threshold <= 1)) {
    throw wrong('thresholds', 'numbers from 0 to 1', thresholds)
  }
}
