/** Every driver, for who runs plans step by step and cannot wait for one to be loaded. */
import { alignedDriver } from './alignedDriver.ts'
import { asyncDriver } from './asyncDriver.ts'
import type { Drivers } from './driver.ts'
import { mergingDriver } from './mergingDriver.ts'
import { sequenceDriver } from './sequenceDriver.ts'
import { sideInputDriver } from './sideInputDriver.ts'
import { slicedDriver } from './slicedDriver.ts'
import { statefulDriver } from './statefulDriver.ts'

export const allDrivers: Drivers = {
  ...asyncDriver,
  ...statefulDriver,
  ...sideInputDriver,
  ...alignedDriver,
  ...slicedDriver,
  ...mergingDriver,
  ...sequenceDriver,
}
