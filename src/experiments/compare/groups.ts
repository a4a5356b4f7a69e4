/** Groups of runs that can be compared. */
import { basename, dirname, resolve } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import type { SplitName } from '../../data/dataset.js'
import { nameOfData } from '../../data/name.js'
import type { RunConfig } from '../../learn/config.js'
import type { RunGroup } from '../../runs/find.js'
import type { RunFolder } from '../../runs/folder.js'
import { type GroupSummary, summariseGroup } from '../summaries.js'

/**
 * The figures of each group.
 *
 * @throws LimbicError if their data or tasks differ, so that comparing them means nothing
 */
export function summariseGroups(
  groups: readonly RunGroup[],
  split: 'valid' | 'test',
): GroupSummary[] {
  const summaries = groups.map((group) => summariseGroup(group, split))
  requireSameData(summaries, split)
  const [firstGroup] = groups
  for (const other of groups) {
    if (!firstGroup || samplesOf(firstGroup, split) === samplesOf(other, split)) continue
    throw new LimbicError(`the ${split} samples differ`, {
      where: other.path,
      expected: `those of ${firstGroup.path}`,
      hint: 'Compare runs on exactly the same samples',
    })
  }
  const names = summaries.map(({ name }) => name)
  return summaries.map((summary) =>
    names.filter((name) => name === summary.name).length > 1
      ? { ...summary, name: summary.path }
      : summary,
  )
}

/** @throws LimbicError if data or tasks differ */
export function requireSameData(summaries: readonly GroupSummary[], split: SplitName): void {
  const [first] = summaries
  const essence = ({ dataset, task }: GroupSummary) =>
    `${nameOfData(dataset)}, ${dataset.samples[split]} samples to ${split}, ${task.target}`
  for (const other of summaries) {
    if (!first || essence(first) === essence(other)) continue
    throw new LimbicError('runs on different data cannot be compared', {
      where: other.path,
      expected: `${essence(first)} as in ${first.path}`,
      got: essence(other),
    })
  }
}

/** The samples that figures are for, with their true labels. */
function samplesOf({ runs }: RunGroup, split: 'valid' | 'test'): string {
  const [first] = runs
  return JSON.stringify(first?.readPredictions(split).map(({ id, truth }) => [id, truth]))
}

/**
 * Runs that were named one by one but differ in seed or fold alone become one group; groups that
 * were folders stay as they are.
 */
export function joinSingles(groups: readonly RunGroup[]): RunGroup[] {
  const joined: RunGroup[] = []
  const homes = new Map<string, number>()
  for (const group of groups) {
    const [only, ...others] = group.runs
    const essence = only && others.length === 0 ? essenceOf(only.readConfig()) : undefined
    const home = essence === undefined ? undefined : homes.get(essence)
    const host = home === undefined ? undefined : joined[home]
    if (home === undefined || !host || !only || holds(host, only)) {
      if (essence !== undefined && home === undefined) homes.set(essence, joined.length)
      joined.push(group)
    } else {
      // Named after what they have in common, rather than after the first of them.
      const path = host.runs.length > 1 ? host.path : dirname(resolve(host.path))
      joined[home] = { path, name: basename(path), runs: [...host.runs, only] }
    }
  }
  return joined
}

/** What runs of one group have in common. */
function essenceOf({ seed: _, threads: __, ...config }: RunConfig): string {
  return JSON.stringify(config, (key, value: unknown) => (key === 'fold' ? undefined : value))
}

function holds({ runs }: RunGroup, run: RunFolder): boolean {
  const keyOf = (one: RunFolder) => {
    const config = one.readConfig()
    return `${foldOf(config)} ${config.seed}`
  }
  return runs.some((one) => keyOf(one) === keyOf(run))
}

const foldPlace = z.looseObject({ split: z.looseObject({ fold: z.int().optional() }).optional() })

/** The fold that a run was tested on, if its data was divided into folds. */
export function foldOf({ data }: RunConfig): number | undefined {
  return foldPlace.safeParse(data).data?.split?.fold
}
