/** Refuses flags that nothing reads, so that no run is described by settings that it did not use. */
import { LimbicError } from '../../base/errors.js'
import { isTree, type Tree } from '../../base/merge.js'
import type { Dataset } from '../../data/dataset.js'
import type { RunConfig } from '../../learn/config.js'
import { openModel } from '../../runs/model-file/index.js'
import { chooseTask } from '../../task/choose.js'
import { taskKinds } from '../../task/kinds.js'

/**
 * Refuses `--loss` for classes and labels, `--reading` of a number, and `--vectors` for models without
 * word vectors.
 *
 * @param given the flags, without defaults
 * @throws LimbicError naming the flag, and why nothing reads it
 */
export function refuseUnused(config: RunConfig, dataset: Dataset, given: Tree): void {
  const { training, data } = given
  if (isTree(training) && training.loss !== undefined) {
    const task = chooseTask(dataset, config.data, config.training)
    const able = taskKinds.flatMap(({ losses, target }) => (losses ? [target] : []))
    if (!able.some((target) => target === task.target)) {
      throw new LimbicError(`the loss can be chosen only for ${able.join(' and ')}`, {
        where: '--loss',
        got: `${training.loss} for a target whose loss is ${task.lossName.toLowerCase()}`,
        hint: 'Leave it out',
      })
    }
  }
  if (isTree(training) && training.reading !== undefined && config.training.loss !== 'classes') {
    throw new LimbicError('only classes of sentiment have a reading', {
      where: '--reading',
      got: `${training.reading} with --loss ${config.training.loss}`,
      hint: 'Train with --loss classes, or leave it out',
    })
  }
  if (isTree(data) && data.vectors !== undefined) {
    const model = openModel(config.model).configure(config.settings)
    if (!model.wordVectors) {
      throw new LimbicError(`the model ${config.model} has no word vectors`, {
        where: '--vectors',
        got: `${data.vectors}`,
        hint: 'Leave it out',
      })
    }
  }
}
