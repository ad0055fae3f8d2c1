import { keyBy } from '../../../src/transforms/keyBy.ts'
import { map } from '../../../src/transforms/map.ts'
import { mapAsync } from '../../../src/transforms/mapAsync.ts'
import { clicks } from '../collections.ts'

const placeOf = async (user: number): Promise<{ readonly city: string }> => ({ city: String(user) })

// expect: Property 'usr' does not exist on type 'Click'
clicks.pipe(mapAsync((click) => placeOf(click.usr)))

// expect: Property 'town' does not exist on type '{ readonly city: string; }'
clicks.pipe(
  mapAsync((click) => placeOf(click.user)),
  map((place) => place.town),
)

// expect: Type 'Click' is not assignable to type 'number'
clicks.pipe(mapAsync((user: number) => placeOf(user)))

// expect: Type '"none"' is not assignable to type '"kept" | "any" | undefined'
clicks.pipe(mapAsync((click) => placeOf(click.user), { order: 'none' }))

// expect: Type 'string' is not assignable to type 'number'
clicks.pipe(mapAsync((click) => placeOf(click.user), { concurrency: '16' }))

// expect: Property 'attempts' is missing in type '{ backoff: number; }'
clicks.pipe(mapAsync((click) => placeOf(click.user), { retry: { backoff: 100 } }))

// expect: Type '(failed: number) => string' is not assignable to type '(failed: number) => number'
clicks.pipe(mapAsync((click) => placeOf(click.user), { retry: { attempts: 3, backoff: (failed) => `${failed} ms` } }))

// expect: Property 'failed' does not exist on type
clicks.pipe(mapAsync((click) => placeOf(click.user))).failed

// expect: Type '"skip"' is not assignable to type 'ErrorPolicy | undefined'
clicks.pipe(mapAsync((click) => placeOf(click.user), { onError: 'skip' }))

// expect: 'undefined' is not assignable to parameter of type 'number'
clicks.pipe(mapAsync((_click, { key }) => placeOf(key)))

// expect: Argument of type 'string' is not assignable to parameter of type 'number'
clicks.pipe(
  keyBy((click) => click.page),
  mapAsync((_click, { key }) => placeOf(key)),
)
