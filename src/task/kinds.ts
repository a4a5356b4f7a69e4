/** The kinds of tasks. To add one, write its file and list it here. */
import { z } from 'zod'
import { multiLabelKind } from './multi-label.js'
import { sentimentKind } from './sentiment.js'
import { sentimentClassesSchema } from './sentiment-classes.js'
import { singleLabelKind } from './single-label.js'

/** In the order in which a target is looked for in the data. */
export const taskKinds = [sentimentKind, singleLabelKind, multiLabelKind] as const

/** A task of one of these kinds. */
export type KnownTask = ReturnType<(typeof taskKinds)[number]['make']>

/** An answer of one of these kinds; `task` tells which. */
export type KnownAnswer = ReturnType<KnownTask['answer']>

const [first, ...others] = taskKinds

/** Reads a task from a file. */
export const taskSchema = z.discriminatedUnion('kind', [
  first.schema,
  ...others.map(({ schema }) => schema),
  sentimentClassesSchema,
])

/** Their targets, as named by `--target`. */
export const targetNames = taskKinds.map(({ target }) => target)
