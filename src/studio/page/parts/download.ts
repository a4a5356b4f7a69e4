/** Saves content of the page as a file. */
export function download(content: string | Blob, name: string): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'text/plain' }) : content
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  // The name may come from a path; file names have no slashes.
  link.download = name.replace(/[\\/]+/g, '-')
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
