/** Serves files: the page, the models that come with Limbic, and reports. */
import { createReadStream, statSync } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import type { Context } from 'hono'
import { existingIn, NotFound } from './places.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.csv': 'text/csv; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.tex': 'text/plain; charset=utf-8',
}

/**
 * Serves a file of a folder.
 *
 * @param name the path in the folder, with slashes
 * @param headers in addition to its type and length
 * @throws NotFound if there is no such file in it
 */
export function sendFile(
  context: Context,
  folder: string,
  name: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const path = existingIn(folder, name)
  const found = statSync(path)
  if (!found.isFile()) throw new NotFound()
  const { size } = found
  const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream'
  const tag = `"${size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`
  const all = { ...headers, 'content-type': type, etag: tag, 'cache-control': 'no-cache' }
  if (context.req.header('if-none-match') === tag) return context.body(null, 304, all)
  if (context.req.method === 'HEAD') {
    return context.body(null, 200, { ...all, 'content-length': String(size) })
  }
  const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>
  return context.body(body, 200, { ...all, 'content-length': String(size) })
}
