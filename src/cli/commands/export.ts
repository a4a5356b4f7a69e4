/** `limbic export`: a trained model as one ONNX file. */

import type { Command } from 'commander'
import { LimbicError } from '../../base/errors.js'
import { bytesText } from '../../base/numbers.js'
import { lookAt, writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/version.js'
import { ends } from '../../learn/graphs.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { describeSoFar } from '../../runs/open/so-far.js'
import type { RunRecord } from '../../runs/trained.js'
import { exportModel } from '../../use/export.js'
import { addModelFile } from '../flags/named-model.js'
import { openBestRun } from '../terminal/best-run.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

interface Options extends TerminalOptions, ModelFileOptions {
  readonly out: string
  readonly maps?: boolean
}

export function define(command: Command): void {
  addModelFile(withTerminal(command))
    .argument('<run>', 'a folder of limbic train; of several seeds the best by validation loss')
    .requiredOption('--out <file>', 'where to write the model, such as model.onnx')
    .option('--maps', "give out the model's masks and attention, too")
    .addHelpText(
      'after',
      `
The file holds weights and standardisation and uses standard ONNX operators only: give it raw
features, zero padded to [batch, time, width], and the true lengths.

Example:
  $ limbic export runs/first --out model.onnx

In Python (pip install onnxruntime numpy):
  import numpy, onnxruntime
  session = onnxruntime.InferenceSession("model.onnx")
  session.run(["prediction"], {"text": text, "audio": audio, "vision": vision, "lengths": lengths})

In JavaScript (npm install onnxruntime-node, or onnxruntime-web in a page):
  import * as ort from 'onnxruntime-node'
  const session = await ort.InferenceSession.create('model.onnx')
  const { prediction } = await session.run({ text: new ort.Tensor('float32', numbers, [1, steps, width]), ... })

Lengths are int64. Models of unaligned sequences take text_lengths, audio_lengths, vision_lengths.`,
    )
    .action(write)
}

function write(path: string, options: Options): void {
  const terminal = openTerminal(options)
  refuseOther(options.out)
  const run = openBestRun(path, terminal, options)
  const maps = options.maps ? 'all' : []
  const { description, config } = run
  const bytes = exportModel({
    ...run,
    maps,
    metadata: {
      trainingData: description.dataset.name,
      synthetic: description.dataset.synthetic,
      notes: {
        limbic: version,
        seed: String(config.seed),
        ...(run.unfinished && { state: describeSoFar(run.unfinished) }),
      },
    },
  })
  writeContentSafely(options.out, bytes)
  const { inputs, outputs } = endsOf(run, maps)
  terminal.record({ file: options.out, bytes: bytes.length, run: run.folder.path, inputs, outputs })
  terminal.print(
    `${options.out}: ${run.model.model.name} of ${run.folder.path}, ${bytesText(bytes.length)}`,
  )
  for (const { name, type, shape } of inputs) {
    terminal.print(`  in   ${name}: ${type} [${shape.join(', ')}]`)
  }
  for (const { name, type, shape } of outputs) {
    const meaning = name === ends.prediction ? `, ${run.task.meaning}` : ''
    terminal.print(`  out  ${name}: ${type} [${shape.join(', ')}]${meaning}`)
  }
  if (description.dataset.synthetic) terminal.note('This model was trained on synthetic data.')
}

/** What would be lost if a name were mistaken. */
function refuseOther(out: string): void {
  const there = lookAt(out)
  if (!there || (there.isFile() && /\.onnx$/i.test(out))) return
  throw new LimbicError(there.isFile() ? 'a file that is no model is in the way' : 'is a folder', {
    where: out,
    hint: 'Name a file that ends in .onnx',
  })
}

interface End {
  readonly name: string
  readonly type: string
  readonly shape: readonly (string | number)[]
}

function endsOf(
  { graph }: RunRecord,
  maps: 'all' | readonly string[],
): { inputs: End[]; outputs: End[] } {
  const outputs = [...graph.outputs].filter(
    ([name]) => name === ends.prediction || maps === 'all' || maps.includes(name),
  )
  const plain = (tensors: typeof outputs): End[] =>
    tensors.map(([name, { dataType, shape }]) => ({
      name,
      type: dataType,
      shape: shape.map((size) => (typeof size === 'number' ? size : String(size))),
    }))
  return { inputs: plain([...graph.graph.inputs]), outputs: plain(outputs) }
}
