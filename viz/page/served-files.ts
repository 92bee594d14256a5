/** The files that the page's server names, as they stand by what it tells. */
import { createByteSource, type FileState, fileOfSource, MEMORY_BYTES, type ViewerFile } from '../index.js';

interface Listed extends FileState {
  readonly name: string;
  readonly url: string;
}

/** None without a server. */
export async function servedFiles(): Promise<{ memoryBytes: number; files: readonly ViewerFile[] }> {
  const response = await fetch('./files.json').catch(() => null);
  if (!response?.ok) return { memoryBytes: MEMORY_BYTES, files: [] };
  const { memoryBytes, files }: { memoryBytes: number; files: readonly Listed[] } = await response.json();
  if (files.length === 0) return { memoryBytes, files: [] };
  const states = files.map(({ name: _, url: __, ...state }): FileState => state);
  const listeners = files.map(() => new Set<() => void>());
  // Heard from the start, also of files that are opened later or never.
  new EventSource('./events').addEventListener('message', ({ data }: MessageEvent<string>) => {
    const { file, ...state }: FileState & { readonly file: number } = JSON.parse(data);
    states[file] = state;
    for (const listener of [...listeners[file]]) listener();
  });
  return {
    memoryBytes,
    files: files.map(({ name, url }, k) =>
      fileOfSource(createByteSource(name, { url: new URL(url, location.href).href }), {
        state: () => states[k],
        memoryBytes,
        watch(listener) {
          listeners[k].add(listener);
          return () => listeners[k].delete(listener);
        },
      }),
    ),
  };
}
