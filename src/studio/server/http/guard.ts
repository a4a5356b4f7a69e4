/** Who may speak to the server, and what browsers are told about its pages. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** The addresses of this machine that only it can reach. */
const loopback = ['127.0.0.1', 'localhost', '::1']

export const isLoopback = (host: string): boolean => loopback.includes(host)

const cookie = 'limbic-studio'

/** What a page of the studio may do: run its own scripts and workers, and speak to nobody else. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self' blob:",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "manifest-src 'self'",
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join('; ')

/** What a report may do: show itself, in a page of the studio or alone. */
export const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-same-origin"

export interface GuardOptions {
  /** What the server listens on. */
  readonly host: string
  /** What a stranger must know; absent where only this machine can reach the server. */
  readonly token?: string
}

/** A token that cannot be guessed. */
export const newToken = (): string => randomBytes(18).toString('base64url')

/**
 * Lets through requests that name this server, come from its own pages and know its token, and
 * isolates its pages from other sites, which threads of WebAssembly need.
 */
export function guard({ host, token }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const { req, res } = context
    const isRead = req.method === 'GET' || req.method === 'HEAD'
    const refusal =
      // A page of another site whose name was made to lead here names that site.
      (!isOwnName(req.header('host') ?? '', host) && 'unknown host') ||
      (isForeign(context.req.raw, req.header('host') ?? '', isRead) && 'another site') ||
      undefined
    if (refusal !== undefined) return context.text(`Refused: ${refusal}\n`, 403)
    if (token !== undefined) {
      const given = req.query('token')
      if (given !== undefined && isRead && isSame(given, token)) {
        setCookie(context, cookie, token, { httpOnly: true, sameSite: 'Strict', path: '/' })
        return context.redirect(req.path)
      }
      if (!isSame(getCookie(context, cookie) ?? '', token)) {
        return context.text('Open the address that limbic studio printed.\n', 401)
      }
    }
    await next()
    const headers = context.res.headers
    if (!headers.has('content-security-policy')) {
      headers.set('content-security-policy', pagePolicy)
    }
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set('cross-origin-embedder-policy', 'require-corp')
    headers.set('cross-origin-resource-policy', 'same-origin')
    headers.set('permissions-policy', 'camera=(self), microphone=(self)')
    headers.set('referrer-policy', 'no-referrer')
    headers.set('x-content-type-options', 'nosniff')
    return res
  }
}

/** Whether a Host header names this server: no other site's name leads here unnoticed. */
function isOwnName(header: string, listens: string): boolean {
  const [, name = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/i.exec(header) ?? []
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase()
  if (loopback.includes(bare) || bare === listens.toLowerCase()) return true
  // Where all addresses are listened on, one of them is named, or this machine.
  const isAny = listens === '0.0.0.0' || listens === '::'
  return isAny && (isIP(bare) !== 0 || bare === hostname().toLowerCase())
}

/** Whether a page of another site asks. Links lead here from anywhere, but to pages alone. */
function isForeign(request: Request, host: string, isRead: boolean): boolean {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== `http://${host}`) return true
  if (site === null || site === 'same-origin') return false
  if (site === 'none') return !isRead
  return !(isRead && request.headers.get('sec-fetch-mode') === 'navigate')
}

/** In a time that tells nothing of how much is right. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
