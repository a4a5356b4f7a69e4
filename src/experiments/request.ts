/** Which parts of an experiment are requested. */

import { LimbicError } from '../base/errors.js'
import type { Tree } from '../base/merge.js'
import { suggest } from '../base/schema.js'
import { slug } from '../base/slug.js'
import { splitConfig } from '../data/prepare/split/index.js'
import type { DataConfig, RunConfig } from '../learn/config.js'
import type { ConfiguredRow } from './configure.js'
import type { NamedExperiment } from './read.js'
import { type ExperimentRow, rowId, rowTitle } from './schema.js'
import type { FigureStyle } from './summaries.js'

/** Data, rows, seeds, folds and settings; default: the experiment's own. */
export interface ExperimentRequest {
  /** Paths of the data; several are the folds of one corpus. */
  readonly data?: readonly string[]
  /** The number of seeds, from 0. */
  readonly seeds?: number
  /** The number of folds that the data is divided into. */
  readonly folds?: number
  /** Prefixes of the names of rows; default: all. */
  readonly rows?: readonly string[]
  /** Settings of every model that has them. */
  readonly settings?: Tree
  /** Which columns the table shows, and how its figures are written. */
  readonly style?: FigureStyle
  /** The folder of the runs; default: `runs/EXPERIMENT-DATA-NUMBER`. */
  readonly out?: string
}

/** The data's paths; several are folds. @throws LimbicError if there are none */
export function pathsOf(
  { experiment: { data } }: NamedExperiment,
  { data: given = [] }: ExperimentRequest,
): readonly [string, ...string[]] {
  const [first = data.path, ...rest] = given
  if (first === undefined) {
    throw new LimbicError('no data given', {
      expected: data.about === undefined ? data.name : `${data.name} (${data.about})`,
      hint: 'Give the path with --data PATH, or use --data synthetic for generated data',
    })
  }
  return [first, ...rest]
}

/** Whether a row is chosen, or is the best run of a chosen row. */
export function isWanted(row: ExperimentRow, rows: readonly ExperimentRow[]): boolean {
  return rows.some((chosen) => chosen === row || chosen.best?.of === rowId(row))
}

/** @throws LimbicError for a name that no row begins with */
export function chosenRows(
  { experiment }: NamedExperiment,
  chosen: readonly string[] | undefined,
): ExperimentRow[] {
  const { rows } = experiment
  if (chosen === undefined) return rows
  const wanted = chosen.map((name) => name.trim().toLowerCase())
  const names = (row: ExperimentRow) => [rowId(row), rowTitle(row).toLowerCase(), slug(row.label)]
  for (const name of wanted) {
    if (rows.some((row) => names(row).some((known) => known.startsWith(name)))) continue
    throw new LimbicError(`no row name starts with "${name}"`, {
      where: 'rows',
      hint: suggest(name, rows.map(rowId)),
    })
  }
  return rows.filter((row) =>
    names(row).some((known) => wanted.some((name) => known.startsWith(name))),
  )
}

/** The seeds of every row. */
export function seedsOf(
  { experiment: { protocol } }: NamedExperiment,
  { seeds }: ExperimentRequest,
): number[] {
  const wanted = seeds ?? protocol.seeds
  return typeof wanted === 'number' ? Array.from({ length: wanted }, (_, seed) => seed) : wanted
}

/** What each fold changes in a configuration; undefined where the data is divided already. */
export function foldsOf(
  { experiment: { protocol } }: NamedExperiment,
  { folds }: ExperimentRequest,
  paths: readonly string[],
  [first]: readonly ConfiguredRow[],
): ((config: RunConfig) => RunConfig)[] | undefined {
  if (paths.length > 1) {
    if (folds !== undefined) {
      throw new LimbicError('several data sets are already the folds', { where: 'folds' })
    }
    return paths.map((path) => (config) => ({
      ...config,
      data: { ...undivided(config.data), path },
    }))
  }
  const kind = first?.config.data.split?.kind
  const usual = kind === 'given' || kind === 'random' ? undefined : protocol.folds
  const count = folds ?? usual
  if (count === undefined) return undefined
  // By speakers if the experiment says so, otherwise at random.
  const inFolds = { kind: kind === 'speakers' ? kind : 'folds', folds: count } as const
  return Array.from({ length: count }, (_, fold) => ({ data, ...config }: RunConfig) => ({
    ...config,
    data: { ...data, split: splitConfig.parse({ ...data.split, ...inFolds, fold }) },
  }))
}

/** The data before it is divided, since each run chooses its fold. */
export function undivided({ split: _, ...data }: DataConfig): DataConfig {
  return data
}
