/** What the networks of a model that reads pictures cost on given samples. */
import { mean } from '../../base/numbers.js'
import type { Batch } from '../../data/batch.js'
import type { Split } from '../../data/dataset.js'
import type { ConfiguredModel, CountedPictures } from '../../models/define/model.js'
import type { MapResult, TrainedModel } from '../../use/trained-model.js'
import { mapBatches } from '../maps/batches.js'
import { pictureSequences } from '../maps/pictures.js'
import { samplePositions } from '../maps/positions.js'

/** Samples of pictures per batch: each has many. */
const together = 16

/**
 * The multiply-adds of the networks that read faces and sound, on average over the samples of a
 * split, counted as the model's document does.
 *
 * @param configured the model with its settings
 * @param split raw features, as the model takes them
 * @returns undefined for a model whose networks are not counted, or a split without samples
 */
export async function meanMultiplyAdds(
  model: Pick<TrainedModel, 'inputs' | 'maps' | 'run'>,
  configured: Pick<ConfiguredModel, 'multiplyAdds'>,
  split: Split,
): Promise<number | undefined> {
  if (!configured.multiplyAdds || split.ids.length === 0) return undefined
  const inputs = model.inputs.map(({ name }) => name)
  const selected = model.maps.flatMap((map) =>
    map.kind === 'positions' && map.what === 'selected' ? map.name : [],
  )
  const counts: number[] = []
  const options = { inputs, maps: selected, batchSize: together }
  for await (const { batch, maps } of mapBatches(model, split, options)) {
    for (let row = 0; row < batch.size; row++) {
      counts.push(configured.multiplyAdds(countedPictures(batch, maps, row)))
    }
  }
  return mean(counts)
}

function countedPictures(
  batch: Batch,
  maps: readonly MapResult[],
  row: number,
): readonly CountedPictures[] {
  const positions = samplePositions(batch, maps, row)
  return pictureSequences(batch).map((sequence) => ({
    sequence,
    count: batch.features[sequence]?.lengths[row] ?? 0,
    layers: (positions.find((own) => own.sequence === sequence)?.layers ?? []).map(
      ({ columns, selected = [] }) => ({ columns, masks: selected }),
    ),
  }))
}
