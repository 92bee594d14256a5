/** How a file stands: what whoever serves it can tell without reading it, and what follows from that. */
export interface FileState {
  readonly size: number;
  /** Whether nobody has written for a while. */
  readonly ended: boolean;
  /** Another one where another file stands in its place. */
  readonly identity: string;
  /** When it was last written to, in milliseconds. */
  readonly modified: number;
}

/**
 * Whether a file is another one now than it was, as far as that can be told: one that has been written anew in its
 * own place, and is longer, looks as if it had grown.
 */
export function isReplaced(before: FileState, now: FileState): boolean {
  if (now.identity !== before.identity || now.size < before.size) return true;
  // The time changes a moment before the size does: only at rest they belong together.
  return now.ended && now.size === before.size && now.modified !== before.modified;
}
