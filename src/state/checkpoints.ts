/** `tidemark/checkpoints`: looks at what a store keeps, without running the job. */
export { compat, type StepCompat } from './compat.ts'
export type { PartCompat } from './compatParts.ts'
export { type CopyOptions, copyCheckpoint, nameCheckpoint } from './copyCheckpoint.ts'
export { diffCheckpoints, type EntryDifference, type StepDifference } from './diffCheckpoints.ts'
export {
  type InspectedEntry,
  type InspectedStep,
  type Inspection,
  type InspectOptions,
  inspectAt,
} from './inspectAt.ts'
export { listCheckpoints } from './readStore.ts'
