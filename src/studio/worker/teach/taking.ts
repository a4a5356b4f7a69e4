/** What models are given while a take is recorded. */
import type { Window } from '../../../recognise/windows.js'
import type { CheckedFeature } from '../../../use/sample-steps.js'
import { takeSeconds } from './take.js'

/** Seconds after which a window of the voice does not belong to a take any more. */
const stale = 0.75

type Features = ReadonlyMap<string, CheckedFeature>

/** Gives the latest seconds of a live source as a model reads them. */
export class Taking {
  #window: Window | undefined
  #heard = 0
  #state: 'idle' | 'asked' | 'reading' = 'idle'
  #resolve: (features: Features | undefined) => void = () => {}

  /** Told with the windows of the starter voice model, which have voice in them. */
  window(window: Window): void {
    this.#window = window
  }

  /** Told with the time up to which there is sound. */
  heard(end: number): void {
    this.#heard = end
  }

  /** A take of the starter voice model. @param input the name of its input */
  ofVoice(input: string): Features | undefined {
    const window = this.#window
    if (!window || this.#heard - window.end > stale) return undefined
    const [first] = window.rows
    const width = first?.length ?? 0
    const values = new Float32Array(window.rows.length * width)
    for (const [at, row] of window.rows.entries()) values.set(row, at * width)
    return new Map([[input, { values, steps: window.rows.length }]])
  }

  /** A take of a model of one's own: what it is given for its next answer. */
  next(): Promise<Features | undefined> {
    this.#resolve(undefined)
    this.#state = 'asked'
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** The seconds that the answer that begins is to look back. */
  seconds(usual: number): number {
    if (this.#state === 'asked') this.#state = 'reading'
    return this.#state === 'reading' ? takeSeconds : usual
  }

  /** Told with what that answer is made of; nothing, if there is none. */
  given(features: Features | undefined): void {
    if (this.#state !== 'reading') return
    this.#state = 'idle'
    this.#resolve(features)
  }

  /** The source has ended. */
  end(): void {
    this.#state = 'idle'
    this.#window = undefined
    this.#resolve(undefined)
  }
}
