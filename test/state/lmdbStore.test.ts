import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { open as openDatabase } from 'lmdb'
import { describe, expect, test } from 'vitest'
import { damageOfLmdbFile } from '../../src/state/lmdb/lmdbFile.ts'
import { lmdbStore } from '../../src/state/lmdb.ts'
import { temporaryFolder } from '../io/temporaryFolder.ts'

const folder = temporaryFolder()
const CHILD = fileURLToPath(new URL('./support/openLmdb.ts', import.meta.url))
const COMMAND = [process.execPath, '--import', 'tsx', CHILD]

test('a scratch table leaves nothing beside the store, also where a run was killed', async () => {
  const path = folder.path('scratched')
  const connection = await lmdbStore(path).open()
  const scratch = await connection.openScratch?.()
  scratch?.apply([{ key: Uint8Array.of(1), value: Uint8Array.of(1) }])
  expect(await readdir(path)).toContain('scratch')
  await connection.close()
  expect(await readdir(path)).toEqual(['data.mdb', 'lock.mdb'])
  await mkdir(join(path, 'scratch'))
  await writeFile(join(path, 'scratch', 'data.mdb'), 'half a page')
  const next = await lmdbStore(path).open()
  expect((await next.openScratch?.())?.first({}, 1)).toEqual([])
  await next.close()
})

describe('who may open it', () => {
  test('another process is refused while one has it open, and let in when that one is killed', async () => {
    const path = folder.path('killed')
    const holder = await holderOf(path)
    await expect(lmdbStore(path).open()).rejects.toThrow(
      `is in use: process ${holder.pid} has it open. Stop that run; if it is known to be dead, open with { takeOver: true }.`,
    )
    const reader = await lmdbStore(path).open({ readOnly: true })
    expect(await reader.get(Uint8Array.of(1))).toEqual(Uint8Array.of(1))
    await reader.close()
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const next = await lmdbStore(path).open()
    expect(await next.get(Uint8Array.of(1))).toEqual(Uint8Array.of(1))
    await next.close()
  })

  test('one process opens it once, by whatever name', async () => {
    const path = folder.path('twice')
    const first = await lmdbStore(path).open()
    await symlink(path, folder.path('other name'))
    await expect(lmdbStore(folder.path('other name')).open()).rejects.toThrow('is in use: this process has it open.')
    await first.close()
  })

  test('a run of another machine is taken from only when asked for', async () => {
    const path = folder.path('elsewhere')
    await (await lmdbStore(path).open()).close()
    const owner = JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: '1' })
    const database = openDatabase({ path, noSubdir: false, encoding: 'binary', keyEncoding: 'binary' })
    await database.put(Buffer.of(0, 2), Buffer.from(owner))
    await database.close()
    await expect(lmdbStore(path).open()).rejects.toThrow(
      'is in use: process 1 on elsewhere has it open, or was killed there.',
    )
    await (await lmdbStore(path, { takeOver: true }).open()).close()
    await (await lmdbStore(path).open()).close()
  })
})

describe('what is in its place', () => {
  test('a file, and a folder with other things, are refused and left as they are', async () => {
    const file = await folder.file('a file', 'mine')
    await expect(lmdbStore(file).open()).rejects.toThrow(
      `[STORE_CORRUPT] ${file} is a file, not a store. Name a folder that is empty or not there.`,
    )
    const path = folder.path('photos')
    await mkdir(path)
    await writeFile(join(path, 'me.jpg'), 'me')
    await expect(lmdbStore(path).open()).rejects.toThrow(
      `[STORE_CORRUPT] ${path} holds something else than a store: me.jpg.`,
    )
    expect(await readdir(path)).toEqual(['me.jpg'])
    expect(await readFile(file, 'utf8')).toBe('mine')
  })

  test('a database of another program is refused, and left as it is', async () => {
    const path = folder.path('other database')
    const database = openDatabase({ path, noSubdir: false })
    await database.put('a', 1)
    await database.close()
    await expect(lmdbStore(path).open()).rejects.toThrow(
      'holds something else than a store: a database of another program.',
    )
    const again = openDatabase({ path, noSubdir: false })
    expect([...again.getKeys({})]).toEqual(['a'])
    await again.close()
  })

  test('nothing: a reader says so and makes nothing, a writer makes it', async () => {
    const path = folder.path('deep/inside')
    await expect(lmdbStore(path).open({ readOnly: true })).rejects.toThrow(
      `[STORE_FAILED] there is no store in ${path}.`,
    )
    await expect(stat(path)).rejects.toThrow('ENOENT')
    await (await lmdbStore(path).open()).close()
    expect((await readdir(path)).sort()).toEqual(['data.mdb', 'lock.mdb'])
  })

  test('a path that cannot be made', async () => {
    const file = await folder.file('another file', '')
    await expect(lmdbStore(join(file, 'inside')).open()).rejects.toThrow('cannot be opened as a store. Check the path')
    expect(() => lmdbStore('')).toThrow('[INVALID_ARGUMENT] the path of a store is empty. Name a folder.')
  })
})

describe('disks that fail', () => {
  test('a full one: the batch is refused as a whole, what was committed stays, and room lets it go on', async () => {
    const path = folder.path('full')
    const command = `ulimit -f 4096; exec "$@"`
    const found = outcomeOf(spawnSync('bash', ['-c', command, '-', ...COMMAND, path, 'fill'], { encoding: 'utf8' }))
    const batches = Number(found.batches)
    expect(found).toEqual({ error: 'STORE_FAILED', batches, kept: 8 * batches, after: 8 * batches - 1 })
    expect(batches).toBeGreaterThan(0)
    const reader = await lmdbStore(path).open({ readOnly: true })
    expect(await reader.get(Uint8Array.of(batches, 7))).toEqual(new Uint8Array(100_000).fill(batches))
    await reader.close()
  })

  test.runIf(process.getuid?.() === 0)('a read-only folder is read, and not written', async () => {
    const path = folder.path('read only')
    const connection = await lmdbStore(path).open()
    await connection.commit([{ key: Uint8Array.of(5), value: Uint8Array.of(5) }])
    await connection.close()
    const nobody = { encoding: 'utf8', uid: 65_534, gid: 65_534, env: { PATH: process.env.PATH, HOME: '/' } } as const
    const [node = '', ...rest] = COMMAND
    spawnSync('chmod', ['755', folder.path('.')])
    const run = (deed: string) => outcomeOf(spawnSync(node, [...rest, path, deed], nobody))
    expect(run('fill')).toMatchObject({ error: 'STORE_FAILED' })
    expect(run('list')).toEqual(['5'])
  })
})

describe('a data file that is damaged', () => {
  test('a part of it is refused, and nothing is written to it', async () => {
    const path = await filledStore('cut')
    const { size } = await stat(join(path, 'data.mdb'))
    for (const part of [0.999, 0.5, 0.1, 0.01, 0.001]) {
      await truncate(join(path, 'data.mdb'), Math.floor(size * part))
      const before = await readFile(join(path, 'data.mdb'))
      for (const readOnly of [true, false]) {
        await expect(lmdbStore(path).open({ readOnly })).rejects.toThrow(/\[STORE_CORRUPT\].*data\.mdb is damaged: /)
      }
      expect(before.equals(await readFile(join(path, 'data.mdb')))).toBe(true)
    }
  })

  test('an empty one is begun anew by a writer, since a killed process may leave it, and refused by a reader', async () => {
    const path = folder.path('empty')
    await mkdir(path)
    await writeFile(join(path, 'data.mdb'), '')
    await expect(lmdbStore(path).open({ readOnly: true })).rejects.toThrow('data.mdb is damaged: it is empty.')
    await (await lmdbStore(path).open()).close()
  })

  test('what is no data file is refused', async () => {
    const path = folder.path('text')
    await mkdir(path)
    await writeFile(join(path, 'data.mdb'), 'once upon a time')
    await expect(lmdbStore(path).open()).rejects.toThrow('data.mdb is damaged: its 16 bytes are no LMDB file.')
    await writeFile(join(path, 'data.mdb'), 'x'.repeat(10_000))
    await expect(lmdbStore(path).open()).rejects.toThrow('data.mdb is damaged: it does not begin as an LMDB file does.')
  })

  test('a sound one is never taken for a damaged one, whatever was written and removed', async () => {
    let stores = 0
    const change = fc.record({ key: fc.nat(40), size: fc.constantFrom(undefined, 10, 2_000, 30_000, 400_000) })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 8 }), async (batches) => {
        const path = folder.path(`sound ${stores++}`)
        const connection = await lmdbStore(path).open()
        for (const batch of batches) {
          const value = (size: number | undefined) => (size === undefined ? undefined : new Uint8Array(size))
          await connection.commit(batch.map(({ key, size }) => ({ key: Uint8Array.of(key), value: value(size) })))
          expect(await damageOfLmdbFile(join(path, 'data.mdb'), false)).toBeUndefined()
        }
        await connection.close()
      }),
      { numRuns: 20 },
    )
  })

  test('a page that points elsewhere is found before LMDB follows it', async () => {
    const path = await filledStore('pointers')
    const bytes = await readFile(join(path, 'data.mdb'))
    const pages = bytes.length / 4096
    const found: string[] = []
    for (let page = 2; page < pages; page++) {
      const kind = bytes.readUInt16LE(page * 4096 + 18)
      if (kind !== 1 && kind !== 2) continue
      const node = page * 4096 + 24 + bytes.readUInt16LE(page * 4096 + 24)
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8(0xff, kind === 1 ? node + 1 : node + 7)
      await writeFile(join(path, 'copy.mdb'), damaged)
      const damage = await damageOfLmdbFile(join(path, 'copy.mdb'), false)
      if (damage !== undefined) found.push(damage)
    }
    expect(found.length).toBeGreaterThan(0)
  })
})

async function filledStore(name: string): Promise<string> {
  const path = folder.path(name)
  const connection = await lmdbStore(path).open()
  for (let batch = 0; batch < 4; batch++) {
    const changes = Array.from({ length: 50 }, (_, at) => ({
      key: Uint8Array.of(at, batch),
      value: new Uint8Array(5_000),
    }))
    await connection.commit(changes)
  }
  await connection.close()
  return path
}

async function holderOf(path: string): Promise<ChildProcess> {
  const [node = '', ...rest] = COMMAND
  const child = spawn(node, [...rest, path, 'hold'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return child
}

function outcomeOf({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): Record<string, unknown> {
  const line = stdout.trim().split('\n').at(-1)
  if (!line) throw new Error(`the process said nothing: ${stderr}`)
  return JSON.parse(line) as Record<string, unknown>
}
