/** Runs and objects in a real S3 server, behind a proxy that makes every kind of trouble. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { settingsOfEnvironment } from '../../../src/remote/settings.js'
import { openRemote } from '../../../src/remote/store.js'
import { fetchRun, lookAtRun, publishRun } from '../../../src/runs/remote/published.js'
import { temporaryFolder } from '../../support/folders.js'
import { hasMoto, needsMoto, startMoto } from '../../support/servers/moto.js'
import { startProxy } from '../../support/servers/proxy.js'
import type { Trouble } from '../../support/servers/s3.js'
import { smallRuns } from '../../support/small-run.js'

const parent = temporaryFolder()
const runs = smallRuns(parent)
const at = (name: string) => join(parent, name)
const kinds: readonly Trouble[] = ['error', 'cut', 'cut after', 'slow']

test.skipIf(!hasMoto)(
  `objects and runs are as they were sent, whatever the trouble${hasMoto ? '' : ` (${needsMoto})`}`,
  async () => {
    const server = await startMoto('lab')
    // Two of three requests fail, each kind in turn.
    const proxy = await startProxy(server.url, (count) =>
      count % 3 === 0 ? undefined : kinds[count % kinds.length],
    )
    onTestFinished(async () => {
      await proxy.stop()
      await server.stop()
    })
    const settings = settingsOfEnvironment({ ...server.env, AWS_ENDPOINT_URL_S3: proxy.url })
    const patience = { attempts: 12, pause: 1, longest: 500 }
    const remote = await openRemote({ settings, patience, piece: 5 * 2 ** 20 })
    const place = (key: string) => ({ bucket: 'lab', key })

    const contents = {
      'data/large': Buffer.alloc(11 * 2 ** 20, 'a text that does not repeat at once '),
      'data/ümlaut + (1)&<b>\'"~.bin': Buffer.from('small'),
    }
    for (const [key, content] of Object.entries(contents)) {
      writeFileSync(at('sent'), content)
      await remote.put(place(key), at('sent'))
      const facts = await remote.look(place(key))
      if (!facts) throw new Error('it was to be there')
      await remote.fetch(place(key), facts, at('back'))
      expect(readFileSync(at('back')).equals(content)).toBe(true)
    }
    const listed = await remote.list(place('data'))
    expect(listed.map(({ address, length }) => [address.key, length])).toEqual(
      Object.entries(contents).map(([key, { length }]) => [key, length]),
    )

    await runs.complete('run')
    const first = await publishRun(remote, at('run'), place('run'))
    expect(await publishRun(remote, at('run'), place('run'))).toEqual(first)
    const found = await lookAtRun(remote, place('run'))
    expect(found).toEqual(first)
    await fetchRun(remote, place('run'), first, at('fetched'))
    for (const name of readdirSync(at('run'))) {
      expect(runs.bytes('fetched', name).equals(runs.bytes('run', name)), name).toBe(true)
    }
    expect(proxy.troubled()).toBeGreaterThan(20)
  },
)
