/** Stores and the checkpoint log. */
import type { Law, Mutant } from './mutant.ts'

const LOG: Law = { file: 'test/property/checkpoint-log.test.ts' }
const DAMAGE: Law = { file: 'test/property/checkpoint-damage.test.ts' }
const SURVIVING: Law = { file: 'test/state/checkpointLog.test.ts', test: 'what survives mergers and failures' }
const KEEPING: Law = { file: 'test/state/checkpointLog.test.ts', test: 'which are kept' }
const PACKED: Law = { file: 'test/state/packedColumns.test.ts' }
const FORMATS: Law = { file: 'test/state/formats.test.ts' }
const KEYS: Law = { file: 'test/state/byteKeys.test.ts' }
const MEMORY: Law = { file: 'test/state/stores.test.ts', test: 'memoryStore' }
const LMDB: Law = { file: 'test/state/stores.test.ts', test: 'lmdbStore' }

const STORED: Law = { file: 'test/property/p11-stores.test.ts', test: 'in memory (windows|state)' }
const BOUNDED: Law = { file: 'test/property/p23-stores.test.ts', test: 'in memory (windows|state)' }

export const checkpointMutants: readonly Mutant[] = [
  {
    name: 'what is saved after a load goes on from nothing',
    file: 'src/state/checkpointLog.ts',
    find: 'parent = reader.manifests.get(id)',
    replace: 'parent = undefined',
    law: STORED,
  },
  {
    name: 'an entry is not given back',
    file: 'src/kernel/captureNode.ts',
    find: 'if (node.resume) node.resume(state)',
    replace: 'if (node.resume) node.resume({ ...state, entries: [...state.entries].slice(1) })',
    law: STORED,
  },
  {
    name: 'an old segment stays whose entries are all deleted',
    file: 'src/state/compacted.ts',
    find: 'if (size <= after) first = at\n',
    replace: 'if (size > after) break\n    first = at\n',
    law: { file: 'test/state/checkpointLog.test.ts', test: 'nothing is kept of what was deleted' },
  },
  {
    name: 'a segment of deletions alone stays the oldest',
    file: 'src/state/compacted.ts',
    find: 'if (oldest < 0) return []',
    replace: 'if (oldest < 0) return all',
    law: { file: 'test/state/checkpointLog.test.ts', test: 'a deletion that was told twice' },
  },
  {
    name: 'deletions that hide nothing are kept for ever',
    file: 'src/state/compacted.ts',
    find: 'segments.slice(kept)), kept > 0)',
    replace: 'segments.slice(kept)), true)',
    law: BOUNDED,
  },
  {
    name: 'a manifest is there before its chunks',
    file: 'src/state/checkpointLog.ts',
    find: `    const nodes = new Map<string, NodeSegments>()
`,
    replace: `    const nodes = new Map<string, NodeSegments>()
    const early = { format: CHECKPOINT_FORMAT, id: reader.newest() + 1, name, header: draft.header, nodes }
    await connection.commit([{ key: manifestKey(early.id), value: encodeManifest(reader.sealer, early) }])
`,
    law: LOG,
  },
  {
    name: 'outdated checkpoints go before the new one is there',
    file: 'src/state/checkpointLog.ts',
    find: `    await commit([
      { key: manifestKey(manifest.id)`,
    replace: `    await commit(outdated.map((id) => ({ key: manifestKey(id), value: undefined })))
    await commit([
      { key: manifestKey(manifest.id)`,
    law: LOG,
  },
  {
    name: 'the last chunks of a segment are not written',
    file: 'src/state/segmentWriter.ts',
    find: `      await commit()
      return { id`,
    replace: '      return { id',
    law: LOG,
  },
  {
    name: 'compaction loses what was deleted',
    file: 'src/state/compacted.ts',
    find: 'segments.slice(kept)), kept > 0)',
    replace: 'segments.slice(kept)), false)',
    law: SURVIVING,
  },
  {
    name: 'compaction keeps what is older',
    file: 'src/state/segmentReader.ts',
    find: 'for (const [at, segment] of [...segments.entries()].reverse()) {',
    replace: 'for (const [at, segment] of segments.entries()) {',
    law: LOG,
  },
  {
    name: 'a whole capture leaves what was there',
    file: 'src/state/checkpointLog.ts',
    find: 'capture.isWhole ? [] : (before?.segments ?? [])',
    replace: 'before?.segments ?? []',
    law: LOG,
  },
  {
    name: 'savepoints are not pinned',
    file: 'src/state/checkpointLog.ts',
    find: 'manifests.filter(({ name }) => name === undefined).map(',
    replace: 'manifests.map(',
    law: LOG,
  },
  {
    name: 'what a run goes on from is not pinned',
    file: 'src/state/checkpointLog.ts',
    find: '[...manifests.values(), ...(parent === undefined ? [] : [parent])]',
    replace: '[...manifests.values()]',
    law: KEEPING,
  },
  {
    name: 'what a killed run left stays',
    file: 'src/state/checkpointLog.ts',
    find: `  await removeUnneeded()
  const inTurn`,
    replace: '  const inTurn',
    law: LOG,
  },
  {
    name: 'changes are taken after some were lost',
    file: 'src/state/checkpointLog.ts',
    find: 'if (hasLostChanges && ',
    replace: 'if (false && ',
    law: LOG,
  },
  {
    name: 'a log does not look again after a failure',
    file: 'src/state/checkpointLog.ts',
    find: 'if (!isUnsure) return',
    replace: 'if (!isUnsure || true) return',
    law: SURVIVING,
  },
  {
    name: 'checksums are not checked',
    file: 'src/state/sealedBytes.ts',
    find: 'found.every((byte, at) => byte === sealed[at]) ? body : undefined',
    replace: 'found.every((byte, at) => byte === sealed[at]) ? body : body',
    law: DAMAGE,
  },
  {
    name: 'chunks may trade places',
    file: 'src/state/segmentReader.ts',
    find: 'if (source.sealer.checksum(checksums) === segment.checksum) return',
    replace: 'if (source.sealer.checksum(checksums) !== "") return',
    law: DAMAGE,
  },
  {
    name: 'a chunk passes for a manifest',
    file: 'src/state/sealedBytes.ts',
    find: 'manifest: 1n, chunk: 2n',
    replace: 'manifest: 1n, chunk: 1n',
    law: DAMAGE,
  },
  {
    name: 'packed zeros lose their sign',
    file: 'src/state/columnPacker.ts',
    find: '(value === 0 && Object.is(value, -0))',
    replace: 'false',
    law: PACKED,
  },
  {
    name: 'packed texts lose halves of characters',
    file: 'src/state/columnPacker.ts',
    find: 'if (HALF_PAIR.test(text)) {',
    replace: 'if (false) {',
    law: PACKED,
  },
  {
    name: 'a block that begins a page leaves its beginning behind',
    file: 'src/state/columnPacker.ts',
    find: 'page.set(this.#bytes.subarray(this.#from, this.#at))',
    replace: '',
    law: PACKED,
  },
  {
    name: 'sums that two doubles cannot hold are saved as two doubles',
    file: 'src/transforms/combiners/exactSumColumn.ts',
    find: 'if (!spills) return { high, low }',
    replace: 'if (true) return { high, low }',
    law: { file: 'test/combiners/laws.test.ts', test: 'a column agrees' },
  },
  {
    name: 'chunks of the first format are read as those of the second',
    file: 'src/state/segmentReader.ts',
    find: 'new ChunkReader(bytes, format ?? 1)',
    replace: 'new ChunkReader(bytes, format ?? 2)',
    law: FORMATS,
  },
  {
    name: 'what was packed for a capture that nobody has read is written over',
    file: 'src/kernel/group/tableChanges.ts',
    find: 'value instanceof Uint8Array ? value.slice() : value',
    replace: 'value',
    law: { file: 'test/kernel/captures.test.ts', test: 'begins before the last one was read' },
  },
  {
    name: 'a memory store writes over what it gave out',
    file: 'src/state/memoryStore.ts',
    find: 'value: entry.value.slice()',
    replace: 'value: entry.value',
    law: { file: 'test/state/byteRoom.test.ts' },
  },
  {
    name: 'bytes that are given back are kept without end',
    file: 'src/state/byteRoom.ts',
    find: 'free.length < MOST_FREE',
    replace: 'true',
    law: { file: 'test/state/byteRoom.test.ts' },
  },
  {
    name: 'the last chunk of a segment that is gone stays',
    file: 'src/state/segmentSpace.ts',
    find: 'Array.from({ length: chunks }',
    replace: 'Array.from({ length: chunks - 1 }',
    law: LOG,
  },
  {
    name: 'keys of one hash are one key',
    file: 'src/state/byteKeys.ts',
    find: 'table[at] === hash && this.#isAt((place as number) - 1, source, from, to)',
    replace: 'table[at] === hash',
    law: KEYS,
  },
  {
    name: 'keys of one place are one key',
    file: 'src/state/byteKeys.ts',
    find: 'at = (at + 2) & last',
    replace: 'break',
    law: KEYS,
  },
  {
    name: 'bytes count as deleted',
    file: 'src/state/checkpointChunk.ts',
    find: '!this.#hasText(at) && this.#bytesEnd(at) === this.#bytesEnd(at - 1)',
    replace: '!this.#hasText(at)',
    law: FORMATS,
  },
  {
    name: 'the lock of a store is ignored',
    file: 'src/state/memoryStore.ts',
    find: 'if (hasWriter) throw',
    replace: 'if (false) throw',
    law: MEMORY,
  },
  {
    name: 'a batch is applied up to its mistake',
    file: 'src/state/memoryStore.ts',
    find: `      requireKeys(changes)
      replace(entries, room, changes)`,
    replace: `      for (const change of changes) {
        requireKeys([change])
        replace(entries, room, [change])
      }`,
    law: MEMORY,
  },
  {
    name: 'the record of a writer is ignored',
    file: 'src/state/lmdb/lmdbStore.ts',
    find: 'if (living !== undefined) return living',
    replace: '',
    law: LMDB,
  },
  {
    name: 'long keys that begin alike are in no order',
    file: 'src/state/lmdb/lmdbEntries.ts',
    find: '[...entries].sort((a, b) => compareBytes(a.key, b.key))',
    replace: '[...entries]',
    law: LMDB,
  },
]
