/**
 * What the queue costs a piece of work: pieces that are nothing, handed out over a real server of Redis
 * and leased, completed and told by workers of which each has connections of its own. Workers are
 * processes with a number of slots, so that few processors can stand for many workers.
 *
 *     npm run bench:queue -- 10,100,10000 1,10,50
 */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect, readAddress } from '../../src/sweep/queues/redis/connect.js'
import { openSink } from '../../src/sweep/queues/redis/sink.js'
import { openSource } from '../../src/sweep/queues/redis/source.js'
import { startRedis } from '../../test/support/servers/redis.js'

const [, own = fileURLToPath(import.meta.url), pieces = '10,100,10000', crews = '1,10,50'] =
  process.argv
const numbers = (text: string) => text.split(',').map(Number)

/** The size of a cell with its configuration, in characters. */
const cellSize = 1500

/** Workers in this process: each leases and completes until nothing is left. */
async function work(url: string, workers: number): Promise<void> {
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const connection = await connect(readAddress(url))
      const source = await openSource(connection)
      process.send?.('ready')
      for (let lease = await source.lease(); lease; lease = await source.lease()) {
        await lease.complete(null)
      }
    }),
  )
}

async function measure(url: string, cells: number, workers: number): Promise<string> {
  const connection = await connect(readAddress(url))
  const processes = Math.min(2, workers)
  const crew = Array.from({ length: processes }, (_, index) =>
    fork(own, ['--work', url, String(Math.ceil((workers - index) / processes))]),
  )
  let ready = 0
  await new Promise<void>((resolve) => {
    for (const child of crew) child.on('message', () => ++ready === workers && resolve())
  })
  const memory = async () =>
    Number(/used_memory:(\d+)/.exec(await connection.redis.info('memory'))?.[1] ?? 0)
  const before = await memory()
  const sink = await openSink<string>(connection)
  const begun = performance.now()
  let submitted = 0
  let peak = before
  await new Promise<void>((resolve) => {
    let ended = 0
    sink.follow(({ kind }) => {
      if (kind !== 'progress' && ++ended === cells) resolve()
    })
    const work = 'x'.repeat(cellSize)
    const ids = Array.from({ length: cells }, (_, k) => ({ id: `cell-${k}`, work }))
    void sink.submit(ids).then(async () => {
      submitted = performance.now() - begun
      peak = await memory()
    })
  })
  const whole = performance.now() - begun
  peak = Math.max(peak, await memory())
  for (const child of crew) child.kill('SIGKILL')
  await sink.close()
  await connection.close()
  const each = (value: number, digits: number) => (value / cells).toFixed(digits).padStart(8)
  return [
    ...[String(cells).padStart(7), String(workers).padStart(7), each(submitted, 2)],
    ...[each(whole, 2), `${((peak - before) / cells / 1024).toFixed(1).padStart(6)} KiB`],
  ].join('  ')
}

if (process.argv[2] === '--work') {
  await work(process.argv[3] ?? '', Number(process.argv[4]))
} else {
  console.log('  cells  workers  submit ms  whole ms  memory a cell')
  for (const cells of numbers(pieces)) {
    for (const workers of numbers(crews)) {
      const folder = mkdtempSync(join(tmpdir(), 'limbic-bench-'))
      const server = await startRedis(folder)
      try {
        console.log(await measure(server.url, cells, workers))
      } finally {
        await server.stop()
        rmSync(folder, { recursive: true, force: true })
      }
    }
  }
}
