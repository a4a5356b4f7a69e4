/** The folder of an experiment, and which rows it is for. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { LimbicError } from '../base/errors.js'
import { isTree } from '../base/merge.js'
import { slug } from '../base/slug.js'
import { writeContentSafely } from '../disk/files.js'
import { readYaml } from '../disk/yaml.js'
import { type RunConfig, runConfig } from '../learn/config.js'
import { RunFolder } from '../runs/folder.js'
import { sameRun } from '../runs/same-run.js'
import type { ConfiguredRow } from './configure.js'

const planName = 'experiment.yaml'

/** The first of runs/EXPERIMENT-DATA-1, -2, ... that is free or holds these rows. */
export function freeFolder(name: string, data: string, rows: readonly ConfiguredRow[]): string {
  for (let number = 1; ; number++) {
    const path = join('runs', `${slug(name)}-${slug(data)}-${number}`)
    if (!existsSync(path) || otherRow(path, rows) === undefined) return path
  }
}

/** Records which rows a folder is for. @throws LimbicError if it holds others of the same names */
export function keepPlan(folder: string, rows: readonly ConfiguredRow[]): void {
  const other = existsSync(folder) ? otherRow(folder, rows) : undefined
  if (other !== undefined) {
    throw new LimbicError(
      other === ''
        ? 'the folder contains something else'
        : `the folder contains row "${other}" with other settings`,
      { where: folder, hint: 'Choose another folder with --out, or delete this one' },
    )
  }
  const plan = Object.fromEntries(rows.map(({ id, config }) => [id, config]))
  writeContentSafely(join(folder, planName), stringify({ ...readPlan(folder), ...plan }))
}

/** The name of a row whose configuration in the folder differs; empty if the folder is for something else. */
function otherRow(folder: string, rows: readonly ConfiguredRow[]): string | undefined {
  const plan = readPlan(folder)
  if (!plan) return new RunFolder(folder).foreignFile() === undefined ? undefined : ''
  return rows.find(({ id, config }) => plan[id] && !sameRun(plan[id], config))?.id
}

function readPlan(folder: string): Record<string, RunConfig> | undefined {
  const path = join(folder, planName)
  if (!existsSync(path)) return undefined
  const value = readYaml(path)
  if (!isTree(value)) return {}
  return Object.fromEntries(
    Object.entries(value).flatMap(([id, config]) => {
      const read = runConfig.safeParse(config)
      return read.success ? [[id, read.data] as const] : []
    }),
  )
}
