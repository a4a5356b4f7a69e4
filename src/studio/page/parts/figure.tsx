/** Charts: SVG in the colours of the page, which can be saved as SVG or PNG. */
import { useEffect, useRef } from 'preact/hooks'
import { texts } from '../texts.js'
import { download } from './download.js'

/** Pixels of a PNG per unit of the chart. */
const sharpness = 2

/**
 * @param svg a chart of `report`; these contain no scripts and load nothing
 * @param name the file name for saving
 */
export function Figure({
  svg,
  name,
  caption,
}: {
  readonly svg: string
  readonly name: string
  readonly caption?: string
}) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = parseSvg(svg)
    if (element) place.current?.replaceChildren(element)
  }, [svg])
  return (
    <figure>
      <div ref={place} />
      {caption !== undefined && <figcaption>{caption}</figcaption>}
      <p class="export">
        {texts.export}{' '}
        <button type="button" class="link" onClick={() => download(svg, `${name}.svg`)}>
          {texts.formats.svg}
        </button>
        <button type="button" class="link" onClick={() => savePng(svg, `${name}.png`)}>
          {texts.formats.png}
        </button>
      </p>
    </figure>
  )
}

/** Parses an SVG document; undefined if it is not one. */
function parseSvg(svg: string): SVGElement | undefined {
  const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml')
  return documentElement instanceof SVGElement ? document.adoptNode(documentElement) : undefined
}

/** Drawn on white with dark ink, as on paper. */
async function savePng(svg: string, name: string): Promise<void> {
  const inked = svg.replace('<svg ', '<svg color="#1c1e21" ')
  const image = new Image()
  image.src = URL.createObjectURL(new Blob([inked], { type: 'image/svg+xml' }))
  try {
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = sharpness * image.naturalWidth
    canvas.height = sharpness * image.naturalHeight
    const context = canvas.getContext('2d')
    if (!context) return
    context.fillStyle = '#fff'
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
    if (blob) download(blob, name)
  } finally {
    URL.revokeObjectURL(image.src)
  }
}
