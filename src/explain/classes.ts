import { LimbicError } from '../base/errors.js'
import type { Targets } from '../data/dataset.js'
import { sentimentClass, sentimentClassNames } from '../metrics/index.js'
import type { Task } from '../task/task.js'

/** Into which classes samples fall by what they truly are. */
export interface ClassGrouping {
  readonly names: readonly string[]
  /** The classes of one sample: one, or any number where several emotions can be present at once. */
  of(targets: Targets, sample: number): readonly number[]
}

/**
 * The classes that explanations of a task are given by: the seven of sentiment, rounded to
 * -3 .. 3, for regression (MMLatch, figure 2); the task's own classes, or present emotions,
 * otherwise.
 */
export function groupByClass(task: Task): ClassGrouping {
  switch (task.kind) {
    case 'regression':
      return {
        names: sentimentClassNames,
        of: ({ sentiment }, sample) => [
          sentimentClass(known(sentiment, 'sentiment')[sample] as number),
        ],
      }
    case 'classification':
      return {
        names: task.classNames,
        of: ({ classes }, sample) => [known(classes, 'classes')[sample] as number],
      }
    case 'multilabel': {
      const count = task.labelNames.length
      return {
        names: task.labelNames,
        of: ({ emotions }, sample) => {
          const row = known(emotions, 'emotions').subarray(sample * count, (sample + 1) * count)
          return Array.from(row.keys()).filter((label) => (row[label] as number) > 0)
        },
      }
    }
  }
}

function known<Values>(values: Values | undefined, what: string): Values {
  if (values !== undefined) return values
  throw new LimbicError(`the data have no ${what}`, {
    where: 'explanation',
    hint: 'Explain the model on data that have the targets it was trained for',
  })
}
