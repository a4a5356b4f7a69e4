/** The model that Live and Try use: the starter models, a run, or an exported file. */

import { messageOf } from '../../../base/errors.js'
import type { ModelAbout, ModelNeed } from '../../worker/own/about.js'
import type { NamedFile } from '../../worker/own/resources.js'
import { refuseMistake } from './server.js'
import { Shared, useShared } from './shared.js'
import { askWorker } from './worker.js'

/** A run of the studio's folder, a file of the reader, or neither: the starter models. */
export type ModelSource =
  | { readonly kind: 'starter' }
  /** @property maps whether it also tells what it attends to */
  | { readonly kind: 'run'; readonly path: string; readonly maps?: boolean }
  | { readonly kind: 'file'; readonly file: File }

export interface ModelState {
  readonly source: ModelSource
  /** Absent for the starter models, and while a model is being opened. */
  readonly about?: ModelAbout
  readonly isOpening: boolean
  readonly mistake?: string
}

const state = new Shared<ModelState>({ source: { kind: 'starter' }, isOpening: false })

export const modelNow = (): ModelState => state.now

/** Opens a model. If that fails, the starter models are used. */
export async function chooseModel(source: ModelSource): Promise<void> {
  state.set({ source, isOpening: true })
  try {
    const bytes = await bytesOf(source)
    const name =
      source.kind === 'run' ? source.path : source.kind === 'file' ? source.file.name : ''
    const answer = await askWorker({ kind: 'open', name, ...(bytes && { bytes }) })
    if (state.now.source !== source) return
    const about = answer.kind === 'model' ? answer.about : undefined
    state.set({ source, isOpening: false, ...(about && { about }) })
  } catch (error) {
    if (state.now.source !== source) return
    await askWorker({ kind: 'open', name: '' })
    state.set({ source: { kind: 'starter' }, isOpening: false, mistake: messageOf(error) })
  }
}

/** Gives the open model a file that it needs, or several for a folder. */
export async function giveModel(need: ModelNeed, files: readonly NamedFile[]): Promise<void> {
  const { mistake: _, ...before } = state.now
  state.set({ ...before, isOpening: true })
  try {
    const answer = await askWorker({ kind: 'give', files: { [need.name]: files } })
    const about = answer.kind === 'model' ? answer.about : undefined
    state.set({ source: before.source, isOpening: false, ...(about && { about }) })
  } catch (error) {
    state.set({ ...before, isOpening: false, mistake: messageOf(error) })
  }
}

async function bytesOf(source: ModelSource): Promise<Uint8Array | undefined> {
  if (source.kind === 'starter') return undefined
  if (source.kind === 'file') return new Uint8Array(await source.file.arrayBuffer())
  const { path, maps = false } = source
  const query = new URLSearchParams({ path, ...(maps && { maps: 'yes' }) })
  const response = await fetch(`./api/model?${query}`)
  await refuseMistake(response)
  return new Uint8Array(await response.arrayBuffer())
}

/** The current model, as a hook. */
export const useModel = (): ModelState => useShared(state)
