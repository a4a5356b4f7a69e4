/** Prints an explanation. */

import { join } from 'node:path'
import { fixed, largest, smallest } from '../../base/numbers.js'
import { wrap } from '../../base/text/wrap.js'
import type { MeanMasks } from '../../explain/index.js'
import { renderText } from '../../report/tables/text.js'
import { contributionMethod, renderContributions } from '../../report/text/contributions.js'
import { selectionTable } from '../../report/text/positions.js'
import { meanRoutingTable, sampleRoutingTable } from '../../report/text/routing.js'
import { type Terminal, terminalWidth } from '../terminal/terminal.js'
import type { RunExplanation } from './explain-run.js'
import { plainMasks } from './write.js'

/**
 * Writes one record for machines; for people, the masks' ranges, what is selected of pictures, and the contributions for each
 * sample, all of them if requested.
 */
export function tellExplanation(
  { masks, routing: routes = [], windows = [], positions = [], samples, facts }: RunExplanation,
  written: {
    readonly folder: string
    readonly files: readonly string[]
    /** The number of samples of the split. */
    readonly samples: number
  },
  { named }: { readonly named: boolean },
  terminal: Terminal,
): void {
  const method = contributionMethod(facts)
  const { folder, files, samples: count } = written
  terminal.record({
    ...{ folder, files },
    ...(masks && { masks: plainMasks(masks) }),
    ...(routes.length > 0 && { routing: routes }),
    ...(windows.length > 0 && { windows }),
    contributions: { ...facts, method: method.join(' ') },
    // The maps over pictures are in the figures.
    samples: samples.map(({ pictures: _, ...sample }) => sample),
  })
  if (masks) tellMasks(masks, terminal)
  for (const { sequence, steps } of windows) {
    terminal.print(
      `windows on ${sequence}: ${steps.map((count) => fixed(count, 1)).join(', ')} steps, by head`,
    )
  }
  for (const each of positions) terminal.show(`${renderText(selectionTable(each))}\n`)
  for (const each of routes) terminal.show(`${renderText(meanRoutingTable(count, each))}\n`)
  for (const sample of samples) {
    const { id, truth, prediction, contributions, lanes = [], routing = [] } = sample
    terminal.print(`sample ${id}: true ${truth}, predicted ${prediction}`)
    if (contributions) {
      terminal.show(renderContributions(contributions, named ? lanes : undefined))
    }
    if (!named) continue
    for (const each of routing) terminal.show(`\n${renderText(sampleRoutingTable(sample, each))}`)
    terminal.print('')
  }
  if (named) {
    const width = Math.min(98, terminalWidth())
    for (const paragraph of method) terminal.print(...wrap(paragraph, width), '')
  } else {
    terminal.note(
      'an average input is the training mean at every step; the contributions are Shapley values, which describe the model, not the cause',
    )
  }
  terminal.print(`${join(folder, 'explanation.html')} and ${files.length - 1} more files`)
}

/** Ranges by modality, and the classes that have no samples in the data. */
function tellMasks({ classNames, counts, modalities }: MeanMasks, terminal: Terminal): void {
  for (const { modality, width, means } of modalities) {
    const values = means.flatMap((mean) => (mean ? Array.from(mean) : []))
    const [low, high] = [smallest(values), largest(values)]
    terminal.print(
      `mask on ${modality}: ${width} features, means from ${fixed(low, 3)} to ${fixed(high, 3)}`,
    )
  }
  const empty = classNames.filter((_, index) => counts[index] === 0)
  if (empty.length > 0) {
    terminal.note(`no samples of ${empty.join(', ')}: these classes are blank in the figures`)
  }
}
