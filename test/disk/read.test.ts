import { execFileSync, spawn } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { readBytes, readJson, readText, writeContentSafely } from '../../src/disk/files.js'
import { readYaml } from '../../src/disk/yaml.js'
import { openNpy } from '../../src/formats/npy/index.js'
import { openPickle } from '../../src/formats/pickle/index.js'
import { readSafetensors } from '../../src/formats/safetensors/index.js'
import { temporaryPaths } from '../support/folders.js'

const at = temporaryPaths()
afterEach(() => vi.unstubAllEnvs())

const messageOf = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    if (error instanceof LimbicError) return error.message
    throw error
  }
  return 'no error'
}

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}

function pipe(name: string): string {
  execFileSync('mkfifo', [at(name)])
  return at(name)
}

const readers: readonly (readonly [string, (path: string) => unknown])[] = [
  ['a text', (path) => readText(path)],
  ['JSON', readJson],
  ['YAML', readYaml],
  ['bytes', readBytes],
  ['a pickle', openPickle],
  ['an array', openNpy],
  ['tensors', readSafetensors],
]

describe.each(readers)('%s', (_, read) => {
  it('is not read from a device', () => {
    symlinkSync('/dev/zero', at(`zero-${_}`))
    expect(messageOf(() => read('/dev/zero'))).toBe(
      '/dev/zero: is a device, not a file. Name a file',
    )
    expect(messageOf(() => read(at(`zero-${_}`)))).toMatch(/: is a device, not a file/)
  })

  it('is not read from a folder', () => {
    expect(messageOf(() => read(at()))).toMatch(/: is a folder, not a file\. Name a file$/)
  })

  it('says what is wrong with links that go in circles, names that are too long, and paths through files', () => {
    symlinkSync(at(`b-${_}`), at(`a-${_}`))
    symlinkSync(at(`a-${_}`), at(`b-${_}`))
    expect(messageOf(() => read(at(`a-${_}`)))).toMatch(/symbolic links in this path form a loop/)
    expect(messageOf(() => read(at('x'.repeat(300))))).toMatch(
      /name is too long for the file system/,
    )
    expect(messageOf(() => read(`${file(`plain-${_}`, '')}/below`))).toMatch(
      /is a file, not a folder/,
    )
    expect(messageOf(() => read('a\0b'))).toMatch(/a path cannot contain this character/)
  })

  it('does not wait for ever at a pipe', () => {
    vi.stubEnv('LIMBIC_LIMIT_WAIT', '1')
    expect(messageOf(() => read(pipe(`pipe-${_}`)))).toMatch(
      /nothing arrives through this pipe: expected at most 1 s|is a pipe, not a file/,
    )
  })
})

describe('a text', () => {
  it('over the limit is refused, and read where the limit is raised', () => {
    const path = file('long.json', JSON.stringify('x'.repeat(3000)))
    vi.stubEnv('LIMBIC_LIMIT_JSON', '2K')
    expect(messageOf(() => readJson(path))).toMatch(
      /long\.json: the file is too large: expected at most 2 KiB, got 2\.93 KiB\. .*LIMBIC_LIMIT_JSON=8192/,
    )
    vi.stubEnv('LIMBIC_LIMIT_JSON', '8192')
    expect(readJson(path)).toHaveLength(3000)
  })

  it('is read from a pipe that is written to late and slowly', () => {
    const path = pipe('slow')
    const script = `sleep 0.2; exec > '${path}'; printf '{"a"'; sleep 0.2; printf ': 1}'`
    const writer = spawn('sh', ['-c', script], { stdio: 'ignore' })
    expect(readJson(path)).toEqual({ a: 1 })
    writer.unref()
  })

  it('from a pipe has the same limit', () => {
    vi.stubEnv('LIMBIC_LIMIT_YAML', '100K')
    const path = pipe('endless')
    const writer = spawn('sh', ['-c', `exec > '${path}'; exec yes`], { stdio: 'ignore' })
    expect(messageOf(() => readYaml(path))).toMatch(/too large for a settings file: .*got more/)
    writer.kill()
  })

  it('of a system file that tells no size is read', () => {
    expect(readText('/proc/self/stat')).toMatch(/^\d+ /)
  })

  it.each([
    ['UTF-8', Buffer.from('\ufeff{"a": "é"}')],
    ['little-endian UTF-16', Buffer.from('\ufeff{"a": "é"}', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\ufeff{"a": "é"}', 'utf16le').swap16()],
  ])('with a byte order mark is read: %s', (name, content) => {
    const path = file(`${name}.json`, content)
    expect(readJson(path)).toEqual({ a: 'é' })
    expect(readYaml(path)).toEqual({ a: 'é' })
  })
})

it.skipIf(process.platform !== 'linux')('a folder is not made for ever in /proc', () => {
  const write = () => writeContentSafely('/proc/nowhere/below/file', '')
  expect(messageOf(write)).toMatch(/no such file or folder|permission denied/)
})

describe('YAML', () => {
  it('of thousands of keys is read', () => {
    const keys = Array.from({ length: 20_000 }, (_, at) => `k${at}: 1`)
    const value = readYaml(file('keys.yaml', `{${keys.join(', ')}}`))
    expect(Object.keys(value as object)).toHaveLength(20_000)
  })

  it.each([
    ['a key that is there twice', 'a: 1\nb: {c: 1, c: 2}', /duplicate key "c"/],
    ['keys that are one when written', '1: a\n"1": b', /duplicate key "1"/],
    ['a key that is a list', '[a]: 1', /invalid YAML: got a key that is not a plain scalar/],
    [
      'lists within lists',
      '['.repeat(100_000),
      /invalid YAML: got lists or mappings nested too deeply/,
    ],
    [
      'keys within keys',
      '? '.repeat(100_000),
      /invalid YAML: got lists or mappings nested too deeply/,
    ],
    [
      'lines within lines',
      '- '.repeat(100_000),
      /invalid YAML: got lists or mappings nested too deeply/,
    ],
    ['aliases of aliases', bomb(), /invalid YAML: got Excessive alias count/],
    ['two documents', 'a: 1\n---\nb: 1', /invalid YAML: got several documents/],
    ['a list that holds itself', 'a: &a [1, *a]', /a list or mapping contains itself/],
    [
      'mistakes without end',
      '{}'.repeat(120_000),
      /flow-map-start at node end at line 1, column 3/,
    ],
    ['a mistake', 'a: 1\nb: [1\n', /invalid YAML: got Flow sequence in .* at line 3, column 1/],
    ['more than a megabyte', `a: ${'x'.repeat(2 ** 20)}`, /expected at most 256 KiB, got 1 MiB/],
  ])('with %s is refused', (name, content, says) => {
    expect(messageOf(() => readYaml(file(`${name.slice(0, 9)}.yaml`, content)))).toMatch(says)
  })

  it('takes other mappings in', () => {
    const path = file('merge.yaml', 'base: &base {a: 1, b: 2}\nmore:\n  <<: *base\n  b: 3')
    expect(readYaml(path)).toEqual({ base: { a: 1, b: 2 }, more: { a: 1, b: 3 } })
  })

  it('keeps __proto__ as a key like any other', () => {
    const value = readYaml(file('proto.yaml', '__proto__: {data: x}\na: 1')) as object
    expect(Object.keys(value)).toEqual(['__proto__', 'a'])
    expect('data' in value).toBe(false)
  })
})

function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    )
  }
  return lines.join('\n')
}
