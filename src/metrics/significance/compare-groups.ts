/** Each group of runs against one of them: differences, and how far they can be trusted. */

import { LimbicError } from '../../base/errors.js'
import { numberAt } from '../../base/numbers.js'
import { type Summary, summarise } from '../summary.js'
import { holm } from './holm.js'
import { pairedTTest, studentTTest, type TTest, welchTTest } from './t-tests.js'
import { wilcoxonSignedRank } from './wilcoxon.js'

/** Runs of one configuration, told apart by seed and, where there are folds, by fold. */
export interface MeasuredGroup {
  readonly name: string
  readonly runs: readonly {
    readonly seed: number
    readonly fold?: number
    /** By name; null or NaN where it is not defined. */
    readonly metrics: Readonly<Record<string, number | null>>
  }[]
}

/**
 * Of pairs Student's t-test (`paired`) or the signed-rank test (`wilcoxon`); of independent groups
 * Welch's t-test (`unpaired`), which holds for unequal numbers of runs and unequal variances, or
 * Student's of one common variance (`pooled`), which SciPy's `ttest_ind` takes unless told.
 */
export const groupTests = ['paired', 'unpaired', 'pooled', 'wilcoxon'] as const
export type GroupTest = (typeof groupTests)[number]

const independentTests: Readonly<
  Partial<Record<GroupTest, (one: readonly number[], other: readonly number[]) => TTest>>
> = { unpaired: welchTTest, pooled: studentTTest }

/** How large a difference is, apart from how sure one can be of it; positive where the group is above the reference. */
export interface EffectSize {
  readonly kind: "Cohen's d" | "Cohen's d_z" | 'rank-biserial r'
  readonly value: number
}

/** One group against the reference. */
export interface ComparedFigure {
  readonly name: string
  readonly summary: Summary
  /** The group that the others are held against: it has no difference. */
  readonly reference: boolean
  /** This group's mean less the reference's. */
  readonly difference?: number
  /** Two-sided, of this group alone. */
  readonly p?: number
  /** After Holm's correction over all groups of the table. */
  readonly adjusted?: number
  readonly effect?: EffectSize
  /** `*` below 0.05, `**` below 0.01, `***` below 0.001 after correction; empty otherwise. */
  readonly mark: string
  /** Why there is no test, where there is none. */
  readonly why?: string
}

export interface GroupComparison {
  readonly metric: string
  readonly test: GroupTest
  readonly reference: string
  /** In the order of the groups. */
  readonly figures: readonly ComparedFigure[]
}

/**
 * Holds every group against the best one, or against one that is named: the difference of means, a
 * two-sided test, Holm's correction over the table, and an effect size (Cohen's d for independent
 * groups, by the standard deviation that their test says; d_z for pairs; the rank-biserial
 * correlation for Wilcoxon).
 *
 * Runs are pairs where seed and fold agree. Choosing the best by the same figures makes its lead a
 * little larger than it is; name a reference beforehand where that matters.
 *
 * @param options.better which way the metric is good, to find the best
 * @param options.test unless given, `paired` if every group has the same seeds and folds, at least
 * two of them, and `unpaired` otherwise
 * @param options.against the name of a group, or `best`
 * @throws LimbicError if there are no groups, none has that name, or a paired test is asked for and
 * seeds or folds differ
 */
export function compareGroups(
  groups: readonly MeasuredGroup[],
  options: {
    readonly metric: string
    readonly better: 'higher' | 'lower'
    readonly test?: GroupTest
    readonly against?: string
  },
): GroupComparison {
  const { metric, better, against = 'best' } = options
  const columns = groups.map((group) => columnOf(group, metric))
  const reference = findReference(columns, against, better, metric)
  const paired = columns.every((column) => canPair(column, reference))
  const test = options.test ?? (paired ? 'paired' : 'unpaired')
  if (!independentTests[test]) {
    for (const column of columns) checkSameRuns(column, reference, test)
  }
  const found = columns.map((column) =>
    column === reference ? undefined : testAgainst(column, reference, test),
  )
  const adjusted = holm(found.map((one) => one?.p ?? Number.NaN))
  return {
    metric,
    test,
    reference: reference.name,
    figures: columns.map((column, index) => {
      const corrected = adjusted[index] ?? Number.NaN
      return {
        name: column.name,
        summary: summarise(column.values),
        reference: column === reference,
        ...found[index],
        ...(!Number.isNaN(corrected) && { adjusted: corrected }),
        mark: significanceMark(corrected),
      }
    }),
  }
}

/** The stars of a p-value: `*` below 0.05, `**` below 0.01, `***` below 0.001. */
export function significanceMark(p: number): string {
  if (p < 0.001) return '***'
  if (p < 0.01) return '**'
  return p < 0.05 ? '*' : ''
}

/** One group's figures, sorted by fold and seed so that pairs stand at one place. */
interface ColumnOfRuns {
  readonly name: string
  readonly keys: readonly string[]
  readonly values: readonly number[]
}

function columnOf({ name, runs }: MeasuredGroup, metric: string): ColumnOfRuns {
  const sorted = [...runs].sort(
    (one, other) => (one.fold ?? 0) - (other.fold ?? 0) || one.seed - other.seed,
  )
  if (sorted.every(({ metrics }) => metrics[metric] === undefined)) {
    throw new LimbicError(`there is no figure "${metric}"`, {
      where: name,
      expected: Object.keys(sorted[0]?.metrics ?? {}).join(', '),
    })
  }
  return {
    name,
    keys: sorted.map(({ fold, seed }) =>
      fold === undefined ? `seed ${seed}` : `fold ${fold}, seed ${seed}`,
    ),
    values: sorted.map(({ metrics }) => metrics[metric] ?? Number.NaN),
  }
}

function findReference(
  columns: readonly ColumnOfRuns[],
  against: string,
  better: 'higher' | 'lower',
  metric: string,
): ColumnOfRuns {
  const named = columns.find(({ name }) => name === against)
  if (named) return named
  if (against !== 'best') {
    throw new LimbicError(`there is no group "${against}" to compare with`, {
      expected: columns.map(({ name }) => name).join(' or '),
    })
  }
  const sign = better === 'higher' ? 1 : -1
  const ranked = columns
    .map((column) => ({ column, score: sign * summarise(column.values).mean }))
    .filter(({ score }) => !Number.isNaN(score))
    .sort((one, other) => other.score - one.score)
  const [best] = ranked
  if (best) return best.column
  throw new LimbicError('no group can be the best', {
    where: metric,
    expected: 'a figure of every run in at least one group',
  })
}

function canPair(one: ColumnOfRuns, other: ColumnOfRuns): boolean {
  const distinct = new Set(one.keys).size === one.keys.length
  return distinct && one.keys.length > 1 && sameRuns(one, other)
}

function sameRuns(one: ColumnOfRuns, other: ColumnOfRuns): boolean {
  return one.keys.join(';') === other.keys.join(';')
}

function checkSameRuns(column: ColumnOfRuns, reference: ColumnOfRuns, test: GroupTest): void {
  if (sameRuns(column, reference)) return
  throw new LimbicError(`the test "${test}" needs the same seeds and folds in every group`, {
    where: column.name,
    expected: `${reference.keys.join('; ')} as in ${reference.name}`,
    got: column.keys.join('; '),
    hint: 'Train with the same seeds, or use an unpaired test',
  })
}

type Tested = Pick<ComparedFigure, 'difference' | 'p' | 'effect' | 'why'>

function testAgainst(column: ColumnOfRuns, reference: ColumnOfRuns, test: GroupTest): Tested {
  const { values } = column
  const difference = summarise(values).mean - summarise(reference.values).mean
  const missing = (side: ColumnOfRuns) => side.values.some((value) => !Number.isFinite(value))
  if (missing(column) || missing(reference)) {
    return { why: 'the figure is not defined in every run' }
  }
  if (values.length < 2 || reference.values.length < 2) {
    return { difference, why: 'a test needs at least two runs in each group' }
  }
  const independent = independentTests[test]
  if (independent) {
    if (spreadless(values) && spreadless(reference.values)) {
      return { difference, why: 'no run differs from others of its group' }
    }
    const { p, effectSize } = independent(values, reference.values)
    return { difference, p, effect: { kind: "Cohen's d", value: effectSize } }
  }
  const offsets = values.map((value, index) => value - numberAt(reference.values, index))
  if (spreadless(offsets, values)) return { difference, why: 'all pairs differ alike' }
  if (test === 'paired') {
    const { p, effectSize } = pairedTTest(values, reference.values)
    return { difference, p, effect: { kind: "Cohen's d_z", value: effectSize } }
  }
  const { p, effectSize } = wilcoxonSignedRank(values, reference.values)
  return { difference, p, effect: { kind: 'rank-biserial r', value: effectSize } }
}

/** Whether values are the same but for rounding, on the scale of what they were made from. */
function spreadless(values: readonly number[], from: readonly number[] = values): boolean {
  const scale = Math.max(...from.map(Math.abs))
  return Math.max(...values) - Math.min(...values) <= 1e-12 * scale
}
