/** Opens an address in the user's browser, by the program that each desktop has for it. */
import { spawn } from 'node:child_process';

/** What the browser is found by; those of this process where not given. */
export interface Desktop {
  readonly platform?: NodeJS.Platform;
  readonly env?: NodeJS.ProcessEnv;
}

/** Where there is no desktop, or no such program, nothing opens. */
export function openInBrowser(address: string, desktop: Desktop = {}): void {
  const { platform = process.platform, env = process.env } = desktop;
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return;
  const [program, ...args] = openerOf(platform);
  spawn(program, [...args, address], { stdio: 'ignore', detached: true, env })
    .on('error', () => {})
    .unref();
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
}
