/** A real server for the tests of a suite, and what is open to it. */
import { afterAll, beforeAll } from 'vitest'
import {
  type Connection,
  connect,
  type QueueAddress,
  readAddress,
} from '../../../src/sweep/queues/redis/connect.js'
import { temporaryFolder } from '../folders.js'
import { type RedisServer, startRedis } from './redis.js'

export interface QueueServer {
  /** Closed after the suite, the latest first. */
  readonly open: { close(): Promise<void> }[]
  readonly server: () => RedisServer
  readonly addressOf: (queue: string) => QueueAddress
  /** A connection that is closed after the suite. */
  readonly link: (queue: string) => Promise<Connection>
}

/** Starts the server before the tests of the suite in which it is called, and stops it after them. */
export function queueServer(): QueueServer {
  let server: RedisServer
  const open: { close(): Promise<void> }[] = []
  const folder = temporaryFolder()
  beforeAll(async () => {
    server = await startRedis(folder)
  })
  afterAll(async () => {
    for (const one of open.reverse()) await one.close()
    await server.stop()
  })
  const addressOf = (queue: string) => readAddress(`${server.url}?queue=${queue}`)
  const link = async (queue: string) => {
    const connection = await connect(addressOf(queue))
    open.push(connection)
    return connection
  }
  return { open, server: () => server, addressOf, link }
}
