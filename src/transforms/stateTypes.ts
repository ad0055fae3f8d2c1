/** What the compiler says of the state that callbacks are given. */
import type {
  AnyCell,
  Bag,
  BagCell,
  Combining,
  CombiningCell,
  MapCell,
  OrderedList,
  OrderedListCell,
  SetCell,
  ValueCell,
  ValueMap,
  ValueSet,
} from '../core/stateful.ts'
import type { Draft } from '../state/drafts.ts'

/** A value as it is edited: what is read-only in it may be written. */
export type ValueState<V> = Draft<V>

/** Names of the cells that are read and assigned as properties. */
type ValueNames<C> = { [Name in keyof C]: C[Name] extends ValueCell<infer _V> ? Name : never }[keyof C]

/** A property for each cell: values are read, edited and assigned, everything else is a handle. */
export type CellsState<C extends Readonly<Record<string, AnyCell>>> = {
  -readonly [Name in ValueNames<C>]: C[Name] extends ValueCell<infer V> ? ValueState<V> : never
} & { readonly [Name in Exclude<keyof C, ValueNames<C>>]: HandleOf<C[Name]> }

type HandleOf<Cell> = Cell extends BagCell<infer T> & { readonly kind: 'bag' }
  ? Bag<T>
  : Cell extends SetCell<infer T> & { readonly kind: 'set' }
    ? ValueSet<T>
    : Cell extends MapCell<infer K, infer V> & { readonly kind: 'map' }
      ? ValueMap<K, V>
      : Cell extends CombiningCell<infer T, infer O>
        ? Combining<T, O>
        : Cell extends OrderedListCell<infer T>
          ? OrderedList<T>
          : never
