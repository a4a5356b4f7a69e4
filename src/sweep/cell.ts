/** A grid of runs: each row is trained over folds and seeds, each run in its own folder. */
import { join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { dottedName } from '../base/slug.js'
import type { RunConfig } from '../learn/config.js'

/** One run of a grid. */
export interface Cell {
  /** The id of its row. */
  readonly row: string
  /** The name shown to people: `mult-text, seed 3`. */
  readonly label: string
  readonly folder: string
  readonly config: RunConfig
  /** Cells of higher urgency come first; default: 0, the lowest. */
  readonly urgency?: number
}

/** One configuration, trained over all folds and seeds. */
export interface GridRow {
  /** The name of its folder: letters, digits, dots, dashes. */
  readonly id: string
  /** The configuration without a seed. */
  readonly config: RunConfig
}

export interface GridPlan {
  readonly folder: string
  readonly rows: readonly GridRow[]
  readonly seeds: readonly number[]
  /**
   * How each fold changes a row's configuration; by default, a single fold that changes nothing.
   */
  readonly folds?: readonly ((config: RunConfig) => RunConfig)[]
}

/**
 * Every cell of a grid, row by row: `FOLDER/ROW/seed-<n>`, or `FOLDER/ROW/fold<k>-seed<n>` with
 * folds.
 *
 * @throws LimbicError if two rows have the same name, or a name cannot be used for a folder
 */
export function planCells({ folder, rows, seeds, folds }: GridPlan): Cell[] {
  const names = new Set<string>()
  for (const { id } of rows) {
    if (!/^[a-z0-9][a-z0-9._-]*$/.test(id) || dottedName(id) !== id) {
      throw new LimbicError('a row name cannot be used as a folder name', {
        where: `row "${id}"`,
        expected: 'at most 60 lower-case letters, digits, dots and dashes, and not a device name',
      })
    }
    if (names.has(id)) {
      throw new LimbicError('two rows of a grid have the same name', {
        where: `row "${id}"`,
        hint: 'Give each a unique id',
      })
    }
    names.add(id)
  }
  return rows.flatMap(({ id, config }) =>
    (folds ?? [(same: RunConfig) => same]).flatMap((inFold, fold) =>
      seeds.map((seed) => ({
        row: id,
        label: `${id}, ${folds ? `fold ${fold}, ` : ''}seed ${seed}`,
        folder: join(folder, id, folds ? `fold${fold}-seed${seed}` : `seed-${seed}`),
        config: inFold({ ...config, seed }),
      })),
    ),
  )
}
