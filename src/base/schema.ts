/** Validates input with zod schemas, with one-line errors and suggestions. */

import { distance } from 'fastest-levenshtein'
import type { z } from 'zod'
import { LimbicError } from './errors.js'
import { briefJson } from './text/json.js'

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

/** Where an unknown key belongs: a group beside it that has it, or the known key most like it. */
function hintForKey(schema: unknown, path: readonly PropertyKey[], key: string): string {
  const known = keysOf(schema, path)
  const group = known.find((name) => keysOf(schema, [...path, name]).includes(key))
  return group === undefined ? suggest(key, known) : `Did you mean "${group}.${key}"?`
}

/** What an issue of the validator asks for, in the words of a sentence. */
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

/**
 * What a JSON text holds.
 *
 * @param where the text is from, such as a file and its line
 * @throws LimbicError if it is no JSON
 */
export function parseJson(text: string, where: string, hint?: string): unknown {
  try {
    // Editors of Windows put a mark before the text.
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error)
    throw new LimbicError(
      'is not valid JSON',
      { where, got, ...(hint !== undefined && { hint }) },
      { cause: error },
    )
  }
}
