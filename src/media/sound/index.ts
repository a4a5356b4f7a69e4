/**
 * Features of sound: graphs of Limbic's own operators, and programs that compute them for any
 * sound.
 */
export { acousticNames, descriptorNames } from './features/acoustic.js'
export * from './features/feature.js'
export * from './features/make.js'
export * as soundPresets from './features/presets.js'
export * from './features/settings.js'
export { chunked } from './graphs/chunks.js'
export { type DecibelSettings, decibels, largestPower } from './graphs/decibels.js'
export { differences } from './graphs/differences.js'
export { type Edges, edgeNames, framed, withEdges } from './graphs/framing.js'
export { powerOfFrames, rootMeanSquare, zeroCrossingsOfFrames } from './graphs/level.js'
export { type PitchSettings, pitchOfFrames } from './graphs/pitch.js'
export { resample } from './graphs/resample.js'
export { shapeNames, spectralFlux, spectralShape } from './graphs/spectral-shape.js'
export { powerSpectrum } from './graphs/spectrum.js'
export { statisticNames, statisticsOf } from './graphs/statistics.js'
export * from './numbers/bark.js'
export * from './numbers/cosine-transform.js'
export * from './numbers/mel.js'
export { kaiserBest, kaiserFast, type SincSettings } from './numbers/sinc.js'
export * from './numbers/slopes.js'
export * from './numbers/windows.js'
export * from './stream/program.js'
export {
  type ChannelChoice,
  channelChoices,
  mixChannels,
  type Samples,
  type Sound,
} from './stream/sound.js'
export * from './voice-activity.js'
