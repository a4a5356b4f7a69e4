/** The queue of many machines in the page, with a real server, a worker and a command that waits. */
import { mkdirSync } from 'node:fs'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, readAddress } from '../../../src/sweep/queues/redis/connect.js'
import { openSink } from '../../../src/sweep/queues/redis/sink.js'
import { hasBrowser } from '../../support/browser.js'
import { temporaryPaths } from '../../support/folders.js'
import { type RunningProgram, start } from '../../support/running.js'
import { hasRedis, needsRedis, type RedisServer, startRedis } from '../../support/servers/redis.js'
import { expectAccessible, openStudioPage, type StudioPage } from '../../support/studio/page.js'

const at = temporaryPaths()

const suite = `in Chromium (needs it${hasRedis ? '' : `; ${needsRedis}`})`
describe.skipIf(!hasBrowser || !hasRedis)(suite, () => {
  let here: StudioPage
  let server: RedisServer
  let worker: RunningProgram

  beforeAll(async () => {
    mkdirSync(at('redis'))
    server = await startRedis(at('redis'), { password: 'secret' })
    const queue = readAddress(server.url)
    here = await openStudioPage({ folder: at('runs'), queue })
    worker = start(['worker', '--slots', '1', '--lease', '3'], {
      cwd: at(),
      env: { LIMBIC_QUEUE: server.url },
    })
  })
  afterAll(async () => {
    worker?.child.kill('SIGKILL')
    await worker?.ended
    await here?.[Symbol.asyncDispose]()
    await server?.stop()
    expect(here?.mistakes).toEqual([])
  })

  test('a sweep is followed, and cancelled for the command that waits for it', async () => {
    const { page, open } = here
    await page.getByRole('link', { name: 'Queue' }).click()
    await page.getByText('Nothing was submitted in the last 24 hours.').waitFor()
    expect(await page.content()).not.toContain('secret')
    const train = start([
      ...['train', 'mmlatch', '--data', 'synthetic', '--synthetic-train', '40', '--seeds', '3'],
      ...['--synthetic-valid', '8', '--synthetic-test', '8', '--hidden', '4', '--batch-size', '2'],
      ...['--modalities', 'text', '--feedback', 'none', '--epochs', '1000', '--patience', '1000'],
      ...['--out', at('runs', 'sweep'), '--queue', server.url],
    ])
    const sweep = page.getByRole('region', { name: at('runs', 'sweep'), exact: true })
    await sweep.getByText('1 running · 2 waiting · 0 complete · 0 failed').waitFor()
    const running = sweep.locator('tbody tr').first()
    await running.getByText(/^epoch [2-9]\d*\/1000/).waitFor()
    const bar = running.getByRole('progressbar')
    expect(Number(await bar.getAttribute('value'))).toBeGreaterThan(0)
    await running.getByText(new RegExp(`:${worker.child.pid}$`)).waitFor()
    await expectAccessible(page)
    await sweep.getByRole('button', { name: 'Cancel these jobs' }).click()
    await sweep.getByText('Cancel 3 jobs for everyone?').waitFor()
    await sweep.getByRole('button', { name: 'Yes, cancel them' }).click()
    await sweep.getByText('0 running · 0 waiting · 0 complete · 1 failed').waitFor()
    await sweep.locator('.state.cancelled').waitFor()
    const { status, stderr } = await train.ended
    expect([status, stderr]).toEqual([130, expect.stringContaining('repeat the command to resume')])
    await open('runs')
  })

  test('what fails says why, and hostile names are text', async () => {
    const { page, open } = here
    await open('queue')
    const connection = await connect(readAddress(server.url))
    const sink = await openSink<unknown>(connection)
    const label = '<img src=x onerror=alert(1)>'
    await sink.submit([{ id: 'odd', group: '<b>odd</b>', work: { kind: 'strange', label } }])
    const sweep = page.getByRole('region', { name: '<b>odd</b>', exact: true })
    const row = sweep.locator('tbody tr', { hasText: label })
    await row.getByText('this worker cannot run jobs of kind "strange"').waitFor()
    await row.locator('.state.failed').waitFor()
    await sink.close()
    await connection.close()
  })

  test('a server that does not answer is said not to, until it does', async () => {
    const { page, here: studio } = here
    const { status } = await studio.post('/api/queue/cancel', { sweep: 'none', all: true })
    expect(status).toBe(400)
    const client = new Redis(server.url)
    await client.client('PAUSE', 6500)
    client.disconnect()
    const silent = page.getByRole('alert').filter({ hasText: 'The queue does not answer' })
    await silent.waitFor()
    await page.getByRole('region', { name: '<b>odd</b>', exact: true }).waitFor()
    await silent.waitFor({ state: 'detached' })
  })
})

test('a studio without a queue has none to cancel', async () => {
  const { openStudio } = await import('../../support/studio/server.js')
  await using studio = await openStudio({ folder: at('none') })
  expect((await studio.post('/api/queue/cancel', { sweep: '' })).status).toBe(404)
})
