/** A program of somebody else's: trains on generated data, loads what came of it, and asks it. */
import {
  compare,
  type EpochRecord,
  exportModel,
  LimbicError,
  loadModel,
  openData,
  runConfig,
  train,
  version,
} from 'limbic'
import type { Dataset } from 'limbic/data'
import { fromRun } from 'limbic/explain'
import { gradients } from 'limbic/graph'
import { nodeEngine, openExtractor, openMedia } from 'limbic/media'
import { models } from 'limbic/models'
import { linear } from 'limbic/nn'
import { loadModel as loadInPage, openSession } from 'limbic/web'

const config = runConfig.parse({
  model: 'mmlatch',
  settings: { hidden: 8 },
  data: { path: 'synthetic', synthetic: { train: 40, valid: 20, test: 20 } },
  training: { epochs: 1 },
  threads: 1,
})
const dataset: Dataset = await openData(config.data)
const epochs: EpochRecord[] = []
const outcome = await train({
  config,
  dataset,
  folder: 'run',
  watcher: { finishedEpoch: (epoch) => void epochs.push(epoch) },
})
const model = await loadModel('run')
const widths = model.widths
const steps = (width = 0) => [Array<number>(width).fill(0.5), Array<number>(width).fill(0.1)]
const answers = await model.predict([
  { id: 'a', text: steps(widths.text), audio: steps(widths.audio), vision: steps(widths.vision) },
])
// A service may hold its numbers in typed arrays, and closes what it has opened.
const typed = (width = 0) => [new Float32Array(width), new Float32Array(width)]
const [typedAnswer] = await model.predict([
  { id: 'b', text: typed(widths.text), audio: typed(widths.audio), vision: typed(widths.vision) },
])
if (typedAnswer?.task === 'regression') typedAnswer.prediction.toFixed(2)
await model.close()
await model[Symbol.asyncDispose]()

const { groups } = await compare(['run'])
const { file, outputs } = exportModel('run', 'model.onnx', { maps: [] })
const exported = await loadModel(file)
await exported.close()

let mistake = ''
try {
  await loadModel('nowhere')
} catch (error) {
  if (error instanceof LimbicError) mistake = error.message
}
const faces = [
  ...[fromRun, gradients, models, linear, loadInPage, openSession],
  ...[nodeEngine, openExtractor, openMedia],
].every(Boolean)
console.log(
  JSON.stringify({
    version,
    state: outcome.state,
    epochs: epochs.length,
    answers: answers.length,
    compared: groups.length,
    outputs: outputs.length,
    mistake,
    faces,
  }),
)
