/** Exports a run's model to a file. */
import { checkPath } from '../../base/arguments.js'
import { LimbicError } from '../../base/errors.js'
import { lookAt, writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import type { Tensor } from '../../graph/index.js'
import type { DataType } from '../../graph/shape/shape.js'
import { ends } from '../../learn/step/ends.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { describeSoFar } from '../../runs/open/so-far.js'
import { openRun } from '../../runs/open-run.js'
import type { RunRecord } from '../../runs/trained.js'
import { exportModel } from './export.js'

/** What to export, and with whose consent. */
export interface RunExportOptions extends ModelFileOptions {
  /** The maps (masks, attention) to output as well; default: none. */
  readonly maps?: 'all' | readonly string[]
}

/** An input or output of an exported file. */
export interface ExportedEnd {
  readonly name: string
  readonly type: DataType
  /** Sizes, or names of open ones, such as `batch`. */
  readonly shape: readonly (string | number)[]
}

/** An exported file. */
export interface ExportedModel {
  readonly file: string
  /** Its size. */
  readonly bytes: number
  readonly inputs: readonly ExportedEnd[]
  readonly outputs: readonly ExportedEnd[]
}

/**
 * Writes a trained model as one ONNX file of standard operators, with weights and standardisation
 * inside. `loadModel` opens it in Node or in a web page, and so does any other ONNX runtime.
 * `limbic export` does the same.
 *
 * @param path the folder of a run, or of several seeds, of which the one with the lowest validation
 * loss is taken
 * @param file where to write it, such as `model.onnx`
 * @throws LimbicError if there is no such run or map, its model file lacks consent or has changed,
 * or the path of the file holds something that is not a model
 */
export function exportRun(
  path: string,
  file: string,
  { maps = [], ...consent }: RunExportOptions = {},
): ExportedModel {
  checkPath(path, 'exportModel, path')
  checkPath(file, 'exportModel, file')
  return exportRecord(openRun(path, consent), file, maps)
}

/** The same, for an open run. */
export function exportRecord(
  run: RunRecord,
  file: string,
  maps: 'all' | readonly string[],
): ExportedModel {
  refuseOther(file)
  const { description, config, unfinished } = run
  const bytes = exportModel({
    ...run,
    maps,
    metadata: {
      trainingData: description.dataset.name,
      synthetic: description.dataset.synthetic,
      ...(description.dataset.recipe && { recipe: description.dataset.recipe }),
      notes: {
        limbic: version,
        seed: String(config.seed),
        ...(unfinished && { state: describeSoFar(unfinished) }),
      },
    },
  })
  writeContentSafely(file, bytes)
  const outputs = [...run.graph.outputs].filter(
    ([name]) => name === ends.prediction || maps === 'all' || maps.includes(name),
  )
  return {
    ...{ file, bytes: bytes.length },
    inputs: endsOf(run.graph.graph.inputs),
    outputs: endsOf(outputs),
  }
}

function endsOf(tensors: Iterable<readonly [string, Tensor]>): ExportedEnd[] {
  return [...tensors].map(([name, { dataType, shape }]) => ({
    name,
    type: dataType,
    shape: shape.map((size) => (typeof size === 'number' ? size : String(size))),
  }))
}

/** Refuses to overwrite anything but a model. */
function refuseOther(file: string): void {
  const there = lookAt(file)
  if (!there || (there.isFile() && /\.onnx$/i.test(file))) return
  throw new LimbicError(
    there.isFile() ? 'the output path is a file that is not a model' : 'is a folder',
    {
      where: file,
      hint: 'Name a file that ends in .onnx',
    },
  )
}
