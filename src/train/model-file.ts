/** Models from files of one's own, beside those of the documents. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { LimbicError } from '../errors.js'
import { findModel, type Model } from '../models/index.js'

/** Whether a model's name is the path of a module: it ends in `.js`, `.mjs` or, where Node reads it, `.ts`. */
export function isModelFile(name: string): boolean {
  return /\.m?[jt]s$/.test(name)
}

/**
 * A model by its name, or from a module whose default export is what `defineModel` gives.
 *
 * @throws LimbicError for an unknown name, or a file that is missing, fails, or exports no model
 */
export function openModel(name: string): Model {
  if (!isModelFile(name)) return findModel(name)
  const file = resolve(name)
  if (!existsSync(file)) {
    throw new LimbicError('there is no such file', {
      where: file,
      expected: 'a module with a model',
    })
  }
  const model = exportOf(file)
  if (!isModel(model)) {
    throw new LimbicError('this module exports no model', {
      where: file,
      expected: 'export default defineModel({ … }), from "limbic/models"',
    })
  }
  const own: Model = {
    ...model,
    file,
    configure: (settings) => ({ ...model.configure(settings), model: own }),
  }
  return own
}

function exportOf(file: string): unknown {
  try {
    // Of a module that is loaded synchronously, so that models are found in one way.
    const loaded: unknown = createRequire(import.meta.url)(file)
    return typeof loaded === 'object' && loaded && 'default' in loaded ? loaded.default : loaded
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new LimbicError('the module failed', { where: file, got: reason }, { cause: error })
  }
}

function isModel(value: unknown): value is Model {
  return (
    typeof value === 'object' &&
    value !== null &&
    'configure' in value &&
    typeof value.configure === 'function' &&
    'name' in value &&
    typeof value.name === 'string'
  )
}
