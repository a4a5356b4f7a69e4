/** The studio as a folder for any static host, with only what runs in the browser. */
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LimbicError } from '../../base/errors.js'
import { makeFolder, writeContentSafely } from '../../disk/files.js'
import { version } from '../../disk/package.js'
import type { About } from '../protocol.js'
import { pagePolicy } from './http/guard.js'
import { modelFiles, modelPath, siteFolder } from './http/site.js'

/**
 * Writes the page and the starter models. The folder works at any path of a host that serves it
 * over https, which browsers require for cameras.
 *
 * @param out an empty folder, an earlier output, or a new folder
 * @returns the names of all files
 * @throws LimbicError if the folder contains something else
 */
export function writeStatic(out: string): readonly string[] {
  if (existsSync(out) && !existsSync(join(out, 'studio.json')) && readdirSync(out).length > 0) {
    throw new LimbicError('the folder contains something else', {
      where: out,
      hint: 'Choose an empty folder',
    })
  }
  makeFolder(out)
  cpSync(siteFolder(), out, { recursive: true })
  makeFolder(join(out, 'models'))
  for (const name of modelFiles) cpSync(modelPath(name), join(out, 'models', name))
  const about: About = { version, isStatic: true }
  writeContentSafely(join(out, 'studio.json'), `${JSON.stringify(about)}\n`)
  // The policy that the server sends as a header; "frame-ancestors" works only in headers.
  const policy = pagePolicy.replace(/; frame-ancestors [^;]+$/, '')
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`
  const page = readFileSync(join(out, 'index.html'), 'utf8')
  writeContentSafely(join(out, 'index.html'), page.replace('<head>', `<head>\n    ${meta}`))
  return readdirSync(out, { recursive: true, encoding: 'utf8' }).sort()
}
