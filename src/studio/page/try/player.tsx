/** Plays a file of the reader. */
import { useEffect, useMemo } from 'preact/hooks'
import { texts } from '../texts.js'

/** @param picture whether it has video */
export function Player({ file, picture }: { readonly file: File; readonly picture: boolean }) {
  const address = useMemo(() => URL.createObjectURL(file), [file])
  useEffect(() => () => URL.revokeObjectURL(address), [address])
  if (file.type.startsWith('image/')) return <img class="player" src={address} alt={file.name} />
  return picture ? (
    // biome-ignore lint/a11y/useMediaCaption: the words are shown beside, where there are some
    <video class="player" controls src={address} aria-label={texts.try.player} />
  ) : (
    // biome-ignore lint/a11y/useMediaCaption: the words are shown beside, where there are some
    <audio class="player" controls src={address} aria-label={texts.try.player} />
  )
}
