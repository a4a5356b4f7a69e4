/** A small MESM as an exported file. */
import { withResources } from '../../../src/extraction/resources.js'
import { predictionGraph } from '../../../src/learn/step/graphs.js'
import { TrainingState } from '../../../src/learn/step/state.js'
import { recipeNamed } from '../../../src/media/recipes/index.js'
import { mesm } from '../../../src/models/index.js'
import { singleLabel } from '../../../src/task/single-label.js'
import { exportModel } from '../../../src/use/exported/export.js'

const sizes = {
  ...{ channels: [6, 6, 6, 8, 10, 12], flattenWidth: 16, width: 8, heads: 2, layers: 1 },
  ...{ feedForward: 16, attentionWidths: [4, 6, 8], vocabulary: 20, textEmbedding: 4 },
  ...{ textWidth: 8, textHeads: 2, textLayers: 1, textFeedForward: 16, sound: 'log' },
}
const task = singleLabel({ classNames: ['angry', 'happy', 'sad'] })

/**
 * An exported MESM with fresh weights, those of its attention larger, so that it is not even.
 *
 * @param words the folder of its tokeniser
 */
export async function exportedMesm(words: string): Promise<Uint8Array> {
  const recipe = await withResources(recipeNamed('mesm'), { textEncoder: words })
  const model = mesm.configure(sizes)
  const widths = { text: 1, audio: 128 * 32, vision: 3 * 48 * 48 }
  const weights = TrainingState.initial(predictionGraph(model, widths, task), 11).snapshot()
  for (const [name, values] of weights) {
    if (/attention.*weight$/.test(name)) {
      for (const [place, value] of values.entries()) values[place] = 3 * value
    }
  }
  const metadata = { trainingData: 'made up', synthetic: true, recipe }
  return exportModel({ model, widths, task, weights, metadata, maps: 'all' })
}
