/** Files of settings in YAML. */
import { isScalar, parseDocument, visit } from 'yaml'
import { LimbicError } from '../base/errors.js'
import { readText } from './files.js'

/**
 * What a YAML file holds. Mappings may take others in (`<<: *name`).
 *
 * @throws LimbicError if the file cannot be read, is longer than the limit for such files, is no
 * YAML, or says a key twice
 */
export function readYaml(path: string): unknown {
  const text = readText(path, 'yaml')
  try {
    // The library compares each key with all before it; `firstRepeated` does it in one pass.
    const document = parseDocument(text, { uniqueKeys: false, merge: true, logLevel: 'error' })
    const [error] = document.errors
    if (error) throw error
    const repeated = firstRepeated(document)
    if (repeated !== undefined) {
      throw new LimbicError(`the key "${repeated.slice(0, 80)}" is there twice`, { where: path })
    }
    return document.toJS()
  } catch (error) {
    if (error instanceof LimbicError) throw error
    throw new LimbicError(
      'this is no YAML',
      { where: path, got: reasonOf(error) },
      { cause: error },
    )
  }
}

/** The first key that a mapping holds twice. @throws TypeError where a key is a list or mapping */
function firstRepeated(document: Parameters<typeof visit>[0]): string | undefined {
  let repeated: string | undefined
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) throw new TypeError('a key that is no plain word')
        const name = String(key.value)
        if (seen.has(name)) {
          repeated = name
          return visit.BREAK
        }
        seen.add(name)
      }
      return undefined
    },
  })
  return repeated
}

/** What the library found, in a short line. */
function reasonOf(error: unknown): string {
  const deep = error instanceof Error && /call stack size/.test(error.message)
  if (deep) return 'lists or mappings too deep within each other'
  const [reason = ''] = error instanceof Error ? error.message.split('\n') : [String(error)]
  // A file of another kind is quoted in its own bytes.
  return reason
    .replace(/\p{Cc}/gu, '')
    .slice(0, 120)
    .replace(/:$/, '')
}
