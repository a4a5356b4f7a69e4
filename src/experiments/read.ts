/** Finds and reads experiments: bundled ones and the user's own files. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { LimbicError } from '../base/errors.js'
import { nearest, suggest, validate } from '../base/schema.js'
import { packageFolder } from '../disk/package.js'
import { readYaml } from '../disk/yaml.js'
import { type Experiment, experimentSchema, rowId, rowTitle } from './schema.js'

const bundled = join(packageFolder, 'experiments')

/** An experiment and its origin. */
export interface NamedExperiment {
  readonly name: string
  readonly path: string
  readonly experiment: Experiment
}

/** The names of the experiments that come with Limbic. */
export function experimentNames(): string[] {
  if (!existsSync(bundled)) return []
  return readdirSync(bundled)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()
}

/**
 * An experiment by its name, or by the path of a YAML file.
 *
 * @throws LimbicError suggesting the nearest name, or naming the file and the key at fault
 */
export function findExperiment(name: string): NamedExperiment {
  if (/\.ya?ml$/i.test(name)) return read(name)
  const names = experimentNames()
  if (names.includes(name)) return read(join(bundled, `${name}.yaml`))
  if (existsSync(name)) {
    throw new LimbicError('this is not the YAML file of an experiment', {
      where: name,
      expected: 'a file whose name ends in .yaml or .yml',
    })
  }
  throw new LimbicError(`unknown experiment "${name}"`, {
    hint: `${suggest(name, names)}${nearest(name, names) ? '' : '.'} Or give the path of a YAML file`,
  })
}

function read(path: string): NamedExperiment {
  const experiment = validate(experimentSchema, readYaml(path), path)
  checkNames(experiment, path)
  return { name: basename(path).replace(/\.ya?ml$/i, ''), path, experiment }
}

/** @throws LimbicError for duplicate names, or names that refer to nothing */
function checkNames({ rows, columns, models }: Experiment, where: string): void {
  once(rows.map(rowTitle), 'row', where)
  once(rows.map(rowId), 'row', where)
  once(
    columns.map(({ title }) => title),
    'column',
    where,
  )
  const metrics = columns.map(({ metric }) => metric)
  once(metrics, 'column of the metric', where)
  for (const row of rows) {
    const place = `${where}, row "${rowTitle(row)}"`
    for (const metric of Object.keys(row.paper)) {
      if (metrics.includes(metric)) continue
      throw new LimbicError(`no column has the metric "${metric}"`, {
        where: place,
        hint: suggest(metric, metrics),
      })
    }
    const { best } = row
    if (!best) continue
    const trained = rows.filter(({ model }) => model !== undefined).map(rowId)
    if (!trained.includes(best.of)) {
      throw new LimbicError(`no trained row is named "${best.of}"`, {
        where: place,
        hint: suggest(best.of, trained),
      })
    }
  }
  const used = rows.flatMap(({ model }) => model ?? [])
  for (const model of Object.keys(models)) {
    if (used.includes(model)) continue
    throw new LimbicError(`no row has the model "${model}"`, {
      where: `${where}, models`,
      hint: suggest(model, used),
    })
  }
}

function once(names: readonly string[], what: string, where: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice === undefined) return
  throw new LimbicError(`duplicate ${what} "${twice}"`, { where })
}
