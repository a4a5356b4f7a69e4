/** A proxy in front of a server of HTTP, which makes trouble: 500s, cuts before and after, silence. */
import { request as ask, createServer } from 'node:http'
import type { Trouble } from './s3.js'

/** @param trouble decides over each request, by its number from 1 */
export async function startProxy(
  target: string,
  trouble: (count: number) => Trouble,
): Promise<{ readonly url: string; readonly troubled: () => number; stop(): Promise<void> }> {
  let [count, troubled] = [0, 0]
  const server = createServer((request, response) => {
    const kind = trouble(++count)
    if (kind !== undefined) troubled++
    if (kind === 'cut') return void request.socket.destroy()
    if (kind === 'error') {
      request.resume()
      return void response.writeHead(500).end('<Error><Code>InternalError</Code></Error>')
    }
    const { method, headers, url = '' } = request
    // The Host header stays: it is signed.
    const forward = ask(`${target}${url}`, { method, headers }, (answer) => {
      answer.on('error', () => request.socket.destroy())
      if (kind === 'cut after') {
        // Half of the body, if there is any.
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        return void answer.once('readable', () => {
          const some: Buffer | null = answer.read()
          if (some) response.write(some.subarray(0, some.length / 2))
          setTimeout(() => request.socket.destroy(), 10)
        })
      }
      const pass = () => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      }
      if (kind === 'slow') setTimeout(pass, 700)
      else pass()
    })
    forward.on('error', () => request.socket.destroy())
    request.pipe(forward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    troubled: () => troubled,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
