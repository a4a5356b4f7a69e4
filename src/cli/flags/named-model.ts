/** Reads arguments before they are parsed, since a model's settings become flags. */
import type { Command } from 'commander'
import { type Model, models } from '../../models/index.js'
import { consentTo, isModelFile, openModel } from '../../runs/model-file/index.js'

/** Allows a model file to run that is not named on the command line itself. */
const allowFlag = '--allow-model-file'

/** Adds --allow-model-file to a command. */
export function addModelFile(command: Command): Command {
  return command.option(
    allowFlag,
    "allow a run's own model file to be executed even if you have not trained with this version of it",
  )
}

/** Whether --allow-model-file is among the arguments. */
export function allowsModelFile(args: readonly string[]): boolean {
  return args.includes(allowFlag)
}

/** The model named among the arguments, other than as the value of an option. */
export function namedModel(args: readonly string[]): Model | undefined {
  const byName = new Map(models.map((model) => [model.name, model]))
  const places = args.flatMap((argument, place) =>
    byName.has(argument) || isModelFile(argument) ? [place] : [],
  )
  // `--quiet mmlatch` names a model too: if nothing better is found, any position counts.
  const place = places.find((at) => !args[at - 1]?.startsWith('--')) ?? places[0]
  if (place === undefined) return undefined
  const name = args[place] ?? ''
  consentTo(name, allowsModelFile(args) ? 'allowed' : 'named')
  return openModel(name)
}

/** The value of `--name value` or `--name=value`. */
export function valueAfter(args: readonly string[], name: string): string | undefined {
  const place = args.indexOf(name)
  if (place >= 0) return args[place + 1]
  return args.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1)
}
