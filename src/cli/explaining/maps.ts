/** Chooses the maps of a run to show. */
import { LimbicError } from '../../base/errors.js'
import { suggest } from '../../base/schema.js'
import type { TrainedModel } from '../../use/trained-model.js'
import type { Terminal } from '../terminal/terminal.js'

/**
 * The maps named, or all of them, with a remark if there are no masks among them.
 *
 * @param wanted whole names, or the part after "attention."
 * @throws LimbicError if the model has no maps, or none with such a name
 */
export function chooseMaps(
  { name, maps }: Pick<TrainedModel, 'name' | 'maps'>,
  wanted: readonly string[] | undefined,
  terminal: Terminal,
): readonly string[] {
  const shownMaps = maps.filter(({ kind }) => kind !== 'other')
  const known = shownMaps.map((map) => map.name)
  if (wanted === undefined) {
    if (known.length === 0) {
      terminal.note(`${name} has neither attention nor masks with these settings: ${shown}`)
    } else if (!shownMaps.some(({ kind }) => kind === 'mask')) {
      const looks = shownMaps.some(({ kind }) => kind === 'attention') ? 'attention' : 'other maps'
      terminal.note(`${name} has no masks with these settings: its ${looks} and ${shown}`)
    }
    return known
  }
  if (known.length === 0) {
    throw new LimbicError(`${name} has neither masks nor attention`, {
      where: '--map',
      expected: 'a model with attention or masks',
      hint: 'Leave out --map: contributions of inputs and steps are shown for every model',
    })
  }
  return wanted.map((map) => wholeName(map, known))
}

const shown = 'contributions of inputs and steps are shown'

function wholeName(name: string, known: readonly string[]): string {
  const found = known.find((one) => one === name || one === `attention.${name}`)
  if (found !== undefined) return found
  throw new LimbicError(`unknown map "${name}"`, { where: '--map', hint: suggest(name, known) })
}
