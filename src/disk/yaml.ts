import { parse } from 'yaml'
import { LimbicError } from '../base/errors.js'
import { readText } from './files.js'

/** @throws LimbicError if the file cannot be read or is no YAML */
export function readYaml(path: string): unknown {
  const text = readText(path)
  try {
    return parse(text)
  } catch (error) {
    const [reason = ''] = error instanceof Error ? error.message.split('\n') : [String(error)]
    // A file of another kind is quoted in its own bytes.
    const got = reason
      .replace(/\p{Cc}/gu, '')
      .slice(0, 120)
      .replace(/:$/, '')
    throw new LimbicError('this is no YAML', { where: path, got }, { cause: error })
  }
}
