import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../src')

/** The rooms in the order that data flows: a room imports only from itself and from those above. */
const rooms = [
  ['base'],
  ['disk'],
  ['formats'],
  ['graph'],
  ['runtime'],
  ['nn'],
  ['models'],
  ['media'],
  ['data'],
  ['metrics'],
  ['task'],
  ['learn'],
  ['runs'],
  ['use'],
  ['verify'],
  ['explain'],
  ['report'],
  ['sweep'],
  ['experiments'],
  ['cli'],
  ['studio'],
  // The package's faces.
  ['index', 'web'],
]

/** Imports that go the other way, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {}

/** Code that a page runs: nothing in it, or behind it, may need Node. */
const forPages = ['graph', 'nn', 'models', 'web.ts', 'runtime/web.ts']

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.split(sep).join('/'))

/** What a file imports, types included or not; own files as paths below `src`. */
function importsOf(file: string, { types }: { types: boolean }): string[] {
  const text = readFileSync(join(source, file), 'utf8')
  const found: string[] = []
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^'"();]*?from\s+'([^']+)'/g
  for (const [, onlyTypes, path = ''] of text.matchAll(pattern)) {
    if (types || !onlyTypes) found.push(path)
  }
  for (const [, path = ''] of text.matchAll(/(?:\bimport\(|(?:^|\n)import )\s*'([^']+)'/g)) {
    found.push(path)
  }
  return found.map((path) =>
    path.startsWith('.')
      ? relative(source, join(source, dirname(file), path))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '.ts')
      : path,
  )
}

const roomOf = (file: string): string => (file.split('/')[0] ?? '').replace(/\.ts$/, '')
const level = (file: string) => rooms.findIndex((names) => names.includes(roomOf(file)))

test('the walk finds the source and its imports', () => {
  expect(files.length).toBeGreaterThan(100)
  expect(importsOf('web.ts', { types: true })).toContain('graph/onnx/model.ts')
  expect(importsOf('runtime/web.ts', { types: false })).toContain('#onnxruntime-web')
})

test('every file lies in a room', () => {
  expect(files.filter((file) => level(file) < 0)).toEqual([])
})

test('a room imports only from rooms above it', () => {
  const wrong: string[] = []
  const used = new Set<string>()
  for (const file of files) {
    for (const path of importsOf(file, { types: true })) {
      if (!path.endsWith('.ts') || level(path) <= level(file)) continue
      const edge = `${file} -> ${path}`
      if (exceptions[edge]) used.add(edge)
      else wrong.push(edge)
    }
  }
  expect(wrong).toEqual([])
  expect(Object.keys(exceptions).filter((edge) => !used.has(edge))).toEqual([])
})

describe('what pages run does not need Node', () => {
  test.each(forPages)('%s', (place) => {
    const wrong: string[] = []
    const seen = new Set<string>()
    const visit = (file: string, trail: readonly string[]) => {
      if (seen.has(file)) return
      seen.add(file)
      for (const path of importsOf(file, { types: false })) {
        const way = [...trail, path]
        if (path.startsWith('node:') || path === 'onnxruntime-node') wrong.push(way.join(' -> '))
        else if (path.endsWith('.ts')) visit(path, way)
      }
    }
    const starts = files.filter((file) => file === place || file.startsWith(`${place}/`))
    expect(starts).not.toEqual([])
    for (const file of starts) visit(file, [file])
    expect(wrong).toEqual([])
  })
})
