/** Reads settings files in YAML. */
import { Composer, type CST, isScalar, Lexer, Parser, visit, YAMLParseError } from 'yaml'
import { firstLine, LimbicError } from '../base/errors.js'
import { oneLine, shortened } from '../base/text/clean.js'
import { readText } from './files.js'

/**
 * Parses a YAML file. Mappings may merge others (`<<: *name`).
 *
 * @throws LimbicError if the file cannot be read, is too long, is not valid YAML, or repeats a key
 */
export function readYaml(path: string): unknown {
  const text = readText(path, 'yaml')
  try {
    // The library's check of unique keys takes quadratic time; `firstRepeated` takes linear time.
    const composer = new Composer({ uniqueKeys: false, merge: true, logLevel: 'error' })
    const [document, other] = composer.compose(tokensOf(text), true, text.length)
    const [error] = document?.errors ?? []
    if (error) throw error
    if (other) throw new TypeError('several documents')
    const repeated = document && firstRepeated(document)
    if (repeated !== undefined) {
      throw new LimbicError(`duplicate key "${repeated.slice(0, 80)}"`, { where: path })
    }
    const value: unknown = document?.toJS()
    if (holdsItself(value)) {
      throw new LimbicError('a list or mapping contains itself', { where: path })
    }
    return value
  } catch (error) {
    if (error instanceof LimbicError) throw error
    throw new LimbicError(
      'invalid YAML',
      { where: path, got: reasonOf(error, text) },
      { cause: error },
    )
  }
}

/** The first repeated key of a mapping. @throws TypeError if a key is a list or mapping */
function firstRepeated(document: Parameters<typeof visit>[0]): string | undefined {
  let repeated: string | undefined
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) throw new TypeError('a key that is not a plain scalar')
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

/** Whether a list or mapping contains itself, as `&a [*a]` does. */
function holdsItself(value: unknown): boolean {
  const above = new Set<object>()
  const done = new Set<object>()
  const holds = (part: unknown): boolean => {
    if (typeof part !== 'object' || part === null || done.has(part)) return false
    if (above.has(part)) return true
    above.add(part)
    const found = Object.values(part).some(holds)
    above.delete(part)
    done.add(part)
    return found
  }
  return holds(value)
}

/** The deepest nesting accepted; no real settings file comes close. */
const mostDeep = 300

/**
 * Splits the text into tokens, with a limit on nesting: the library processes them recursively, so
 * a hostile file could overflow the stack.
 */
function tokensOf(text: string): CST.Token[] {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token)
    // Stop at the first error; the library would build an object for each.
    if (tokens.at(-1)?.type === 'error') break
    if (parser.stack.length > mostDeep) {
      throw new RangeError('lists or mappings nested too deeply')
    }
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

/**
 * The library's error as one short line with its position, without the library's quote of the file.
 */
function reasonOf(error: unknown, text: string): string {
  const deep = error instanceof Error && /call stack size/.test(error.message)
  if (deep) return 'lists or mappings nested too deeply'
  const reason = firstLine(error)
  const short = shortened(oneLine(reason), 120)
  if (!(error instanceof YAMLParseError)) return short
  const before = text.slice(0, error.pos[0]).split('\n')
  return `${short} at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
}
