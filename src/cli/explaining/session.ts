import { openPredict, type Predict } from '../../explain/index.js'
import type { TrainedRun } from '../../runs/trained.js'

/** Does something with a run's model, opened with some of its maps, and closes it. */
export async function withPredict<Result>(
  run: TrainedRun,
  maps: readonly string[],
  use: (predict: Predict) => Promise<Result>,
): Promise<Result> {
  const { predict, close } = await openPredict({ ...run, maps })
  try {
    return await use(predict)
  } finally {
    await close()
  }
}
