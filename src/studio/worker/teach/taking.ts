/** What models are given while a take is recorded. */
import type { OwnLiveAnswer } from '../../../recognise/own/listener.js'
import type { Window } from '../../../recognise/windows.js'
import type { CheckedFeature } from '../../../use/sample-steps.js'
import { takeSeconds } from './take.js'

/** Seconds that a window of the voice, or the sound of an answer, may end before a take does. */
const tolerance = 0.5
/** Seconds that a take may be waited for, since a busy worker is late. */
const patience = 15

type Features = ReadonlyMap<string, CheckedFeature>

/** An answer of a model of one's own, as far as takes need it. */
type Answered = Pick<OwnLiveAnswer, 'time' | 'heard'>

/** Whose take it is: that of the starter model of voices, by the name of its input, or of one of the reader's own. */
export type Reader = { readonly kind: 'voice'; readonly input: string } | { readonly kind: 'own' }

interface Asked {
  readonly reader: Reader
  /** The time up to which the take lasts, in the live source. */
  readonly until: number
  readonly resolve: (features: Features | undefined) => void
}

/** Gives the latest seconds of a live source as a model reads them. */
export class Taking {
  #window: Window | undefined
  #held: Features | undefined
  /** Whether the answer underway looks back as long as a take. */
  #isTake = false
  #asked: Asked | undefined

  /**
   * What the model that is live reads of the seconds up to a time.
   *
   * @returns undefined if there is nothing to read
   */
  take(reader: Reader, until: number): Promise<Features | undefined> {
    this.#finish(undefined)
    return new Promise((resolve) => {
      const asked = { reader, until, resolve }
      this.#asked = asked
      setTimeout(() => {
        if (this.#asked === asked) this.#finish(undefined)
      }, 1000 * patience)
    })
  }

  /** Told with the windows of the starter voice model, which have voice in them. */
  window(window: Window): void {
    this.#window = window
  }

  /** Told with the time up to which sound was read. */
  heard(end: number): void {
    if (this.#asked?.reader.kind !== 'voice') return
    const { reader, until } = this.#asked
    // The window that ends here is told after its rows.
    if (end < until + tolerance / 2) return
    const window = this.#window
    const isFresh = window && window.end > until - tolerance
    this.#finish(isFresh ? new Map([[reader.input, rowsOf(window)]]) : undefined)
  }

  /** The seconds that an answer of a model of one's own is to look back. */
  seconds(usual: number): number {
    this.#isTake = this.#asked?.reader.kind === 'own'
    return this.#isTake ? takeSeconds : usual
  }

  /** Told with what such an answer is made of. */
  given(features: Features): void {
    this.#held = this.#isTake ? features : undefined
  }

  /** Told after it with the answer. */
  answered({ time, heard }: Answered): void {
    const held = this.#held
    this.#held = undefined
    if (!this.#isTake || !this.#asked) return
    const { until } = this.#asked
    if (time < until || (heard && heard.end < until - tolerance)) return
    this.#finish(held)
  }

  /** The source has ended. */
  end(): void {
    this.#window = undefined
    this.#finish(undefined)
  }

  #finish(features: Features | undefined): void {
    const asked = this.#asked
    this.#asked = undefined
    asked?.resolve(features)
  }
}

function rowsOf({ rows }: Window): CheckedFeature {
  const width = rows[0]?.length ?? 0
  const values = new Float32Array(rows.length * width)
  for (const [at, row] of rows.entries()) values.set(row, at * width)
  return { values, steps: rows.length }
}
