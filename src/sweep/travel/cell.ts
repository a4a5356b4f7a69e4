/**
 * A cell as it is sent to another machine: names, numbers, paths and addresses, validated on arrival,
 * never code. The files that it names are not sent, only their digests.
 */
import { createHash } from 'node:crypto'
import { isAbsolute, relative, resolve } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../../base/errors.js'
import { validate } from '../../base/schema.js'
import { digestPath } from '../../disk/digest.js'
import { isInside } from '../../disk/files.js'
import { type RunConfig, runConfig } from '../../learn/config.js'
import { isRemote, writeObjectAddress } from '../../remote/address.js'
import { bringData } from '../../remote/data.js'
import { addressOf } from '../../remote/mirror.js'
import { isModelFile, modelFileOf } from '../../runs/model-file/index.js'
import { isSynthetic } from '../../runs/open-data.js'
import { bringWeights } from '../../runs/remote/from.js'
import { sorted } from '../../runs/same-run.js'
import type { Cell } from '../cell.js'

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)

const travellingCell = z.strictObject({
  kind: z.literal('run'),
  row: z.string(),
  label: z.string(),
  /** The folder that relative paths start from. */
  base: z.string().refine(isAbsolute, 'an absolute path'),
  /** The folder of the complete run, or its address in a store. */
  folder: z.string().min(1),
  config: runConfig,
  /** The digests of the files that it names. */
  digests: z.strictObject({
    data: digest.exactOptional(),
    vectors: digest.exactOptional(),
    from: digest.exactOptional(),
    model: digest.exactOptional(),
  }),
})
export type TravellingCell = z.infer<typeof travellingCell>

/**
 * Prepares a cell for another machine. It uses one thread unless its configuration says otherwise,
 * so that sums are rounded alike on every machine.
 *
 * @param base the folder that relative paths in the configuration start from
 * @throws LimbicError if a file that it names cannot be read
 */
export async function sendCell(
  { row, label, folder, config }: Cell,
  base: string,
): Promise<TravellingCell> {
  const { data, model, from } = config
  return {
    kind: 'run',
    row,
    label,
    base,
    folder: placeOf(folder, base),
    config: { ...config, threads: config.threads ?? 1 },
    digests: {
      ...(!isSynthetic(data) && { data: await digestAt(base, data.path) }),
      ...(data.vectors !== undefined && { vectors: await digestAt(base, data.vectors) }),
      ...(from !== undefined && (await digestOfSource(base, from))),
      ...(isModelFile(model) && { model: modelFileOf(resolve(base, model)).digest }),
    },
  }
}

/** @throws LimbicError if it is not a cell, or has settings that Limbic does not know */
export function receiveCell(value: unknown): TravellingCell {
  return validate(travellingCell, value, 'the queue')
}

/** The id of a cell in a queue: the same for the same run in the same folder. */
export function nameOfCell({ base, folder, config }: TravellingCell): string {
  const { threads: _, provider: __, ...essence }: RunConfig = config
  const place = isRemote(folder) ? folder : resolve(base, folder)
  const words = JSON.stringify([place, sorted(essence)])
  return `run-${createHash('sha256').update(words).digest('hex').slice(0, 32)}`
}

/** None where the source is gone: a run that has begun does not need it. */
async function digestOfSource(base: string, from: string): Promise<{ readonly from?: string }> {
  const place = isRemote(from) ? from : resolve(base, from)
  try {
    return { from: digestPath(await bringWeights(place)) }
  } catch (error) {
    if (error instanceof LimbicError) return {}
    throw error
  }
}

async function digestAt(base: string, path: string): Promise<string> {
  return digestPath(isRemote(path) ? await bringData(path) : resolve(base, path))
}

/**
 * An address for what mirrors a store, and a path relative to the base for what is inside, since
 * other machines may mount the base elsewhere.
 */
function placeOf(path: string, base: string): string {
  const address = addressOf(resolve(base, path))
  if (address) return writeObjectAddress(address)
  return isInside(base, resolve(base, path))
    ? relative(base, resolve(base, path))
    : resolve(base, path)
}
