/** Frames of WebCodecs as planes in memory. */
import type { Colours, Plane, Planes } from '../pixels/planes.js'

/** How a frame is copied. */
interface CopyOptions {
  readonly format?: 'RGBA'
  readonly rect?: object
}

/** The common part of WebCodecs' `VideoFrame` and mediabunny's `VideoSample`. */
export interface CodecFrame {
  readonly format: string | null
  readonly visibleRect: { readonly width: number; readonly height: number } | null
  allocationSize(options?: CopyOptions): number
  copyTo(
    destination: Uint8Array<ArrayBuffer>,
    options?: CopyOptions,
  ): Promise<readonly { readonly offset: number; readonly stride: number }[]>
}

/** Formats of three planes: the subsampling of colour, and bytes per number. */
const planar: Readonly<Record<string, readonly [across: number, down: number, bits: number]>> = {
  ...{ I420: [2, 2, 8], I420A: [2, 2, 8], I420P10: [2, 2, 10], I420P12: [2, 2, 12] },
  ...{ I422: [2, 1, 8], I422A: [2, 1, 8], I422P10: [2, 1, 10], I422P12: [2, 1, 12] },
  ...{ I444: [1, 1, 8], I444A: [1, 1, 8], I444P10: [1, 1, 10], I444P12: [1, 1, 12] },
}
/** Formats of one plane, with the positions of red, green and blue. */
const packed: Readonly<Record<string, readonly [number, number, number]>> = {
  ...{ RGBA: [0, 1, 2], RGBX: [0, 1, 2], BGRA: [2, 1, 0], BGRX: [2, 1, 0] },
}

/**
 * Copies the visible part of a frame.
 *
 * @param colours of its planes, if they are not red, green and blue
 */
export async function copyPlanes(frame: CodecFrame, colours: Colours): Promise<Planes> {
  const { format, visibleRect } = frame
  const { width = 0, height = 0 } = visibleRect ?? {}
  const isKnown = format !== null && (format in planar || format in packed || format === 'NV12')
  // The browser converts other formats to red, green and blue.
  const options = isKnown ? undefined : ({ format: 'RGBA' } as const)
  const data = new Uint8Array(frame.allocationSize(options))
  const layout = await frame.copyTo(data, options)
  const at = (plane: number) => layout[plane] ?? { offset: 0, stride: 0 }
  const size = { width, height }
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const places = packed[isKnown ? format : 'RGBA']
  if (places) {
    const { offset, stride } = at(0)
    const colour = (place: number): Plane => ({
      ...{ data, ...size, stride, offset: offset + place, step: 4 },
    })
    const parts = [colour(places[0]), colour(places[1]), colour(places[2])] as const
    return { ...size, parts: [...parts], colours: { model: 'rgb' } }
  }
  if (format === 'NV12') {
    const luma = { data, ...size, ...at(0), step: 1 }
    const { offset, stride } = at(1)
    const chroma = { data, ...half, stride, step: 2 }
    return {
      ...size,
      parts: [luma, { ...chroma, offset }, { ...chroma, offset: offset + 1 }],
      colours,
    }
  }
  const [across, down, bits] = planar[format ?? ''] ?? [2, 2, 8]
  const part = (plane: number): Plane => {
    const reduced = {
      width: Math.ceil(width / (plane === 0 ? 1 : across)),
      height: Math.ceil(height / (plane === 0 ? 1 : down)),
    }
    const whole = { data, ...reduced, ...at(plane), step: 1 }
    return bits === 8 ? whole : inBytes(whole, bits)
  }
  return { ...size, parts: [part(0), part(1), part(2)], colours }
}

/** Rounds numbers of 10 or 12 bits, lower byte first, to 8 bits. */
function inBytes({ data, width, height, offset, stride }: Plane, bits: number): Plane {
  const bytes = new Uint8Array(width * height)
  const unit = 2 ** (bits - 8)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const place = offset + row * stride + 2 * column
      const value = (data[place] ?? 0) + 256 * (data[place + 1] ?? 0)
      bytes[row * width + column] = Math.min(255, Math.round(value / unit))
    }
  }
  return { data: bytes, width, height, offset: 0, stride: width, step: 1 }
}
