/** Names of files may have 255 bytes; this leaves room for what goes before and after. */
const longest = 60

/** Names that Windows keeps for devices, whatever ending follows. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)$/

/**
 * A name as a part of a path, safe on every system: small letters, digits and dashes, cut where it
 * is long.
 */
export function slug(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, longest)
    .replace(/-$/, '')
  return devices.test(plain) ? `${plain}-` : plain || 'unnamed'
}
