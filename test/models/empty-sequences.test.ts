/** Every model on samples of which sequences have no step at all. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gradients, type Tensor, writeModel } from '../../src/graph/index.js'
import { openSession } from '../../src/runtime/node.js'
import type { Session } from '../../src/runtime/session.js'
import { toValue } from '../support/gradients/index.js'
import { type ModelCase, smallModelOf } from '../support/models/describe-model.js'
import { type ModelVariant, modelVariants } from '../support/models/variants.js'

const most = 4
const names = ['text', 'audio', 'vision'] as const

/** Three samples, with a length of each modality's sequence from 0 on. */
const anyLengths = fc.array(fc.tuple(...names.map(() => fc.integer({ min: 0, max: most }))), {
  minLength: 3,
  maxLength: 3,
})

function caseOf({ model, settings, widths, task }: ModelVariant, rows: readonly number[][]) {
  const shared = model.aligned
  const lengths = Object.fromEntries(
    names.map((name, place) => [name, rows.map((row) => row[shared ? 0 : place] ?? 0)]),
  )
  const given: ModelCase = {
    ...{ model, settings, widths, lengths, outputs: task.outputs.length },
  }
  return smallModelOf(given)
}

const nameOf = ({ origin }: Tensor) => ('name' in origin ? origin.name : '')

describe.each(modelVariants.map((variant) => [variant.name, variant] as const))(
  '%s',
  (_, variant) => {
    let session: Session

    beforeAll(async () => {
      const { outputs, loss, parameters, feeds } = caseOf(variant, [[1], [1], [1]])
      const trained = parameters.filter(({ trainable }) => trainable)
      const slopes = gradients(
        loss,
        trained.map(({ tensor }) => tensor),
      )
      session = await openSession(
        writeModel({
          inputs: new Map([...feeds.keys()].map((tensor) => [nameOf(tensor), tensor])),
          outputs: new Map([
            ['prediction', outputs.prediction],
            ['loss', loss],
            ...Object.entries(outputs.maps).map(([name, map]) => [`map ${name}`, map] as const),
            ...trained.map(
              ({ name }, place) => [`gradient ${name}`, slopes[place] ?? loss] as const,
            ),
          ]),
        }),
        { threads: 1 },
      )
    })

    afterAll(() => session.close())

    test('says numbers of sequences without a step, and learns from them', () =>
      fc.assert(
        fc.asyncProperty(anyLengths, async (rows) => {
          const { feeds } = caseOf(variant, rows)
          const results = await session.run(
            new Map(
              [...feeds].map(([tensor, value]) => [
                nameOf(tensor),
                toValue(tensor.dataType, value),
              ]),
            ),
          )
          for (const [name, { data }] of results) {
            const faults = Array.from(data, Number).filter((value) => !Number.isFinite(value))
            expect(faults.length, name).toBe(0)
          }
        }),
        {
          numRuns: 12,
          examples: [
            [
              [
                [0, 0, 0],
                [2, 0, 3],
                [0, 2, 0],
              ],
            ],
            [
              [
                [0, 0, 0],
                [0, 0, 0],
                [0, 0, 0],
              ],
            ],
          ],
        },
      ))
  },
)
