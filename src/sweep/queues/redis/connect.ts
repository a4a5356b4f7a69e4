/**
 * Connects to a BullMQ queue on a Redis or Valkey server. Only this folder loads BullMQ and its
 * client, so commands without a queue do not pay for them.
 */
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { hasCode, LimbicError } from '../../../base/errors.js'
import { briefly } from './silence.js'

/** An address such as `rediss://user:password@host:6379/0?queue=name`. */
export interface QueueAddress {
  readonly url: string
  /** The name of the queue; a server may hold several. */
  readonly name: string
  /** The address without user and password, for messages. */
  readonly shown: string
}

/** @throws LimbicError if the text is not the address of a Redis server */
export function readAddress(text: string, where = '--queue'): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new LimbicError('not the address of a queue', {
      where,
      expected:
        'redis://HOST:PORT, or rediss://USER:PASSWORD@HOST:PORT for an encrypted connection',
      ...(url && { got: `${url.protocol}//${url.host}` }),
    })
  }
  checkDetails(url, where)
  const name = url.searchParams.get('queue') ?? 'cells'
  if (!/^[\w.-]{1,60}$/.test(name)) {
    throw new LimbicError('a queue name has only letters, digits, dots and dashes', { where })
  }
  url.search = ''
  const shown = `${url.protocol}//${url.host}${url.pathname}, queue ${name}`
  return { url: url.href, name, shown }
}

/**
 * What the client would ignore, or trip over later.
 *
 * @throws LimbicError without the password
 */
function checkDetails({ username, password, pathname, searchParams }: URL, where: string): void {
  if (!/^\/?\d{0,5}$/.test(pathname)) {
    throw new LimbicError('the path of a queue is the number of a database', {
      where,
      expected: 'such as redis://HOST:PORT/0',
      got: pathname,
    })
  }
  const unknown = [...searchParams.keys()].find((key) => key !== 'queue')
  if (unknown !== undefined) {
    throw new LimbicError('an address of a queue has no such parameter', {
      where,
      expected: '?queue=NAME',
      got: unknown,
    })
  }
  try {
    decodeURIComponent(`${username}${password}`)
  } catch {
    throw new LimbicError('user or password of a queue cannot be read', {
      where,
      hint: 'Write a percent sign in them as %25',
    })
  }
}

/** Timeout of the first connection, in milliseconds. */
const patience = 10_000

/** The prefix of the keys of Limbic's queues. */
export const prefix = 'limbic'

export interface Connection {
  readonly address: QueueAddress
  readonly redis: Redis
  readonly queue: Queue
  /**
   * The key of the set of cancelled job ids; BullMQ has no command to cancel a job that a worker
   * holds.
   */
  readonly cancelled: string
  /** The key of the set of jobs that an observer cancelled for all. */
  readonly withdrawn: string
  close(): Promise<void>
}

/**
 * Opens a connection. Once open, it survives a restart of the server: commands wait until it is
 * back.
 *
 * @throws LimbicError if the server does not answer or refuses the connection
 */
export async function connect(address: QueueAddress): Promise<Connection> {
  const { BullQueue, Client } = await load()
  const redis = new Client(address.url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(2000, 50 * 2 ** Math.min(times, 6)),
  })
  let trouble: string | undefined
  redis.on('error', (error) => {
    trouble = error.message
  })
  await reach(redis, address).catch((error: unknown) => {
    redis.disconnect()
    throw new LimbicError('the queue cannot be reached', {
      where: address.shown,
      got: (trouble ?? (error instanceof Error ? error.message : 'no answer')).replace(/\.$/, ''),
      hint: 'Is the server running, and are address, user and password right?',
    })
  })
  const queue = new BullQueue(address.name, { connection: redis, prefix })
  queue.on('error', () => {})
  return {
    address,
    redis,
    queue,
    cancelled: `${prefix}:${address.name}:cancelled`,
    withdrawn: `${prefix}:${address.name}:withdrawn`,
    async close() {
      await briefly(queue.close())
      redis.disconnect()
    },
  }
}

/** @throws LimbicError if the packages are not installed; they are optional */
async function load() {
  try {
    const [{ Queue: BullQueue }, { Redis: Client }] = await Promise.all([
      import('bullmq'),
      import('ioredis'),
    ])
    return { BullQueue, Client }
  } catch (error) {
    if (!hasCode(error, 'ERR_MODULE_NOT_FOUND')) {
      throw error
    }
    throw new LimbicError('the packages for a queue on Redis are not installed', {
      hint: 'Install them with: npm install bullmq ioredis',
    })
  }
}

async function reach(redis: Redis, { url }: QueueAddress): Promise<void> {
  const database = Number(new URL(url).pathname.slice(1))
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), patience)
  })
  // Nothing is gained by asking again where password or certificate are wrong.
  const refused = new Promise<never>((_, reject) => {
    redis.on('error', (error) => {
      if (/^(WRONGPASS|NOAUTH|NOPERM)|certificate|altnames/.test(error.message)) reject(error)
    })
  })
  try {
    // The client itself would go on with database 0 where it is refused another.
    await Promise.race([redis.connect().then(() => redis.select(database)), late, refused])
  } finally {
    clearTimeout(timer)
  }
}
