/** Stores lessons in the browser (OPFS), so they survive closing the tab. */
import { decodeLessons, encodeLessons, type Lessons, noLessons } from './lessons-file.js'

const fileOf = (of: string) => `lessons-${of}.safetensors`

/** @param of tells apart what the lessons are for */
export async function loadLessons(of: string): Promise<Lessons> {
  try {
    const folder = await navigator.storage.getDirectory()
    const file = await (await folder.getFileHandle(fileOf(of))).getFile()
    return decodeLessons(new Uint8Array(await file.arrayBuffer()), of, file.name)
  } catch {
    // Nothing is stored yet, or what is there is damaged.
    return noLessons
  }
}

/** Lessons are written one after the other. */
let writing: Promise<unknown> = Promise.resolve()

export function saveLessons(of: string, kept: Lessons): Promise<void> {
  const bytes = encodeLessons(kept, of)
  return inTurn(async (folder) => {
    const file = await (await folder.getFileHandle(fileOf(of), { create: true })).createWritable()
    await file.write(new Uint8Array(bytes))
    await file.close()
  })
}

export function forgetLessons(of: string): Promise<void> {
  return inTurn(async (folder) => {
    for await (const name of folder.keys()) {
      if (name === fileOf(of)) await folder.removeEntry(name)
    }
  })
}

function inTurn(work: (folder: FileSystemDirectoryHandle) => Promise<void>): Promise<void> {
  const done = writing.then(async () => work(await navigator.storage.getDirectory()))
  writing = done.catch(() => {})
  return done
}
