/** Validates input with zod schemas, with one-line errors and suggestions. */

import { distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { LimbicError, messageOf } from './errors.js'
import { briefJson } from './text/json.js'

/** The candidate most similar to a mistyped name, if any is close. */
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

/** A sentence that suggests the nearest known name, or lists all. */
export function suggest(name: string, candidates: readonly string[]): string {
  const near = nearest(name, candidates)
  return near ? `Did you mean "${near}"?` : `Known: ${candidates.join(', ')}`
}

/**
 * Validates a value from outside against a schema.
 *
 * @param where the file or option of the value, for the message
 * @throws LimbicError that names the first invalid key and what is expected, and for an unknown key
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
      hint: hintForKey(schema, issue.path, key),
    })
  }
  const place = path ? `${where}, ${path}` : where
  const got = at(value, issue?.path ?? [])
  if (got === undefined && issue?.code === 'invalid_type') {
    throw new LimbicError('is missing', { where: place, expected: aKindOf(issue.expected) })
  }
  const near =
    issue?.code === 'invalid_value' && typeof got === 'string'
      ? nearest(got, issue.values.map(String))
      : undefined
  throw new LimbicError('is invalid', {
    where: place,
    expected: issue ? expectation(issue) : 'another value',
    got: briefJson(got),
    ...(near !== undefined && { hint: `Did you mean "${near}"?` }),
  })
}

/**
 * A hint for an unknown key: the neighbouring group that has such a key, or the most similar known
 * key.
 */
function hintForKey(schema: unknown, path: readonly PropertyKey[], key: string): string {
  const known = keysOf(schema, path)
  const group = known.find((name) => keysOf(schema, [...path, name]).includes(key))
  return group === undefined ? suggest(key, known) : `Did you mean "${group}.${key}"?`
}

/** What a validation issue expects, as words in a sentence. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : aKindOf(issue.expected)
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ')
    case 'too_small':
      return (
        `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}` +
        (issue.origin === 'array'
          ? ' of them'
          : issue.origin === 'string'
            ? lettersOf(issue.minimum)
            : '')
      )
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`
    default:
      return issue.message
  }
}

function lettersOf(count: number | bigint): string {
  return Number(count) === 1 ? ' letter' : ' letters'
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

/** The keys of a schema at a path, seen through optional and default wrappers. */
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

/** The keys of a record with a fixed set of keys. */
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

/**
 * Parses a JSON text.
 *
 * @param where the source of the text, such as a file and line
 * @throws LimbicError if it is not valid JSON
 */
export function parseJson(text: string, where: string, hint?: string): unknown {
  try {
    // Editors on Windows write a byte order mark first.
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const got = messageOf(error)
    throw new LimbicError(
      'is not valid JSON',
      { where, got, ...(hint !== undefined && { hint }) },
      { cause: error },
    )
  }
}
