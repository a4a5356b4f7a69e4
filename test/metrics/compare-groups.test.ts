import { describe, expect, it } from 'vitest'
import {
  compareGroups,
  holm,
  type MeasuredGroup,
  significanceMark,
} from '../../src/metrics/index.js'

const group = (name: string, values: readonly (number | null)[], seeds?: readonly number[]) => ({
  name,
  runs: values.map((accuracy, index) => ({
    seed: seeds?.[index] ?? index,
    metrics: { accuracy, mae: accuracy === null ? null : 1 - accuracy },
  })),
})
const a = group('a', [0.8, 0.82, 0.79, 0.85, 0.81])
const b = group('b', [0.76, 0.8, 0.78, 0.79, 0.77])
const c = group('c', [0.7, 0.71, 0.74, 0.69, 0.72])
const accuracy = { metric: 'accuracy', better: 'higher' } as const

describe('groups of runs against one of them', () => {
  it('equals SciPy on pairs, against the best', () => {
    const { test, reference, figures } = compareGroups([b, a, c], accuracy)
    expect([test, reference]).toEqual(['paired', 'a'])
    const [first, best, last] = figures
    expect(best).toMatchObject({ name: 'a', reference: true, mark: '' })
    expect(best?.p).toBeUndefined()
    expect(first?.difference).toBeCloseTo(-0.034, 12)
    expect(first?.p).toBeCloseTo(0.017540467488889305, 10)
    expect(first?.effect?.kind).toBe("Cohen's d_z")
    expect(first?.effect?.value).toBeCloseTo(-1.7441631985447614, 10)
    expect(last?.p).toBeCloseTo(0.004517685604333375, 10)
    expect(last?.adjusted).toBeCloseTo(2 * 0.004517685604333375, 10)
    expect([first?.mark, last?.mark]).toEqual(['*', '**'])
  })

  it('equals SciPy on independent groups, with one variance', () => {
    const { figures } = compareGroups([a, b, c], { ...accuracy, test: 'pooled', against: 'a' })
    const [, second, third] = figures
    expect(second?.p).toBeCloseTo(0.026160392493635668, 10)
    expect(second?.effect).toMatchObject({ kind: "Cohen's d" })
    expect(second?.effect?.value).toBeCloseTo(-1.7216569240422357, 10)
    expect(third?.p).toBeCloseTo(6.289433414631944e-5, 12)
    expect(figures.slice(1).map(({ adjusted }) => adjusted)).toEqual(
      holm([second?.p ?? Number.NaN, third?.p ?? Number.NaN]),
    )
    expect(third?.mark).toBe('***')
  })

  it('equals SciPy on independent groups, each with its own variance and number of runs', () => {
    const few = group('few', [0.6, 0.75, 0.8])
    const against = { ...accuracy, against: 'a' }
    const { test, figures } = compareGroups([a, b, few], against)
    expect(test).toBe('unpaired')
    expect(figures[1]?.p).toBeCloseTo(0.029322372396661755, 10)
    expect(figures[2]?.p).toBeCloseTo(0.24459471785866485, 10)
    expect(figures[2]?.effect?.kind).toBe("Cohen's d")
    expect(figures[2]?.effect?.value).toBeCloseTo(-1.2912898023571822, 10)
    // One variance for both would call few runs that vary much surer than they are.
    const pooled = compareGroups([a, few], { ...against, test: 'pooled' })
    expect(pooled.figures[1]?.p).toBeCloseTo(0.07863500285233334, 10)
  })

  it('equals SciPy on signed ranks', () => {
    const { figures } = compareGroups([a, b], { ...accuracy, test: 'wilcoxon' })
    expect(figures[1]?.p).toBeCloseTo(0.0625, 12)
    expect(figures[1]?.effect).toEqual({ kind: 'rank-biserial r', value: -1 })
    expect(figures[1]?.mark).toBe('')
  })

  it('takes the lowest for the best where lower is better', () => {
    const { reference } = compareGroups([b, a], { metric: 'mae', better: 'lower' })
    expect(reference).toBe('a')
  })

  it('pairs by seed and fold, whatever the order of runs', () => {
    const shuffled = { ...b, runs: [...b.runs].reverse() }
    expect(compareGroups([a, shuffled], accuracy).figures[1]?.p).toBe(
      compareGroups([a, b], accuracy).figures[1]?.p,
    )
    const folded = (of: MeasuredGroup): MeasuredGroup => ({
      ...of,
      runs: of.runs.map((run, fold) => ({ ...run, seed: 0, fold })),
    })
    expect(compareGroups([folded(a), folded(b)], accuracy).figures[1]?.p).toBe(
      compareGroups([a, b], accuracy).figures[1]?.p,
    )
  })

  it('does not pair what has other seeds', () => {
    const other = group('other', [0.7, 0.71, 0.75], [7, 8, 9])
    expect(compareGroups([a, other], accuracy).test).toBe('unpaired')
    expect(() => compareGroups([a, other], { ...accuracy, test: 'paired' })).toThrow(
      'other: the test "paired" needs the same seeds and folds in every group: expected seed 0; seed 1',
    )
  })

  it('says why there is no test', () => {
    const why = (of: MeasuredGroup, against: MeasuredGroup = a) =>
      compareGroups([against, of], { ...accuracy, against: against.name }).figures[1]
    const shifted = group('shifted', [0.7, 0.72, 0.69, 0.75, 0.71])
    expect(why(shifted)).toMatchObject({ why: 'all pairs differ alike', mark: '' })
    expect(why(group('one', [0.7]))?.why).toBe('a test needs at least two runs in each group')
    expect(why(group('gap', [0.7, null, 0.8, 0.7, 0.8]))?.why).toContain('not defined')
    expect(why(group('one', [0.7]), group('two', [0.8]))?.difference).toBeCloseTo(-0.1, 12)
  })

  it('refuses what is not there', () => {
    expect(() => compareGroups([a], { ...accuracy, against: 'z' })).toThrow('no group "z"')
    expect(() => compareGroups([a], { ...accuracy, metric: 'f1' })).toThrow('no figure "f1"')
  })

  it('writes stars below the usual levels', () => {
    expect([0.05, 0.049, 0.01, 0.0099, 0.001, 0.0009, Number.NaN].map(significanceMark)).toEqual([
      ...['', '*', '*', '**', '**', '***', ''],
    ])
  })
})
