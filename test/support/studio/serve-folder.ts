/** A static host: a folder served under /somewhere/, with the types of its files and nothing else. */
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

export async function serveFolder(
  folder: string,
): Promise<AsyncDisposable & { readonly address: string }> {
  const server = createServer((request, response) => {
    const [, name = ''] = /^\/somewhere\/([^?]*)/.exec(request.url ?? '') ?? []
    const path = join(folder, name === '' ? 'index.html' : name)
    if (!existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' })
    createReadStream(path).pipe(response)
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const found = server.address()
      resolve(typeof found === 'object' && found !== null ? found.port : 0)
    })
  })
  return {
    address: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
