/** A queue of requests to one session: each gets its turn and its own answer. */
import { LimbicError } from '../base/errors.js'
import type { Session, Value } from '../runtime/session.js'

/** A batch to run. */
export interface Question {
  /** The feeds by input name; the first axis of each is the batch. */
  readonly feeds: ReadonlyMap<string, Value>
  readonly size: number
  /** The outputs to return. */
  readonly outputs: readonly string[]
  /**
   * Requests with the same key may share a run: their feeds differ only in the batch, none is
   * padded, and the first axis of every output is the batch. A request without a key runs alone.
   */
  readonly key?: string
  /** The most samples that may share a run, if fewer than usual. */
  readonly most?: number
}

export interface TurnOptions {
  /** The most requests that wait at one time. Default: 16,384. */
  readonly waiting?: number | undefined
  /** The most samples of one run. Default: 64. */
  readonly together?: number | undefined
}

const usualWaiting = 16_384
const usualTogether = 64

interface Waiting extends Question {
  readonly resolve: (results: Map<string, Value>) => void
  readonly reject: (error: unknown) => void
}

/**
 * A queue for a session that runs one batch at a time: the oldest request first, together with
 * later ones of the same key. Answers do not depend on other callers: only samples of the same
 * lengths share a batch, so none is padded to match another.
 */
export class Turns {
  readonly #session: Session
  readonly #most: number
  readonly #together: number
  /** In order of arrival. */
  readonly #waiting = new Set<Waiting>()
  readonly #alike = new Map<string, Set<Waiting>>()
  #running: Promise<void> | undefined
  #closed: Promise<void> | undefined

  constructor(session: Session, { waiting, together }: TurnOptions = {}) {
    this.#session = session
    this.#most = waiting ?? usualWaiting
    this.#together = together ?? usualTogether
  }

  /**
   * Waits for the request's turn.
   *
   * @returns the requested outputs, by name
   * @throws LimbicError if too many requests are waiting, the model is closed, or the session
   * refuses the feeds
   */
  ask(question: Question): Promise<Map<string, Value>> {
    if (this.#closed) return Promise.reject(closed())
    if (this.#waiting.size >= this.#most) {
      return Promise.reject(
        new LimbicError('too many predictions are waiting for this model', {
          expected: `at most ${this.#most} at a time`,
          got: 'one more',
          hint: 'Await some predictions before requesting more, or raise the option "waiting"',
        }),
      )
    }
    return new Promise((resolve, reject) => {
      this.#add({ ...question, resolve, reject })
      // Deferred, so that requests of the same moment can share the run.
      this.#running ??= Promise.resolve().then(() => this.#work())
    })
  }

  /** Refuses waiting requests, lets the current batch finish and closes the session; once. */
  close(): Promise<void> {
    this.#closed ??= this.#leave()
    return this.#closed
  }

  async #leave(): Promise<void> {
    for (const waiting of [...this.#waiting]) {
      this.#remove(waiting)
      waiting.reject(closed())
    }
    await this.#running
    await this.#session.close()
  }

  async #work(): Promise<void> {
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      try {
        await this.#answer(batch)
      } catch (error) {
        if (batch.length === 1) batch[0]?.reject(error)
        else await this.#answerEach(batch)
      }
    }
    this.#running = undefined
  }

  /** The oldest request, and those of its key that fit beside it. */
  #next(): readonly Waiting[] {
    const [first] = this.#waiting
    if (!first) return []
    this.#remove(first)
    const batch = [first]
    const most = Math.min(this.#together, first.most ?? this.#together)
    let { size } = first
    for (const other of first.key === undefined ? [] : (this.#alike.get(first.key) ?? [])) {
      if (size + other.size > most) break
      size += other.size
      this.#remove(other)
      batch.push(other)
    }
    return batch
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch
    if (!first) return
    const { feeds, outputs } = first
    if (batch.length === 1) {
      first.resolve(await this.#session.run(feeds, undefined, outputs))
      return
    }
    const results = await this.#session.run(sideBySide(batch), undefined, outputs)
    const total = batch.reduce((sum, { size }) => sum + size, 0)
    let from = 0
    for (const { size, resolve } of batch) {
      const own = [...results].map(([name, value]): [string, Value] => [
        name,
        rows(value, from, size, total),
      ])
      resolve(new Map(own))
      from += size
    }
  }

  /** An error caused by one of several requests goes to that one alone. */
  async #answerEach(batch: readonly Waiting[]): Promise<void> {
    for (const one of batch) {
      if (this.#closed) one.reject(closed())
      else await this.#answer([one]).catch(one.reject)
    }
  }

  #add(waiting: Waiting): void {
    this.#waiting.add(waiting)
    if (waiting.key === undefined) return
    const alike = this.#alike.get(waiting.key)
    if (alike) alike.add(waiting)
    else this.#alike.set(waiting.key, new Set([waiting]))
  }

  #remove(waiting: Waiting): void {
    this.#waiting.delete(waiting)
    if (waiting.key === undefined) return
    const alike = this.#alike.get(waiting.key)
    alike?.delete(waiting)
    if (alike?.size === 0) this.#alike.delete(waiting.key)
  }
}

function closed(): LimbicError {
  return new LimbicError('this model is closed', { hint: 'Load it again' })
}

/** The feeds of several requests of one key, concatenated. */
function sideBySide(batch: readonly Question[]): Map<string, Value> {
  const size = batch.reduce((sum, one) => sum + one.size, 0)
  const names = [...(batch[0]?.feeds.keys() ?? [])]
  return new Map(
    names.map((name) => [
      name,
      joined(
        batch.flatMap(({ feeds }) => feeds.get(name) ?? []),
        size,
      ),
    ]),
  )
}

/** Concatenates values along their first axis, to this many rows. */
export function joined(values: readonly Value[], size: number): Value {
  const [first] = values
  if (!first) throw new LimbicError('nothing to concatenate', { where: 'a batch' })
  const count = values.reduce((sum, { data }) => sum + data.length, 0)
  const data = emptyLike(first.data, count)
  let from = 0
  for (const value of values) {
    place(data, value.data, from)
    from += value.data.length
  }
  return { dataType: first.dataType, shape: [size, ...first.shape.slice(1)], data }
}

/** This many zeros of the same type. */
function emptyLike(data: Value['data'], count: number): Value['data'] {
  if (data instanceof Float32Array) return new Float32Array(count)
  if (data instanceof Float64Array) return new Float64Array(count)
  if (data instanceof BigInt64Array) return new BigInt64Array(count)
  return data instanceof Int32Array ? new Int32Array(count) : new Uint8Array(count)
}

function place(into: Value['data'], data: Value['data'], from: number): void {
  if (into instanceof BigInt64Array) {
    if (data instanceof BigInt64Array) into.set(data, from)
  } else if (!(data instanceof BigInt64Array)) into.set(data, from)
}

/** A copy of some of a value's rows. */
export function rows(
  { dataType, shape, data }: Value,
  from: number,
  size: number,
  of: number,
): Value {
  const width = data.length / of
  return {
    dataType,
    shape: [size, ...shape.slice(1)],
    data: data.slice(from * width, (from + size) * width),
  }
}
