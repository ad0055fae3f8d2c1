// The same package seen by a CommonJS program: its declarations resolve through the require conditions.
import tidemark = require('tidemark')
import node = require('tidemark/node')
import parquet = require('tidemark/parquet')
import rxjs = require('tidemark/rxjs')
import testing = require('tidemark/testing')

const entries: Record<string, object> = { tidemark, node, parquet, rxjs, testing }
for (const [name, entry] of Object.entries(entries)) {
  if (typeof entry !== 'object') throw new Error(`entry ${name} is no module`)
}
