/** The settings of FE2E, most of which MESM shares. */
import { z } from 'zod'
import { count, probability, someModalities } from '../define/settings.js'
import { textEncoderTypes } from '../text-encoder/config.js'

/** A number of rows or columns, which the network halves four times. */
const size = z.int().min(16).multipleOf(16)

const three = z.tuple([z.number(), z.number(), z.number()])

/** The text encoder: its sizes, under the names of `config.json`, and where its weights come from. */
const textSettings = {
  textEncoder: z
    .string()
    .min(1)
    .optional()
    .describe(
      'folder of an ALBERT or BERT checkpoint that the text encoder starts from; its sizes replace those of the other settings (default: a small encoder, trained from scratch)',
    ),
  textConfig: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('content of the checkpoint’s config.json, which is read from that folder'),
  textKind: z.enum(textEncoderTypes).default('albert').describe('kind of the text encoder'),
  vocabulary: count.default(30_000).describe('number of tokens'),
  longestText: count
    .default(512)
    .describe('positions of the text encoder: the largest number of tokens of a text'),
  textEmbedding: count.default(64).describe('width of the embeddings of an ALBERT text encoder'),
  textWidth: count.default(128).describe('width of the text encoder'),
  textLayers: z.int().min(1).max(96).default(2).describe('layers of the text encoder'),
  textHeads: count.default(4).describe('heads of the text encoder'),
  textFeedForward: count
    .default(512)
    .describe('hidden size of the feed-forward networks of the text encoder'),
  textActivation: z
    .enum(['gelu', 'gelu_new', 'relu', 'silu'])
    .default('gelu_new')
    .describe('activation of the feed-forward networks of the text encoder'),
  textDropout: probability
    .default(0.1)
    .describe('dropout inside the text encoder, unless it starts from a checkpoint'),
} as const

/** How FE2E and MESM read faces and sound. */
const rawSettings = {
  faces: z
    .enum(['bytes', 'numbers'])
    .default('bytes')
    .describe(
      'type of the crops of faces: bytes, or float32 numbers from 0 to 255, which keep the fractions of resizing, as in the published code (numbers)',
    ),
  faceSize: size.default(48).describe('rows and columns of a face'),
  bands: size.default(128).describe('mel bands of a chunk of sound'),
  windows: size.default(32).describe('windows of a chunk of sound'),
  faceMean: three
    .default([159, 111, 102])
    .describe('mean of red, green and blue of faces (0 to 255), which the graph subtracts'),
  faceDeviation: three
    .default([37, 33, 32])
    .describe('standard deviation of red, green and blue of faces, by which the graph divides'),
  sound: z
    .enum(['power', 'log'])
    .default('power')
    .describe('sound as mel power, as published (power), or as its natural logarithm (log)'),
} as const

/** The settings that both models have (the document, Table 6, and its authors' code). */
const commonSettings = {
  modalities: someModalities.describe('the modalities to read; a single one has no fusion'),
  flattenWidth: count.default(1024).describe('hidden size between the maps and their vector'),
  width: count.default(64).describe('width of the vector of a frame or a chunk'),
  layers: z
    .int()
    .min(1)
    .max(24)
    .default(4)
    .describe('layers of the transformers over frames and chunks'),
  heads: count.default(4).describe('heads of the transformers'),
  feedForward: count.default(2048).describe('hidden size of their feed-forward networks'),
  dropout: probability.default(0.1).describe('dropout inside the transformers'),
  positions: z
    .enum(['sinusoidal', 'none'])
    .default('sinusoidal')
    .describe(
      'positions of frames and chunks: sinusoidal, as in the text, or none, as in the published code',
    ),
  statistics: z
    .enum(['batch', 'running'])
    .default('batch')
    .describe(
      'batch normalisation in training: by the statistics of the batch (batch), or by the running ones, which then stay frozen (running)',
    ),
  ...rawSettings,
  ...textSettings,
} as const

export const fe2eSettings = z.strictObject({
  ...commonSettings,
  channels: z
    .tuple([count, count, count, count, count, count])
    .default([64, 64, 64, 128, 256, 512])
    .describe('maps after the first convolution and after each of the five blocks'),
})

export type Fe2eSettings = z.infer<typeof fe2eSettings>

/** The settings that FE2E and MESM share. */
export type CommonSettings = Omit<Fe2eSettings, 'channels'>
