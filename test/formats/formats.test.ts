/** The same numbers in every format, as Python writes them: read from files of the repository, and from this machine's Python. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PickledArray, type PickleValue } from '../../src/formats/pickle/index.js'
import { openValues } from '../../src/formats/tree/index.js'
import { temporaryFolder } from '../support/folders.js'
import { findPython, runPython } from '../support/python.js'

const fixtures = join(import.meta.dirname, 'fixtures')

interface Expected {
  readonly [name: string]: { readonly shape: readonly number[]; readonly values: readonly number[] }
}

/** An array by its shape and numbers; an empty one has any shape, since not every format keeps it. */
function plain(value: PickleValue | undefined) {
  if (!(value instanceof PickledArray) || value.content?.kind !== 'stored') return value
  const values = [...value.content.array.toNumbers()]
  return { shape: values.length === 0 ? [] : value.shape, values }
}

async function readAll(path: string): Promise<Record<string, unknown>> {
  const file = await openValues(path)
  try {
    const { root } = file
    const group = root instanceof Map ? (root.get('group') ?? root) : undefined
    if (!(group instanceof Map)) throw new Error('no dictionary')
    return Object.fromEntries([...group].map(([name, value]) => [name, plain(value)]))
  } finally {
    file.close()
  }
}

function compareAll(folder: string): void {
  const expected: Expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
  const names = readdirSync(folder).filter((name) => name !== 'expected.json')
  it.each(names)('%s holds the same numbers', async (name) => {
    const found = await readAll(join(folder, name))
    const some = Object.keys(expected).filter((key) => !/\.mat$/.test(name) || key in found)
    expect(some.length).toBeGreaterThan(5)
    expect(found).toEqual(
      Object.fromEntries(
        some.map((key) => {
          const { shape, values } = expected[key] as Expected[string]
          return [key, { shape: values.length === 0 ? [] : shape, values }]
        }),
      ),
    )
  })
}

describe('files of the repository', () => compareAll(join(fixtures, 'formats')))

const python = findPython(['numpy'])
describe.skipIf(python === undefined)('files that Python writes here (needs NumPy)', () => {
  const folder = temporaryFolder()
  if (python === undefined) return
  runPython(python, readFileSync(join(fixtures, 'make-formats.py'), 'utf8'), folder)
  compareAll(folder)
})
