import { parse } from 'yaml'
import { LimbicError } from '../errors.js'
import { readText } from '../files.js'

/**
 * Reads a YAML file that Limbic wrote.
 *
 * @throws LimbicError if it cannot be read or is no longer YAML
 */
export function readYaml(path: string): unknown {
  const text = readText(path)
  try {
    return parse(text)
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split('\n') : [String(error)]
    throw new LimbicError(
      'the file is damaged',
      { where: path, expected: 'YAML', got: reason.replace(/:$/, '') },
      { cause: error },
    )
  }
}
