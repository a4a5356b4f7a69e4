/** The samples of the data sets that the studio was given, listed by a command when they are asked for. */
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { validate } from '../../../base/schema.js'
import { type SampleList, sampleList } from '../../../data/corpora/listing.js'
import { readJson } from '../../../disk/files.js'
import { NotFound } from '../http/places.js'
import type { Reports } from '../work/reports.js'

/** A list, under a key that no other has: an index in it always means the same sample. */
export interface KeyedList {
  readonly key: string
  readonly list: SampleList
}

interface Known {
  /** What the data looked like when they were listed. */
  readonly signature: string
  readonly listed: Promise<KeyedList>
}

export class SampleLists {
  readonly #known = new Map<string, Known>()
  readonly #byKey = new Map<string, SampleList>()

  constructor(private readonly reports: Reports) {}

  /** Lists a data set; again only if it has changed. @throws LimbicError with the command's error */
  of(data: string): Promise<KeyedList> {
    const signature = signatureOf(data)
    const before = this.#known.get(data)
    if (before?.signature === signature) return before.listed
    const listed = this.#list(data)
    this.#known.set(data, { signature, listed })
    listed.catch(() => {
      if (this.#known.get(data)?.listed === listed) this.#known.delete(data)
    })
    // An index into a former list would be another sample.
    void before?.listed.then(
      ({ key }) => this.#byKey.delete(key),
      () => {},
    )
    return listed
  }

  /** The list of a key. @throws NotFound if there is none, or the data have changed since */
  at(key: string): SampleList {
    const list = this.#byKey.get(key)
    if (list) return list
    throw new NotFound('the data have changed; open the page again')
  }

  async #list(data: string): Promise<KeyedList> {
    const name = 'samples.json'
    const command = ['data', 'samples', '--quiet']
    const path = join(await this.reports.writeFile('Samples', command, [data], name), name)
    const key = randomBytes(9).toString('base64url')
    const list = validate(sampleList, readJson(path), data)
    this.#byKey.set(key, list)
    return { key, list }
  }
}

/** Of a folder, also its table of clips. */
function signatureOf(data: string): string {
  return [data, join(data, 'manifest.csv'), join(data, 'manifest.json')]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((found) => `${found?.ino} ${found?.size} ${found?.mtimeMs}`)
    .join()
}
