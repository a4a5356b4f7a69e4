/** A real S3 server for a test: moto's, of Python. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './redis.js'

/** The program: on the path, or where `LIMBIC_MOTO` says. */
const program = process.env.LIMBIC_MOTO ?? 'moto_server'

/** Whether there is a server to start here. */
export const hasMoto = spawnSync(program, ['--help']).status === 0

/** What a test says that is skipped. */
export const needsMoto = "needs moto_server (pip install 'moto[server]'; LIMBIC_MOTO names it)"

/** @param buckets to make */
export async function startMoto(...buckets: readonly string[]): Promise<{
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}> {
  const port = await freePort()
  const child: ChildProcess = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
  })
  const url = `http://127.0.0.1:${port}`
  const stop = async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await gone
  }
  for (let tries = 0; ; tries++) {
    if (await fetch(url).catch(() => undefined)) break
    if (tries === 600) throw new Error('moto_server did not start')
    await delay(100)
  }
  for (const bucket of buckets) await fetch(`${url}/${bucket}`, { method: 'PUT' })
  const env = {
    AWS_ENDPOINT_URL_S3: url,
    AWS_ACCESS_KEY_ID: 'limbic',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_REGION: 'us-east-1',
  }
  return { url, env, stop }
}
