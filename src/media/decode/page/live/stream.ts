/** Live streams by what is used of them, so that programs that know no browser compile, too. */

/** A track of a `MediaStream`. */
export interface LiveTrack {
  readonly kind: string
  /** The name of its device. */
  readonly label: string
}

/** A `MediaStream`: what `getUserMedia` and `captureStream` give. */
export interface LiveStream {
  getAudioTracks(): readonly LiveTrack[]
  getVideoTracks(): readonly LiveTrack[]
}
