/** A page that says what a face in a recording, or before the camera, expresses. Nothing leaves the page. */
import {
  type ExpressionModel,
  LimbicError,
  openExpressionModel,
  openFaceDetector,
  openLive,
  recognise,
  trackFaces,
  webEngine,
} from 'limbic/web'

const models = {
  faces: './mtcnn.safetensors',
  expression: './face-expression.safetensors',
  voice: './starter-voice.onnx',
}

const part = (id: string): HTMLElement => document.getElementById(id) ?? document.body
const clip = part('clip') as HTMLInputElement
const camera = part('camera') as HTMLButtonElement

clip.onchange = () =>
  busy(async () => {
    const [file] = clip.files ?? []
    if (!file) return
    part('answer').textContent = `Looking at ${file.name} …`
    const { emotion, emotions, probabilities, remarks } = await recognise(file, { models })
    const answer = emotion === undefined ? 'No face is seen' : `Most likely: ${emotion}`
    part('answer').textContent = [answer, ...remarks].join('. ')
    show(emotions, probabilities)
  })

/** Ends the camera that is on. */
let turnOff: (() => void) | undefined

camera.onclick = () => {
  if (turnOff) turnOff()
  else busy(watchCamera)
}

async function watchCamera(): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: true })
  const source = await openLive(stream, { keep: 1 })
  turnOff = () => source.close()
  camera.disabled = false
  camera.textContent = 'Stop the camera'
  try {
    const engine = webEngine()
    const detector = await openFaceDetector(engine, await bytesAt(models.faces))
    const expression = await openExpressionModel(engine, await bytesAt(models.expression))
    const request = { frames: { rate: 5 }, longest: 320 } as const
    for await (const { frame, faces } of trackFaces(source.readFrames(request), detector)) {
      const [largest] = faces
      part('answer').textContent = `${faces.length} faces at ${frame.time.toFixed(1)} s`
      if (!largest) continue
      const [scores] = await expression.probabilities([{ picture: frame, box: largest.box }])
      show(expression.labels, [...(scores ?? [])])
    }
    await Promise.all([detector.close(), expression.close()])
  } finally {
    turnOff = undefined
    for (const track of stream.getTracks()) track.stop()
    camera.textContent = 'Use the camera'
    part('answer').textContent = 'The camera is off'
  }
}

const bytesAt = async (address: string): Promise<Uint8Array> =>
  new Uint8Array(await (await fetch(address)).arrayBuffer())

function show(
  emotions: readonly string[] | ExpressionModel['labels'],
  probabilities: readonly number[],
): void {
  part('emotions').replaceChildren(
    ...emotions.map((emotion, place) => {
      const row = document.createElement('tr')
      row.insertCell().textContent = emotion
      const meter = document.createElement('meter')
      meter.value = probabilities[place] ?? 0
      row.insertCell().append(meter)
      return row
    }),
  )
}

/** One thing at a time. What goes wrong is said. */
async function busy(work: () => Promise<void>): Promise<void> {
  clip.disabled = true
  camera.disabled = true
  part('mistake').textContent = ''
  try {
    await work()
  } catch (error) {
    part('answer').textContent = ''
    part('mistake').textContent = error instanceof LimbicError ? error.message : String(error)
  } finally {
    clip.disabled = false
    camera.disabled = false
  }
}
