/** The machines that the runs of a comparison were trained on. */
import { count } from '../../base/text/words.js'
import { machinesOf } from '../../runs/files/environment.js'
import type { RunGroup } from '../../runs/find.js'

/** Each processor with its number of threads, and how many of the runs it made, most first. */
export function machinesOfGroups(groups: readonly RunGroup[]): string[] {
  const counts = new Map<string, number>()
  for (const run of groups.flatMap(({ runs }) => runs)) {
    for (const machine of machinesOf(run)) counts.set(machine, (counts.get(machine) ?? 0) + 1)
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([machine, runs]) => `${machine} (${count(runs, 'run')})`)
}

/** A remark on a table whose runs were trained on different processors or threads; undefined if all were alike. */
export function mixedMachines(groups: readonly RunGroup[]): string | undefined {
  const machines = machinesOfGroups(groups)
  if (machines.length < 2) return undefined
  return (
    `Runs of different processors or numbers of threads: ${machines.join('; ')}. ` +
    'Sums are rounded differently on each, so the same seed ends in other last digits.'
  )
}
