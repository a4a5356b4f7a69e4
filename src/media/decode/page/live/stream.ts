/** The parts of live streams that are used, so that programs without browser types compile. */

/** A track of a `MediaStream`. */
export interface LiveTrack {
  readonly kind: string
  /** The name of the device. */
  readonly label: string
}

/** A `MediaStream`, as `getUserMedia` and `captureStream` return it. */
export interface LiveStream {
  getAudioTracks(): readonly LiveTrack[]
  getVideoTracks(): readonly LiveTrack[]
}
