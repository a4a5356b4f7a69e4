/** Starts the studio. */
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { LimbicError } from '../../base/errors.js'
import type { QueueAddress } from '../../sweep/queues/redis/connect.js'
import type { QueueBoard } from '../../sweep/view/board.js'
import { openApp } from './app.js'
import { isLoopback, newToken } from './http/guard.js'
import type { Given } from './routes/rooms.js'

export interface StudioOptions extends Given {
  /** The address to listen on. Default: `127.0.0.1`, which only this machine can reach. */
  readonly host?: string
  /** 0 picks a free port. */
  readonly port: number
}

/** A running studio. */
export interface Studio {
  /** The address to open, including the token if one is needed. */
  readonly address: string
  /** Stops all training between two steps, and the server. */
  close(): Promise<void>
}

/** Timeouts for a request's head and body in milliseconds; pages send little. */
const patience = 30_000

/**
 * Starts the studio's server.
 *
 * @throws LimbicError if the port is in use, the host is not an address of this machine, or the
 * queue cannot be reached
 */
export async function startStudio({
  host = '127.0.0.1',
  port,
  ...options
}: StudioOptions): Promise<Studio> {
  const board = options.queue && (await openBoard(options.queue))
  const token = isLoopback(host) ? undefined : newToken()
  const app = openApp({ ...options, board, host, ...(token !== undefined && { token }) })
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: patience, headersTimeout: patience },
  })
  const listening = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        new LimbicError(taken ? 'the port is in use' : 'cannot listen on this address', {
          where: `${host}:${port}`,
          ...(taken
            ? { hint: 'Choose another one with --port' }
            : { got: error.code ?? error.message, hint: 'Give an address of this machine' }),
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

/** Loaded only where there is a queue. */
async function openBoard(address: QueueAddress): Promise<QueueBoard> {
  const [{ openView }, { QueueBoard: Board }] = await Promise.all([
    import('../../sweep/queues/redis/view.js'),
    import('../../sweep/view/board.js'),
  ])
  return new Board(await openView(address))
}
