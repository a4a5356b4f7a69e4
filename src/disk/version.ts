/** Reads the version of this package from its package.json. */

import { readFileSync } from 'node:fs'

/** The version of this package. */
export const version: string = readVersion()

function readVersion(): string {
  const content: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  )
  const found =
    typeof content === 'object' && content !== null ? Reflect.get(content, 'version') : undefined
  return typeof found === 'string' ? found : 'unknown'
}
