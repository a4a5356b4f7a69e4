/** Loads a trained model from the folder of a run or an exported file. */
import { statSync } from 'node:fs'
import { z } from 'zod'
import { checkPath } from '../../base/arguments.js'
import { validate } from '../../base/schema.js'
import { explainFileError, readBytes } from '../../disk/files.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { openRun } from '../../runs/open-run.js'
import { openSession } from '../../runtime/node.js'
import { providers, type SessionOptions } from '../../runtime/session.js'
import { machineRoom } from '../machine-room.js'
import type { TrainedModel } from '../trained-model.js'
import type { TurnOptions } from '../turns.js'
import { fromOnnx } from './from-onnx.js'
import { fromRun } from './from-run.js'

/** How a model is loaded. */
export type LoadOptions = SessionOptions & ModelFileOptions & Pick<TurnOptions, 'waiting'>

const loadOptions = z
  .strictObject({
    provider: z.enum(providers),
    threads: z.int().positive(),
    profile: z.string(),
    allowModelFile: z.boolean(),
    waiting: z.int().positive(),
  })
  .partial()

/**
 * Loads a trained model: the folder of a run (of several seeds the one with the lowest validation
 * loss), or a file that `limbic export` made.
 *
 *     const model = await loadModel('runs/first')
 *     const [first] = await model.predict([{ id: 'a', text: [[0.1, 0.7]], audio: [[3]] }])
 *     console.log(first?.prediction)
 *     await model.close()
 *
 * A custom model is a program: a run with one loads it only if you have trained with this exact
 * file, or allow it with `allowModelFile`. Exported files contain no program.
 *
 * @throws LimbicError if there is no model at the path, it is damaged, its model file lacks consent
 * or has changed, or an option is unknown or invalid
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<TrainedModel> {
  checkPath(path, 'loadModel, path')
  validate(loadOptions, options, 'loadModel, options')
  const { allowModelFile, waiting, ...session } = options
  if (!isFile(path)) return fromRun(openRun(path, { allowModelFile }), { ...session, waiting })
  const open = (model: Uint8Array) => openSession(model, session)
  return fromOnnx(readBytes(path), path, open, { waiting }, machineRoom())
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch (error) {
    throw explainFileError(error, path)
  }
}
