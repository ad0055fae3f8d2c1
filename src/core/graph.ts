/**
 * A plan is immutable data: nodes in topological order, joined from (node, output port) to (node, input). It is built
 * without running anything; every node has a unique path, and paths, not order, identify state.
 */
import { checkNode } from './checkNode.ts'
import type { Coder } from './coder.ts'
import { DataflowError, showValue } from './errors.ts'
import type { Lifecycle, NodeSpec } from './node.ts'
import type { WindowingStrategy } from './windowing.ts'

/** What is known of the elements on an output port. */
export interface CollectionInfo {
  readonly keyed: boolean
  readonly bounded: boolean
  readonly windowing: WindowingStrategy
  /** True when rows may be withdrawals. */
  readonly retracts: boolean
  /** True for rows that a grouping dropped: they need new timestamps before new windows (D11). */
  readonly dropped: boolean
  /** How values are encoded; absent: inferred, for JSON-like values. */
  readonly coder?: Coder<unknown>
  /** How keys are encoded; absent: inferred. */
  readonly keyCoder?: Coder<unknown>
}

export interface NodeInput {
  readonly node: string
  readonly port: string
}

export interface PlanNode {
  /** Unique, stable path: names of the enclosing composites and of the node, joined by '/'. */
  readonly path: string
  /** True when the author gave the name; durable state needs it. */
  readonly isNamed: boolean
  readonly spec: NodeSpec
  /** By number of the input port: a flatten may have several, and a parDo's side inputs follow its main input. */
  readonly inputs: readonly NodeInput[]
  readonly outputs: Readonly<Record<string, CollectionInfo>>
}

export interface Plan {
  readonly name: string
  /** Each node stands after the nodes it reads. */
  readonly nodes: readonly PlanNode[]
}

export interface NodeDraft {
  /** The author's name, or undefined to number the node within its kind. */
  readonly name: string | undefined
  /** What an unnamed node is called: the transform's name. */
  readonly label: string
  readonly spec: NodeSpec
  readonly inputs: readonly NodeInput[]
  readonly outputs: Readonly<Record<string, CollectionInfo>>
}

/** Collects nodes while transforms are applied. */
export class GraphBuilder {
  readonly name: string
  readonly #nodes = new Map<string, PlanNode>()
  readonly #scopes: string[] = []
  readonly #counts = new Map<string, number>()

  constructor(name: string) {
    this.name = name
  }

  /** Adds a node and answers its path. Throws DUPLICATE_NAME when the author used a name twice, INVALID_ARGUMENT for a name that is none, and what checkNode throws. */
  add(draft: NodeDraft): string {
    const path = this.#path(draft.name, draft.label)
    for (const input of draft.inputs) {
      if (!this.#nodes.has(input.node)) {
        throw new DataflowError('FOREIGN_COLLECTION', {
          step: path,
          problem: `its input "${input.node}" belongs to another pipeline.`,
          remedy: 'Build all collections of a plan from one pipeline().',
        })
      }
    }
    checkNode(
      path,
      draft.spec,
      draft.inputs.flatMap((input) => this.#nodes.get(input.node)?.outputs[input.port] ?? []),
      draft.outputs,
    )
    this.#nodes.set(
      path,
      Object.freeze({
        path,
        isNamed: draft.name !== undefined,
        spec: Object.freeze(draft.spec),
        inputs: Object.freeze([...draft.inputs]),
        outputs: Object.freeze({ ...draft.outputs }),
      }),
    )
    return path
  }

  /** Runs `build` with its nodes named below `name`: how a composite transform keeps its parts together. */
  scope<R>(name: string | undefined, label: string, build: () => R): R {
    const scope = this.#path(name, label)
    this.#scopes.push(scope.slice(this.#prefix().length))
    try {
      return build()
    } finally {
      this.#scopes.pop()
    }
  }

  plan(): Plan {
    return Object.freeze({ name: this.name, nodes: Object.freeze([...this.#nodes.values()]) })
  }

  node(path: string): PlanNode | undefined {
    return this.#nodes.get(path)
  }

  #prefix(): string {
    return this.#scopes.map((scope) => `${scope}/`).join('')
  }

  #path(name: string | undefined, label: string): string {
    const prefix = this.#prefix()
    if (name === undefined) {
      const base = `${prefix}${label}`
      const count = (this.#counts.get(base) ?? 0) + 1
      this.#counts.set(base, count)
      return count === 1 ? base : `${base}#${count}`
    }
    const path = `${prefix}${name}`
    if (name === '' || /[/#]/.test(name)) {
      throw new DataflowError('INVALID_ARGUMENT', {
        step: path,
        problem: `the name ${showValue(name)} is ${name === '' ? 'empty' : 'not free of "/" and "#"'}.`,
        remedy: 'Paths join names by "/" and number them by "#": give a name without these.',
      })
    }
    const uses = this.#counts.get(`=${path}`) ?? 0
    if (uses > 0 || this.#nodes.has(path)) {
      throw new DataflowError('DUPLICATE_NAME', {
        step: path,
        problem: 'the name is already taken.',
        remedy: 'Give each step of a pipeline a name of its own.',
      })
    }
    this.#counts.set(`=${path}`, 1)
    return path
  }
}

/** The nodes that read the given output port, with the index of the reading input. */
export function consumersOf(
  plan: Plan,
  node: string,
  port: string,
): { readonly node: PlanNode; readonly input: number }[] {
  return plan.nodes.flatMap((reader) =>
    reader.inputs.flatMap((input, index) =>
      input.node === node && input.port === port ? [{ node: reader, input: index }] : [],
    ),
  )
}

/** The author's life-cycle hooks of a node, if it has any. */
export function lifecycleOf(node: PlanNode): Lifecycle {
  return node.spec.kind === 'parDo' ? (node.spec.lifecycle ?? {}) : {}
}
