/** The spectrogram of the last minute, drawn column by column as it comes. */
import { colourOf } from '../../../report/charts/draw/colours.js'

/** Columns per second, and the range of the colours in decibels below the loudest sound. */
const perSecond = 10
const range = 80
const shades = 64

interface Rows {
  readonly time: number
  readonly step: number
  readonly rows: number
  readonly width: number
  readonly data: Float32Array
}

/** Averages the rows that fall into each column. */
export class SoundStrip {
  readonly columns: number
  #bands = 0
  /** The number of the newest column since the start. */
  #newest = -1
  #loudest = Number.NEGATIVE_INFINITY
  #levels = new Float32Array()
  #counts = new Uint32Array()
  readonly #table: readonly string[]

  constructor(seconds: number) {
    this.columns = Math.round(seconds * perSecond)
    const colour = colourOf({ scheme: 'viridis', domain: [0, shades - 1] })
    this.#table = Array.from({ length: shades }, (_, shade) => colour(shade))
  }

  clear(): void {
    this.#bands = 0
    this.#newest = -1
    this.#loudest = Number.NEGATIVE_INFINITY
  }

  add({ time, step, rows, width, data }: Rows): void {
    if (this.#bands !== width) {
      this.#bands = width
      this.#levels = new Float32Array(this.columns * width)
      this.#counts = new Uint32Array(this.columns)
    }
    for (let row = 0; row < rows; row++) {
      const column = Math.max(0, Math.floor((time + row * step) * perSecond))
      for (
        let next = Math.max(this.#newest + 1, column - this.columns + 1);
        next <= column;
        next++
      ) {
        this.#levels.fill(0, (next % this.columns) * width, ((next % this.columns) + 1) * width)
        this.#counts[next % this.columns] = 0
        this.#newest = next
      }
      const place = column % this.columns
      this.#counts[place] = (this.#counts[place] ?? 0) + 1
      for (let band = 0; band < width; band++) {
        const level = data[row * width + band] ?? 0
        const at = place * width + band
        this.#levels[at] = (this.#levels[at] ?? 0) + level
        this.#loudest = Math.max(this.#loudest, level)
      }
    }
  }

  /** The time at the right edge, in seconds from the start of the source; undefined without sound. */
  get end(): number | undefined {
    return this.#newest < 0 ? undefined : (this.#newest + 1) / perSecond
  }

  /** Draws the latest columns, the newest at the right edge, the lowest band below. */
  draw(canvas: HTMLCanvasElement): void {
    const context = canvas.getContext('2d')
    if (!context || this.#bands === 0) return
    const { width, height } = canvas
    context.clearRect(0, 0, width, height)
    const [wide, high] = [width / this.columns, height / this.#bands]
    for (let back = 0; back < this.columns && back <= this.#newest; back++) {
      const place = (this.#newest - back) % this.columns
      const count = this.#counts[place] ?? 0
      if (count === 0) continue
      const left = width - (back + 1) * wide
      for (let band = 0; band < this.#bands; band++) {
        const level = (this.#levels[place * this.#bands + band] ?? 0) / count
        const share = 1 - Math.min(Math.max((this.#loudest - level) / range, 0), 1)
        context.fillStyle = this.#table[Math.round(share * (shades - 1))] ?? '#000'
        context.fillRect(left, height - (band + 1) * high, wide + 0.5, high + 0.5)
      }
    }
  }
}
