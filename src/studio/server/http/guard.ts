/** Access control of the server, and the security headers of its pages. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** The loopback addresses of this machine. */
const loopback = ['127.0.0.1', 'localhost', '::1']

export const isLoopback = (host: string): boolean => loopback.includes(host)

const cookie = 'limbic-studio'

/**
 * The content policy of the page: run only its own scripts and workers, and connect only to this
 * server.
 */
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

/** The content policy of a report: no scripts; shown in the studio or on its own. */
export const reportPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-same-origin"

export interface GuardOptions {
  /** The address that the server listens on. */
  readonly host: string
  /** The token that requests need; absent if only this machine can reach the server. */
  readonly token?: string
}

/** Generates an unguessable token. */
export const newToken = (): string => randomBytes(18).toString('base64url')

/**
 * Accepts only requests that name this server, come from its own pages and know its token. Isolates
 * its pages from other sites, which WebAssembly threads need.
 */
export function guard({ host, token }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const { req, res } = context
    const isRead = req.method === 'GET' || req.method === 'HEAD'
    const refusal =
      // DNS rebinding: a page of another site whose name resolves to this machine sends its own
      // name.
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

/** Whether a Host header names this server, which prevents DNS rebinding. */
function isOwnName(header: string, listens: string): boolean {
  const [, name = ''] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/i.exec(header) ?? []
  const bare = name.replace(/^\[|\]$/g, '').toLowerCase()
  if (loopback.includes(bare) || bare === listens.toLowerCase()) return true
  // If the server listens on all addresses, the header has one of them, or the name of this
  // machine.
  const isAny = listens === '0.0.0.0' || listens === '::'
  return isAny && (isIP(bare) !== 0 || bare === hostname().toLowerCase())
}

/**
 * Whether the request comes from another site. Links from anywhere are allowed, but only to pages:
 * some answers of the API start a command.
 */
function isForeign(request: Request, host: string, isRead: boolean): boolean {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== `http://${host}`) return true
  if (site === null || site === 'same-origin') return false
  if (site === 'none') return !isRead
  const isPage = !new URL(request.url).pathname.startsWith('/api/')
  return !(isRead && isPage && request.headers.get('sec-fetch-mode') === 'navigate')
}

/** Compares in constant time. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
