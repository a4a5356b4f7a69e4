/** Reads pickles made in a test: their values as plain ones, or what is said of them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../src/base/errors.js'
import {
  openPickle,
  PickledArray,
  type PickleValue,
  StoredBytes,
} from '../../../src/formats/pickle/index.js'
import { temporaryFolder } from '../../support/folders.js'

export const folder = temporaryFolder()
export const protocols = [2, 3, 4, 5] as const
let files = 0

export function read<Value>(content: Uint8Array, use: (root: PickleValue) => Value): Value {
  const path = join(folder, `${files++}.pkl`)
  writeFileSync(path, content)
  const pickle = openPickle(path)
  try {
    return use(pickle.root)
  } finally {
    pickle.close()
  }
}

/** Arrays by their shape and elements, maps and sets by their entries. */
export function plain(value: PickleValue | undefined): unknown {
  if (value instanceof PickledArray) {
    const { content } = value
    if (content?.kind !== 'stored') return { shape: value.shape, items: content?.items }
    const { array } = content
    const elements = array.isText ? array.toTexts() : [...array.toNumbers()]
    return { type: array.type.kind, shape: array.shape, elements }
  }
  if (value instanceof StoredBytes) {
    const bytes = new Uint8Array(value.source.length)
    value.source.read(0, bytes)
    return [...bytes]
  }
  if (value instanceof Uint8Array) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, plain(item)]))
  return value
}

/** What is said of a pickle, all of whose arrays are looked into. */
export const failure = (content: Uint8Array): string => {
  try {
    read(content, plain)
  } catch (error) {
    if (error instanceof LimbicError) return error.message
    throw error
  }
  return 'no error'
}

/** A pickle of protocol 4 of these instructions. */
export const program = (parts: readonly (string | number)[]) =>
  Buffer.concat([
    Buffer.from([0x80, 4]),
    ...parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
    Buffer.from('.'),
  ])
