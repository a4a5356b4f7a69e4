import { copyFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { settingsOfEnvironment } from '../../../src/remote/settings.js'
import { openRemote, type Remote } from '../../../src/remote/store.js'
import { RunFolder } from '../../../src/runs/folder.js'
import {
  fetchProgress,
  fetchRun,
  lookAtRun,
  publishRun,
  saveProgress,
} from '../../../src/runs/remote/published.js'
import { temporaryFolder } from '../../support/folders.js'
import { type S3StandIn, startS3 } from '../../support/servers/s3.js'
import { smallRuns } from '../../support/small-run.js'

const parent = temporaryFolder()
const runs = smallRuns(parent)
const at = (name: string) => join(parent, name)

describe('a run in a store', () => {
  let server: S3StandIn
  let remote: Remote
  beforeAll(async () => {
    server = await startS3('lab')
    const patience = { attempts: 5, pause: 1, longest: 5000 }
    remote = await openRemote({ settings: settingsOfEnvironment(server.env), patience })
    await runs.complete('whole')
    await runs.stopped('begun', 1)
  })
  afterAll(() => server.stop())
  afterEach(() => {
    server.trouble = () => undefined
  })
  const place = (key: string) => ({ bucket: 'lab', key })
  const found = async (key: string) => {
    const run = await lookAtRun(remote, place(key))
    if (!run) throw new Error(`no run at ${key}`)
    return run
  }
  const same = (folder: string) => {
    for (const name of readdirSync(at('whole'))) {
      expect(runs.bytes(folder, name).equals(runs.bytes('whole', name)), name).toBe(true)
    }
  }

  test('is there whole or not at all, and comes back to the bits', async () => {
    server.trouble = (_, path) => (path.endsWith('run.tar') ? 'cut' : undefined)
    await expect(publishRun(remote, at('whole'), place('a'))).rejects.toThrow('does not answer')
    server.trouble = () => undefined
    expect(await lookAtRun(remote, place('a'))).toBeUndefined()
    await publishRun(remote, at('whole'), place('a'))
    await fetchRun(remote, place('a'), await found('a'), at('back'))
    same('back')
    expect(readdirSync(parent).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('is kept once: the first of several stays, and an answer that was lost is none', async () => {
    let lost = 0
    server.trouble = (method, path) =>
      method === 'PUT' && path.endsWith('run.tar') && lost++ === 0 ? 'cut after' : undefined
    const first = await publishRun(remote, at('whole'), place('b'))
    expect(lost).toBeGreaterThan(1)
    expect(await publishRun(remote, at('whole'), place('b'))).toEqual(first)
    // A worker that lost its lease, and resumed from what is no longer there.
    expect(await publishRun(remote, at('whole'), place('b'), { ...first, etag: '"old"' })).toEqual(
      first,
    )
    const config = { ...new RunFolder(at('whole')).readConfig(), seed: 99 }
    await fetchRun(remote, place('b'), first, at('other'))
    new RunFolder(at('other')).writeConfig(config)
    await expect(publishRun(remote, at('other'), place('b'))).rejects.toThrow(
      's3://lab/b: the store has another run here',
    )
    // What continues the published run replaces it, once.
    const next = await publishRun(remote, at('other'), place('b'), first)
    expect(next.identity).not.toBe(first.identity)
    await expect(publishRun(remote, at('whole'), place('b'), first)).rejects.toThrow('another run')
    expect(await found('b')).toEqual(next)
  })

  test('in progress is resumed from its last state, which goes once it is complete', async () => {
    await saveProgress(remote, at('begun'), place('c'))
    expect(await lookAtRun(remote, place('c'))).toBeUndefined()
    expect(await fetchProgress(remote, place('c'), at('resumed'))).toBe(true)
    expect(new RunFolder(at('resumed')).readEpochs()).toHaveLength(1)
    await runs.complete('resumed')
    expect(runs.bytes('resumed').equals(runs.bytes('whole'))).toBe(true)
    await publishRun(remote, at('resumed'), place('c'))
    expect(await fetchProgress(remote, place('c'), at('nothing'))).toBe(false)
  })

  test('that is damaged is refused, here and there', async () => {
    copyFileSync(at('whole/weights.safetensors'), at('weights'))
    writeFileSync(at('resumed/weights.safetensors'), 'others')
    await expect(publishRun(remote, at('resumed'), place('d'))).rejects.toThrow('differ from those')
    const run = await found('a')
    const object = server.objects.get('lab/a/run.tar')
    if (!object) throw new Error('it was to be there')
    const body = Buffer.from(object.body)
    body[600] = (body[600] ?? 0) ^ 1
    server.objects.set('lab/a/run.tar', { ...object, body })
    await expect(fetchRun(remote, place('a'), run, at('damaged'))).rejects.toThrow(
      's3://lab/a/run.tar: the run in the store is damaged',
    )
    expect(readdirSync(parent)).not.toContain('damaged')
  })
})

test('a store that ignores conditions is refused before it loses a run', async () => {
  const { vi } = await import('vitest')
  vi.resetModules()
  const fresh = await import('../../../src/runs/remote/published.js')
  const server = await startS3('lab')
  server.careless = true
  const remote = await openRemote({ settings: settingsOfEnvironment(server.env) })
  const publishing = fresh.publishRun(remote, at('whole'), { bucket: 'lab', key: 'x' })
  await expect(publishing).rejects.toThrow('the store ignores conditions on writes')
  expect(server.objects.size).toBe(0)
  await server.stop()
})
