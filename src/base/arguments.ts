/**
 * Checks arguments of the public API at run time: callers in plain JavaScript have no type checks.
 */
import { z } from 'zod'
import { LimbicError } from './errors.js'
import { validate } from './schema.js'
import { briefJson } from './text/json.js'

const path = z.string().min(1)

/** @throws LimbicError if the path of a file or folder is not a string, or is empty */
export function checkPath(given: unknown, where: string): void {
  validate(path, given, where)
}

/** @throws LimbicError if the value is not a list */
export function checkList(given: unknown, where: string, expected: string): void {
  if (Array.isArray(given)) return
  const got = given === undefined ? 'nothing' : briefJson(given)
  throw new LimbicError('must be a list', { where, expected, got })
}
