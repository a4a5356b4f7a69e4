/** The kinds of tasks that Limbic knows: a new one is a file of its own and a place in this list. */
import { z } from 'zod'
import { multiLabelKind } from './multi-label.js'
import { sentimentKind } from './sentiment.js'
import { singleLabelKind } from './single-label.js'

/** In the order in which data are asked for their targets. */
export const taskKinds = [sentimentKind, singleLabelKind, multiLabelKind] as const

/** A task of one of these kinds. */
export type KnownTask = ReturnType<(typeof taskKinds)[number]['make']>

/** What a model of one of these kinds says of a sample: `task` tells which kind it is of. */
export type KnownAnswer = ReturnType<KnownTask['answer']>

const [first, ...others] = taskKinds

/** Reads a task as files hold it. */
export const taskSchema = z.discriminatedUnion('kind', [
  first.schema,
  ...others.map(({ schema }) => schema),
])

/** The targets that they predict, as `--target` has them. */
export const targetNames = taskKinds.map(({ target }) => target)
