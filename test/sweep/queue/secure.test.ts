/** A queue behind a password and TLS, both given by its address. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryPaths } from '../../support/folders.js'
import { start } from '../../support/running.js'
import { freePort, hasRedis, needsRedis, startRedis } from '../../support/servers/redis.js'

const at = temporaryPaths()
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test.skipIf(!hasRedis || !hasOpenssl)(
  `a queue is reached with its password and certificate alone${hasRedis ? '' : ` (${needsRedis})`}`,
  async () => {
    mkdirSync(at('redis'))
    const certificate = ['-keyout', at('key.pem'), '-out', at('certificate.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    const made = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', ...certificate, ...subject],
    ])
    expect(made.status).toBe(0)
    const port = await freePort()
    const server = await startRedis(at('redis'), {
      password: 'sesame',
      more: [
        ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', at('certificate.pem'), '--tls-key-file', at('key.pem')],
        ...['--user', 'limbic', 'on', '>open', '~*', '&*', '+@all'],
      ],
    })
    onTestFinished(() => server.stop())
    const env = { NODE_EXTRA_CA_CERTS: at('certificate.pem') }
    const train = (out: string, queue: string, trusted: boolean, ...more: string[]) =>
      start(
        [
          ...['train', 'mmlatch', '--data', 'synthetic', '--synthetic-train', '16', '--quiet'],
          ...['--synthetic-valid', '8', '--synthetic-test', '8', '--hidden', '4', '--epochs', '1'],
          ...['--modalities', 'text', '--feedback', 'none', '--out', at(out), '--seeds', '2'],
          ...more,
        ],
        { env: { ...(trusted && env), LIMBIC_QUEUE: queue } },
      ).ended
    const safe = `rediss://limbic:open@localhost:${port}?queue=safe`
    // Whoever submits may leave at once; what is in the queue is followed by the same command.
    const handedOut = await train('runs', safe, true, '--queue', '--detach')
    expect([handedOut.status, handedOut.stdout]).toEqual([
      0,
      '2 of 2 runs are in the queue; repeat the command to follow them\n',
    ])
    const worker = start(['worker', '--slots', '1', '--until-empty'], {
      env: { ...env, LIMBIC_QUEUE: safe },
    })
    onTestFinished(() => void worker.child.kill('SIGKILL'))
    const followed = await train('runs', safe, true, '--queue')
    expect([followed.status, followed.stderr]).toEqual([0, ''])
    expect(followed.stdout).toContain('over 2 seeds')
    const { status, stderr } = await worker.ended
    expect(status).toBe(0)
    expect(stderr).not.toContain('open@')

    const refused = async (queue: string, trusted: boolean) => {
      const { status, stderr } = await train('refused', queue, trusted, '--queue')
      expect(status).toBe(2)
      expect(stderr).not.toMatch(/sesame|wrong/)
      return stderr
    }
    expect(await refused(safe, false)).toMatch(
      /queue cannot be reached: got self-signed certificate/,
    )
    expect(await refused(safe.replace('localhost', '127.0.0.1'), true)).toMatch(/altnames/)
    const other = await refused(`redis://:wrong@127.0.0.1:${new URL(server.url).port}`, false)
    expect(other).toMatch(/cannot be reached: got WRONGPASS/)
    const none = await refused(`redis://127.0.0.1:${new URL(server.url).port}`, false)
    expect(none).toMatch(/cannot be reached: got NOAUTH/)
  },
)
