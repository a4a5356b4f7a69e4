/** Resumes runs, and decides which settings may change. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { isTree, type Tree } from '../../base/merge.js'
import type { RunConfig } from '../../learn/config.js'
import { findRuns } from '../../runs/find.js'
import { RunFolder } from '../../runs/folder.js'
import { isModelFile, openModel } from '../../runs/model-file/index.js'
import { type Amendment, amendConfig, amendRun } from '../../runs/open/amend.js'
import type { Cell } from '../../sweep/cell.js'
import { plannedSeeds, readPlan, runOf, writePlan } from '../../sweep/seeds.js'

/** The runs of a resumed folder, with changed settings. */
export function amendedCells(folder: string, amendment: Amendment): Cell[] {
  const plan = readPlan(folder)
  const known = plan
    ? plannedSeeds(folder, plan)
    : findRuns(folder).runs.map((run) => runOf(run.path, run.readConfig()))
  if (Object.keys(amendment).length === 0) return known
  for (const { config } of known) refuseBeyondStage(config, amendment)
  const amended = known.map((cell) => {
    const run = new RunFolder(cell.folder)
    return run.exists
      ? { ...amendRun(run, amendment), cell }
      : { config: amendConfig(cell.config, amendment), open: true, cell }
  })
  if (plan) writePlan(folder, { ...plan, config: amendConfig(plan.config, amendment) })
  const asked = amendment.epochs !== undefined || amendment.patience !== undefined
  if (asked && !amended.some(({ open }) => open)) {
    const { patience, epochs } = amended[0]?.config.training ?? {}
    throw new LimbicError('nothing left to train', {
      where: folder,
      got: `epochs ${epochs}, patience ${patience}`,
      hint: 'Raise --epochs, and also --patience if training stopped early',
    })
  }
  return amended.map(({ cell, config }) => ({ ...cell, config }))
}

/** The last of several stages has its own limit of epochs, whatever the run's limit. */
function refuseBeyondStage({ model, settings }: RunConfig, { epochs }: Amendment): void {
  if (epochs === undefined || isModelFile(model)) return
  const last = openModel(model).configure(settings).stages.at(-1)
  const own = last?.training.epochs
  if (!last || own === undefined || epochs <= own) return
  throw new LimbicError(`the last stage of ${model} has a limit of epochs of its own`, {
    where: '--epochs',
    expected: `at most ${own}, for the stage ${last.name}`,
    got: `${epochs}`,
    hint: 'Start a new run whose settings allow more, with --from to start from these weights',
  })
}

/** The settings that may change when a run is resumed. */
const amendable = z.object({
  training: z.object({ epochs: z.int().optional(), patience: z.int().optional() }).optional(),
  data: z.object({ path: z.string().optional(), vectors: z.string().optional() }).optional(),
})

export function amendmentOf(given: Tree): Amendment {
  const { training, data } = amendable.parse(given)
  return { ...training, ...data }
}

export function engineOf({ threads, provider }: Tree): Tree {
  return { ...(threads !== undefined && { threads }), ...(provider !== undefined && { provider }) }
}

/** The paths of the values of a configuration: `training.epochs` of `{ training: { epochs: 3 } }`. */
function pathsIn(value: unknown, path = ''): string[] {
  if (!isTree(value)) return [path]
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsIn(inner, path === '' ? key : `${path}.${key}`),
  )
}

const besideResume: ReadonlySet<string> = new Set([
  ...['threads', 'provider', 'training.epochs', 'training.patience', 'data.path', 'data.vectors'],
])

/** A resumed run must be the same run. */
export function refuseBesideResume(
  model: string | undefined,
  {
    config,
    out,
    seed,
    seeds,
  }: Readonly<Partial<Record<'config' | 'out' | 'seed' | 'seeds', string>>>,
  given: Readonly<Record<string, unknown>>,
): void {
  const superfluous = [
    model,
    config && '--config',
    out && '--out',
    seed && '--seed',
    seeds && '--seeds',
    ...pathsIn(given).filter((path) => path !== '' && !besideResume.has(path)),
  ].find((what) => what !== undefined)
  if (superfluous === undefined) return
  throw new LimbicError('a resumed run keeps its own configuration', {
    where: '--resume',
    got: superfluous,
    hint: 'Leave it out, or start a new run',
  })
}
