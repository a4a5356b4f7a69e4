/** The content of an experiment's file: one table of a document, or one of our own. */
import { z } from 'zod'
import { modalities } from '../base/modalities.js'
import { slug } from '../base/slug.js'
import { targetNames } from '../task/kinds.js'

const text = z.string().min(1)
const metric = z
  .string()
  .regex(/^[A-Za-z0-9]+(\.[^.]+)?$/, 'a metric such as f1, or that of a class such as f1.happy')

/** `44.6`, or `[51.3, 0.7]` with its deviation; on the scale that the document prints. */
const figure = z.union([z.number(), z.tuple([z.number(), z.number().min(0)])])
const figures = z.record(metric, figure)

/** The configuration of models and runs, as in a run's `config.yaml`; each may be partial. */
const parts = {
  settings: z.record(z.string(), z.unknown()).default({}),
  training: z.record(z.string(), z.unknown()).default({}),
}

const row = z
  .strictObject({
    /** Names the folder of its runs; made of group and label unless given. */
    id: text.optional(),
    label: text,
    group: text.optional(),
    model: text.optional(),
    ...parts,
    data: z.record(z.string(), z.unknown()).default({}),
    needs: z
      .strictObject({ aligned: z.boolean().optional() })
      .default({})
      .describe('whether this row needs aligned or unaligned data'),
    quoted: text.optional().describe('a quoted system that is not implemented, and why'),
    best: z
      .strictObject({ of: text, by: metric })
      .optional()
      .describe('the best run of another row by a test metric, as in the publication'),
    note: text.optional(),
    paper: figures.default({}),
  })
  .refine(
    ({ model, quoted, best }) =>
      [model, quoted, best].filter((given) => given !== undefined).length === 1,
    'one of model, quoted and best',
  )

const column = z.strictObject({
  metric,
  title: text,
  /** What our figures, shares from 0 to 1, are multiplied by to be on the document's scale. */
  scale: z.number().positive().default(1),
  digits: z.int().min(0).max(6).default(3),
})

/** The schema of an experiment's file; `docs/experiments.md` explains it. */
export const experimentSchema = z.strictObject({
  title: text,
  source: z
    .strictObject({ document: text, table: text, note: text.optional() })
    .optional()
    .describe('absent for experiments without a publication'),
  data: z.strictObject({
    name: text.describe('the data set of the published figures'),
    about: text.optional().describe('features and labels used in the publication'),
    recognise: z
      .array(text)
      .default([])
      .describe('words that identify the data set; its name contains one of them'),
    path: z.literal('synthetic').optional().describe('set for experiments on synthetic data'),
    target: z.enum(targetNames),
    standardise: z.boolean().default(true),
    recipe: text.optional().describe('what is made of recordings, where a folder of them is given'),
    modalities: z.array(z.enum(modalities)).optional().describe('the parts of the recipe'),
    synthetic: z.record(z.string(), z.unknown()).default({}),
  }),
  protocol: z.strictObject({
    seeds: z.union([z.int().positive(), z.array(z.int().min(0)).min(1)]).default(5),
    folds: z.int().min(2).optional(),
    split: z.record(z.string(), z.unknown()).optional(),
    training: parts.training,
    note: text.optional(),
  }),
  /** Configuration that all rows of a model share. */
  models: z.record(z.string(), z.strictObject(parts)).default({}),
  columns: z.array(column).min(1),
  rows: z.array(row).min(1),
  figure: z
    .strictObject({
      along: text.describe('the setting of rows that lies on the horizontal axis'),
      title: text.describe('the title of that axis'),
    })
    .optional()
    .describe('draws each column as a curve over a setting of the rows'),
  notes: z.array(text).default([]),
})

export type Experiment = z.infer<typeof experimentSchema>
export type ExperimentRow = Experiment['rows'][number]
export type ExperimentColumn = Experiment['columns'][number]

/** The title of a row in tables. */
export function rowTitle({ group, label }: Pick<ExperimentRow, 'group' | 'label'>): string {
  return group === undefined ? label : `${group}: ${label}`
}

/** The name of a row's folder. */
export function rowId(row: Pick<ExperimentRow, 'id' | 'group' | 'label'>): string {
  return row.id ?? slug(rowTitle(row))
}
