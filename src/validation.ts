import { distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { LimbicError } from './errors.js'

/** The candidate that is most like a mistyped name, if any is near. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({
      candidate,
      apart: distance(name.toLowerCase(), candidate.toLowerCase()),
    }))
    .sort((one, other) => one.apart - other.apart)
  const [best] = ranked
  return best && best.apart <= Math.max(2, Math.ceil(name.length / 2)) ? best.candidate : undefined
}

/** A sentence that offers the nearest of the known names, or lists them. */
export function suggest(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates)
  return near ? `Did you mean "${near}"?` : `Known: ${candidates.join(', ')}`
}

/**
 * Checks a value that came from outside against a schema.
 *
 * @param where the file or option that the value came from, for the message
 * @throws LimbicError that names the first key at fault, what it must be, and for an unknown key
 * the nearest known one
 */
export function validate<Output>(schema: z.ZodType<Output>, value: unknown, where: string): Output {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys
    throw new LimbicError(`unknown key "${path ? `${path}.${key}` : key}"`, {
      where,
      hint: suggest(key, keysOf(schema, issue.path)),
    })
  }
  const place = path ? `${where}, ${path}` : where
  const got = at(value, issue?.path ?? [])
  if (got === undefined && issue?.code === 'invalid_type') {
    throw new LimbicError('is missing', { where: place, expected: aKindOf(issue.expected) })
  }
  throw new LimbicError(issue?.message ?? 'invalid value', {
    where: place,
    got: JSON.stringify(got) ?? 'nothing',
  })
}

function aKindOf(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  )
}

/** The keys that a schema knows at a path, seen through optional and default wrappers. */
function keysOf(schema: unknown, path: readonly PropertyKey[]): string[] {
  const shape = shapeOf(schema)
  if (!shape) return path.length === 0 ? recordKeys(schema) : []
  const [key, ...rest] = path
  return key === undefined ? Object.keys(shape) : keysOf(Reflect.get(shape, key), rest)
}

function shapeOf(schema: unknown): object | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined
  const shape: unknown = Reflect.get(schema, 'shape')
  if (typeof shape === 'object' && shape !== null) return shape
  const definition: unknown = Reflect.get(schema, 'def')
  if (typeof definition !== 'object' || definition === null) return undefined
  return shapeOf(Reflect.get(definition, 'innerType'))
}

/** The keys of a record that has only certain ones. */
function recordKeys(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const definition: unknown = Reflect.get(schema, 'def')
  if (typeof definition !== 'object' || definition === null) return []
  const keyType: unknown = Reflect.get(definition, 'keyType')
  if (typeof keyType !== 'object' || keyType === null) {
    return recordKeys(Reflect.get(definition, 'innerType'))
  }
  const options: unknown = Reflect.get(keyType, 'options')
  return Array.isArray(options) ? options.map(String) : []
}
