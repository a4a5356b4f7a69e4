/**
 * Recognition in a worker, so that the page never blocks: live sources and files, with the starter
 * models or one of the reader's own.
 */
import { z } from 'zod'
import { messageOf } from '../../base/errors.js'
import { openImages, openMedia } from '../../media/decode/page/index.js'
import type { FeatureBlock } from '../../media/sound/index.js'
import type { Source } from '../../media/source.js'
import type { Transcript } from '../../media/words/transcript.js'
import { type FacePicture, facePicture, senses, spectrogramOf } from '../../recognise/index.js'
import { type LiveAnswer, type LiveRecogniser, openLiveRecogniser } from '../../recognise/live.js'
import { usualSeconds } from '../../recognise/own/own-model.js'
import { openPageRecogniser, pageModels } from '../../recognise/page.js'
import { starterVoice } from '../../recognise/voice.js'
import { fetchBytes } from '../../runtime/fetch.js'
import { webEngine } from '../../runtime/web.js'
import type { FromWorker, LiveWishes, Recognised, ToWorker } from './messages.js'
import { attentionTo } from './own/attention.js'
import { OpenedModel } from './own/model.js'
import { type RemoteSource, remoteSource } from './remote-source.js'
import { Taking } from './teach/taking.js'
import { TeachableModel } from './teach/teachable.js'
import { Teaching } from './teach/teaching.js'

// zod would generate code for speed, which the content policy of the page forbids.
z.config({ jitless: true })

/** The starter models, beside the page. */
const address = (name: string) => new URL(`models/${name}`, pageAddress()).href
const faces = () => ({
  faces: address('mtcnn.safetensors'),
  expression: address('face-expression.safetensors'),
})

/** The number of faces shown for a recording. */
const mostFaces = 10

let recogniser: Promise<LiveRecogniser> | undefined
let source: RemoteSource | undefined
let wishes: LiveWishes = { inputs: senses, words: '', seconds: usualSeconds }
/** The model that was chosen instead of the starter models. */
let own: OpenedModel | undefined

/** The starter model of voices, opened once, since it can be taught. */
let voice: Promise<TeachableModel> | undefined
const openVoice = () => {
  const name = 'the voice model'
  voice ??= fetchBytes(address('starter-voice.onnx'), name).then((bytes) =>
    TeachableModel.open(webEngine(), bytes, name),
  )
  return voice
}
const teaching = new Teaching({ voice: openVoice, own: () => own?.teachable })
const taking = new Taking()

/** Files are read, and takes learned, one at a time. */
let reading: Promise<unknown> = Promise.resolve()

const tell = (message: FromWorker) => postMessage(message)

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case 'watch':
      source?.end()
      source = remoteSource(data.source)
      wishes = data.wishes
      void watch(source)
      break
    case 'frame':
      source?.pushFrame(data.frame)
      break
    case 'sound':
      source?.pushSound(data.block)
      break
    case 'wishes':
      wishes = data.wishes
      break
    case 'end':
      source?.end()
      break
    case 'teachable':
      inTurn(data.id, async () => {
        tell({ kind: 'teachable', id: data.id, about: (await teaching.model()).about })
      })
      break
    case 'take':
      void take(data.id, data.until)
      break
    case 'learn':
      inTurn(data.id, async () => {
        const { id, learner, labels, takes } = data
        const told = (epoch: number, epochs: number) => tell({ kind: 'learning', epoch, epochs })
        const taught = await teaching.learn(learner, labels, takes, told)
        tell({ kind: 'learned', id, ...(taught && { taught }) })
      })
      break
    case 'stop-learning':
      teaching.stop()
      break
    case 'use':
      inTurn(data.id, async () => {
        await teaching.use(data.taught)
        tell({ kind: 'used', id: data.id })
      })
      break
    case 'write':
      inTurn(data.id, async () => {
        tell({ kind: 'written', id: data.id, bytes: await teaching.write(data.taught) })
      })
      break
    case 'open':
      inTurn(data.id, () => openModel(data.id, data.name, data.bytes))
      break
    case 'give':
      inTurn(data.id, async () => {
        await own?.give(data.files)
        tellModel(data.id)
      })
      break
    case 'answer':
      inTurn(data.id, async () => {
        const answers = (await own?.answerFile(await data.file.text(), data.file.name)) ?? []
        tell({ kind: 'answered', id: data.id, answers })
      })
      break
    case 'recognise':
      inTurn(data.id, () => recogniseFile(data.id, data.file, data.said))
  }
})

/** Does what was asked after all that was asked before. */
function inTurn(id: number, work: () => Promise<void>): void {
  reading = reading
    .then(work)
    .catch((error: unknown) => tell({ kind: 'mistake', id, message: messageOf(error) }))
}

async function openModel(id: number, name: string, bytes: Uint8Array | undefined): Promise<void> {
  source?.end()
  await own?.close()
  own = undefined
  if (bytes) own = await OpenedModel.open(name, bytes, faces())
  tellModel(id)
}

const tellModel = (id: number) => tell({ kind: 'model', id, ...(own && { about: own.about }) })

async function watch(live: RemoteSource): Promise<void> {
  try {
    if (own) {
      await watchOwn(own, live)
      return
    }
    recogniser ??= openStarter()
    const { emotions, watch: follow } = await recogniser
    tell({ kind: 'watching', emotions })
    await follow(live, {
      answer: (answer) => void answered(emotions, answer).catch(failed),
      sound(rows) {
        taking.heard(rows.time + rows.rows * rows.step)
        tellRows(rows)
      },
      voice: (window) => taking.window(window),
      senses: () => senses.filter((sense) => wishes.inputs.includes(sense)),
    })
  } catch (error) {
    live.end()
    tell({ kind: 'failed', message: messageOf(error) })
  } finally {
    taking.end()
  }
}

async function openStarter(): Promise<LiveRecogniser> {
  const models = await pageModels(faces())
  const { model } = await openVoice()
  return openLiveRecogniser(webEngine(), { ...models, voice: { model, ...starterVoice } })
}

async function watchOwn(model: OpenedModel, live: RemoteSource): Promise<void> {
  tell({ kind: 'watching', emotions: model.about.outputs })
  await model.watch(live, {
    answer(answer) {
      taking.answered(answer)
      tell({ kind: 'own-answer', answer })
    },
    async given(sample, features) {
      taking.given(sample.features)
      const attention = await attentionTo(model.model, sample, features)
      if (attention) tell({ kind: 'attention', attention })
    },
    sound: tellRows,
    inputs: () => wishes.inputs,
    words: () => (wishes.words.trim() === '' ? undefined : wishes.words),
    seconds: () => taking.seconds(wishes.seconds),
  })
}

const tellRows = ({ time, step, rows, width, data }: FeatureBlock) =>
  tell({ kind: 'rows', rows: { time, step, rows, width, data: data.slice() } })

/** An answer of the starter models, by what was taught. */
async function answered(emotions: readonly string[], answer: LiveAnswer): Promise<void> {
  tell({
    ...{ kind: 'answer', answer: await teaching.fused(emotions, answer) },
    starter: answer.alone,
  })
}

/** Tells what the model that is live reads of the seconds up to a time. */
async function take(id: number, until: number): Promise<void> {
  const input = (await teaching.model()).model.inputs[0]?.name ?? ''
  const features = await taking.take(own ? { kind: 'own' } : { kind: 'voice', input }, until)
  tell({ kind: 'taken', id, ...(features && { features }) })
}

const failed = (error: unknown) => tell({ kind: 'failed', message: messageOf(error) })

async function recogniseFile(id: number, file: File, said: Transcript | undefined) {
  const opened = await open(file)
  try {
    if (own) {
      tell({ kind: 'own-recognised', id, recognised: await own.recognise(opened, said) })
    } else tell({ kind: 'recognised', id, recognised: await recogniseWithStarter(opened) })
  } finally {
    await opened.close()
  }
}

async function recogniseWithStarter(opened: Source): Promise<Recognised> {
  const whole = await openPageRecogniser({ ...faces(), voice: (await openVoice()).bytes })
  try {
    const faces: FacePicture[] = []
    const apart = (opened.duration ?? 0) / mostFaces
    const told = await whole.recognise(opened, (frame, face) => {
      const last = faces.at(-1)?.time ?? Number.NEGATIVE_INFINITY
      if (frame.time - last >= apart) faces.push(facePicture(frame, face))
    })
    const recognition = await teaching.fusedRecording(told)
    const { duration } = recognition
    const spectrogram = opened.sound && (await spectrogramOf(webEngine(), opened, duration))
    const picture = opened.picture !== undefined
    return { recognition, faces, picture, ...(spectrogram && { spectrogram }) }
  } finally {
    await whole.close()
  }
}

function open(file: File): Promise<Source> {
  return file.type.startsWith('image/') ? openImages([file], { rate: 1 }) : openMedia(file)
}

/** The worker's script is in the folder `assets` of the page. */
function pageAddress(): string {
  return new URL('..', location.href).href
}
