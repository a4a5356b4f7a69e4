/** A line or word of a transcript. */
export interface TimedText {
  /** Seconds from the start of the recording; NaN if the file does not say. */
  readonly start: number
  readonly end: number
  readonly text: string
}
