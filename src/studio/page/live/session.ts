/**
 * A live session: sends camera and microphone to the worker, and keeps its answers for a minute.
 */
import { messageOf } from '../../../base/errors.js'
import { openLive } from '../../../media/decode/page/index.js'
import type { FrameRequest, Source } from '../../../media/source.js'
import { senses } from '../../../recognise/index.js'
import type { LiveAnswer } from '../../../recognise/live.js'
import type { FromWorker, LiveWishes } from '../../worker/messages.js'
import type { ModelAbout } from '../../worker/own/about.js'
import type { Attention } from '../../worker/own/attention.js'
import { modelNow } from '../state/model.js'
import { Mistake } from '../state/server.js'
import { Shared } from '../state/shared.js'
import { hearWorker, tellWorker } from '../state/worker.js'
import { restoreTaught } from '../teach/restore.js'
import { texts } from '../texts.js'
import { type ShownAnswer, shownOf, shownOfOwn } from './shown.js'
import { SoundStrip } from './strip.js'

/** Seconds of answers and sound that are shown. */
export const shownSeconds = 60
/** The frames that the starter models read: their rate (Hz), and their longer side (pixels). */
const starterFrames = { frames: { rate: 12 }, longest: 320 } as const
/** The maximum number of frames at the worker: the one in progress, and the next. */
const mostWaiting = 2

export interface LiveView {
  readonly state: 'off' | 'opening' | 'on' | 'paused'
  /** The model of the reader's own that answers; the starter models if absent. */
  readonly own?: ModelAbout
  /** The names of what is answered, and the ends of their scale. */
  readonly outputs: readonly string[]
  readonly range: readonly [lowest: number, highest: number]
  /** The senses or inputs that an answer can use. */
  readonly inputs: readonly string[]
  /** The answers of the last minute. */
  readonly history: readonly ShownAnswer[]
  /** What the model attended to for the latest answer, if it tells. */
  readonly attention?: Attention
  readonly marks: readonly number[]
  readonly wishes: LiveWishes
  /** Answers per second, and milliseconds from a frame to its answer. */
  readonly rate: number
  readonly delay: number
  /** Answers kept for saving. */
  readonly kept: number
  readonly mistake?: string
}

const nothing: LiveView = {
  ...{ state: 'off', outputs: [], range: [0, 1], inputs: senses, history: [], marks: [] },
  ...{ rate: 0, delay: 0, kept: 0, wishes: { inputs: senses, words: '', seconds: 4 } },
}

/** One per page. It continues while the reader visits other places, until it is stopped. */
export class LiveSession {
  readonly shown = new Shared<LiveView>(nothing)
  /** Called with the output of the starter models for each sense, whatever was taught. */
  readonly starter = new Set<(alone: LiveAnswer['alone']) => void>()
  stream: MediaStream | undefined
  /** The time up to which the worker was sent sound or frames, in seconds of the source. */
  sent = 0
  readonly strip = new SoundStrip(shownSeconds)
  #source: Source | undefined
  #stopHearing = () => {}
  readonly #sent = new Map<number, number>()
  #isKeeping = false
  #answers: ShownAnswer[] = []
  /** For the next answer. */
  #attention: Attention | undefined
  get view(): LiveView {
    return this.shown.now
  }

  /** Opens the devices, and answers with the model that is chosen. */
  async start(): Promise<void> {
    const { about: own } = modelNow()
    const inputs = own ? own.parts : senses
    const kept = this.view.wishes
    // What was switched off stays off for the same model.
    const isSame = this.view.inputs.join() === inputs.join()
    const wishes = { ...kept, inputs: isSame ? kept.inputs : inputs }
    const range = own?.range ?? nothing.range
    this.#attention = undefined
    this.shown.set({ ...nothing, state: 'opening', inputs, range, wishes, ...(own && { own }) })
    try {
      if (own?.notLive !== undefined) throw new Mistake(own.notLive)
      if (own?.problem !== undefined) throw new Mistake(own.problem)
      await restoreTaught()
      this.stream = await openDevices()
      const source = await openLive(this.stream, { keep: 2 })
      this.#source = source
      this.sent = 0
      this.strip.clear()
      this.#stopHearing = hearWorker((message) => this.#take(message))
      const { name, sound, picture } = source
      tellWorker({ kind: 'watch', source: { name, sound, picture }, wishes })
      void this.#pump(source, own ? own.frames : starterFrames)
    } catch (error) {
      await this.stop()
      this.#change({ mistake: messageOf(error) })
    }
  }

  async stop(): Promise<void> {
    this.#stopHearing()
    tellWorker({ kind: 'end' })
    const source = this.#source
    this.#source = undefined
    await source?.close()
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    this.stream = undefined
    this.#sent.clear()
    const { mistake: _, ...view } = this.view
    this.shown.set({ ...view, state: 'off' })
  }

  pause(isPaused: boolean): void {
    this.#change({ state: isPaused ? 'paused' : 'on' })
  }

  mark(): void {
    const last = this.view.history.at(-1)
    if (last) this.#change({ marks: [...this.view.marks, last.time] })
  }

  wish(what: Partial<LiveWishes>): void {
    const wishes = { ...this.view.wishes, ...what }
    tellWorker({ kind: 'wishes', wishes })
    this.#change({ wishes })
  }

  /** Starts keeping answers, or discards them. */
  keep(isKept: boolean): void {
    this.#isKeeping = isKept
    this.#answers = []
    this.#change({ kept: 0 })
  }

  /** The kept answers and the marks, a line of JSON each. */
  lines(): string {
    const { outputs, marks, own } = this.view
    const named = (scores: readonly number[] | undefined) =>
      scores && Object.fromEntries(outputs.map((name, at) => [name, scores[at]]))
    return [
      ...this.#answers.map(({ time, scores, said, present, subsets }) => ({
        ...{ time, said, [own ? 'scores' : 'probabilities']: named(scores) },
        // Each sense or input alone.
        ...Object.fromEntries(present.map((name, place) => [name, named(subsets[1 << place])])),
      })),
      ...marks.map((mark) => ({ mark })),
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('')
  }

  async #pump(
    source: Source,
    request: Pick<FrameRequest, 'frames' | 'longest'> | undefined,
  ): Promise<void> {
    const frames = async () => {
      if (!source.picture || !request) return
      for await (const frame of source.readFrames(request)) {
        // If the worker is busy, waiting frames would make its answers later and later.
        if (this.view.state === 'paused' || this.#sent.size >= mostWaiting) continue
        this.#sent.set(frame.time, performance.now())
        this.sent = Math.max(this.sent, frame.time)
        // Copied, because a source returns the same frame again if the camera is slow.
        tellWorker({ kind: 'frame', frame })
      }
    }
    const sound = async () => {
      if (!source.sound) return
      for await (const block of source.readSound()) {
        // Sends silence during a pause, so that the clock of the sound continues.
        const channels = this.view.state === 'paused' ? block.channels.map(silent) : block.channels
        tellWorker({ kind: 'sound', block: { ...block, channels } })
        this.sent = Math.max(this.sent, block.time + (channels[0]?.length ?? 0) / block.rate)
      }
    }
    await Promise.all([frames(), sound()]).catch(async (error: unknown) => {
      if (this.#source !== source) return
      await this.stop()
      this.#change({ mistake: messageOf(error) })
    })
  }

  #take(message: FromWorker): void {
    if (message.kind === 'watching') this.#change({ outputs: message.emotions, state: 'on' })
    if (message.kind === 'rows') this.strip.add(message.rows)
    if (message.kind === 'failed') {
      void this.stop().then(() => this.#change({ mistake: message.message }))
    }
    if (message.kind === 'attention') this.#attention = message.attention
    if (message.kind === 'own-answer') this.#show(shownOfOwn(message.answer))
    if (message.kind === 'answer') this.#show(shownOf(message.answer), message.starter)
  }

  #show(answer: ShownAnswer, starter?: LiveAnswer['alone']): void {
    const { time } = answer
    const sent = this.#sent.get(time)
    for (const before of [...this.#sent.keys()]) if (before <= time) this.#sent.delete(before)
    if (this.view.state !== 'on') return
    if (starter) for (const listener of this.starter) listener(starter)
    if (this.#isKeeping) this.#answers.push(answer)
    const history = [...this.view.history, answer].filter((one) => time - one.time <= shownSeconds)
    const recent = history.filter((one) => time - one.time < 2)
    const delay = sent === undefined ? this.view.delay : performance.now() - sent
    const span = time - (recent[0]?.time ?? time)
    this.#change({
      ...{ history, kept: this.#answers.length },
      ...(this.#attention && { attention: this.#attention }),
      rate: span > 0 ? (recent.length - 1) / span : 0,
      delay: 0.9 * this.view.delay + 0.1 * delay,
      marks: this.view.marks.filter((mark) => time - mark <= shownSeconds),
    })
  }

  #change(what: Partial<LiveView>): void {
    this.shown.set({ ...this.view, ...what })
  }
}

const silent = (line: Float32Array) => new Float32Array(line.length)

/** Both devices, or the one that is available. @throws Mistake if there is none */
async function openDevices(): Promise<MediaStream> {
  // Raw speech: processing that improves calls changes the voice.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  const video = { width: { ideal: 640 }, height: { ideal: 480 } }
  for (const wish of [{ audio, video }, { video }, { audio }]) {
    try {
      return await navigator.mediaDevices.getUserMedia(wish)
    } catch {
      // The next request asks for less.
    }
  }
  throw new Mistake(texts.live.noDevice)
}

/** The session of the page. */
export const session = new LiveSession()
