/** This package: its version and where it is installed. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of Limbic's own package.json. */
export const packageFolder: string = findPackage(dirname(fileURLToPath(import.meta.url)))

/** The path of a built program such as `sweep/worker.js`, even if Limbic runs from source. */
export const builtProgram = (name: string): string => join(packageFolder, 'dist', name)

/** The version of this package. */
export const version: string = readVersion()

function findPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  return above === folder ? folder : findPackage(above)
}

function readVersion(): string {
  const content: unknown = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))
  const found =
    typeof content === 'object' && content !== null ? Reflect.get(content, 'version') : undefined
  return typeof found === 'string' ? found : 'unknown'
}
