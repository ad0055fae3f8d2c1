/** A node's state at a barrier and back, whether it keeps it in pieces or in one. */
import type { NodeCapture, NodeRestore } from '../core/checkpoint.ts'
import type { KernelNode } from './kernelNode.ts'

export function captureNode(node: KernelNode): NodeCapture {
  return node.capture?.() ?? { head: node.snapshot?.(), isWhole: true, entries: [] }
}

export function resumeNode(node: KernelNode, state: NodeRestore): void {
  if (node.resume) node.resume(state)
  else if (state.head !== undefined) node.restore?.(state.head)
}
