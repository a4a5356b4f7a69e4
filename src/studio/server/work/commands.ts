/** Turns requests of pages into Limbic command lines. */
import { LimbicError } from '../../../base/errors.js'
import { suggest } from '../../../base/schema.js'
import { models } from '../../../models/index.js'
import type { Field, FieldGroup, ReproduceRequest, TrainRequest } from '../../protocol.js'

/** The training settings of a model, by the headings of `limbic train MODEL --help`. */
export type FieldsOf = (model: string) => readonly FieldGroup[]

/**
 * The command line for a training form. Each value is in one argument with its flag, so that none
 * is parsed as another flag.
 *
 * @param places the paths of the data and of the folder of the runs
 * @throws LimbicError for an unknown model or setting
 */
export function trainArguments(
  { model, seeds, settings }: TrainRequest,
  places: { readonly data: string; readonly out: string },
  fieldsOf: FieldsOf,
): string[] {
  const names = models.map(({ name }) => name)
  // A model in a file is code; it runs only if the user names it on a command line.
  if (!names.includes(model)) {
    throw new LimbicError(`unknown model "${model}"`, { hint: suggest(model, names) })
  }
  const fields = new Map(
    fieldsOf(model).flatMap((group) => group.fields.map((field) => [field.name, field])),
  )
  const given = Object.entries(settings).map(([name, value]) => {
    const field = fields.get(name)
    if (field) return flagOf(field, value)
    throw new LimbicError(`unknown setting "${name}"`, { hint: suggest(name, [...fields.keys()]) })
  })
  return [
    ...['train', model, `--data=${places.data}`, `--out=${places.out}`],
    ...(seeds === undefined ? [] : [`--seeds=${seeds}`]),
    ...given,
  ]
}

export function reproduceArguments(
  { experiment, seeds, epochs }: Omit<ReproduceRequest, 'data' | 'out'>,
  { data, out }: { readonly data: string; readonly out: string },
): string[] {
  return [
    ...['reproduce', experiment, `--data=${data}`, `--out=${out}`],
    ...(seeds === undefined ? [] : [`--seeds=${seeds}`]),
    ...(epochs === undefined ? [] : [`--epochs=${epochs}`]),
  ]
}

function flagOf({ name, values }: Field, value: string): string {
  if (values !== 'yes|no') return `--${name}=${value}`
  if (value !== 'yes' && value !== 'no') {
    throw new LimbicError(`unknown value "${value}"`, { where: name, expected: 'yes or no' })
  }
  return value === 'yes' ? `--${name}` : `--no-${name}`
}
