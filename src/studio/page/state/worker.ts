/** The recognition worker: one per page, started on first use. */
import type { FromWorker, ToWorker } from '../../worker/messages.js'
import { Mistake } from './server.js'

type Listener = (message: FromWorker) => void

let worker: Worker | undefined
let count = 0
const listeners = new Set<Listener>()

export function tellWorker(message: ToWorker): void {
  if (!worker) {
    worker = new Worker(new URL('../../worker/main.ts', import.meta.url), { type: 'module' })
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      for (const listener of [...listeners]) listener(data)
    }
    worker.onerror = ({ message }) => {
      for (const listener of [...listeners]) listener({ kind: 'failed', message })
    }
  }
  worker.postMessage(message)
}

/** @returns stops listening */
export function hearWorker(listener: Listener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

type Answer = Extract<FromWorker, { readonly id: number }>
type Question = Extract<ToWorker, { readonly id: number }>
/** A message without its number. */
type Unnumbered<Message> = Message extends { readonly id: number } ? Omit<Message, 'id'> : never

/**
 * Asks the worker and waits for its answer.
 *
 * @throws Mistake if it could not do what was asked
 */
export function askWorker(question: Unnumbered<Question>): Promise<Answer> {
  const id = count++
  return new Promise((resolve, reject) => {
    const stop = hearWorker((message) => {
      if (message.kind === 'failed') reject(new Mistake(message.message))
      else if ('id' in message && message.id === id) {
        if (message.kind === 'mistake') reject(new Mistake(message.message))
        else resolve(message)
      } else return
      stop()
    })
    tellWorker({ ...question, id })
  })
}
