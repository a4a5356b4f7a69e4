/** MTCNN: finds all faces of a picture, or searches again where faces were. */
import { LimbicError } from '../../base/errors.js'
import { numberAt } from '../../base/numbers.js'
import { elementCount } from '../../graph/index.js'
import type { Engine } from '../../runtime/engine.js'
import { openProgram, type Program } from '../../runtime/program.js'
import type { SessionOptions } from '../../runtime/session.js'
import type { Picture } from '../source.js'
import {
  areaOf,
  type Box,
  holdsPixels,
  type Region,
  type ScoredBox,
  shifted,
  squareAround,
} from './box.js'
import {
  levelSize,
  moveEdges,
  networkLevels,
  type Proposal,
  partOfLevel,
  pixelsOf,
  proposalsOf,
  pyramidScales,
  scalesFor,
  settle,
} from './mtcnn/cascade.js'
import {
  outputNetwork,
  outputSide,
  proposalNetwork,
  refinementNetwork,
  refinementSide,
} from './mtcnn/networks.js'
import { numbersOf, runStage, Tables } from './mtcnn/stage.js'
import { suppress } from './mtcnn/suppress.js'
import { sourceOf } from './resize/area.js'
import { weightsFrom } from './weights.js'

/** A point in pixels from the top left corner of the picture. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** A face in a picture. */
export interface Face {
  /** In pixels; it may extend beyond the picture. */
  readonly box: Box
  /** The last network's score, from 0 to 1. */
  readonly score: number
  /** As seen in the picture: left eye, right eye, nose, left and right corner of the mouth. */
  readonly landmarks: readonly Point[]
}

/** How faces are searched for. */
export interface FaceDetectorOptions {
  /** The smallest face to find, in pixels. Default: 20. */
  readonly smallestFace?: number
  /** Thresholds for the scores of the three networks, from 0 to 1. Default: 0.6, 0.7, 0.7. */
  readonly thresholds?: readonly [number, number, number]
  /** The scale of each picture of the pyramid relative to the one before. Default: 0.709. */
  readonly factor?: number
  /** Default: one thread. */
  readonly session?: SessionOptions
}

/** Finds faces; opened once, for many pictures. */
export interface FaceDetector {
  /** All faces of a picture, the largest first. */
  detect(picture: Picture): Promise<Face[]>
  /**
   * Searches only around given boxes, for faces of about their size, at a small fraction of the
   * cost. Within these windows it computes the same as `detect`.
   *
   * @param places boxes of earlier faces, in pixels
   * @returns the faces found, the largest first
   */
  detectNear(picture: Picture, places: readonly Box[]): Promise<Face[]>
  close(): Promise<void>
}

/**
 * Opens MTCNN (Zhang et al., 2016) as facenet-pytorch 2.6 runs it.
 *
 * @param weights the bytes of `assets/mtcnn.safetensors`
 * @throws LimbicError if the weights are of another model, an option is invalid, or the engine
 * cannot run it
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
  // Each graph takes the weights that it needs.
  const values = { weights: weightsFrom(weights, 'MTCNN'), session }
  const networks = await Promise.all([
    openProgram(engine, proposalNetwork, values),
    openProgram(engine, refinementNetwork, values),
    openProgram(engine, outputNetwork, values),
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
    const tables = new Tables(picture)
    const proposals: Proposal[] = []
    for (const scale of this.#scales(picture)) {
      const { width, height } = levelSize(picture, scale)
      const all = { left: 0, top: 0, right: width, bottom: height }
      proposals.push(...suppress(await this.#propose(tables, scale, all), 0.5))
    }
    return this.#settled(tables, proposals)
  }

  async detectNear(picture: Picture, places: readonly Box[]): Promise<Face[]> {
    const tables = new Tables(picture)
    const scales = this.#scales(picture)
    const proposals: Proposal[] = []
    for (const place of places) {
      const square = squareAround(place)
      const near = pixelsOf(shifted(square, 0, 0, 2.2), picture)
      if (!near) continue
      tables.make(near)
      for (const scale of scalesFor(scales, square.right - square.left)) {
        const part = partOfLevel(levelSize(picture, scale), shifted(square, 0, 0, 1.7), scale)
        if (part) proposals.push(...suppress(await this.#propose(tables, scale, part), 0.5))
      }
    }
    return this.#settled(tables, proposals)
  }

  async close(): Promise<void> {
    await Promise.all(this.networks.map((network) => network.close()))
  }

  #scales(picture: Picture): number[] {
    const { smallestFace, factor } = this.settings
    return pyramidScales(picture, smallestFace, factor)
  }

  /** Runs the first network on a part of a pyramid level. */
  async #propose(tables: Tables, scale: number, part: Region): Promise<Proposal[]> {
    const { width, height } = tables.picture
    const whole = { left: 0, top: 0, right: width, bottom: height }
    const level = levelSize(tables.picture, scale)
    const shape = [1, 3, part.bottom - part.top, part.right - part.left]
    const data = new Float32Array(elementCount(shape))
    const table = tables.of(sourceOf(whole, level, part))
    table.resizePart(whole, level, part, data, networkLevels)
    const results = await this.networks[0].run({ picture: { dataType: 'float32', shape, data } })
    const [, , rows = 0, columns = 0] = results.get('score')?.shape ?? []
    const [score, shift] = [numbersOf(results, 'score'), numbersOf(results, 'shift')]
    const map = { rows, columns, top: part.top / 2, left: part.left / 2 }
    return proposalsOf(score, shift, map, scale, this.settings.thresholds[0])
  }

  #settled(tables: Tables, proposals: readonly Proposal[]): Promise<Face[]> {
    const squares = suppress(proposals, 0.7).map((proposal) => settle(proposal, 0))
    return this.#refined(tables, squares)
  }

  /** Runs the second and third networks on squares. */
  async #refined(tables: Tables, squares: readonly ScoredBox[]): Promise<Face[]> {
    const [, refinement, output] = this.networks
    const [, second, third] = this.settings.thresholds
    const seen = await runStage(refinement, tables, squares, refinementSide)
    const passed = seen
      .filter(({ score }) => score > second)
      .map(({ box, score, shift }) => ({ ...box, score, shift }))
    const kept = suppress(passed, 0.7).map((proposal) => settle(proposal, 1))
    const faces = (await runStage(output, tables, kept, outputSide))
      .filter(({ score }) => score > third)
      .map(({ box, score, shift, points }) => ({
        ...moveEdges(box, shift, 1),
        score,
        landmarks: landmarksOf(box, points),
      }))
    return suppress(faces, 0.7, 'minimum')
      .filter((box) => holdsPixels(box, tables.picture))
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
    new LimbicError('invalid option', {
      ...{ where: `face detector, ${option}`, expected, got: String(got) },
    })
  // The proposal network sees 12 pixels: smaller faces would need an enlarged picture.
  if (!(smallestFace >= 12)) throw wrong('smallestFace', 'at least 12 pixels', smallestFace)
  if (!(factor > 0 && factor <= 0.95)) throw wrong('factor', 'above 0, at most 0.95', factor)
  if (!thresholds.every((threshold) => threshold >= 0 && threshold <= 1)) {
    throw wrong('thresholds', 'numbers from 0 to 1', thresholds)
  }
}
