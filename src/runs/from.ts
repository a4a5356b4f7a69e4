/** Starts from the weights of another run. */
import { LimbicError } from '../base/errors.js'
import { readSafetensors } from '../formats/safetensors/index.js'
import type { Beginning } from '../learn/records.js'
import { shownPath } from '../remote/mirror.js'
import { bestRun } from './best-run.js'
import type { RunFolder } from './folder.js'
import { weightsFolder } from './open/so-far.js'

/** The run at a path, or the best of its seeds. */
export function sourceRun(path: string): RunFolder {
  return bestRun(path).run
}

/** The file of the best weights of the run at a path, or of the best of its seeds. */
export function weightsFileOf(path: string): string {
  return weightsOf(sourceRun(path))
}

const weightsOf = (run: RunFolder) => weightsFolder(run).file('weights.safetensors')

/** A part of a model that starts from a part of another, as path prefixes of parameters. */
interface Part {
  readonly own: string
  readonly theirs: string
}

/** Parses `face.cnn`, the same path in both models, or `face.cnn=voice.cnn`, own path first. */
function partOf(given: string): Part {
  const [own = '', theirs = own] = given.split('=')
  return { own, theirs }
}

const isBelow = (name: string, path: string) => name === path || name.startsWith(`${path}.`)

/**
 * Takes the best weights of a run for those parameters of another model that have the same name and
 * shape.
 *
 * @param parameters the parameters of the model that starts from them
 * @param parts the paths of the only parts that start from the run, or each with its path in the
 * run, `face.cnn=voice.cnn`; default: everything
 * @throws LimbicError if there is no such run, it has no weights, or none of them fits the model or
 * one of the parts
 */
export function takeWeights(
  path: string,
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  parts?: readonly string[],
): { weights: Map<string, Float32Array>; beginning: Beginning } {
  const run = sourceRun(path)
  const file = weightsOf(run)
  const { tensors } = readSafetensors(file)
  const chosen = parts?.map(partOf)
  const weights = new Map<string, Float32Array>()
  const anew: string[] = []
  for (const { name, shape } of parameters) {
    const part = chosen?.find(({ own }) => isBelow(name, own))
    const theirs = part ? part.theirs + name.slice(part.own.length) : name
    const tensor = chosen && !part ? undefined : tensors.get(theirs)
    const fits = tensor?.shape.join() === shape.join() && tensor.data instanceof Float32Array
    if (fits && tensor.data instanceof Float32Array) weights.set(name, tensor.data)
    else anew.push(`${name} [${shape.join(', ')}]`)
  }
  const idle = chosen?.find(({ own }) => ![...weights.keys()].some((name) => isBelow(name, own)))
  if (weights.size === 0 || idle) {
    const [first] = idle
      ? [...tensors].filter(([name]) => isBelow(name, idle.theirs))
      : [...tensors]
    const wanted = parameters.find(({ name }) => !idle || isBelow(name, idle.own))
    throw new LimbicError(
      idle
        ? `no parameter of the part "${idle.theirs}" of this run matches`
        : 'no parameter of this run matches the model',
      {
        where: file,
        expected: wanted
          ? `${wanted.name} [${wanted.shape.join(', ')}]`
          : `a part of the model, such as ${partsOf(parameters).join(', ')}`,
        got: first ? `${first[0]} [${first[1].shape.join(', ')}] and others` : 'none',
        hint: idle
          ? 'Name a part that both models have, as OWN or OWN=THEIRS, with the same sizes'
          : 'Train the same model with the same settings, or leave out --from',
      },
    )
  }
  return { weights, beginning: { run: shownPath(run.path), taken: weights.size, anew } }
}

/** The first few parts of a model, two names deep. */
function partsOf(parameters: readonly { readonly name: string }[]): string[] {
  const paths = parameters.map(({ name }) => name.split('.').slice(0, 2).join('.'))
  return [...new Set(paths)].slice(0, 4)
}
