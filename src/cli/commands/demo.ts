/** `limbic demo`: the whole workflow on generated data, in a few minutes. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { factsOfData } from '../../data/facts.js'
import { summariseGroups } from '../../experiments/compare/groups.js'
import { writeComparison } from '../../experiments/compare/write.js'
import { groupOf, summaryRecord, summaryTable, writeSummary } from '../../experiments/summaries.js'
import type { RunConfig } from '../../learn/config.js'
import { renderTable } from '../../report/tables/render.js'
import type { RunGroup } from '../../runs/find.js'
import { RunFolder } from '../../runs/folder.js'
import { openData, syntheticPath } from '../../runs/open-data.js'
import type { Cell } from '../../sweep/cell.js'
import { plannedSeeds, readPlan, type SeedPlan, samePlan, writePlan } from '../../sweep/seeds.js'
import { readConfiguration } from '../flags/configuration.js'
import { interruptible } from '../terminal/interrupt.js'
import { reportFailures, reportStop } from '../terminal/outcomes.js'
import { describeSeconds } from '../terminal/progress.js'
import {
  openTerminal,
  type Terminal,
  type TerminalOptions,
  withTerminal,
} from '../terminal/terminal.js'
import { introduce, trainRuns } from '../terminal/training.js'

interface Options extends TerminalOptions {
  readonly out: string
  readonly fresh?: boolean
}

/** The models compared: each modality alone, all three, and all three with feedback. */
const contestants: readonly { name: string; settings: Record<string, unknown> }[] = [
  { name: 'text', settings: { modalities: ['text'], feedback: 'none' } },
  { name: 'audio', settings: { modalities: ['audio'], feedback: 'none' } },
  { name: 'vision', settings: { modalities: ['vision'], feedback: 'none' } },
  { name: 'baseline', settings: { feedback: 'none' } },
  { name: 'feedback', settings: { feedback: 'lstm' } },
]

const seeds = [0, 1, 2]

/** Small enough for two cores and two minutes, large enough to learn sarcasm. */
function configuration(settings: Readonly<Record<string, unknown>>): RunConfig {
  return readConfiguration({
    model: 'mmlatch',
    settings: { hidden: 32, ...settings },
    data: { path: syntheticPath, synthetic: { seed: 0, train: 1200, valid: 300, test: 500 } },
    training: { epochs: 15, batchSize: 32, learningRate: 2e-3, patience: 5 },
    // Matrices this small gain nothing from a second thread.
    threads: 1,
  })
}

export function define(command: Command): void {
  withTerminal(
    command
      .option('--out <folder>', 'where to write the runs and the report', join('runs', 'demo'))
      .option('--fresh', 'discard earlier results and start over'),
  ).addHelpText(
    'after',
    `
Generates a synthetic corpus in which the words sometimes contradict voice and face. Trains MMLatch's
unimodal encoders, its fusion without feedback (the baseline) and its fusion with feedback, with
${seeds.length} seeds each. Prints the comparison and writes a page with charts. An interrupted demo resumes
where it stopped; a complete one prints its table again.

Examples:
  $ limbic demo
  $ limbic demo --fresh --out /tmp/demo`,
  )
  command.action(async (options: Options) => {
    const terminal = openTerminal(options)
    const { out } = options
    const plans = contestants.map(({ name, settings }) => ({
      name,
      folder: join(out, name),
      plan: { seeds, config: configuration(settings) },
    }))
    for (const { folder, plan } of plans) prepare(folder, plan, options.fresh === true)
    const runs = plans.flatMap(({ name, folder, plan }) =>
      plannedSeeds(folder, plan).map(
        (run): Cell => ({ ...run, row: name, label: `${name}, ${run.label}` }),
      ),
    )
    const missing = runs.filter((run) => !new RunFolder(run.folder).complete)
    if (missing.length > 0) {
      const complete = await trainMissing(terminal, missing)
      if (!complete) return
    } else terminal.note(`Already complete; limbic demo --fresh starts over`)
    const groups = plans.map(({ folder, plan }) => groupOf(folder, plannedSeeds(folder, plan)))
    for (const group of groups) writeSummary(group)
    await summarise(terminal, out, groups)
  })
}

/** @throws LimbicError if the folder holds anything else */
function prepare(folder: string, plan: SeedPlan, fresh: boolean): void {
  const before = readPlan(folder)
  if (before && fresh) rmSync(folder, { recursive: true, force: true })
  else if (before ? !samePlan(before, plan) : existsSync(folder)) {
    throw new LimbicError('the folder contains something else', {
      where: folder,
      hint: before
        ? 'Start over with --fresh, or choose another folder with --out'
        : 'Choose another folder with --out',
    })
  }
  writePlan(folder, plan)
}

/** Trains the runs that are not complete. @returns whether all are complete now */
async function trainMissing(terminal: Terminal, missing: readonly Cell[]): Promise<boolean> {
  const [first] = missing
  if (!first) return true
  const dataset = await openData(first.config.data)
  introduce(terminal, factsOfData(dataset))
  dataset.close()
  const begun = performance.now()
  const outcomes = await interruptible((signal) =>
    trainRuns(terminal, missing, { each: false, signal }),
  )
  const stopped = outcomes.filter(({ state }) => state === 'stopped')
  if (stopped.length > 0) {
    const label = stopped.map(({ cell }) => cell.label).join('; ')
    reportStop(terminal, { label }, 'Stopped; repeat the command to resume')
    return false
  }
  reportFailures(outcomes)
  if (outcomes.some(({ state }) => state === 'failed')) return false
  const seconds = (performance.now() - begun) / 1000
  terminal.note(`Trained ${missing.length} runs in ${describeSeconds(seconds)}`)
  return true
}

async function summarise(
  terminal: Terminal,
  out: string,
  groups: readonly RunGroup[],
): Promise<void> {
  const summaries = summariseGroups(groups, 'test')
  const report = join(out, 'report.html')
  await writeComparison(report, 'MMLatch on synthetic data', groups, summaries, 'test')
  for (const summary of summaries) terminal.record({ event: 'summary', ...summaryRecord(summary) })
  terminal.show(renderTable(summaryTable(summaries), 'text'))
  terminal.print(
    'text, audio, vision: one modality alone; baseline: all three fused; feedback: fused, with',
    'top-down masks. The data is synthetic: these figures say nothing about people.',
  )
  terminal.print(`Report: ${report}`)
}
