import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { digestModelFile } from '../../src/runs/model-file/digest.js'
import {
  consentTo,
  openModel,
  rememberModelFile,
  requireUnchanged,
} from '../../src/runs/model-file/index.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** A module that leaves a mark beside itself once it has run. */
function marking(name: string): { readonly file: string; ran(): boolean } {
  const file = at(name)
  const mark = `${file}.ran`
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(mark)}, '')\n`,
  )
  return { file, ran: () => existsSync(mark) }
}

beforeEach(() => {
  vi.stubEnv('XDG_STATE_HOME', at('state', String(Math.random())))
  return () => vi.unstubAllEnvs()
})

describe("the digest of a model's file", () => {
  test('is that of its bytes where it imports nothing beside it', () => {
    writeFileSync(at('alone.mjs'), "import { z } from 'limbic/models'\n")
    expect(digestModelFile(at('alone.mjs'))).toBe(sha256("import { z } from 'limbic/models'\n"))
  })

  test.each([
    ["import { a } from './parts.mjs'"],
    ["import './parts.mjs'"],
    ["export * from './parts.mjs'"],
    ["const parts = await import('./parts.mjs')"],
    ["const parts = require('./parts')"],
    ["import { a } from /* of ours */ './parts.mjs'"],
    ["import { a } from // of ours\n  './parts.mjs'"],
    ["/* http://example.org */ const u = 'http://a.b'; import './parts.mjs'"],
    ["import './p%61rts.mjs'"],
    ["import './parts.mjs?fresh#1'"],
    ["import './p\\u0061r\\x74s.mjs'"],
    ["const parts = await import(new URL('./parts.mjs', import.meta.url))"],
    ["const parts = require(require.resolve('./parts.mjs'))"],
    [`import '${pathToFileURL(at('parts.mjs')).href.replace('file:', 'FILE:')}'`],
  ])('changes with a file that is imported: %s', (source) => {
    writeFileSync(at('own.mjs'), `${source}\n`)
    writeFileSync(at('parts.mjs'), "import './deeper.mjs'\n")
    writeFileSync(at('deeper.mjs'), '1\n')
    const before = digestModelFile(at('own.mjs'))
    writeFileSync(at('deeper.mjs'), '2\n')
    expect(digestModelFile(at('own.mjs'))).not.toBe(before)
    writeFileSync(at('deeper.mjs'), '1\n')
    expect(digestModelFile(at('own.mjs'))).toBe(before)
  })

  test('is found at once of a file that is made to take long', () => {
    writeFileSync(at('long.mjs'), `import${' '.repeat(2 ** 20)}`.repeat(2))
    expect(digestModelFile(at('long.mjs'))).toMatch(/^sha256:/)
    writeFileSync(at('quotes.mjs'), "import './".repeat(2 ** 17))
    expect(digestModelFile(at('quotes.mjs'))).toMatch(/^sha256:/)
    const many = Array.from({ length: 501 }, (_, number) => `import './${number}.mjs'\n`)
    writeFileSync(at('many.mjs'), many.join(''))
    expect(() => digestModelFile(at('many.mjs'))).toThrow('imports too many files')
  })

  test('is not looked for in a model without end', () => {
    vi.stubEnv('LIMBIC_LIMIT_JSON', '1K')
    writeFileSync(at('large.mjs'), "import './larger.json'\n")
    writeFileSync(at('larger.json'), '1'.repeat(2000))
    expect(() => digestModelFile(at('large.mjs'))).toThrow(/the model is too large: .*LIMIT_JSON/)
  })

  test('is found of files that import each other', () => {
    writeFileSync(at('one.mjs'), "import './other.mjs'\n")
    writeFileSync(at('other.mjs'), "import './one.mjs'\n")
    expect(digestModelFile(at('one.mjs'))).toMatch(/^sha256:[0-9a-f]{64}$/)
  })
})

describe("a model's file", () => {
  test('does not run because something names it', () => {
    const { file, ran } = marking('named.mjs')
    expect(() => openModel(file, 'runs/theirs')).toThrow(
      /^runs\/theirs: you have not trained with this model file on this machine: got \S+named\.mjs, sha256:[0-9a-f]{64}\. .*--allow-model-file/,
    )
    expect(ran()).toBe(false)
  })

  test('runs where it is consented to, as it was then', () => {
    const { file, ran } = marking('consented.mjs')
    consentTo(file, 'named')
    expect(() => openModel(file)).toThrow('does not export a model')
    expect(ran()).toBe(true)
    writeFileSync(file, 'export default 1\n')
    expect(() => openModel(file)).toThrow('you have not trained with this model file')
  })

  test('runs where its user has trained with it, by path and content', () => {
    const { file, ran } = marking('trained.mjs')
    rememberModelFile(file)
    expect(() => openModel(file)).toThrow('does not export a model')
    expect(ran()).toBe(true)
    // The same text elsewhere may import other things.
    mkdirSync(at('elsewhere'))
    const other = marking('elsewhere/trained.mjs')
    writeFileSync(other.file, `import { writeFileSync } from 'node:fs'\n`)
    expect(() => openModel(other.file)).toThrow('you have not trained with this model file')
  })

  test('is one file by whatever path it is called', () => {
    const { file } = marking('real.mjs')
    symlinkSync(file, at('link.mjs'))
    rememberModelFile(at('link.mjs'))
    expect(() => openModel(file)).toThrow('does not export a model')
  })

  test('that was edited since a run is told with both digests, and runs only where that is allowed', () => {
    writeFileSync(at('edited.mjs'), '// after\n')
    consentTo(at('edited.mjs'), 'named')
    const check = () => requireUnchanged(at('edited.mjs'), sha256('// before\n'), 'runs/first')
    expect(check).toThrow(
      `edited.mjs: the model file has changed since the run was trained: expected ${sha256('// before\n')}, got ${sha256('// after\n')}`,
    )
    consentTo(at('edited.mjs'), 'allowed')
    expect(check).not.toThrow()
  })

  test('is asked for again where nothing can be remembered', () => {
    writeFileSync(at('file'), '')
    vi.stubEnv('XDG_STATE_HOME', at('file'))
    const { file } = marking('forgotten.mjs')
    rememberModelFile(file)
    expect(() => openModel(file)).toThrow('you have not trained with this model file')
  })

  test('is remembered for its user alone', () => {
    const { file } = marking('private.mjs')
    rememberModelFile(file)
    const state = process.env.XDG_STATE_HOME ?? ''
    expect(readdirSync(join(state, 'limbic', 'model-files'))).toHaveLength(1)
  })

  test('must be a regular file', () => {
    mkdirSync(at('folder.mjs'))
    expect(() => openModel(at('folder.mjs'))).toThrow('not a file')
    expect(() => openModel(at('none.mjs'))).toThrow('no such file')
  })
})
