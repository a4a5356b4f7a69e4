/** The digest of a model file and of the local files that it imports. */
import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LimbicError } from '../../base/errors.js'
import { explainFileError, readBytes } from '../../disk/files.js'
import { limit, overLimit } from '../../disk/limits.js'
import { packageFolder } from '../../disk/package.js'

/** A model's file at the time of reading. */
export interface ModelFile {
  /** Its real path. */
  readonly file: string
  readonly digest: string
}

/** The most files of one model. */
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
  throw new LimbicError(found ? 'not a file' : 'no such file', {
    where: path,
    expected: 'a module that exports a model',
  })
}

/**
 * `sha256:` and 64 digits: the file's own digest, as `sha256sum` gives it, if it imports no local
 * files; else a digest over the paths and digests of all of them. Imports are found if they name a
 * file in a literal (`from './parts.mjs'`, `import('./parts.mjs')`, `require('./parts')`, `new
 * URL('./parts.mjs', import.meta.url)`); packages, and Limbic itself, are not followed.
 *
 * @param file a real path
 * @throws LimbicError if a file cannot be read, or there are too many
 */
export function digestModelFile(file: string): string {
  const digests = new Map<string, string>()
  let total = 0
  const open = [file]
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (digests.has(path)) continue
    if (digests.size >= mostFiles) throw spreadTooFar(file)
    const bytes = readBytes(path)
    total += bytes.length
    if (total > limit('json')) {
      throw overLimit('the model is too large', 'json', { where: file, got: 'more' })
    }
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

/** A string literal that names a file by path or URL, possibly with escapes. */
const naming = /(['"`])((?:\.{1,2}\/|\/|file:)(?:[^'"`\n\\]|\\.)*)\1/gi

/** The code before the name of a loaded file, without comments. */
const importing = /\b(?:from|import|require|resolve|URL)\s*\(?\s*$/
const comment = /\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|\/\/[^\n]*(?:\n|$)/g

/** The most characters inspected before a name. */
const mostBefore = 200

/** The folders of Limbic's own modules, as source and as built. */
const limbic = ['src', 'dist'].map((folder) => join(packageFolder, folder, sep))

/** The extensions that `require` tries. */
const endings = ['', '.js', '.mjs', '.cjs', '.ts', '.mts', '.json', '/index.js']

function importsOf(source: string, from: string): string[] {
  return [...namesIn(source, from)].flatMap((specifier) =>
    pathsOf(specifier, from).flatMap((path) => {
      const found = endings.map((ending) => path + ending).find(isFile)
      if (found === undefined) return []
      const real = realPath(found)
      const ofPackage = real.split(sep).includes('node_modules')
      return ofPackage || limbic.some((folder) => real.startsWith(folder)) ? [] : [real]
    }),
  )
}

/** The paths and addresses that a file imports, as written. */
function namesIn(source: string, from: string): Set<string> {
  const names = new Set<string>()
  for (const { index, 2: literal = '' } of source.matchAll(naming)) {
    const before = source.slice(Math.max(0, index - mostBefore), index)
    // An apparent comment may be part of a string, such as an address.
    if (!importing.test(before) && !importing.test(before.replace(comment, ' '))) continue
    names.add(unescaped(literal))
    if (names.size > mostFiles) throw spreadTooFar(from)
  }
  return names
}

function spreadTooFar(where: string): LimbicError {
  return new LimbicError('the model imports too many files', {
    where,
    expected: `at most ${mostFiles}`,
  })
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    // Not a usable path: too long, or a cycle of links. Loading the module reports it.
    return false
  }
}

/** The value of a string literal. */
function unescaped(literal: string): string {
  const coded = /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|(.))/gi
  return literal.replace(coded, (all, long, short, byte, sign: string | undefined) => {
    if (sign !== undefined) return sign
    const point = Number.parseInt(long ?? short ?? byte, 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : all
  })
}

/**
 * A name as a path, which `require` takes, and as a URL with escapes and a query, which `import`
 * takes.
 */
function pathsOf(specifier: string, from: string): string[] {
  const paths = new Set([resolve(dirname(from), specifier)])
  try {
    paths.add(fileURLToPath(new URL(specifier, pathToFileURL(from))))
  } catch {
    // Not the URL of a file: loading the module reports it.
  }
  return [...paths]
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    throw explainFileError(error, path)
  }
}
