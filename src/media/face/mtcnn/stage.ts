/** Runs one of MTCNN's networks on crops of a picture, in batches. */
import { LimbicError } from '../../../base/errors.js'
import { numberAt } from '../../../base/numbers.js'
import type { Program } from '../../../runtime/program.js'
import type { Value } from '../../../runtime/session.js'
import type { Picture } from '../../source.js'
import { type Box, contains, type Region } from '../box.js'
import { AreaTable } from '../resize/area.js'
import { networkLevels, pixelsOf } from './cascade.js'

/** The most crops in memory at once. */
const mostCrops = 256

/** A network's outputs for one crop. */
export interface StageResult<Kind extends Box> {
  readonly box: Kind
  readonly score: number
  /** Fractions of the box for its left, top, right and bottom edge. */
  readonly shift: readonly [number, number, number, number]
  /** Five x, then five y, as fractions of the box; empty where the network gives none. */
  readonly points: readonly number[]
}

/** Tables of sums for the parts of a picture, built on demand. */
export class Tables {
  readonly #tables: AreaTable[] = []

  constructor(readonly picture: Picture) {}

  /** A table that contains a region. */
  of(region: Region): AreaTable {
    const known = this.#tables.find((table) => contains(table.region, region))
    return known ?? this.make(region)
  }

  make(region: Region): AreaTable {
    const table = new AreaTable(this.picture, region)
    this.#tables.push(table)
    return table
  }
}

/** Runs a network on boxes; those entirely outside the picture are left out. */
export async function runStage<Kind extends Box>(
  program: Program,
  tables: Tables,
  boxes: readonly Kind[],
  side: number,
): Promise<StageResult<Kind>[]> {
  const found: StageResult<Kind>[] = []
  for (let start = 0; start < boxes.length; start += mostCrops) {
    const crops = boxes.slice(start, start + mostCrops).flatMap((box) => {
      const region = pixelsOf(box, tables.picture)
      return region ? [{ box, region }] : []
    })
    if (crops.length === 0) continue
    const data = new Float32Array(crops.length * 3 * side * side)
    for (const [place, { region }] of crops.entries()) {
      const size = { width: side, height: side }
      tables.of(region).resize(region, size, data, place * 3 * side * side, networkLevels)
    }
    const shape = [crops.length, 3, side, side]
    const results = await program.run({ picture: { dataType: 'float32', shape, data } })
    const score = numbersOf(results, 'score')
    const shift = numbersOf(results, 'shift')
    const points = results.get('points')?.data
    for (const [place, { box }] of crops.entries()) {
      const at = (edge: number) => numberAt(shift, 4 * place + edge)
      found.push({
        box,
        score: numberAt(score, place),
        shift: [at(0), at(1), at(2), at(3)],
        points: points ? Array.from(points.slice(10 * place, 10 * place + 10), Number) : [],
      })
    }
  }
  return found
}

/** The float32 result with a name. @throws LimbicError if the engine returns none */
export function numbersOf(results: ReadonlyMap<string, Value>, name: string): Float32Array {
  const data = results.get(name)?.data
  if (data instanceof Float32Array) return data
  throw new LimbicError('the engine returned no such result', { where: `output "${name}"` })
}
