/** Opens models: Limbic's own by name, custom ones from files. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { LimbicError, messageOf } from '../../base/errors.js'
import { packageFolder } from '../../disk/package.js'
import { isDefined } from '../../models/define/model.js'
import { checkOutputs } from '../../models/define/outputs.js'
import { findModel, type Model } from '../../models/index.js'
import { isModelFile, modelFileOf, requireConsent } from './consent.js'
import type { ModelFile } from './digest.js'
import { noteLoaded, requireAsLoaded } from './loaded.js'

/**
 * A model by its name, or from a module whose default export is made by `defineModel`.
 *
 * @param namedBy the source of the name, such as a run's folder, for messages
 * @throws LimbicError for an unknown name, or a file that is missing, lacks consent, fails, or does
 * not export a model
 */
export function openModel(name: string, namedBy?: string): Model {
  if (!isModelFile(name)) return findModel(name)
  const found = modelFileOf(name)
  requireConsent(found, namedBy)
  const { file } = found
  const model = exportOf(found)
  if (!isDefined(model)) {
    throw looksLikeModel(model)
      ? new LimbicError('this model was defined with another copy of Limbic', {
          where: file,
          expected: `the one that is running, in ${packageFolder}`,
          hint: 'Run the copy that the file imports: npx limbic in its folder',
        })
      : new LimbicError('the module does not export a model', {
          where: file,
          expected: 'export default defineModel({ … }), from "limbic/models"',
        })
  }
  const own: Model = {
    ...model,
    file,
    configure: (settings) => {
      const configured = atFault(file, () => model.configure(settings))
      return {
        ...configured,
        model: own,
        build(scope, widths, outputs) {
          const apply: unknown = atFault(file, () => configured.build(scope, widths, outputs))
          if (typeof apply !== 'function') {
            throw new LimbicError('build does not return a function', {
              where: file,
              expected: 'a function from the inputs to { prediction, maps }',
              got: apply === undefined ? 'nothing' : `a ${typeof apply}`,
            })
          }
          return (inputs) =>
            checkOutputs(
              atFault(file, () => apply(inputs)),
              outputs,
              file,
            )
        },
      }
    },
  }
  return own
}

/** Runs part of a model file; its errors carry their line in the file. */
function atFault<Result>(file: string, part: () => Result): Result {
  try {
    return part()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (error instanceof LimbicError && lineIn(file, error) === undefined) throw error
    throw inFile(file, error)
  }
}

function inFile(file: string, error: Error): LimbicError {
  const line = lineIn(file, error)
  const where = line === undefined ? file : `${file}, line ${line}`
  return new LimbicError(error.message, { where }, { cause: error })
}

/** The last line of the file in an error's stack, if any. */
function lineIn(file: string, { stack = '' }: Error): string | undefined {
  const places = [`${file}:`, `${pathToFileURL(file).href}:`]
  const found = stack.split('\n').find((frame) => places.some((place) => frame.includes(place)))
  return found && /:(\d+):\d+\)?$/.exec(found)?.[1]
}

function exportOf(found: ModelFile): unknown {
  const { file } = found
  requireAsLoaded(found)
  try {
    // Loads synchronously, so that all models are looked up in one way.
    const loaded: unknown = createRequire(import.meta.url)(file)
    noteLoaded(found)
    return typeof loaded === 'object' && loaded && 'default' in loaded ? loaded.default : loaded
  } catch (error) {
    if (error instanceof LimbicError) throw lineIn(file, error) ? inFile(file, error) : error
    const reason = messageOf(error)
    throw new LimbicError('the module failed', { where: file, got: reason }, { cause: error })
  }
}

function looksLikeModel(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'configure' in value && 'name' in value
}
