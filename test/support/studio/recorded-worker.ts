/** Records what the studio's page and its worker tell each other. */
import type { Page } from 'playwright-core'
import type { Frame, SoundBlock, Source } from '../../../src/media/source.js'
import type { FromWorker } from '../../../src/studio/worker/messages.js'

type Of<Kind extends FromWorker['kind']> = Extract<FromWorker, { readonly kind: Kind }>

export interface WorkerRecord {
  /** The latest message of a kind, as soon as there is one that was not read before. */
  last<Kind extends FromWorker['kind']>(kind: Kind): Promise<Of<Kind>>
  /** All messages of a kind since the record was cleared. */
  all<Kind extends FromWorker['kind']>(kind: Kind): Promise<readonly Of<Kind>[]>
  clear(): Promise<void>
  /** The frames and the sound that the page sent, as a recording. */
  source(): Promise<Source>
}

/** What the script in the page keeps. */
interface Kept {
  from: { kind: string }[]
  frames: { time: number; width: number; height: number; data: string }[]
  sound: { time: number; rate: number; channels: string[] }[]
}

declare global {
  interface Window {
    kept: Kept
  }
}

/** Loads the page again, so that its worker is recorded from the start. */
export async function recordWorker(page: Page): Promise<WorkerRecord> {
  await page.addInitScript(() => {
    window.kept = { from: [], frames: [], sound: [] }
    const text = (view: ArrayBufferView) => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      let all = ''
      for (let at = 0; at < bytes.length; at += 8192) {
        all += String.fromCharCode(...bytes.subarray(at, at + 8192))
      }
      return btoa(all)
    }
    const post = Worker.prototype.postMessage
    const known = new WeakSet<Worker>()
    Worker.prototype.postMessage = function (this: Worker, message: unknown) {
      if (!known.has(this)) {
        known.add(this)
        this.addEventListener('message', ({ data }) => {
          if (data.kind !== 'rows') window.kept.from.push(data)
        })
      }
      const told = message as { kind: string; frame?: Frame; block?: SoundBlock }
      if (told.frame) {
        const { time, width, height, data } = told.frame
        window.kept.frames.push({ time, width, height, data: text(data) })
      }
      if (told.block) {
        const { time, rate, channels } = told.block
        window.kept.sound.push({ time, rate, channels: channels.map(text) })
      }
      post.call(this, message)
    }
  })
  await page.reload()
  const read = new Map<string, number>()
  const all = async <Kind extends FromWorker['kind']>(kind: Kind) =>
    (await page.evaluate(
      (wanted) => window.kept.from.filter((message) => message.kind === wanted),
      kind,
    )) as unknown as readonly Of<Kind>[]
  return {
    all,
    async last(kind) {
      for (;;) {
        const found = await all(kind)
        const newest = found.at(-1)
        if (newest && found.length > (read.get(kind) ?? 0)) {
          read.set(kind, found.length)
          return newest
        }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async clear() {
      read.clear()
      await page.evaluate(() => {
        window.kept = { from: [], frames: [], sound: [] }
      })
    },
    async source() {
      const { frames, sound } = await page.evaluate(() => window.kept)
      return recorded(
        frames.map(({ data, ...frame }) => ({
          ...{ ...frame, index: undefined },
          data: new Uint8Array(Buffer.from(data, 'base64')),
        })),
        sound.map(({ channels, ...block }) => ({ ...block, channels: channels.map(numbersIn) })),
      )
    },
  }
}

const numbersIn = (text: string) =>
  new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer)

function recorded(frames: readonly Frame[], sound: readonly SoundBlock[]): Source {
  const [frame] = frames
  const [block] = sound
  return {
    ...{ name: 'recorded', duration: undefined, remarks: [] },
    sound: block && { rate: block.rate, channels: block.channels.length },
    picture: frame && {
      ...{ width: frame.width, height: frame.height, rotation: 0, frameRate: undefined },
    },
    async *readFrames() {
      yield* frames
    },
    async *readSound({ start = 0, end = Number.POSITIVE_INFINITY } = {}) {
      for (const { time, rate, channels } of sound) {
        const first = Math.round(time * rate)
        const count = channels[0]?.length ?? 0
        const from = Math.min(count, Math.max(0, Math.floor(start * rate) - first))
        const to = Math.min(count, Math.max(0, Math.floor(end * rate) - first))
        if (to <= from) continue
        const part = channels.map((line) => line.subarray(from, to))
        yield { time: (first + from) / rate, rate, channels: part }
      }
    },
    close: async () => {},
  }
}
