import hdf5 from 'h5wasm/node'

export interface EntryContent {
  /** Rows of numbers, or words. */
  readonly features: readonly (readonly number[])[] | readonly string[]
  readonly intervals: readonly (readonly number[])[]
}

/** Writes a `.csd` file as the SDK lays it out; returns its path. */
export async function writeSequence(
  path: string,
  name: string,
  entries: Readonly<Record<string, Partial<EntryContent>>>,
): Promise<string> {
  await hdf5.ready
  const file = new hdf5.File(path, 'w')
  const data = file.create_group(name).create_group('data')
  for (const [id, { features, intervals }] of Object.entries(entries)) {
    const group = data.create_group(id)
    if (features !== undefined) {
      const text = features.filter((row) => typeof row === 'string')
      const rows = features.filter((row) => typeof row !== 'string')
      if (text.length > 0) {
        group.create_dataset({
          name: 'features',
          data: text,
          shape: [text.length, 1],
          dtype: 'S32',
        })
      } else {
        group.create_dataset({
          name: 'features',
          data: Float32Array.from(rows.flat()),
          shape: [rows.length, rows[0]?.length ?? 0],
        })
      }
    }
    if (intervals !== undefined) {
      group.create_dataset({
        name: 'intervals',
        data: Float64Array.from(intervals.flat()),
        shape: [intervals.length, intervals[0]?.length ?? 0],
      })
    }
  }
  file.close()
  return path
}
