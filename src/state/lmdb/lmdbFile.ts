/**
 * Whether a data file of LMDB can be opened at all. LMDB maps its file into memory and trusts it: a page that was cut off or
 * points nowhere ends the whole process, without an error that anyone could read. So the tree is walked first, page by page
 * from the file. What is in values is the business of whoever wrote them.
 */
import { type FileHandle, open } from 'node:fs/promises'

const MAGIC = 0xbeefc0de
/** The only layout that is known here; another one is left to LMDB. */
const VERSION = 2
const PAGE_HEADER = 24
const NODE_HEADER = 8
const NO_PAGE = 0xffff_ffff_ffff_ffffn

const BRANCH = 1
const LEAF = 2
const BIG_DATA = 1

/** A writer beside us may give pages that we are about to read to others; then the tree that it left is walked. */
const ATTEMPTS = 5

interface Meta {
  readonly pageSize: number
  readonly lastPage: number
  readonly transaction: bigint
  /** Where the tree of free pages begins, and that of the entries. */
  readonly roots: readonly bigint[]
}

interface LmdbPages {
  readonly file: FileHandle
  readonly meta: Meta
  /** Pages that are in the file. */
  readonly count: number
  /** Pages that were met already: one that is met twice belongs to nobody. */
  readonly met: Set<number>
}

/**
 * What is wrong with the file, or undefined when LMDB may open it. An empty file is left by a process that was killed as it
 * made the store: a writer begins with it, and a reader finds nothing.
 */
export async function damageOfLmdbFile(path: string, readOnly: boolean): Promise<string | undefined> {
  const file = await open(path, 'r')
  try {
    for (let attempt = 1; ; attempt++) {
      const { size } = await file.stat()
      if (size === 0) return readOnly ? 'it is empty' : undefined
      const meta = await readMeta(file, size)
      if (typeof meta !== 'object') return meta
      const damage = await damageOfTrees({ file, meta, count: Math.floor(size / meta.pageSize), met: new Set([0, 1]) })
      if (damage === undefined) return undefined
      const now = await readMeta(file, size)
      const hasMovedOn = typeof now === 'object' && now.transaction !== meta.transaction
      if (!hasMovedOn) return damage
      if (attempt === ATTEMPTS) return undefined
    }
  } finally {
    await file.close()
  }
}

/** The newer of the two metas; why there is none; or undefined for a layout that is not known here. */
async function readMeta(file: FileHandle, size: number): Promise<Meta | string | undefined> {
  const first = await readView(file, 0, PAGE_HEADER + 160)
  if (first === undefined) return `its ${size} bytes are no LMDB file`
  if (first.getUint32(PAGE_HEADER, true) !== MAGIC) return 'it does not begin as an LMDB file does'
  if (first.getUint32(PAGE_HEADER + 4, true) !== VERSION) return undefined
  const pageSize = first.getUint32(PAGE_HEADER + 24, true)
  if (pageSize < 256 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    return `it has pages of ${pageSize} bytes`
  const second = await readView(file, pageSize, PAGE_HEADER + 160)
  if (second === undefined) return `its ${size} bytes are cut off`
  const metas: Meta[] = []
  for (const view of [first, second]) {
    const isWhole = view.getUint32(PAGE_HEADER, true) === MAGIC && view.getUint32(PAGE_HEADER + 24, true) === pageSize
    if (!isWhole) return 'one of its first two pages is damaged'
    metas.push({
      pageSize,
      lastPage: Number(view.getBigUint64(PAGE_HEADER + 120, true)),
      transaction: view.getBigUint64(PAGE_HEADER + 128, true),
      roots: [view.getBigUint64(PAGE_HEADER + 64, true), view.getBigUint64(PAGE_HEADER + 112, true)],
    })
  }
  const [a, b] = metas
  return a !== undefined && b !== undefined && b.transaction > a.transaction ? b : a
}

async function damageOfTrees(pages: LmdbPages): Promise<string | undefined> {
  const waiting = pages.meta.roots.filter((root) => root !== NO_PAGE).map(Number)
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    const damage = take(pages, page, 1) ?? (await damageOfPage(pages, page, waiting))
    if (damage !== undefined) return damage
  }
  return undefined
}

/** Checks a page's nodes, and puts the pages below it among those that wait. */
async function damageOfPage(pages: LmdbPages, page: number, waiting: number[]): Promise<string | undefined> {
  const { pageSize } = pages.meta
  const view = await readView(pages.file, page * pageSize, pageSize)
  if (view === undefined) return `page ${page} is cut off`
  const kind = view.getUint16(18, true)
  const nodesEnd = PAGE_HEADER + view.getUint16(20, true)
  const isSound =
    Number(view.getBigUint64(0, true)) === page && (kind === BRANCH || kind === LEAF) && nodesEnd <= pageSize
  if (!isSound) return `page ${page} is damaged`
  for (let at = PAGE_HEADER; at < nodesEnd; at += 2) {
    const node = view.getUint16(at, true) + PAGE_HEADER
    const keyEnd = node + NODE_HEADER <= pageSize ? node + NODE_HEADER + view.getUint16(node + 6, true) : pageSize + 1
    if (node < nodesEnd || keyEnd > pageSize) return `page ${page} is damaged`
    const low = view.getUint32(node, true)
    const flags = view.getUint16(node + 4, true)
    if (kind === BRANCH) {
      waiting.push(low + flags * 2 ** 32)
    } else if ((flags & BIG_DATA) === 0) {
      if (keyEnd + low > pageSize) return `page ${page} is damaged`
    } else {
      if (keyEnd + 24 > pageSize) return `page ${page} is damaged`
      const count = Number(view.getBigUint64(keyEnd + 16, true))
      if (count * pageSize < low + PAGE_HEADER) return `page ${page} is damaged`
      const damage = take(pages, Number(view.getBigUint64(keyEnd, true)), count)
      if (damage !== undefined) return damage
    }
  }
  return undefined
}

/** Counts pages as met. The last one in use must be in the file; free ones behind it need not. */
function take({ count, met, meta }: LmdbPages, first: number, pages: number): string | undefined {
  const end = first + pages
  if (end > meta.lastPage + 1) return `it refers to page ${end - 1}, and its last is ${meta.lastPage}`
  if (end > count) return `it is cut off: it refers to page ${end - 1}, and has ${count} pages`
  for (let page = first; page < end; page++) {
    if (met.has(page)) return `page ${page} has two owners`
    met.add(page)
  }
  return undefined
}

async function readView(file: FileHandle, position: number, length: number): Promise<DataView | undefined> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position)
  return bytesRead === length ? new DataView(buffer.buffer, buffer.byteOffset, length) : undefined
}
