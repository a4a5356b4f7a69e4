/** What a model attends to is what its maps say. */
import { expect, test } from 'vitest'
import { collateBatch } from '../../../src/data/batch.js'
import type { ClipFeatures } from '../../../src/media/extract/index.js'
import { attentionTo } from '../../../src/studio/worker/own/attention.js'
import { loadModel } from '../../../src/use/open/load.js'
import { splitOf } from '../../../src/use/samples.js'
import { succeed, tinyRun } from '../../support/command-line.js'
import { temporaryPaths } from '../../support/folders.js'

const at = temporaryPaths()

/** Steps of one feature, every quarter of a second. */
function feature(width: number, length: number): ClipFeatures['features'][string] {
  const values = Float32Array.from({ length: width * length }, (_, place) => Math.sin(place))
  const times = Float64Array.from({ length }, (_, step) => 2 + step / 4)
  return { dataType: 'float32', shape: [width], values, length, times }
}

test('each step has the mean of its map over heads and queries, the most 1', async () => {
  const small = tinyRun.filter((flag, at) => flag !== '--hidden' && tinyRun[at - 1] !== '--hidden')
  await succeed('train', 'lf-trans', ...small, '--epochs', '1', '--quiet', '--out', at('run'))
  const model = await loadModel(at('run'))
  const features = Object.fromEntries(
    model.inputs.map(({ name, width }) => [name, feature(width, 6)]),
  )
  const steps = Object.fromEntries(
    Object.entries(features).map(
      ([
        name,
        {
          values,
          shape: [width = 1],
          length,
        },
      ]) => [
        name,
        Array.from({ length }, (_, step) =>
          Float32Array.from(values.slice(step * width, (step + 1) * width), Number),
        ),
      ],
    ),
  )
  const sample = model.check({ id: 'a', ...steps }, 'a')
  const found = await attentionTo(model, sample, features)
  expect(found?.steps.map(({ input }) => input)).toEqual(['audio', 'vision'])
  for (const { times, weights } of found?.steps ?? []) {
    expect(times).toHaveLength(6)
    expect(times[1]).toBe(2.25)
    expect(Math.max(...weights)).toBe(1)
    expect(Math.min(...weights)).toBeGreaterThan(0)
  }
  const split = splitOf([sample], model.inputs)
  const names = model.inputs.map(({ name }) => name)
  const batch = await collateBatch(split, Int32Array.of(0), names)
  const name = model.maps.findLast(({ name: map }) => map.startsWith('attention.audio.'))?.name
  const { maps } = await model.run(batch, [name ?? ''])
  const [map] = maps
  const [, heads = 0, queries = 0, keys = 0] = map?.value.shape ?? []
  expect(keys).toBe(7)
  // The first key is the token before the steps.
  const sums = Array.from({ length: 6 }, () => 0)
  for (const [at, weight] of [...(map?.value.data ?? [])].entries()) {
    if (at % keys > 0) sums[(at % keys) - 1] = (sums[(at % keys) - 1] ?? 0) + Number(weight)
  }
  expect(heads * queries * keys).toBe(map?.value.data.length)
  for (const [step, weight] of (found?.steps[0]?.weights ?? []).entries()) {
    expect(weight).toBeCloseTo((sums[step] ?? 0) / Math.max(...sums), 5)
  }
  // Without its sound, there is nothing to attend to in it.
  const silent = model.check({ ...steps, id: 'b', audio: null }, 'b')
  const less = await attentionTo(model, silent, features)
  expect(less?.steps.map(({ input }) => input)).toEqual(['vision'])
  await model.close()
})
