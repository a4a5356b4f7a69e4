/**
 * Predictions over HTTP, with nothing but Node: `node serve.mjs MODEL [PORT]`. MODEL is the folder of
 * a run or an exported file; POST /predict takes one sample of raw features as JSON.
 *
 *     curl -d '{"id": "a", "text": [[0.1, 0.2]], "audio": [[1]], "vision": [[2]]}' localhost:8080/predict
 */
import { createServer } from 'node:http'
import { LimbicError, loadModel } from 'limbic'

/** The largest body that is read, in bytes. */
const largest = 16 * 2 ** 20

const [path, port = '8080'] = process.argv.slice(2)
if (path === undefined) {
  console.error('usage: node serve.mjs MODEL [PORT]')
  process.exit(2)
}
// However many requests come at once, each gets its own answer; those of equal lengths share batches.
const model = await loadModel(path)

const server = createServer(async (request, response) => {
  const answer = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(body)}\n`)
  }
  try {
    if (request.url !== '/predict' || request.method !== 'POST') {
      return answer(404, { error: 'POST a sample to /predict' })
    }
    const text = await bodyOf(request)
    if (text === undefined) return answer(413, { error: `more than ${largest} bytes` })
    const sample = checked(text)
    if (sample instanceof Error) return answer(400, { error: sample.message })
    const [prediction] = await model.predictChecked([sample])
    return answer(200, prediction)
  } catch (error) {
    // A good sample is refused only where too many wait already, or the model is being closed.
    if (error instanceof LimbicError) return answer(503, { error: error.message })
    console.error(error)
    return answer(500, { error: 'a mistake of this program' })
  }
})

/** The whole body, or undefined where it is too large. */
async function bodyOf(request) {
  const pieces = []
  let size = 0
  for await (const piece of request) {
    size += piece.length
    if (size > largest) return undefined
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** A sample that fits the model, or what is wrong with it. */
function checked(text) {
  try {
    return model.check(JSON.parse(text), 'the request')
  } catch (error) {
    if (error instanceof LimbicError || error instanceof SyntaxError) return error
    throw error
  }
}

server.listen(Number(port), '127.0.0.1', 4096, () => {
  console.log(`http://127.0.0.1:${server.address().port}`)
})

// What is under way is answered first.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => server.close(() => model.close()))
}
