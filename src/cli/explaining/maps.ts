/** Which maps of a run are shown. */
import { LimbicError } from '../../base/errors.js'
import { suggest } from '../../base/schema.js'
import { predictionGraph } from '../../learn/graphs.js'
import type { TrainedRun } from '../../runs/trained.js'
import type { Terminal } from '../terminal/terminal.js'

/**
 * The maps that are named, or all of them, with a remark where there are no masks among these.
 *
 * @param wanted whole names, or what follows "attention."
 * @throws LimbicError if the model has none, or none of that name
 */
export function chooseMaps(
  { model, widths, task }: TrainedRun,
  wanted: readonly string[] | undefined,
  terminal: Terminal,
): readonly string[] {
  const { name } = model.model
  const known = [...predictionGraph(model, widths, task, 'all').outputs.keys()].filter((map) =>
    /^(attention|mask)\./.test(map),
  )
  if (wanted === undefined) {
    if (known.length === 0) {
      terminal.note(`${name} has neither attention nor masks as it was trained: ${shown}`)
    } else if (!known.some(isMask)) {
      terminal.note(`${name} makes no masks as it was trained: where it looked and ${shown}`)
    }
    return known
  }
  if (known.length === 0) {
    throw new LimbicError(`${name} has neither masks nor attention to show`, {
      where: '--map',
      expected: 'a model that attends to something, or makes masks',
      hint: 'Leave out --map: what inputs and steps contribute is shown for every model',
    })
  }
  return wanted.map((map) => wholeName(map, known))
}

const shown = 'what inputs and steps contribute is shown'

export function isMask(map: string): boolean {
  return map.startsWith('mask.')
}

function wholeName(name: string, known: readonly string[]): string {
  const found = known.find((one) => one === name || one === `attention.${name}`)
  if (found !== undefined) return found
  throw new LimbicError(`there is no map "${name}"`, { where: '--map', hint: suggest(name, known) })
}
