/** The built page, and the models that come with Limbic. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../../base/errors.js'
import { bundledFile, bundledWeights } from '../../../disk/assets.js'
import { packageFolder } from '../../../disk/package.js'

/** The names of the models' files. */
export const modelFiles: readonly string[] = Object.values(bundledWeights)

/** The path of a model's file. @throws LimbicError if the installation is incomplete */
export const modelPath = (name: string): string =>
  bundledFile(name, 'weights that come with Limbic are missing')

/** The folder of the page. @throws LimbicError if it has not been built */
export function siteFolder(): string {
  const folder = join(packageFolder, 'dist/studio/site')
  if (existsSync(join(folder, 'index.html'))) return folder
  throw new LimbicError('the page of the studio is missing', {
    expected: folder,
    hint: 'Install Limbic again, or in a clone: npm run build',
  })
}
