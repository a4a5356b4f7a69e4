/** What pages ask for, as command lines of Limbic. */
import { LimbicError } from '../../../base/errors.js'
import { suggest } from '../../../base/schema.js'
import { models } from '../../../models/index.js'
import type { Field, FieldGroup, ReproduceRequest, TrainRequest } from '../../protocol.js'

/** The settings of a model's training, by the headings of `limbic train MODEL --help`. */
export type FieldsOf = (model: string) => readonly FieldGroup[]

/**
 * The command line that trains what a form says. Every value stands in one argument with its flag,
 * so that none is taken for another.
 *
 * @param places the data and the folder of the runs, as paths
 * @throws LimbicError for a model or a setting that there is not
 */
export function trainArguments(
  { model, seeds, settings }: TrainRequest,
  places: { readonly data: string; readonly out: string },
  fieldsOf: FieldsOf,
): string[] {
  const names = models.map(({ name }) => name)
  // A model in a file is code, which runs for those alone who name it on a command line.
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
