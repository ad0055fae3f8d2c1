/** As many arguments as every engine takes in one call. */
const SLICE = 4096

/**
 * Bytes as text with one character for each: an identity for maps, and `<` orders texts as bytes compare.
 *
 * @example byteText(Uint8Array.of(0x61, 0xff)) === 'a\u00ff'
 */
export function byteText(bytes: Uint8Array): string {
  if (bytes.length <= SLICE) return String.fromCharCode(...bytes)
  let text = ''
  for (let at = 0; at < bytes.length; at += SLICE) text += String.fromCharCode(...bytes.subarray(at, at + SLICE))
  return text
}
