/** What is monitored to find the best epoch. */
import { LimbicError } from '../base/errors.js'
import { nearest } from '../base/schema.js'
import type { Dataset } from '../data/dataset.js'
import { metricCatalogue } from '../metrics/catalogue.js'
import type { Task } from '../task/task.js'

/**
 * The monitored value as a score to minimise: negated if higher is better; if nothing is
 * monitored, later epochs are better.
 *
 * @param monitor the validation loss, a metric, or none
 */
export function scoreOf(
  monitor: string,
  epoch: number,
  loss: number,
  metrics: Readonly<Record<string, number>>,
): number {
  if (monitor === 'none') return -epoch
  const value = metrics[monitor]
  // A stage without a prediction has only its loss.
  if (value === undefined) return loss
  // The worst score that a checkpoint can hold: JSON has no infinity.
  if (!Number.isFinite(value)) return Number.MAX_VALUE
  return betterLower.has(monitor) ? value : -value
}

const betterLower: ReadonlySet<string> = new Set(
  Object.entries(metricCatalogue).flatMap(([name, { better }]) =>
    better === 'lower' ? [name] : [],
  ),
)

/** @throws LimbicError if the task does not have the metric to monitor */
export function checkMonitor(monitor: string, task: Task, dataset: Dataset): void {
  if (monitor === 'loss' || monitor === 'none') return
  const { ids, targets } = dataset.splits.valid
  const zeros = new Float32Array(ids.length * task.outputs.length)
  const known = Object.keys(task.measure(zeros, targets))
  if (known.includes(monitor)) return
  const near = nearest(monitor, ['loss', 'none', ...known])
  throw new LimbicError(`no metric "${monitor}" to monitor`, {
    where: 'training, monitor',
    expected: ['loss', 'none', ...known].join(', '),
    ...(near !== undefined && { hint: `Did you mean "${near}"?` }),
  })
}
