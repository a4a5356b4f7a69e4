/** The settings of each feature of sound; `presets.ts` has the documents' choices. */
import { z } from 'zod'
import { edgeNames } from '../graphs/framing.js'
import { barkBandCount } from '../numbers/bark.js'
import { melFilterKinds, melScales } from '../numbers/mel.js'
import { windowNames } from '../numbers/windows.js'

const hertz = z.number().min(0).max(1e6)

/** The length and spacing of frames. */
const clock = {
  rate: z.int().min(1).max(1_000_000).describe('samples per second (Hz)'),
  frame: z.int().min(2).max(65_536).describe('samples in a frame'),
  hop: z.int().min(1).max(65_536).describe('samples from frame to frame'),
  edges: z
    .enum(edgeNames)
    .describe('what stands beyond the ends, so that frame t is centred at sample t * hop'),
}

const filters = {
  bands: z.int().min(1).max(1024).describe('mel filters'),
  lowest: hertz.describe('where the lowest filter begins (Hz)'),
  highest: hertz.describe('where the highest filter ends (Hz)'),
  scale: z.enum(melScales).describe('mel scale'),
  filters: z
    .enum(melFilterKinds)
    .describe('exact, or in single precision with equally spaced bins as torchaudio'),
  norm: z.enum(['area', 'none']).describe('triangles of unit area (Slaney) or unit height'),
}

const bands = {
  ...clock,
  window: z.enum(windowNames).describe('window function, periodic, as long as the frame'),
  ...filters,
  power: z.literal([1, 2]).describe('1: sums of magnitudes, 2: of powers'),
}

const inDecibels = {
  reference: z.number().positive().describe('the power of 0 dB'),
  least: z.number().positive().describe('powers below count as this one'),
  range: z
    .number()
    .positive()
    .nullable()
    .describe('decibels below the loudest of the whole sound at which values stop; null: none'),
}

const melSettings = z.strictObject({ kind: z.literal('mel'), ...bands })

const logMelSettings = z.strictObject({ kind: z.literal('log-mel'), ...bands, ...inDecibels })

const mfccSettings = z.strictObject({
  kind: z.literal('mfcc'),
  ...bands,
  ...inDecibels,
  coefficients: z
    .int()
    .min(1)
    .max(1024)
    .describe('coefficients from the first on, at most `bands`'),
  differences: z
    .int()
    .min(3)
    .max(101)
    .refine((width) => width % 2 === 1, 'an odd number')
    .nullable()
    .describe('frames over which first and second differences are taken; null: without them'),
})

const barkSettings = z.strictObject({
  kind: z.literal('bark'),
  ...clock,
  window: bands.window,
  ...inDecibels,
})

const energySettings = z.strictObject({
  kind: z.literal('energy'),
  ...clock,
  unit: z
    .enum(['power', 'rms', 'decibels'])
    .describe('mean square, its root, or decibels (0 dB: mean square 1)'),
})

const zeroCrossingSettings = z.strictObject({ kind: z.literal('zero-crossings'), ...clock })

const pitchChoices = {
  lowest: hertz.positive().describe('lowest pitch (Hz); a frame holds three periods of it or more'),
  highest: hertz.positive().describe('highest pitch (Hz)'),
  voicing: z.number().min(0).max(1).describe('least autocorrelation of a voiced frame'),
  silence: z.number().max(0).describe('least level of a voiced frame (dB, full scale 0)'),
  octaveCost: z.number().min(0).max(1).describe('gain of a candidate for each octave'),
}

const pitchSettings = z.strictObject({ kind: z.literal('pitch'), ...clock, ...pitchChoices })

const acousticSettings = z.strictObject({
  kind: z.literal('acoustic'),
  ...clock,
  windowFrame: z.int().min(2).max(8192).describe('samples in each of the windows inside a frame'),
  windowHop: z.int().min(1).max(8192).describe('samples from window to window'),
  window: bands.window,
  barkBands: z.int().min(1).max(24).describe('critical bands from the lowest on'),
  ...filters,
  coefficients: z
    .int()
    .min(1)
    .max(1023)
    .describe('cepstral coefficients from number 1 on, fewer than `bands`'),
  least: inDecibels.least,
  statistics: z.boolean().describe('with six statistics of each of 18 descriptors'),
  pitch: z.strictObject({
    frame: clock.frame.describe('samples in a window for pitch'),
    ...pitchChoices,
  }),
})

type Refuse = (path: string, message: string) => void

function checkBand(
  { lowest, highest }: { lowest: number; highest: number },
  rate: number,
  refuse: Refuse,
): void {
  if (highest > rate / 2) refuse('highest', `at most half the rate, ${rate / 2} Hz`)
  if (lowest >= highest) refuse('lowest', `less than highest, ${highest} Hz`)
}

function checkPeriods(
  { frame, lowest }: { frame: number; lowest: number },
  rate: number,
  refuse: Refuse,
): void {
  if (frame * lowest >= 2.99 * rate) return
  const least = Math.ceil((3 * rate) / lowest)
  refuse('frame', `three periods of the lowest pitch, ${least} samples`)
}

/** The settings of one feature, without defaults, as recipes store them. */
export const featureSettings = z
  .discriminatedUnion('kind', [
    melSettings,
    logMelSettings,
    mfccSettings,
    barkSettings,
    energySettings,
    zeroCrossingSettings,
    pitchSettings,
    acousticSettings,
  ])
  .superRefine((settings, context) => {
    const refuse: Refuse = (path, message) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if ('highest' in settings) checkBand(settings, settings.rate, refuse)
    if (settings.kind === 'mfcc' && settings.coefficients > settings.bands) {
      refuse('coefficients', `at most as many as bands, ${settings.bands}`)
    }
    if (settings.kind === 'pitch') checkPeriods(settings, settings.rate, refuse)
    if (settings.kind === 'acoustic') {
      const { rate, frame, windowFrame, windowHop, bands, pitch } = settings
      checkBand(pitch, rate, refuse)
      checkPeriods(pitch, rate, refuse)
      if (rate < 10_000) refuse('rate', 'at least 10000 Hz: descriptors go up to 5 kHz')
      const least = Math.max(windowFrame + windowHop, pitch.frame)
      if (frame < least) refuse('frame', `two windows and one for pitch, ${least} samples`)
      // There must be enough bins from 0 to 500 Hz to fit a straight line.
      const few = Math.ceil(rate / 125)
      if (windowFrame < few) refuse('windowFrame', `at least 8 ms, ${few} samples`)
      const known = barkBandCount(rate)
      if (settings.barkBands > known) refuse('barkBands', `at most ${known} at this rate`)
      if (settings.coefficients >= bands) refuse('coefficients', `fewer than bands, ${bands}`)
    }
  })

export type FeatureSettings = z.infer<typeof featureSettings>
export type MelSettings = z.infer<typeof melSettings>
export type LogMelSettings = z.infer<typeof logMelSettings>
export type MfccSettings = z.infer<typeof mfccSettings>
export type BarkSettings = z.infer<typeof barkSettings>
export type EnergySettings = z.infer<typeof energySettings>
export type ZeroCrossingSettings = z.infer<typeof zeroCrossingSettings>
export type FramePitchSettings = z.infer<typeof pitchSettings>
export type AcousticSettings = z.infer<typeof acousticSettings>
