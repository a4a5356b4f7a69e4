/** `limbic data extract --queue`: clips extracted by workers of which one is killed. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { hasFfmpeg, runFfmpeg } from '../../../support/clips.js'
import { jsonLines, succeed } from '../../../support/command-line.js'
import { temporaryPaths } from '../../../support/folders.js'
import { start } from '../../../support/running.js'
import { hasRedis, startRedis } from '../../../support/servers/redis.js'

const at = temporaryPaths()
const contents = (folder: string) =>
  readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')])

test.skipIf(!hasFfmpeg || !hasRedis)(
  'clips that go over a queue give the same store (needs ffmpeg and redis-server)',
  async () => {
    mkdirSync(at('corpus'))
    const splits = ['train', 'valid', 'test', 'train', 'train', 'train', 'train']
    const lines = splits.map((split, clip) => {
      const sound = `sine=${200 + 100 * clip}:duration=0.4:r=16000`
      if (clip > 0) runFfmpeg('-f', 'lavfi', '-i', sound, at('corpus', `${clip}.wav`))
      return `${clip}.wav,${clip % 2 ? 'sad' : 'happy'},${split}`
    })
    writeFileSync(at('corpus', '0.wav'), 'no recording')
    writeFileSync(at('corpus', 'manifest.csv'), `path,emotion,split\n${lines.join('\n')}\n`)
    const extract = (out: string, ...more: string[]) => [
      ...['data', 'extract', at('corpus'), '--recipe', 'compact', '--modalities', 'audio'],
      ...['--out', at(out), '--workers', '1', '--quiet', '--json', ...more],
    ]
    mkdirSync(at('redis'))
    const server = await startRedis(at('redis'))
    const worker = () => start(['worker', '--queue', server.url, '--slots', '1', '--lease', '2'])
    const crew = [worker(), worker()]
    onTestFinished(async () => {
      for (const { child } of crew) child.kill('SIGKILL')
      await Promise.all(crew.map(({ ended }) => ended))
      await server.stop()
    })
    const queued = start(extract('queued', '--queue', server.url))
    await crew[0]?.saw('started')
    crew[0]?.child.kill('SIGKILL')
    const { status, stdout, stderr } = await queued.ended
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const failed = jsonLines(stdout).filter(({ state }) => state === 'failed')
    expect(failed.map(({ id }) => id)).toEqual([expect.stringContaining('0')])
    await succeed(...extract('alone'))
    expect(contents(at('queued'))).toEqual(contents(at('alone')))
  },
)
