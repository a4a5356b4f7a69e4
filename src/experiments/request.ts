/** What of an experiment is asked for on the command line. */
import { parse } from 'yaml'
import { LimbicError } from '../base/errors.js'
import { merge, type Tree } from '../base/merge.js'
import { suggest } from '../base/schema.js'
import { slug } from '../base/slug.js'
import { readCount } from '../base/values.js'
import { splitConfig } from '../data/prepare/split/index.js'
import type { DataConfig, RunConfig } from '../learn/config.js'
import type { ConfiguredRow } from './configure.js'
import type { NamedExperiment } from './read.js'
import { type ExperimentRow, rowId, rowTitle } from './schema.js'

/** The options that choose data, rows, seeds, folds and settings, as they were written. */
export interface ExperimentRequest {
  readonly data?: readonly string[]
  readonly seeds?: string
  readonly folds?: string
  readonly rows?: string
  readonly set?: readonly string[]
}

/** The data's paths; several are folds. @throws LimbicError if there are none */
export function pathsOf(
  { experiment: { data } }: NamedExperiment,
  { data: given = [] }: ExperimentRequest,
): readonly [string, ...string[]] {
  const [first = data.path, ...rest] = given
  if (first === undefined) {
    throw new LimbicError('no data are named', {
      where: 'command line',
      expected: data.about === undefined ? data.name : `${data.name} (${data.about})`,
      hint: 'Say which with --data PATH, or --data synthetic for generated ones',
    })
  }
  return [first, ...rest]
}

/** `--set hidden=8 rates.text=1e-3` as a part of a configuration; values are YAML. */
export function settingsOf({ set = [] }: ExperimentRequest): Tree {
  return set.reduce<Tree>((before, given) => {
    const [, path, value] = /^([^=]+)=(.*)$/.exec(given) ?? []
    if (path === undefined || value === undefined) {
      throw new LimbicError('this sets nothing', {
        where: '--set',
        expected: 'key=value, such as hidden=8',
        got: `"${given}"`,
      })
    }
    const leaf = parseValue(value)
    const tree = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), leaf)
    return merge(before, tree as Tree)
  }, {})
}

function parseValue(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new LimbicError(
      'this is no YAML',
      { where: '--set', expected: 'a value such as 8, true or [text, audio]', got: `"${text}"` },
      { cause: error },
    )
  }
}

/** Whether a row is one of the chosen ones, or one whose best run is. */
export function isWanted(row: ExperimentRow, rows: readonly ExperimentRow[]): boolean {
  return rows.some((chosen) => chosen === row || chosen.best?.of === rowId(row))
}

/** @throws LimbicError for a name that no row begins with */
export function chosenRows(
  { experiment }: NamedExperiment,
  text: string | undefined,
): ExperimentRow[] {
  const { rows } = experiment
  if (text === undefined) return rows
  const wanted = text.split(',').map((name) => name.trim().toLowerCase())
  const names = (row: ExperimentRow) => [rowId(row), rowTitle(row).toLowerCase(), slug(row.label)]
  for (const name of wanted) {
    if (rows.some((row) => names(row).some((known) => known.startsWith(name)))) continue
    throw new LimbicError(`no row begins with "${name}"`, {
      where: '--rows',
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
  const wanted = seeds === undefined ? protocol.seeds : readCount('--seeds', seeds, 1, 10_000)
  return typeof wanted === 'number' ? Array.from({ length: wanted }, (_, seed) => seed) : wanted
}

/** What each fold changes in a configuration; undefined where the data are divided already. */
export function foldsOf(
  { experiment: { protocol } }: NamedExperiment,
  { folds }: ExperimentRequest,
  paths: readonly string[],
  [first]: readonly ConfiguredRow[],
): ((config: RunConfig) => RunConfig)[] | undefined {
  if (paths.length > 1) {
    if (folds !== undefined) {
      throw new LimbicError('several data sets are the folds already', { where: '--folds' })
    }
    return paths.map((path) => (config) => ({
      ...config,
      data: { ...undivided(config.data), path },
    }))
  }
  const kind = first?.config.data.split?.kind
  const usual = kind === 'given' || kind === 'random' ? undefined : protocol.folds
  const count = folds === undefined ? usual : readCount('--folds', folds, 2, 10_000)
  if (count === undefined) return undefined
  // By speakers where that is said; at random otherwise.
  const inFolds = { kind: kind === 'speakers' ? kind : 'folds', folds: count } as const
  return Array.from({ length: count }, (_, fold) => ({ data, ...config }: RunConfig) => ({
    ...config,
    data: { ...data, split: splitConfig.parse({ ...data.split, ...inFolds, fold }) },
  }))
}

/** The data before they are divided, since a fold is chosen run by run. */
export function undivided({ split: _, ...data }: DataConfig): DataConfig {
  return data
}
