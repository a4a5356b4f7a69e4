/** Serves files: the page, the models that come with Limbic, reports, and recordings. */
import { closeSync, constants, createReadStream, fstatSync, openSync } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import type { Context } from 'hono'
import { existingIn, NotFound } from './places.js'
import { readRange } from './range.js'

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

type Headers = Readonly<Record<string, string>>

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
  headers: Headers = {},
): Response {
  const path = existingIn(folder, name)
  const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream'
  return sendContent(context, path, { ...headers, 'content-type': type })
}

/**
 * Serves the content of a file, or the part of it that is asked for.
 *
 * @param headers with its type
 * @throws NotFound if it is no file that can be read
 */
export function sendContent(context: Context, path: string, headers: Headers): Response {
  const { req } = context
  const opened = openFile(path)
  let isSent = false
  try {
    const found = fstatSync(opened)
    if (!found.isFile()) throw new NotFound()
    const { size } = found
    const tag = `"${size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}"`
    const all = {
      ...{ ...headers, etag: tag, 'cache-control': 'no-cache' },
      'accept-ranges': 'bytes',
    }
    if (req.header('if-none-match') === tag) return context.body(null, 304, all)
    const isSame = (req.header('if-range') ?? tag) === tag
    const range = isSame ? readRange(req.header('range'), size) : undefined
    if (range === 'none') {
      return context.body(null, 416, { ...all, 'content-range': `bytes */${size}` })
    }
    const { first, last } = range ?? { first: 0, last: size - 1 }
    const status = range ? 206 : 200
    const told = {
      ...{ ...all, 'content-length': String(last - first + 1) },
      ...(range && { 'content-range': `bytes ${first}-${last}/${size}` }),
    }
    if (req.method === 'HEAD' || size === 0) return context.body(null, status, told)
    const stream = createReadStream(path, { fd: opened, start: first, end: last })
    isSent = true
    return context.body(Readable.toWeb(stream) as ReadableStream<Uint8Array>, status, told)
  } finally {
    if (!isSent) closeSync(opened)
  }
}

/** Opened once, so that what is measured is what is sent; a pipe of that name does not block. */
function openFile(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    throw new NotFound()
  }
}
