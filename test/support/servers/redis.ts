/** A real server of Redis for a test, on a free port. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Redis } from 'ioredis'

/** Whether there is a server to start here. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** What a test says that is skipped. */
export const needsRedis = 'needs redis-server, which is not installed here'

export interface RedisServer {
  readonly url: string
  /** Ends it and starts it again, with what it wrote down. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface RedisOptions {
  readonly password?: string
  /** More of the server's options. */
  readonly more?: readonly string[]
}

/** @param folder for its append-only file */
export async function startRedis(folder: string, options: RedisOptions = {}): Promise<RedisServer> {
  const port = await freePort()
  const { password } = options
  const url = `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`
  let child = await launch(port, folder, options)
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }
  return {
    url,
    stop,
    async restart() {
      await stop()
      child = await launch(port, folder, options)
    },
  }
}

async function launch(
  port: number,
  folder: string,
  { password, more = [] }: RedisOptions,
): Promise<ChildProcess> {
  const child = spawn(
    'redis-server',
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--loglevel', 'warning'],
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...more,
    ],
    { stdio: 'ignore' },
  )
  const client = new Redis({
    ...{ port, host: '127.0.0.1', retryStrategy: () => 50, lazyConnect: true },
    maxRetriesPerRequest: 1,
    ...(password !== undefined && { password }),
  })
  client.on('error', () => {})
  try {
    for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
      if ((await client.ping().catch(() => '')) === 'PONG') return child
      await delay(50)
    }
    throw new Error('redis-server did not start')
  } finally {
    client.disconnect()
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}
