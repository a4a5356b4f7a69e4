/** Starts the studio. */
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { LimbicError } from '../../base/errors.js'
import { openApp } from './app.js'
import { isLoopback, newToken } from './http/guard.js'
import type { Given } from './routes/rooms.js'

export interface StudioOptions extends Given {
  /** What to listen on. Default: `127.0.0.1`, which only this machine reaches. */
  readonly host?: string
  /** Any free one where it is 0. */
  readonly port: number
}

/** A studio that runs. */
export interface Studio {
  /** The address to open, with the token where one is needed. */
  readonly address: string
  /** Stops what trains, between two steps, and the server. */
  close(): Promise<void>
}

/** Milliseconds for a request's head and body to come: a page sends little. */
const patience = 30_000

/**
 * Starts the studio's server.
 *
 * @throws LimbicError if the port is taken, or the host is none of this machine's
 */
export async function startStudio({
  host = '127.0.0.1',
  port,
  ...options
}: StudioOptions): Promise<Studio> {
  const token = isLoopback(host) ? undefined : newToken()
  const app = openApp({ ...options, host, ...(token !== undefined && { token }) })
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: patience, headersTimeout: patience },
  })
  const listening = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        new LimbicError(taken ? 'the port is taken' : 'cannot be listened on', {
          where: `${host}:${port}`,
          ...(taken
            ? { hint: 'Choose another with --port' }
            : { got: error.code ?? error.message, hint: 'Name an address of this machine' }),
        }),
      )
    })
    server.listen(port, host, () => {
      const found = server.address()
      if (typeof found === 'object' && found !== null) resolve(found)
    })
  }).catch(async (error: unknown) => {
    await app[Symbol.asyncDispose]()
    throw error
  })
  const name = host.includes(':') ? `[${host}]` : host
  const query = token === undefined ? '' : `/?token=${token}`
  return {
    address: `http://${name}:${listening.port}${query}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      if ('closeAllConnections' in server) server.closeAllConnections()
      await app[Symbol.asyncDispose]()
      await closed
    },
  }
}
