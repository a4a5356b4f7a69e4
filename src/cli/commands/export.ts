/** `limbic export`: a trained model as one ONNX file. */

import type { Command } from 'commander'
import { bytesText } from '../../base/numbers.js'
import { ends } from '../../learn/step/ends.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { exportRecord } from '../../use/exported/export-run.js'
import { addModelFile } from '../flags/named-model.js'
import { openBestRun } from '../terminal/best-run.js'
import { openTerminal, type TerminalOptions, withTerminal } from '../terminal/terminal.js'

interface Options extends TerminalOptions, ModelFileOptions {
  readonly out: string
  readonly maps?: boolean
}

export function define(command: Command): void {
  addModelFile(withTerminal(command))
    .argument(
      '<run>',
      'folder of a run; from a folder of seeds, the run with the lowest validation loss',
    )
    .requiredOption('--out <file>', 'where to write the model, such as model.onnx')
    .option('--maps', "also output the model's masks and attention weights")
    .addHelpText(
      'after',
      `
The file includes the weights and the standardisation and uses only standard ONNX operators. Its
inputs are raw features, zero-padded to [batch, time, width], and their true lengths.

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

Lengths are int64. Models of unaligned sequences take text_lengths, audio_lengths and
vision_lengths instead of lengths.`,
    )
    .action(write)
}

function write(path: string, options: Options): void {
  const terminal = openTerminal(options)
  const run = openBestRun(path, terminal, options)
  const { file, bytes, inputs, outputs } = exportRecord(run, options.out, options.maps ? 'all' : [])
  terminal.record({ file, bytes, run: run.folder.path, inputs, outputs })
  terminal.print(`${file}: ${run.model.model.name} of ${run.folder.path}, ${bytesText(bytes)}`)
  for (const { name, type, shape } of inputs) {
    terminal.print(`  in   ${name}: ${type} [${shape.join(', ')}]`)
  }
  for (const { name, type, shape } of outputs) {
    const meaning = name === ends.prediction ? `, ${run.task.meaning}` : ''
    terminal.print(`  out  ${name}: ${type} [${shape.join(', ')}]${meaning}`)
  }
  if (run.description.dataset.synthetic) terminal.note('This model was trained on synthetic data.')
}
