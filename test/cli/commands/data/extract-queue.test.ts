/** `limbic data extract --queue`: clips extracted by workers of which one is killed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readAddress } from '../../../../src/sweep/queues/redis/connect.js'
import { openView } from '../../../../src/sweep/queues/redis/view.js'
import { QueueBoard } from '../../../../src/sweep/view/board.js'
import { hasFfmpeg, runFfmpeg } from '../../../support/clips.js'
import { jsonLines, succeed } from '../../../support/command-line.js'
import { temporaryPaths } from '../../../support/folders.js'
import { start } from '../../../support/running.js'
import { hasRedis, startRedis } from '../../../support/servers/redis.js'
import { startS3 } from '../../../support/servers/s3.js'

const at = temporaryPaths()
const contents = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')])

/** Seven clips, one of them damaged. */
function writeCorpus(): void {
  if (existsSync(at('corpus'))) return
  mkdirSync(at('corpus'))
  const splits = ['train', 'valid', 'test', 'train', 'train', 'train', 'train']
  const lines = splits.map((split, clip) => {
    const sound = `sine=${200 + 100 * clip}:duration=0.4:r=16000`
    if (clip > 0) runFfmpeg('-f', 'lavfi', '-i', sound, at('corpus', `${clip}.wav`))
    return `${clip}.wav,${clip % 2 ? 'sad' : 'happy'},${split}`
  })
  writeFileSync(at('corpus', '0.wav'), 'no recording')
  writeFileSync(at('corpus', 'manifest.csv'), `path,emotion,split\n${lines.join('\n')}\n`)
}
const extract = (corpus: string, out: string, ...more: string[]) => [
  ...['data', 'extract', corpus, '--recipe', 'compact', '--modalities', 'audio'],
  ...['--out', out, '--workers', '1', '--quiet', '--json', ...more],
]

test.skipIf(!hasFfmpeg || !hasRedis)(
  'clips that go over a queue give the same store (needs ffmpeg and redis-server)',
  async () => {
    writeCorpus()
    mkdirSync(at('redis'))
    const server = await startRedis(at('redis'))
    const worker = () => start(['worker', '--queue', server.url, '--slots', '1', '--lease', '2'])
    const crew = [worker(), worker()]
    onTestFinished(async () => {
      for (const { child } of crew) child.kill('SIGKILL')
      await Promise.all(crew.map(({ ended }) => ended))
      await server.stop()
    })
    const queued = start(extract(at('corpus'), at('queued'), '--queue', server.url))
    await crew[0]?.saw('started')
    crew[0]?.child.kill('SIGKILL')
    const { status, stdout, stderr } = await queued.ended
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const failed = jsonLines(stdout).filter(({ state }) => state === 'failed')
    expect(failed.map(({ id }) => id)).toEqual([expect.stringContaining('0')])
    await succeed(...extract(at('corpus'), at('alone')))
    expect(contents(at('queued'))).toEqual(contents(at('alone')))
  },
)

test.skipIf(!hasFfmpeg || !hasRedis)(
  'clips in a store are extracted where no folder is common (needs ffmpeg and redis-server)',
  async () => {
    writeCorpus()
    const store = await startS3('lab')
    mkdirSync(at('redis-2'))
    const server = await startRedis(at('redis-2'))
    const worker = (name: string) => {
      mkdirSync(at(name))
      const env = { ...store.env, LIMBIC_CACHE: at(name, 'cache') }
      return start(['worker', '--queue', server.url, '--slots', '1'], { cwd: at(name), env })
    }
    const crew = [worker('one'), worker('two')]
    onTestFinished(async () => {
      vi.unstubAllEnvs()
      for (const { child } of crew) child.kill('SIGKILL')
      await Promise.all(crew.map(({ ended }) => ended))
      await server.stop()
      await store.stop()
    })
    const here = { ...store.env, LIMBIC_CACHE: at('cache') }
    for (const [name, value] of Object.entries(here)) vi.stubEnv(name, value)
    await succeed('copy', at('corpus'), 's3://lab/corpus')
    store.trouble = (_, __, count) => (count % 9 === 0 ? 'error' : undefined)
    const queue = ['--queue', server.url]
    const lines = jsonLines(
      await succeed(...extract('s3://lab/corpus', 's3://lab/store', ...queue)),
    )
    expect(lines.filter(({ state }) => state === 'failed')).toHaveLength(1)
    store.trouble = () => undefined
    // Nothing but corpus and store is left there.
    const folders = [...store.objects.keys()].map((key) => key.split('/')[1])
    expect(new Set(folders)).toEqual(new Set(['corpus', 'store']))
    await succeed('copy', 's3://lab/store', at('fetched'))
    await succeed(...extract(at('corpus'), at('alone-2')))
    const named = (folder: string) => contents(folder).filter(([name]) => name !== 'manifest.json')
    expect(named(at('fetched'))).toEqual(named(at('alone-2')))
  },
)

test.skipIf(!hasFfmpeg || !hasRedis)(
  'clips that an observer cancels end the command, without a store (needs ffmpeg and redis-server)',
  async () => {
    writeCorpus()
    mkdirSync(at('redis-3'))
    const server = await startRedis(at('redis-3'))
    const board = new QueueBoard(await openView(readAddress(server.url)))
    onTestFinished(async () => {
      await board.close()
      await server.stop()
    })
    // Nobody extracts them.
    const queued = start(extract(at('corpus'), at('never'), '--queue', server.url))
    const waiting = async () => (await board.look()).sweeps[0]?.counts.waiting
    await expect.poll(waiting, { timeout: 20_000 }).toBe(7)
    expect((await board.look()).sweeps[0]?.name).toBe(at('never'))
    expect(await board.cancel(at('never'))).toBe(7)
    expect((await queued.ended).status).toBe(130)
    expect(existsSync(at('never'))).toBe(false)
  },
)
