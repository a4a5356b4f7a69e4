/** What a model's file holds, as a digest: of itself and of what it imports from beside it. */
import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LimbicError } from '../../base/errors.js'
import { explainFileError, readBytes } from '../../disk/files.js'

/** No model is spread over more files than this. */
const mostFiles = 500

/**
 * The real path of a model's file.
 *
 * @throws LimbicError if there is no such file, or it is no regular one
 */
export function locateModelFile(name: string): string {
  const path = resolve(name)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile()) return realpathSync(path)
  throw new LimbicError(found ? 'this is no file' : 'there is no such file', {
    where: path,
    expected: 'a module with a model',
  })
}

/**
 * `sha256:` and 64 digits: of the file, as `sha256sum` tells, where it imports nothing from files
 * beside it; else of the paths and digests of all of them. Imports are found where they name a file
 * in plain words (`from './parts.mjs'`, `import('./parts.mjs')`, `require('./parts')`); packages, and
 * Limbic itself, are not looked into.
 *
 * @param file a real path
 * @throws LimbicError if a file cannot be read, or there are too many
 */
export function digestModelFile(file: string): string {
  const digests = new Map<string, string>()
  const open = [file]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (digests.has(path)) continue
    if (digests.size >= mostFiles) {
      throw new LimbicError('the model is spread over too many files', {
        where: file,
        expected: `at most ${mostFiles}`,
      })
    }
    const bytes = readBytes(path)
    digests.set(path, sha256(bytes))
    open.push(...importsOf(Buffer.from(bytes).toString('utf8'), path))
  }
  const own = digests.get(file) ?? ''
  if (digests.size === 1) return `sha256:${own}`
  const lines = [...digests].map(
    ([path, digest]) => `${digest}  ${relative(dirname(file), path).split(sep).join('/')}\n`,
  )
  return `sha256:${sha256(lines.sort().join(''))}`
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

const importing = /\b(?:from|import|require)\s*\(?\s*(['"`])((?:\.{1,2}\/|\/|file:)[^'"`\n]+)\1/g

/** Where Limbic's own modules lie, as source and as built. */
const limbic = ['src/', 'dist/'].map((folder) =>
  fileURLToPath(new URL(`../../../${folder}`, import.meta.url)),
)

/** What `require` tries where an import has no ending. */
const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.json', '/index.js']

function importsOf(source: string, from: string): string[] {
  return [...source.matchAll(importing)].flatMap(([, , specifier = '']) => {
    const path = pathOf(specifier, from)
    const found = endings
      .map((ending) => path + ending)
      .find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile())
    if (found === undefined) return []
    const real = realPath(found)
    const ofPackage = real.split(sep).includes('node_modules')
    return ofPackage || limbic.some((folder) => real.startsWith(folder)) ? [] : [real]
  })
}

function pathOf(specifier: string, from: string): string {
  try {
    return specifier.startsWith('file:')
      ? fileURLToPath(specifier)
      : resolve(dirname(from), specifier)
  } catch {
    // No address of a file: the module says so when it is loaded.
    return resolve(dirname(from), specifier)
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    throw explainFileError(error, path)
  }
}
