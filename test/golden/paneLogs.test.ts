import { comparePaneLogs } from '../browser/support/paneLogs.ts'

comparePaneLogs('Node')
