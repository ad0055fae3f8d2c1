import { comparePaneLogs } from './support/paneLogs.ts'

comparePaneLogs('Chromium')
