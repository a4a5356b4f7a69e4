/** The space of a search: which settings of a run vary, and how far. */
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { merge, type Tree } from '../../base/merge.js'
import { RandomStream } from '../../base/random.js'
import { validate } from '../../base/schema.js'
import { readYaml } from '../../disk/yaml.js'
import { type RunConfig, runConfig } from '../../learn/config.js'
import { openModel } from '../../runs/model-file/index.js'
import { sobolPoints } from './sobol.js'

const value = z.union([z.string(), z.number(), z.boolean()])
const range = z
  .strictObject({
    min: z.number(),
    max: z.number(),
    /** `log`: even in orders of magnitude. */
    scale: z.enum(['linear', 'log']).default('linear'),
    /** Rounded to a whole number. */
    whole: z.boolean().default(false),
  })
  .refine(({ min, max }) => min < max, 'a max above the min')
  .refine(({ min, scale }) => scale === 'linear' || min > 0, 'a min above 0 for a log scale')
const axis = z.union([z.array(value).min(2), range])

/** Paths in a run's configuration, such as `training.learningRate`, each with choices or a range. */
export const spaceSchema = z
  .record(z.string().regex(/^(settings|training|data)\.[\w.]+$/), axis)
  .refine((space) => Object.keys(space).length > 0, 'at least one setting')
export type Space = z.infer<typeof spaceSchema>
export type Value = z.infer<typeof value>
/** One choice for each setting of a space. */
export type Point = Readonly<Record<string, Value>>

/** @throws LimbicError if the file is no space */
export function readSpace(path: string): Space {
  return validate(spaceSchema, readYaml(path), path)
}

/** How points are chosen. */
export const samplers = ['sobol', 'random'] as const
export type Sampler = (typeof samplers)[number]

/** The first points of a search; the same for the same seed, and more are added to these. */
export function samplePoints(space: Space, sampler: Sampler, count: number, seed: number): Point[] {
  const names = Object.keys(space)
  const cube =
    sampler === 'sobol'
      ? sobolPoints(names.length, count, seed)
      : Array.from({ length: count }, (_, trial) => {
          const stream = new RandomStream(seed, 'search', trial)
          return names.map(() => stream.word() / 2 ** 32)
        })
  return cube.map((at) =>
    Object.fromEntries(
      Object.entries(space).map(([name, of], index) => [name, valueAt(of, at[index] ?? 0)]),
    ),
  )
}

/** The value of an axis at a place from 0 to 1. */
function valueAt(of: Space[string], place: number): Value {
  if (Array.isArray(of)) return of[Math.floor(place * of.length)] ?? ''
  const { min, max, scale, whole } = of
  const exact = scale === 'log' ? min * (max / min) ** place : min + (max - min) * place
  return whole ? Math.round(exact) : Number(exact.toPrecision(4))
}

/**
 * A configuration with the values of a point.
 *
 * @throws LimbicError if the model or the training has no such setting, or not with this value
 */
export function configAt(config: RunConfig, point: Point): RunConfig {
  const changes = Object.entries(point).reduce<Tree>(
    (tree, [path, chosen]) => merge(tree, nested(path.split('.'), chosen)),
    {},
  )
  const made = validate(runConfig, merge(config, changes), 'the space')
  if (made.data.path !== config.data.path) {
    throw new LimbicError('a search varies settings, not the data', { where: 'the space' })
  }
  const { settings } = openModel(made.model).configure(made.settings)
  return { ...made, settings: { ...settings } }
}

function nested([key = '', ...rest]: readonly string[], chosen: Value): Tree {
  return { [key]: rest.length === 0 ? chosen : nested(rest, chosen) }
}
