/** Looks at arguments before they are parsed, since a model's settings become flags. */
import { type Model, models } from '../../models/index.js'
import { isModelFile, openModel } from '../../runs/model-file.js'

/** The model whose name stands among the arguments, but not as the value of an option. */
export function namedModel(args: readonly string[]): Model | undefined {
  const byName = new Map(models.map((model) => [model.name, model]))
  const places = args.flatMap((argument, place) =>
    byName.has(argument) || isModelFile(argument) ? [place] : [],
  )
  // `--quiet mmlatch` names a model too: failing better, any place will do.
  const place = places.find((at) => !args[at - 1]?.startsWith('--')) ?? places[0]
  return place === undefined ? undefined : openModel(args[place] ?? '')
}

/** The value of `--name value` or `--name=value`. */
export function valueAfter(args: readonly string[], name: string): string | undefined {
  const place = args.indexOf(name)
  if (place >= 0) return args[place + 1]
  return args.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1)
}
