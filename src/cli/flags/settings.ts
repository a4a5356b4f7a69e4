/** `--set`, which sets settings of every model that has them. */
import { parse } from 'yaml'
import { LimbicError } from '../../base/errors.js'
import { merge, type Tree } from '../../base/merge.js'

/**
 * `--set hidden=8 rates.text=1e-3 channels=16,32` as a part of a configuration; values are YAML, or plain words
 * and numbers between commas, as in the flags of single settings.
 */
export function settingsOf(set: readonly string[] = []): Tree {
  return set.reduce<Tree>((before, given) => {
    const [, path, value] = /^([^=]+)=(.*)$/.exec(given) ?? []
    if (path === undefined || value === undefined) {
      throw new LimbicError('invalid setting', {
        where: '--set',
        expected: 'key=value, such as hidden=8',
        got: `"${given}"`,
      })
    }
    const leaf = parseValue(value)
    const [first = '', ...rest] = path.split('.')
    const below = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), leaf)
    return merge(before, { [first]: below })
  }, {})
}

const listed = /^[\w.+-]+(,[\w.+-]+)+$/

function parseValue(text: string): unknown {
  try {
    return parse(listed.test(text) ? `[${text}]` : text)
  } catch (error) {
    throw new LimbicError(
      'invalid YAML',
      { where: '--set', expected: 'a value such as 8, true or [text, audio]', got: `"${text}"` },
      { cause: error },
    )
  }
}
