/** Finds the model in arguments before they are parsed, since its settings become flags. */
import { type Model, models } from '../models/index.js'

export function namedModel(args: readonly string[]): Model | undefined {
  // A value such as `--out mmlatch` comes after its option, a model's name does not.
  return (
    models.find(({ name }) => {
      const place = args.indexOf(name)
      return place === 0 || (place > 0 && !args[place - 1]?.startsWith('--'))
    }) ?? models.find(({ name }) => args.includes(name))
  )
}
