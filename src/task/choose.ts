/** Chooses a task for a corpus and a configuration. */
import { LimbicError } from '../base/errors.js'
import { type Dataset, type Split, targetNamed } from '../data/dataset.js'
import { type KnownTask, taskKinds } from './kinds.js'
import type { Task, TaskKind, TaskOptions } from './task.js'

/**
 * The task that a configuration requests and a corpus allows.
 *
 * With `balance` its loss is weighted by class frequency in the training set.
 *
 * @param options.target a target of the data, or `auto`: the first that every split has
 * @throws LimbicError if a split lacks the target, if balance or thresholds do not apply to it, or
 * if a class to be weighted never occurs in the training set
 */
export function chooseTask(
  dataset: Dataset,
  data: { readonly target: string },
  options: TaskOptions,
): KnownTask {
  return chooseAmong<KnownTask>(taskKinds, dataset, data, options)
}

/** The same for any kinds of tasks. */
export function chooseAmong<Known extends Task>(
  kinds: readonly TaskKind<Known>[],
  dataset: Dataset,
  { target }: { readonly target: string },
  options: TaskOptions,
): Known {
  const present = kinds.filter((kind) =>
    Object.values(dataset.splits).every(
      (split: Split) => targetNamed(split.targets, kind.target) !== undefined,
    ),
  )
  const chosen = target === 'auto' ? present[0] : present.find((kind) => kind.target === target)
  if (!chosen) {
    throw new LimbicError(
      `not every split has ${target === 'auto' ? 'a common target' : `the target ${target}`}`,
      {
        where: dataset.name,
        expected: present.length > 0 ? `one of ${namesOf(present)}` : namesOf(kinds),
        got: target,
        hint: 'Choose the target with --target',
      },
    )
  }
  if (options.balance === 'classes' && !chosen.balances) {
    const able = namesOf(kinds.filter(({ balances }) => balances))
    throw notFor('balance', 'classes', `${able}, whose shares differ`, chosen)
  }
  if (options.thresholds === 'validation' && !chosen.thresholds) {
    const able = namesOf(kinds.filter(({ thresholds }) => thresholds))
    throw notFor('thresholds', 'validation', `${able}, of which several may be present`, chosen)
  }
  return chosen.make(dataset, options)
}

function namesOf(kinds: readonly { readonly target: string }[]): string {
  const names = kinds.map(({ target }) => target)
  const last = names.at(-1) ?? 'none'
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} or ${last}` : last
}

function notFor(
  option: string,
  value: string,
  expected: string,
  { target }: { readonly target: string },
): LimbicError {
  return new LimbicError(`--${option} ${value} does not apply to this target`, {
    where: `training.${option}`,
    expected,
    got: target,
    hint: 'Leave it out, or choose another target with --target',
  })
}
