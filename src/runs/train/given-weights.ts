/** Parameters that are given instead of learned: word vectors. */
import { wordVectorsFor } from '../../data/prepare/transcripts/index.js'
import type { DataConfig } from '../../learn/config.js'
import type { ConfiguredModel } from '../../models/define/model.js'
import { bringData } from '../../remote/data.js'
import type { Task } from '../../task/task.js'

/**
 * The parameters that do not start at random, by name.
 *
 * @throws LimbicError if a word has no vector
 */
export async function givenWeights(
  model: ConfiguredModel,
  task: Task,
  { vectors }: Pick<DataConfig, 'vectors'>,
): Promise<Map<string, Float32Array>> {
  if (!model.wordVectors) return new Map()
  const { parameter, width, words = task.words } = model.wordVectors
  const path = vectors === undefined ? undefined : await bringData(vectors)
  return new Map([[parameter, await wordVectorsFor(words, path, width)]])
}
