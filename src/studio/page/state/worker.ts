/** The recognition worker: one per page, started on first use. */
import type { FromWorker, Recognised, ToWorker } from '../../worker/messages.js'
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

/** Recognises emotions in a file. @throws Mistake if it cannot be read */
export function recogniseFile(file: File): Promise<Recognised> {
  const id = count++
  return new Promise((resolve, reject) => {
    const stop = hearWorker((message) => {
      if (message.kind === 'failed') reject(new Mistake(message.message))
      else if ('id' in message && message.id === id) {
        if (message.kind === 'recognised') resolve(message.recognised)
        else reject(new Mistake(message.message))
      } else return
      stop()
    })
    tellWorker({ kind: 'recognise', id, file })
  })
}
