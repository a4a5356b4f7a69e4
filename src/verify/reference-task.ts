/** The task whose loss a reference file uses. */
import { z } from 'zod'
import { LimbicError } from '../base/errors.js'
import { multiply } from '../graph/index.js'
import { multiLabel } from '../task/multi-label.js'
import { sentiment } from '../task/sentiment.js'
import { singleLabel } from '../task/single-label.js'
import type { Task } from '../task/task.js'
import type { ReferenceFile } from './reference-file.js'

/**
 * @param loss its name in the metadata; with `, sum`, it is a sum where ours is a mean
 * @param outputs the number of outputs
 * @throws LimbicError for a loss that no task has
 */
export function referenceTask(file: ReferenceFile, loss: string, outputs: number): Task {
  const names = Array.from({ length: outputs }, (_, index) => `output ${index}`)
  const [kind = ''] = loss.split(', sum')
  const task = taskOf(file, kind, names)
  if (kind === loss) return task
  const count = file.tensor('target').data.length
  return { ...task, loss: (prediction, target) => multiply(task.loss(prediction, target), count) }
}

function taskOf(file: ReferenceFile, loss: string, names: readonly string[]): Task {
  switch (loss) {
    case 'L1':
      return sentiment({ loss: 'l1' })
    case 'MSE':
      return sentiment({ loss: 'mse' })
    case 'cross entropy':
      return singleLabel({ classNames: names })
    case 'BCE with logits':
      return multiLabel({ labelNames: names })
    case 'BCE with logits, pos_weight': {
      const positiveWeights = file.metadata.json('pos_weight', z.array(z.number()))
      return multiLabel({ labelNames: names, positiveWeights })
    }
    default:
      throw new LimbicError('unknown loss', { where: file.path, got: loss })
  }
}
