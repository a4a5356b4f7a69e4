/** The house: which room may import which, that nothing goes in circles, and how large its parts are. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, test } from 'vitest'

const source = resolve(import.meta.dirname, '../src')

/**
 * The rooms that each room imports from, besides itself: a new edge is a decision, and stands here.
 * Rooms are the folders of `src`.
 */
const edges: Readonly<Record<string, readonly string[]>> = {
  base: [],
  disk: ['base'],
  formats: ['base', 'disk'],
  remote: ['base', 'disk'],
  graph: ['base'],
  runtime: ['base', 'graph'],
  nn: ['base', 'graph'],
  models: ['base', 'graph', 'nn'],
  media: ['base', 'disk', 'formats', 'graph', 'models', 'nn', 'runtime'],
  metrics: ['base'],
  data: ['base', 'disk', 'formats', 'media'],
  task: ['base', 'data', 'graph', 'metrics', 'nn', 'runtime'],
  learn: ['base', 'data', 'graph', 'media', 'metrics', 'models', 'nn', 'runtime', 'task'],
  runs: [
    ...['base', 'data', 'disk', 'formats', 'graph', 'learn', 'models', 'remote', 'runtime', 'task'],
  ],
  use: ['base', 'data', 'disk', 'graph', 'learn', 'media', 'models', 'runs', 'runtime', 'task'],
  verify: ['base', 'formats', 'graph', 'learn', 'models', 'nn', 'runtime', 'task'],
  explain: ['base', 'data', 'graph', 'learn', 'models', 'runtime', 'task', 'use'],
  report: ['base', 'data', 'explain', 'metrics', 'recognise'],
  extraction: ['base', 'data', 'disk', 'formats', 'media', 'remote', 'runtime'],
  sweep: ['base', 'data', 'disk', 'learn', 'remote', 'runs'],
  recognise: ['base', 'disk', 'media', 'runtime', 'use'],
  experiments: [
    ...['base', 'data', 'disk', 'explain', 'learn', 'metrics', 'report', 'runs', 'sweep', 'task'],
    'use',
  ],
  studio: [
    ...['base', 'data', 'disk', 'experiments', 'explain', 'formats', 'graph', 'learn', 'media'],
    ...['metrics', 'models', 'nn', 'recognise', 'report', 'runs', 'runtime', 'sweep', 'task'],
    'use',
  ],
  cli: [
    ...['base', 'data', 'disk', 'experiments', 'explain', 'extraction', 'formats', 'graph'],
    ...['learn', 'media', 'studio'],
    ...['metrics', 'models', 'recognise', 'remote', 'report', 'runs', 'sweep', 'task', 'use'],
    ...['verify'],
  ],
  // The faces of the package.
  faces: ['disk', 'explain', 'media', 'runs', 'runtime', 'use'],
  index: [
    ...['base', 'data', 'disk', 'experiments', 'learn', 'metrics', 'recognise', 'report', 'runs'],
    ...['runtime', 'task', 'use'],
  ],
  web: ['base', 'formats', 'graph', 'media', 'recognise', 'runtime', 'task', 'use'],
}

/** Files that import each other in a circle, by the first of them, each with its reason. */
const circles: Readonly<Record<string, string>> = {
  'formats/pickle/instructions.ts':
    'instructions work on the machine, which runs them: to meet in a file that runs both',
}

/** Places that need no Node: nothing in them, or behind them, imports any of it. */
const pure = [
  ...[
    'base',
    'graph',
    'nn',
    'models',
    'metrics',
    'task',
    'learn',
    'explain',
    'report',
    'recognise',
  ],
  ...['media', 'web.ts', 'runtime/web.ts', 'runtime/program.ts', 'studio/page', 'studio/worker'],
]

/** Parts of pure rooms that are Node's side of a port: nothing pure imports them. */
const needNode = ['media/decode/node/', 'recognise/node.ts']

/** The page's side of a port: nothing else uses what only browsers have. */
const needPage = ['media/decode/page/', 'studio/page/']
const onlyInPages =
  /\b(new (Audio|Video)Decoder|OffscreenCanvas|AudioContext|createImageBitmap|MediaStreamTrackProcessor|document\.create)/

/** Folders with more than a dozen files side by side, each with its reason. */
const crowded: Readonly<Record<string, string>> = {
  'src/cli/commands': 'one file a command, found by its name',
  'src/metrics': 'one file a family of figures, and the catalogue that names them all',
}
const dozen = 12

/** Files of more lines than a reader keeps in mind, each with its reason. */
const long: Readonly<Record<string, string>> = {
  'src/graph/onnx/generated/onnx_pb.ts': 'generated from the schema of ONNX',
  'src/studio/page/texts.ts': 'every text of the page in one place, so that one file translates it',
}
const longest = 300

/** TypeScript below a folder, as paths from there. */
const filesBelow = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules'))
    .map((path) => path.split(sep).join('/'))
const files = filesBelow(source)
const textOf = (file: string) => readFileSync(join(source, file), 'utf8')

/** What a file imports, types included or not; own files as paths below `src`. */
function importsOf(file: string, { types }: { types: boolean }): string[] {
  const text = textOf(file)
  const found: string[] = []
  const pattern = /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^'"();]*?from\s+'([^']+)'/g
  for (const [, onlyTypes, path = ''] of text.matchAll(pattern)) {
    if (types || !onlyTypes) found.push(path)
  }
  for (const [, path = ''] of text.matchAll(/(?:\bimport\(|(?:^|\n)import )\s*'([^']+)'/g)) {
    found.push(path)
  }
  return found.map((path) => {
    if (!path.startsWith('.')) return path
    const own = relative(source, join(source, dirname(file), path))
      .split(sep)
      .join('/')
    const plain = own.replace(/\.js$/, '.ts')
    return files.includes(plain) ? plain : own.replace(/\.js$/, '.tsx')
  })
}

const roomOf = (file: string): string => (file.split('/')[0] ?? '').replace(/\.tsx?$/, '')
const imports = new Map(
  files.map((file) => [
    file,
    importsOf(file, { types: true }).filter((path) => /\.tsx?$/.test(path)),
  ]),
)

/** Groups of files that reach each other (Tarjan's strongly connected components of two and more). */
function findCircles(): string[][] {
  const place = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const found: string[][] = []
  const visit = (file: string): number => {
    place.set(file, place.size)
    let lowest = place.size - 1
    open.push(file)
    for (const next of imports.get(file) ?? []) {
      if (!place.has(next)) lowest = Math.min(lowest, visit(next))
      else if (open.includes(next)) lowest = Math.min(lowest, place.get(next) ?? lowest)
    }
    low.set(file, lowest)
    if (lowest === place.get(file)) {
      const circle = open.splice(open.indexOf(file))
      if (circle.length > 1) found.push(circle.sort())
    }
    return lowest
  }
  for (const file of files) if (!place.has(file)) visit(file)
  return found
}

test('the walk finds the source and its imports', () => {
  expect(files.length).toBeGreaterThan(100)
  expect(importsOf('web.ts', { types: true })).toContain('use/open/load-web.ts')
  expect(importsOf('runtime/node.ts', { types: false })).toContain('runtime/native.ts')
})

describe('rooms', () => {
  test('are all known', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !edges[room])).toEqual([])
  })

  test('import only from the rooms that they may', () => {
    const wrong = files.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter((path) => roomOf(path) !== roomOf(file))
        .filter((path) => !edges[roomOf(file)]?.includes(roomOf(path)))
        .map((path) => `${file} -> ${path}`),
    )
    expect(wrong).toEqual([])
  })

  test('need each room that they may import from', () => {
    const idle = Object.entries(edges).flatMap(([room, others]) => {
      const used = new Set(
        files
          .filter((file) => roomOf(file) === room)
          .flatMap((file) => imports.get(file) ?? [])
          .map(roomOf),
      )
      return others.filter((other) => !used.has(other)).map((other) => `${room} -> ${other}`)
    })
    expect(idle).toEqual([])
  })

  test('do not go in circles', () => {
    const below = (room: string, seen: readonly string[]): string[] =>
      (edges[room] ?? []).flatMap((next) =>
        seen.includes(next) ? [[...seen, next].join(' -> ')] : below(next, [...seen, next]),
      )
    expect(Object.keys(edges).flatMap((room) => below(room, [room]))).toEqual([])
  })
})

test('no files import each other in a circle, types included', () => {
  const found = findCircles()
  expect(found.filter(([first = '']) => !circles[first])).toEqual([])
  expect(
    Object.keys(circles).filter((first) => !found.some((circle) => circle[0] === first)),
  ).toEqual([])
})

describe('what pages run does not need Node:', () => {
  test('and nothing else needs a page', () => {
    const wrong = files
      .filter((file) => !needPage.some((folder) => file.startsWith(folder)))
      .filter((file) => onlyInPages.test(textOf(file)) || textOf(file).includes("'mediabunny'"))
    expect(wrong).toEqual([])
  })

  test.each(pure)('%s', (place) => {
    const wrong: string[] = []
    const seen = new Set<string>()
    const visit = (file: string, trail: readonly string[]) => {
      if (seen.has(file)) return
      seen.add(file)
      for (const path of importsOf(file, { types: false })) {
        const way = [...trail, path]
        if (path.startsWith('node:') || path === 'onnxruntime-node') wrong.push(way.join(' -> '))
        else if (/\.tsx?$/.test(path)) visit(path, way)
      }
    }
    const starts = files.filter(
      (file) =>
        (file === place || file.startsWith(`${place}/`)) &&
        !needNode.some((folder) => file.startsWith(folder)),
    )
    expect(starts).not.toEqual([])
    for (const file of starts) visit(file, [file])
    expect(wrong).toEqual([])
  })
})

describe('size', () => {
  /** Source and tests, as paths below the repository. */
  const sized = [
    ...files.map((file) => `src/${file}`),
    ...filesBelow(import.meta.dirname).map((file) => `test/${file}`),
  ]
  const linesOf = (file: string) =>
    readFileSync(resolve(source, '..', file), 'utf8').split('\n').length - 1

  test('no folder has more than a dozen files side by side without a reason', () => {
    expect(sized).toContain('test/architecture.test.ts')
    const counts = new Map<string, number>()
    for (const file of sized) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
    const full = [...counts].filter(([, count]) => count > dozen).map(([folder]) => folder)
    expect(full.filter((folder) => !crowded[folder])).toEqual([])
    expect(Object.keys(crowded).filter((folder) => !full.includes(folder))).toEqual([])
  })

  test(`no file has more than ${longest} lines without a reason`, () => {
    const over = sized.filter((file) => linesOf(file) > longest)
    expect(over.filter((file) => !long[file])).toEqual([])
    expect(Object.keys(long).filter((file) => !over.includes(file))).toEqual([])
  })
})
