/** Takes and what was learned from them, as one file. */
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'
import { parseJson, validate } from '../../../base/schema.js'
import type { FeatureValues } from '../../../data/feature.js'
import { decodeSafetensors } from '../../../formats/safetensors/decode.js'
import { encodeSafetensors } from '../../../formats/safetensors/encode.js'
import type { StoredTensor } from '../../../formats/safetensors/tensors.js'
import type { CheckedFeature } from '../../../use/sample-steps.js'
import type { Learner, Take, Taught } from '../../worker/teach/take.js'

/** What is kept for one model, or for the starter models. */
export interface Lessons {
  /** What the takes show. */
  readonly labels: readonly string[]
  readonly takes: readonly Take[]
  readonly taught?: Taught
  /** Whether answers are made by what was taught. */
  readonly isUsed: boolean
  /** What is learning, until it is done. */
  readonly learning?: Learner
}

export const noLessons: Lessons = { labels: [], takes: [], isUsed: false }

// zod would generate code for speed, which the content policy of the page forbids.
z.config({ jitless: true })

const numbers = z.array(z.number())
const count = z.int().min(0)
const learner = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fusion') }),
  z.strictObject({ kind: z.literal('layers'), last: z.union([count, z.literal('all')]) }),
])
const told = z.strictObject({
  said: z.string(),
  isRight: z.boolean(),
  share: z.number().exactOptional(),
})
/** All but the numbers, which are tensors. */
const lessonsSchema = z.strictObject({
  labels: z.array(z.string()),
  takes: z.array(
    z.strictObject({
      label: count,
      rows: z.array(z.strictObject({ voice: numbers, face: numbers })),
      /** The steps of each input. */
      features: z.record(z.string(), count).exactOptional(),
    }),
  ),
  taught: z
    .strictObject({
      learner,
      base: z.string(),
      answers: z.array(z.strictObject({ label: count, before: told, after: told })),
      ...{ takes: count, epochs: count, folds: count },
    })
    .exactOptional(),
  isUsed: z.boolean(),
  learning: learner.exactOptional(),
})

const takeTensor = (take: number, input: string) => `take.${take}.${input}`
const taughtPrefix = 'taught.'

/** @param of tells apart what the lessons are for */
export function encodeLessons({ takes, taught, ...others }: Lessons, of: string): Uint8Array {
  const tensors = new Map<string, StoredTensor>()
  for (const [at, { features = [] }] of takes.entries()) {
    for (const [input, { values }] of features) tensors.set(takeTensor(at, input), stored(values))
  }
  for (const [name, values] of taught?.weights ?? []) {
    tensors.set(`${taughtPrefix}${name}`, stored(values))
  }
  const { weights: _, ...about } = taught ?? {}
  const content = {
    ...others,
    ...(taught && { taught: about }),
    takes: takes.map(({ features, ...take }) => ({
      ...take,
      ...(features && {
        features: Object.fromEntries([...features].map(([input, { steps }]) => [input, steps])),
      }),
    })),
  }
  return encodeSafetensors(tensors, { of, lessons: JSON.stringify(content) })
}

/** @throws LimbicError if the bytes are no lessons, or lessons of something else */
export function decodeLessons(bytes: Uint8Array, of: string, where: string): Lessons {
  const { metadata, tensors } = decodeSafetensors(bytes, where)
  if (metadata.of !== of) {
    throw new LimbicError('holds takes of another model', { where })
  }
  const content = validate(
    lessonsSchema,
    parseJson(metadata.lessons ?? 'null', `${where}, lessons`),
    `${where}, lessons`,
  )
  const { takes, taught, ...others } = content
  const weights = new Map(
    [...tensors].flatMap(([name, { data }]) =>
      name.startsWith(taughtPrefix) && data instanceof Float32Array
        ? [[name.slice(taughtPrefix.length), data] as const]
        : [],
    ),
  )
  return {
    ...others,
    ...(taught && { taught: { ...taught, weights } }),
    takes: takes.map(({ features, ...take }, at) => {
      if (take.label >= content.labels.length) {
        throw new LimbicError('a take shows nothing that has a name', { where })
      }
      const read = Object.entries(features ?? {}).map(([input, steps]) => {
        const data = tensors.get(takeTensor(at, input))?.data
        return [input, featureOf(data, steps, `${where}, take ${at}, ${input}`)] as const
      })
      return { ...take, ...(features && { features: new Map(read) }) }
    }),
  }
}

function stored(values: FeatureValues): StoredTensor {
  const shape = [values.length]
  if (values instanceof Float32Array) return { dtype: 'float32', shape, data: values }
  if (values instanceof BigInt64Array) return { dtype: 'int64', shape, data: values }
  return { dtype: 'uint8', shape, data: values }
}

function featureOf(
  data: StoredTensor['data'] | undefined,
  steps: number,
  where: string,
): CheckedFeature {
  const isKnown =
    data instanceof Float32Array || data instanceof BigInt64Array || data instanceof Uint8Array
  if (isKnown && (steps === 0 ? data.length === 0 : data.length % steps === 0)) {
    return { values: data, steps }
  }
  throw new LimbicError('does not hold as many numbers as it has steps', { where })
}
