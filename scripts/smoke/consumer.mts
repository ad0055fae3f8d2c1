// A program of somebody who installed the package: compiled strictly against its declarations, then run.
import * as tidemark from 'tidemark'
import * as node from 'tidemark/node'
import * as parquet from 'tidemark/parquet'
import * as rxjs from 'tidemark/rxjs'
import * as testing from 'tidemark/testing'

const entries: Record<string, object> = { tidemark, node, parquet, rxjs, testing }
for (const [name, entry] of Object.entries(entries)) {
  if (typeof entry !== 'object') throw new Error(`entry ${name} is no module`)
}
